-- Archive (归档): the one file of a closed case, for how long it is kept, and its end by two hands.

CREATE TABLE archived_file (
    case_id      uuid        NOT NULL,
    edition      int         NOT NULL,
    digest       bytea       NOT NULL,
    bytes        bigint      NOT NULL,
    entries      int         NOT NULL,
    archived_at  timestamptz NOT NULL,
    actor        text        NOT NULL,
    PRIMARY KEY (case_id, edition)
);
CREATE INDEX archived_file_digest ON archived_file (digest);
COMMENT ON COLUMN archived_file.edition IS '1 the first time; a case that was reopened and closed again is archived again';
COMMENT ON COLUMN archived_file.digest IS 'SHA-256 of the file; its address in the store of files';
COMMENT ON COLUMN archived_file.entries IS 'entries of the dossier that the file holds';

CREATE TABLE archive_keeping (
    case_id      uuid        PRIMARY KEY,
    state        text        NOT NULL CHECK (state IN ('kept', 'proposed', 'destroyed')),
    retention    text        NOT NULL,
    closed_on    date        NOT NULL,
    keep_until   date,
    proposed_by  text,
    proposed_at  timestamptz,
    grounds      text,
    decided_by   text,
    decided_at   timestamptz,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    version      bigint      NOT NULL DEFAULT 1
);
CREATE INDEX archive_keeping_due ON archive_keeping (keep_until, case_id) WHERE state <> 'destroyed';
COMMENT ON COLUMN archive_keeping.retention IS 'code of the pack''s entry, or default';
COMMENT ON COLUMN archive_keeping.keep_until IS 'last day; none: for ever (永久)';
COMMENT ON COLUMN archive_keeping.grounds IS 'why it need not be kept (鉴定意见), in words of the office';
