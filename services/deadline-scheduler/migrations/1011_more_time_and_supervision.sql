-- Requests for more time, explanations, the ladder, and supervision orders.

CREATE TABLE extension (
    extension_id uuid        PRIMARY KEY,
    case_id      uuid        NOT NULL,
    clock_id     uuid        NOT NULL,
    amount       int         NOT NULL CHECK (amount > 0),
    reason       text        NOT NULL,
    grounds      text        NOT NULL,
    asked_by     text        NOT NULL,
    asked_at     timestamptz NOT NULL,
    state        text        NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn')),
    granted      int,
    remark       text,
    decided_by   text,
    decided_at   timestamptz,
    version      bigint      NOT NULL,
    CHECK ((state = 'asked') = (decided_at IS NULL))
);
COMMENT ON TABLE extension IS 'a request for more time (延期申请)';
COMMENT ON COLUMN extension.amount IS 'in the unit of the limit';
COMMENT ON COLUMN extension.grounds IS 'the reasons in words; stay here';
COMMENT ON COLUMN extension.asked_by IS 'actor label: role and account id';
CREATE UNIQUE INDEX extension_waiting ON extension (clock_id) WHERE state = 'asked';
CREATE INDEX extension_of_case ON extension (case_id, asked_at);
CREATE INDEX extension_asked ON extension (asked_at, extension_id) WHERE state = 'asked';

CREATE TABLE explanation (
    clock_id    uuid        NOT NULL,
    limit_at    timestamptz NOT NULL,
    case_id     uuid        NOT NULL,
    reason      text        NOT NULL,
    body        text        NOT NULL,
    expected_on date,
    written_by  text        NOT NULL,
    written_at  timestamptz NOT NULL,
    PRIMARY KEY (clock_id, limit_at)
);
COMMENT ON TABLE explanation IS 'why a limit passed (情况说明), once for each instant at which it passed';
CREATE INDEX explanation_of_case ON explanation (case_id, written_at);

-- The next rung of a broken limit. A hint when to look: what stands is decided under the lock of the case.
CREATE TABLE rung (
    case_id  uuid        NOT NULL,
    clock_id uuid        NOT NULL,
    rank     smallint    NOT NULL,
    limit_at timestamptz NOT NULL,
    due_at   timestamptz NOT NULL
);
COMMENT ON COLUMN rung.rank IS 'from 1, in the order of the ladder';
COMMENT ON COLUMN rung.limit_at IS 'the instant at which the limit passed; another one makes the row void';
CREATE INDEX rung_due ON rung (due_at);

CREATE TABLE climbed (
    clock_id   uuid        NOT NULL,
    limit_at   timestamptz NOT NULL,
    rank       smallint    NOT NULL,
    case_id    uuid        NOT NULL,
    step       text        NOT NULL,
    climbed_at timestamptz NOT NULL,
    PRIMARY KEY (clock_id, limit_at, rank)
);
COMMENT ON TABLE climbed IS 'rungs that were climbed: each once for each instant at which the limit passed';

CREATE TABLE supervision (
    order_id     uuid        PRIMARY KEY,
    case_id      uuid        NOT NULL,
    clock_id     uuid,
    form         text        NOT NULL,
    unit         text,
    region       text        NOT NULL,
    grounds      text        NOT NULL,
    demand       text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('proposed', 'ordered', 'answered', 'dropped', 'lifted')),
    requested_by text        NOT NULL,
    requested_at timestamptz NOT NULL,
    approved_by  text,
    approved_at  timestamptz,
    answer       text,
    answered_by  text,
    answered_at  timestamptz,
    remark       text,
    ended_by     text,
    ended_at     timestamptz,
    version      bigint      NOT NULL
);
COMMENT ON TABLE supervision IS 'orders of supervision (督办单): who asked, who let it out, what was answered';
COMMENT ON COLUMN supervision.demand IS 'what is demanded, in words; stays here';
COMMENT ON COLUMN supervision.requested_by IS 'actor label; `system` for a rung of the ladder';
CREATE INDEX supervision_of_case ON supervision (case_id, requested_at);
CREATE INDEX supervision_open ON supervision (requested_at, order_id) WHERE state IN ('proposed', 'ordered', 'answered');
