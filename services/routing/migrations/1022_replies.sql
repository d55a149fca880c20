-- What lies beside a reply: the long-term register, official documents, findings that were overridden, prints of texts.

-- What cannot be solved now, with the day to look again.
CREATE TABLE register (
    case_id       uuid        PRIMARY KEY,
    assignment_id uuid        NOT NULL,
    unit          text        NOT NULL,
    region        text        NOT NULL,
    state         text        NOT NULL CHECK (state IN ('proposed', 'kept', 'reactivated', 'settled', 'dropped')),
    reason        text        NOT NULL,
    review_on     date        NOT NULL,
    pack          text        NOT NULL,
    pack_version  int         NOT NULL,
    actor         text        NOT NULL,
    at            timestamptz NOT NULL,
    version       bigint      NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN register.state IS 'proposed: the reply that asks for it lies with the centre';
COMMENT ON COLUMN register.reason IS 'why it cannot be solved now; what the person must understand';
CREATE INDEX register_due ON register (review_on, case_id) WHERE state = 'kept';

CREATE TABLE register_review (
    case_id uuid        NOT NULL,
    at      timestamptz NOT NULL,
    word    text        NOT NULL,
    note    text        NOT NULL,
    actor   text        NOT NULL,
    PRIMARY KEY (case_id, at)
);
COMMENT ON COLUMN register_review.word IS 'review, reactivate, settle';

-- 文号、签发, and what was found in a text and let pass for a stated reason.
CREATE TABLE reply_extra (
    assignment_id   uuid   NOT NULL,
    attempt         int    NOT NULL,
    serial          text,
    signed_by       text,
    issued_on       date,
    found           text[] NOT NULL,
    override_reason text,
    PRIMARY KEY (assignment_id, attempt)
);

-- Fingerprints of long public texts, to find copies; the text itself is in reply.
CREATE TABLE reply_print (
    unit          text        NOT NULL,
    at            timestamptz NOT NULL,
    assignment_id uuid        NOT NULL,
    attempt       int         NOT NULL,
    case_id       uuid        NOT NULL,
    print         bigint      NOT NULL,
    PRIMARY KEY (unit, at, assignment_id)
);

-- The same of what was asked, where it is long and not sealed.
CREATE TABLE question_print (
    case_id uuid   PRIMARY KEY,
    print   bigint NOT NULL
);
