-- Leaders: instructions, what they have read, and who takes a case in charge. Texts stay here: events carry codes only.

CREATE TABLE instruction (
    id         uuid        PRIMARY KEY,
    case_id    uuid        NOT NULL,
    region     text        NOT NULL,
    kind       text        NOT NULL,
    rank       text        NOT NULL,
    urgency    text        NOT NULL,
    text       text        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('open', 'reported', 'closed')),
    report_by  date,
    sent_back  boolean     NOT NULL,
    pack       text        NOT NULL,
    pack_version int       NOT NULL,
    actor      text        NOT NULL,
    account    uuid        NOT NULL,
    at         timestamptz NOT NULL,
    version    bigint      NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN instruction.urgency IS 'what the case''s urgency is since';
COMMENT ON COLUMN instruction.sent_back IS 'the newest report was not accepted';
COMMENT ON COLUMN instruction.account IS 'the leader''s account';
CREATE INDEX instruction_case ON instruction (case_id);
CREATE INDEX instruction_open ON instruction (at, id) WHERE state = 'open';
CREATE INDEX instruction_at ON instruction (at, id);

CREATE TABLE instruction_report (
    instruction_id uuid        NOT NULL,
    at             timestamptz NOT NULL,
    text           text        NOT NULL,
    actor          text        NOT NULL,
    accepted       boolean,
    answer         text,
    answered_at    timestamptz,
    PRIMARY KEY (instruction_id, at)
);
COMMENT ON COLUMN instruction_report.accepted IS 'none: not yet looked at';

-- 圈阅: which letters a leader has read.
CREATE TABLE reading (
    account uuid        NOT NULL,
    case_id uuid        NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (account, case_id)
);

-- How cases are read, where they are more than ordinary: class, the strict-and-fast list, urgency.
CREATE TABLE case_class (
    case_id     uuid        PRIMARY KEY,
    class       text        NOT NULL,
    fast        text,
    received_at timestamptz NOT NULL
);
COMMENT ON COLUMN case_class.received_at IS 'the day of receipt of the case: reading lists go by it';
CREATE INDEX case_class_received ON case_class (received_at, case_id);

-- 包案、七包一、专班、积案、纪检督办.
CREATE TABLE charge (
    id         uuid        PRIMARY KEY,
    case_id    uuid        NOT NULL,
    region     text        NOT NULL,
    code       text        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('active', 'solved', 'lifted')),
    reason     text        NOT NULL,
    pack       text        NOT NULL,
    pack_version int       NOT NULL,
    actor      text        NOT NULL,
    at         timestamptz NOT NULL,
    ended_by   text,
    ended_at   timestamptz,
    conclusion text,
    version    bigint      NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX charge_one ON charge (case_id, code) WHERE state = 'active';
CREATE INDEX charge_register ON charge (code, at, id);
CREATE INDEX charge_case ON charge (case_id);
COMMENT ON COLUMN charge.version IS 'ETag; grows with each change of the charge, its roles and its entries';

CREATE TABLE charge_role (
    charge_id uuid        NOT NULL,
    role      text        NOT NULL,
    function  text        NOT NULL,
    account   uuid        NOT NULL,
    actor     text        NOT NULL,
    at        timestamptz NOT NULL,
    until     timestamptz,
    PRIMARY KEY (charge_id, role, at)
);
COMMENT ON COLUMN charge_role.function IS 'what the person is (某镇党委书记), never a name';
COMMENT ON COLUMN charge_role.until IS 'another account has the role since';

CREATE TABLE charge_entry (
    id        uuid        PRIMARY KEY,
    charge_id uuid        NOT NULL,
    kind      text        NOT NULL CHECK (kind IN ('plan', 'progress', 'report', 'log', 'demand')),
    text      text        NOT NULL,
    due       date,
    done_at   timestamptz,
    unit      text,
    answer    text,
    actor     text        NOT NULL,
    at        timestamptz NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN charge_entry.kind IS 'plan: a step to be done; progress; report: heard by the leader; log, demand: the inspector''s';
COMMENT ON COLUMN charge_entry.unit IS 'of whom a statement is demanded';
CREATE INDEX charge_entry_charge ON charge_entry (charge_id, at);
CREATE INDEX charge_entry_demand ON charge_entry (unit, at) WHERE kind = 'demand';
