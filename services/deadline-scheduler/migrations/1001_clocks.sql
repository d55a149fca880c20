-- The limits that run, and the alarms still owed for them.

-- What must be known of a case to choose its limits. Its row lock is the lock of all clocks of the case.
CREATE TABLE case_facts (
    case_id      uuid        PRIMARY KEY,
    kind         text        NOT NULL,
    urgency      text        NOT NULL,
    region       text        NOT NULL,
    multi_unit   boolean     NOT NULL,
    received_at  timestamptz NOT NULL,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    round        int         NOT NULL,
    historic     boolean     NOT NULL,
    unit         text
) WITH (fillfactor = 80);
COMMENT ON COLUMN case_facts.multi_unit IS 'more than one unit has the case: the longer limit of the pack holds';
COMMENT ON COLUMN case_facts.received_at IS 'when the citizen spoke; limits that count from receipt start here';
COMMENT ON COLUMN case_facts.pack_id IS 'the policy pack the case was registered under';
COMMENT ON COLUMN case_facts.round IS '1 for the first round, 2 after the first reopening';
COMMENT ON COLUMN case_facts.historic IS 'its history is still being told: clocks are held, nothing fires';
COMMENT ON COLUMN case_facts.unit IS 'the lead unit of the round, once dispatched';

-- One limit. Firing does not write here: whether the limit passed follows from due_at, what was said from the ledger.
CREATE TABLE clock (
    clock_id     uuid        NOT NULL,
    case_id      uuid        NOT NULL,
    name         text        NOT NULL,
    entry        text        NOT NULL,
    unit         text,
    assignment   uuid,
    round        int         NOT NULL,
    region       text        NOT NULL,
    started_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    due_day      date        NOT NULL,
    provisional  boolean     NOT NULL,
    state        smallint    NOT NULL CHECK (state BETWEEN 0 AND 3),
    met_at       timestamptz,
    late         boolean,
    aside_at     timestamptz,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    held         boolean     NOT NULL,
    PRIMARY KEY (case_id, clock_id),
    CHECK ((state = 2) = (met_at IS NOT NULL AND late IS NOT NULL)),
    CHECK ((state IN (1, 3)) = (aside_at IS NOT NULL))
) WITH (fillfactor = 80);
COMMENT ON COLUMN clock.clock_id IS 'derived from case, round, name, assignment and how many of these there were before';
COMMENT ON COLUMN clock.name IS 'what it measures: accept, sign, contact, handle, review, reply, follow_up';
COMMENT ON COLUMN clock.entry IS 'id of the entry in deadlines.toml it follows';
COMMENT ON COLUMN clock.unit IS 'the unit it binds: that of the assignment, else the lead unit of the case';
COMMENT ON COLUMN clock.started_at IS 'the instant counting starts from';
COMMENT ON COLUMN clock.due_at IS 'the first instant that is too late';
COMMENT ON COLUMN clock.due_day IS 'the last day in time, Asia/Shanghai, whole';
COMMENT ON COLUMN clock.provisional IS 'beyond the last published holiday notice';
COMMENT ON COLUMN clock.state IS '0 open (running, warned or expired), 1 paused, 2 met, 3 cancelled';
COMMENT ON COLUMN clock.met_at IS 'business time of what met it';
COMMENT ON COLUMN clock.late IS 'met at or after the due instant, judged by business time';
COMMENT ON COLUMN clock.aside_at IS 'business time of the pause or the cancelling';
COMMENT ON COLUMN clock.held IS 'of a case whose history is still being told: no alarm is armed';
-- Open clocks of a unit by urgency: the unit's board.
CREATE INDEX clock_board ON clock (unit, due_at, clock_id) WHERE state = 0;

-- One alarm still owed. The row goes in the transaction that writes the event, or with the clock's end.
CREATE TABLE timer (
    clock_id uuid        NOT NULL,
    what     smallint    NOT NULL,
    shard    smallint    NOT NULL CHECK (shard BETWEEN 0 AND 63),
    due_at   timestamptz NOT NULL,
    case_id  uuid        NOT NULL,
    PRIMARY KEY (clock_id, what)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
COMMENT ON TABLE timer IS 'a row is an alarm that has not fired; fired and cancelled ones are gone';
COMMENT ON COLUMN timer.what IS '0 the limit itself, n the n-th warning';
COMMENT ON COLUMN timer.shard IS 'partition of the case; a worker fires the shards it leases';
COMMENT ON COLUMN timer.due_at IS 'when it is to fire, by the database''s clock';
CREATE INDEX timer_due ON timer (shard, due_at);

INSERT INTO shard_lease (kind, shard) SELECT 'timer', generate_series(0, 63)::smallint ON CONFLICT DO NOTHING;
