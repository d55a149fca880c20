-- Files that belong to a case (附件). What is in them stands sealed in the store of files, by digest.

CREATE TABLE attachment (
    attachment_id uuid        PRIMARY KEY,
    case_id       uuid        NOT NULL,
    digest        bytea       NOT NULL,
    name          bytea       NOT NULL,
    media         text        NOT NULL,
    bytes         bigint      NOT NULL,
    handed_in_at  timestamptz NOT NULL,
    actor         text        NOT NULL,
    pack_id       text        NOT NULL,
    pack_version  int         NOT NULL,
    CONSTRAINT attachment_once UNIQUE (case_id, digest)
);
CREATE INDEX attachment_digest ON attachment (digest);
COMMENT ON COLUMN attachment.attachment_id IS 'derived from case and digest: the same file handed in twice is one';
COMMENT ON COLUMN attachment.digest IS 'SHA-256 of the content; its address in the store of files';
COMMENT ON COLUMN attachment.name IS 'the cleaned file name, sealed beside the id: people put their names into it';
COMMENT ON COLUMN attachment.media IS 'as content, name and declaration agree';
