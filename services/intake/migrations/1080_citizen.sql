-- 无效留言 ends apart from 不予受理.
ALTER TABLE case_file DROP CONSTRAINT case_file_state_check;
ALTER TABLE case_file ADD CONSTRAINT case_file_state_check CHECK (state IN ('registered', 'accepted', 'dispatched',
    'closed', 'declined', 'withdrawn', 'reopened', 'merged', 'invalid'));

-- 初次、重复、集体、越级: what was told of a case last, so that it is told again only when it changes.
CREATE TABLE case_found (
    case_id  uuid        PRIMARY KEY,
    findings text[]      NOT NULL,
    found_at timestamptz NOT NULL
);
COMMENT ON COLUMN case_found.findings IS 'first, repeat, collective, skip-level; about the matter, never about a person';

-- Wrong codes, by who asks and what was asked for: the same for what exists and for what does not.
CREATE TABLE wrong_code (
    asker bytea       PRIMARY KEY,
    tries int         NOT NULL,
    since timestamptz NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN wrong_code.asker IS 'keyed hash of the network and of what was asked for: nobody can be read out of it';
CREATE INDEX wrong_code_since ON wrong_code (since);

-- 风险标签: an officer's mark on a matter, never on a person.
CREATE TABLE case_risk (
    risk_id      uuid        PRIMARY KEY,
    case_id      uuid        NOT NULL,
    risk         text        NOT NULL,
    grounds      text        NOT NULL,
    marked_at    timestamptz NOT NULL,
    marked_by    text        NOT NULL,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    lifted_at    timestamptz,
    lifted_by    text,
    reason       text,
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
    CHECK ((lifted_at IS NULL) = (reason IS NULL))
);
COMMENT ON COLUMN case_risk.grounds IS 'why, in the words of who marked it: never in an event; sealed where the case is';
COMMENT ON COLUMN case_risk.marked_by IS 'role and account, never a name';
CREATE UNIQUE INDEX case_risk_standing ON case_risk (case_id, risk) WHERE lifted_at IS NULL;
CREATE INDEX case_risk_case ON case_risk (case_id, marked_at);

-- 三方通话: who spoke together about a case, and what it came to.
CREATE TABLE case_call (
    call_id      uuid        PRIMARY KEY,
    case_id      uuid        NOT NULL,
    beside       text[]      NOT NULL CHECK (cardinality(beside) > 0),
    began_at     timestamptz NOT NULL,
    ended_at     timestamptz NOT NULL,
    result       text        NOT NULL,
    sealed       bytea,
    actor        text        NOT NULL,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    CHECK (began_at <= ended_at)
);
COMMENT ON COLUMN case_call.beside IS 'codes of units and bodies on the line, beside the citizen and the operator';
COMMENT ON COLUMN case_call.sealed IS 'AES-256-GCM-SIV of who spoke for them and of what was said; bound to the call';
CREATE INDEX case_call_case ON case_call (case_id, began_at);

-- Who is told of what is no case: bookings of receptions, requests for disclosure.
CREATE TABLE addressee (
    matter_id uuid        PRIMARY KEY,
    sealed    bytea       NOT NULL,
    kept_at   timestamptz NOT NULL
);
COMMENT ON COLUMN addressee.sealed IS 'AES-256-GCM-SIV of telephone and mail; bound to the matter';
