-- Which text a policy pack had under each number: decisions are stamped with pack and version, and this says what that was.
CREATE TABLE pack_print (
    pack_id       text        NOT NULL,
    pack_version  int         NOT NULL,
    print         text        NOT NULL,
    first_used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (pack_id, pack_version)
);
COMMENT ON COLUMN pack_print.print IS 'SHA-256 of what the files say, hexadecimal; comments and order of keys do not count';
