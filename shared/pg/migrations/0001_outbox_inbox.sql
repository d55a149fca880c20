-- The tables that every service has in its own schema: what it said, what it heard, who works which shard.

-- The ledger of everything this service ever said. Append-only; NATS is filled again from here.
CREATE TABLE outbox_event (
    seq          bigint GENERATED ALWAYS AS IDENTITY,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    event_id     uuid        NOT NULL,
    shard        smallint    NOT NULL CHECK (shard BETWEEN 0 AND 63),
    aggregate_id uuid        NOT NULL,
    version      bigint      NOT NULL,
    kind         text        NOT NULL,
    region       text        NOT NULL,
    happened_at  timestamptz NOT NULL,
    actor        text        NOT NULL,
    causation    uuid,
    trace        text,
    historic     boolean     NOT NULL,
    payload      bytea       NOT NULL,
    PRIMARY KEY (seq, recorded_at)
) PARTITION BY RANGE (recorded_at);
COMMENT ON COLUMN outbox_event.version IS '1, 2, 3 … without gaps per aggregate';
COMMENT ON COLUMN outbox_event.happened_at IS 'business time; for imported cases the historic time';
COMMENT ON COLUMN outbox_event.trace IS 'W3C traceparent of the moment of creation';
CREATE INDEX outbox_event_aggregate ON outbox_event (aggregate_id, version);
-- Catches rows when no month has been laid out; empty in normal life.
CREATE TABLE outbox_event_rest PARTITION OF outbox_event DEFAULT;

-- Lays out the ledger's months, this one and the next two. Safe to repeat.
CREATE FUNCTION lay_out_ledger() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    month date;
    name  text;
BEGIN
    FOR ahead IN 0..2 LOOP
        month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead))::date;
        name := 'outbox_event_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF outbox_event FOR VALUES FROM (%L) TO (%L)', name,
                           month::text || ' 00:00+00', (month + interval '1 month')::date::text || ' 00:00+00');
        END IF;
    END LOOP;
END $$;
SELECT lay_out_ledger();

-- The only churned table: small rows, one for each event not yet acknowledged by the stream.
CREATE TABLE outbox_pending (
    shard       smallint    NOT NULL,
    seq         bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    again       int         NOT NULL DEFAULT 0,
    PRIMARY KEY (seq)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0);

COMMENT ON COLUMN outbox_pending.again IS '0 the first time; else part of the message id, so that the stream does not take it for a repeat';

-- The newest version said of each aggregate; its row lock gives the ledger its order.
CREATE TABLE outbox_head (
    aggregate_id uuid   PRIMARY KEY,
    version      bigint NOT NULL
) WITH (fillfactor = 70);

-- Events that the stream will never take (too large, forbidden). Their aggregate waits for a person.
CREATE TABLE outbox_dead (
    seq         bigint      PRIMARY KEY,
    recorded_at timestamptz NOT NULL,
    reason      text        NOT NULL,
    failed_at   timestamptz NOT NULL DEFAULT now()
);

-- How far this service has heard each source on each aggregate.
CREATE TABLE inbox_position (
    source       text    NOT NULL,
    aggregate_id uuid    NOT NULL,
    version      bigint  NOT NULL,
    chain        bigint  NOT NULL,
    quarantined  boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source, aggregate_id)
) WITH (fillfactor = 70);
COMMENT ON COLUMN inbox_position.chain IS 'order-sensitive digest of the ids applied; the audit computes it again from the ledger';

-- Events that came before their turn.
CREATE TABLE inbox_parked (
    source       text        NOT NULL,
    aggregate_id uuid        NOT NULL,
    version      bigint      NOT NULL,
    event        jsonb       NOT NULL,
    parked_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, aggregate_id, version)
);

-- Events that could not be applied. The case waits (quarantine) until a person replays or skips with a reason.
CREATE TABLE dead_letter (
    source       text        NOT NULL,
    aggregate_id uuid        NOT NULL,
    version      bigint      NOT NULL,
    event        jsonb       NOT NULL,
    reason       text        NOT NULL,
    failed_at    timestamptz NOT NULL DEFAULT now(),
    state        text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'skipped')),
    settled_by   text,
    settled_why  text,
    PRIMARY KEY (source, aggregate_id, version)
);

-- How far each source's ledger was compared with the positions here (a lost tail leaves no gap to see).
CREATE TABLE inbox_compared (
    source text   PRIMARY KEY,
    seq    bigint NOT NULL
);

-- Who works which shard of what (relay, timers) until when. The database's clock decides.
CREATE TABLE shard_lease (
    kind  text        NOT NULL,
    shard smallint    NOT NULL,
    owner text        NOT NULL DEFAULT '',
    epoch bigint      NOT NULL DEFAULT 0,
    until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (kind, shard)
);

-- Who is alive, with shards or waiting for some: the shards are shared between all of these.
CREATE TABLE shard_owner (
    kind  text        NOT NULL,
    owner text        NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (kind, owner)
);

-- Answers already given to a request with an Idempotency-Key.
CREATE TABLE idempotency (
    scope      text        NOT NULL,
    key        text        NOT NULL,
    digest     bytea       NOT NULL,
    answer     jsonb       NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
COMMENT ON COLUMN idempotency.digest IS 'SHA-256 of the request: the same key with another request is refused';
CREATE INDEX idempotency_age ON idempotency (made_at);
