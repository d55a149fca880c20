-- Public answers (公开答复): what was redacted by rule, then by a person, and who let it out.

CREATE TABLE publication (
    publication_id  uuid        PRIMARY KEY,
    case_id         uuid        NOT NULL CONSTRAINT publication_case UNIQUE,
    state           text        NOT NULL CHECK (state IN ('draft', 'released', 'refused', 'withdrawn')),
    kind            text        NOT NULL,
    subject         text,
    region          text        COLLATE "C" NOT NULL,
    unit            text        COLLATE "C",
    received_on     date        NOT NULL,
    original_answer bytea       NOT NULL,
    from_routing    boolean     NOT NULL,
    title           text        NOT NULL,
    question        text        NOT NULL,
    answer          text        NOT NULL,
    reason          text,
    typical_month   date,
    released_at     timestamptz,
    pack_id         text        NOT NULL,
    pack_version    int         NOT NULL,
    version         bigint      NOT NULL DEFAULT 1
) WITH (fillfactor = 90);
CREATE INDEX publication_released ON publication (released_at DESC, publication_id DESC) WHERE state = 'released';
CREATE INDEX publication_state ON publication (state, publication_id DESC);
CREATE INDEX publication_typical ON publication (typical_month) WHERE typical_month IS NOT NULL;
COMMENT ON COLUMN publication.original_answer IS 'the answer as it was given, sealed beside the id: it may name people';
COMMENT ON COLUMN publication.from_routing IS 'false: a moderator typed it in';
COMMENT ON COLUMN publication.title IS 'title, question and answer are redacted from the first moment on';
COMMENT ON COLUMN publication.reason IS 'code: why it was refused or taken back';
COMMENT ON COLUMN publication.typical_month IS 'first day of the month whose typical case it is (典型案例)';

-- Who did what, when, what was changed, why refused. Append-only.
CREATE TABLE publication_log (
    publication_id uuid        NOT NULL,
    version        bigint      NOT NULL,
    at             timestamptz NOT NULL,
    actor          text        NOT NULL,
    deed           text        NOT NULL,
    detail         jsonb       NOT NULL,
    PRIMARY KEY (publication_id, version)
);
COMMENT ON COLUMN publication_log.detail IS 'counts, codes, and the words before and after an edit, which were redacted before';
