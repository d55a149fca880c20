-- Routing's own tables: who there is, who is competent for what, where each case is, what was replied.

-- Offices that handle cases. People appear as function labels only (局办公室值班员), never by name.
CREATE TABLE unit (
    code      text    PRIMARY KEY,
    name      text    NOT NULL,
    region    text    NOT NULL,
    parent    text,
    kind      text    NOT NULL DEFAULT 'department',
    duty24h   boolean NOT NULL DEFAULT false,
    active    boolean NOT NULL DEFAULT true,
    functions text[]  NOT NULL DEFAULT '{}'
);
COMMENT ON COLUMN unit.kind IS 'department, government, township, utility, centre, legacy …: the tenant''s own word';
COMMENT ON COLUMN unit.duty24h IS 'on duty round the clock (水电气热)';
COMMENT ON COLUMN unit.active IS 'false: named by an old file only, or merged away; gets no new cases by itself';
COMMENT ON COLUMN unit.functions IS 'function labels of those who handle there';

-- 派单目录. A replacement keeps the old lines, not active, so that each decision can be explained.
CREATE TABLE catalogue_entry (
    id       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region   text    NOT NULL,
    kind     text,
    subject  text,
    keywords text[]  NOT NULL DEFAULT '{}',
    unit     text    NOT NULL,
    co_units text[]  NOT NULL DEFAULT '{}',
    basis    text    NOT NULL DEFAULT '',
    version  int     NOT NULL,
    active   boolean NOT NULL DEFAULT true,
    CONSTRAINT catalogue_entry_unit FOREIGN KEY (unit) REFERENCES unit (code)
);
COMMENT ON COLUMN catalogue_entry.region IS 'holds here and in all that lies within';
COMMENT ON COLUMN catalogue_entry.subject IS 'subject code with all below it; none: any';
COMMENT ON COLUMN catalogue_entry.basis IS 'law, 三定 or list that makes the unit competent';
CREATE INDEX catalogue_entry_active ON catalogue_entry (region, id) WHERE active;

-- Grows with each change of units or catalogue: every process sees by it that its copy is old.
CREATE TABLE directory_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version  bigint  NOT NULL
);
INSERT INTO directory_version (version) VALUES (1);

-- Where each accepted case is. Its row lock orders everything that is done about the case.
CREATE TABLE case_route (
    case_id      uuid        PRIMARY KEY,
    number       text        NOT NULL,
    region       text        NOT NULL,
    kind         text        NOT NULL,
    urgency      text        NOT NULL,
    pack         text        NOT NULL,
    pack_version int         NOT NULL,
    confidential boolean     NOT NULL,
    multi_unit   boolean     NOT NULL,
    historic     boolean     NOT NULL,
    state        text        NOT NULL CHECK (state IN ('waiting', 'dispatched', 'answered', 'closed')),
    round        int         NOT NULL,
    mode_hint    text,
    unit_hint    text,
    returns      int         NOT NULL,
    candidates   jsonb       NOT NULL,
    title        text,
    received_at  timestamptz NOT NULL,
    accepted_at  timestamptz NOT NULL,
    version      bigint      NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN case_route.round IS '1, then one more with each reopening';
COMMENT ON COLUMN case_route.returns IS 'returns agreed so far';
COMMENT ON COLUMN case_route.candidates IS 'shown to a dispatcher, best first; confidence in thousandths';
COMMENT ON COLUMN case_route.title IS 'redacted; none for confidential cases';
COMMENT ON COLUMN case_route.version IS 'ETag; grows with each change';
CREATE INDEX case_route_waiting ON case_route (accepted_at, case_id) WHERE state = 'waiting';

-- What deadline-scheduler says of the handle clock; kept apart because it may come before the case itself.
CREATE TABLE case_due (
    case_id     uuid        PRIMARY KEY,
    due_at      timestamptz NOT NULL,
    provisional boolean     NOT NULL
) WITH (fillfactor = 80);

-- One hand-over of a case to one unit (交办、转送).
CREATE TABLE assignment (
    id            uuid        PRIMARY KEY,
    case_id       uuid        NOT NULL,
    unit          text        NOT NULL,
    mode          text        NOT NULL CHECK (mode IN ('forwarding', 'assignment')),
    part          text        NOT NULL CHECK (part IN ('lead', 'co')),
    round         int         NOT NULL,
    state         text        NOT NULL,
    version       bigint      NOT NULL,
    decided_by    text        NOT NULL,
    designated    boolean     NOT NULL,
    attempt       int         NOT NULL,
    rejected      boolean     NOT NULL,
    reached       boolean,
    historic      boolean     NOT NULL,
    dispatched_at timestamptz NOT NULL,
    signed_at     timestamptz,
    contacted_at  timestamptz,
    replied_at    timestamptz,
    answered_at   timestamptz
) WITH (fillfactor = 80);
COMMENT ON COLUMN assignment.decided_by IS 'catalogue, hint, person, reopened, import';
COMMENT ON COLUMN assignment.designated IS 'the centre has decided that this unit keeps the case';
COMMENT ON COLUMN assignment.attempt IS 'replies so far';
COMMENT ON COLUMN assignment.rejected IS 'the newest reply was sent back';
COMMENT ON COLUMN assignment.reached IS 'first contact: not yet tried, tried in vain, reached';
COMMENT ON COLUMN assignment.version IS 'ETag; grows with each change';
CREATE INDEX assignment_case ON assignment (case_id);
CREATE INDEX assignment_unit ON assignment (unit, dispatched_at DESC, id DESC);
CREATE INDEX assignment_centre ON assignment (dispatched_at DESC, id DESC)
    WHERE state IN ('returning', 'under-review');

-- Every reply with its public and its internal part. Texts stay here: no event carries them.
CREATE TABLE reply (
    assignment_id uuid        NOT NULL,
    attempt       int         NOT NULL,
    public_text   text        NOT NULL,
    internal_text text,
    outcome       text        NOT NULL,
    reasons       text,
    legal_basis   text,
    handler       text,
    completed_on  date,
    met_on        date,
    public        boolean     NOT NULL,
    state         text        NOT NULL CHECK (state IN ('given', 'under-review', 'released', 'rejected')),
    reject_reason text,
    actor         text        NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (assignment_id, attempt)
) WITH (fillfactor = 90);
COMMENT ON COLUMN reply.outcome IS 'an outcome code of the pack';
COMMENT ON COLUMN reply.handler IS 'function label, never a name';
COMMENT ON COLUMN reply.public IS 'suitable for publication';
COMMENT ON COLUMN reply.state IS 'given: to the lead or straight to the citizen''s answer; released: the citizen has it';

-- 先行联系: each try.
CREATE TABLE contact (
    assignment_id uuid        NOT NULL,
    at            timestamptz NOT NULL,
    reached       boolean     NOT NULL,
    note          text,
    actor         text        NOT NULL,
    PRIMARY KEY (assignment_id, at)
);

-- 退单: each request with its review.
CREATE TABLE assignment_return (
    assignment_id uuid        NOT NULL,
    asked_at      timestamptz NOT NULL,
    reason        text        NOT NULL,
    explanation   text,
    actor         text        NOT NULL,
    decided_at    timestamptz,
    agreed        boolean,
    decision      text,
    decided_by    text,
    PRIMARY KEY (assignment_id, asked_at)
);
COMMENT ON COLUMN assignment_return.reason IS 'a code; the words stand in explanation';
