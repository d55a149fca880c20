-- What each version of a pack said about limits: what runs under a version stays under it when the files hold a newer one.
CREATE TABLE pack_text (
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    deadlines    text,
    kept_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (pack_id, pack_version)
);
COMMENT ON TABLE pack_text IS 'deadlines.toml of every version that was ever loaded here';
COMMENT ON COLUMN pack_text.deadlines IS 'null: used before texts were kept, and not seen since; the newest version stands in';

-- What runs already was opened under texts that nobody kept.
INSERT INTO pack_text (pack_id, pack_version) SELECT DISTINCT pack_id, pack_version FROM clock WHERE state IN (0, 1);
