-- What intake owns: regions it takes cases from, cases, parties (sealed), supplements, the dossier.

-- Codes a case may lie in; loaded by the command line, cached in memory.
CREATE TABLE region (
    code   text COLLATE "C" PRIMARY KEY,
    name   text NOT NULL,
    level  text NOT NULL,
    parent text COLLATE "C"
);
COMMENT ON COLUMN region.code IS 'GB/T 2260: 6 digits; 9 township, 12 village';
COMMENT ON COLUMN region.level IS 'province, city, county, township, village';

-- Serials of case numbers; a batch takes a block, gaps are of no meaning.
CREATE SEQUENCE case_serial AS bigint;

-- One row a case: what lists and decisions need. Long text and sealed data are kept apart, so that a change of state
-- rewrites a narrow row.
CREATE TABLE case_file (
    case_id         uuid        PRIMARY KEY,
    position        bigint      GENERATED ALWAYS AS IDENTITY,
    number          text        COLLATE "C" NOT NULL CONSTRAINT case_file_number UNIQUE,
    kind            text        NOT NULL,
    subject         text,
    channel         text        NOT NULL,
    region          text        COLLATE "C" NOT NULL,
    urgency         text        NOT NULL,
    state           text        NOT NULL CHECK (state IN ('registered', 'accepted', 'dispatched', 'closed', 'declined',
                                                          'withdrawn', 'reopened')),
    round           int         NOT NULL DEFAULT 1,
    closed_round    int         NOT NULL DEFAULT 0,
    pack_id         text        NOT NULL,
    pack_version    int         NOT NULL,
    confidential    boolean     NOT NULL,
    historic        boolean     NOT NULL,
    multi_unit      boolean     NOT NULL,
    title           text        NOT NULL,
    unit            text        COLLATE "C",
    reason          text,
    supplements     int         NOT NULL DEFAULT 0,
    received_at     timestamptz NOT NULL,
    due_at          timestamptz,
    phone_index     bytea,
    query_code_hash bytea,
    tries           int         NOT NULL DEFAULT 0,
    tries_from      timestamptz,
    source_key      text        COLLATE "C",
    version         bigint      NOT NULL DEFAULT 1
) WITH (fillfactor = 80);
COMMENT ON COLUMN case_file.position IS 'order of registration in this table';
COMMENT ON COLUMN case_file.round IS 'round of handling, 2 after the first reopening';
COMMENT ON COLUMN case_file.closed_round IS 'last round that was closed; each is closed once';
COMMENT ON COLUMN case_file.title IS 'cleaned, not redacted: shown to staff only';
COMMENT ON COLUMN case_file.unit IS 'the lead unit that has the case now';
COMMENT ON COLUMN case_file.reason IS 'code of the pack for which the case was declined';
COMMENT ON COLUMN case_file.due_at IS 'first instant too late of the newest handle clock';
COMMENT ON COLUMN case_file.phone_index IS 'HMAC-SHA-256 of the digits: found by the same number, readable by nobody';
COMMENT ON COLUMN case_file.query_code_hash IS 'HMAC-SHA-256 of case id and query code; none for imported cases';
COMMENT ON COLUMN case_file.tries IS 'wrong query codes since tries_from';
COMMENT ON COLUMN case_file.source_key IS 'older system and its id: "source:external_id"';
COMMENT ON COLUMN case_file.version IS 'the ETag; grows with each change that a reader sees as such';

CREATE INDEX case_file_received ON case_file (received_at DESC, case_id DESC);
CREATE INDEX case_file_state ON case_file (state, received_at DESC, case_id DESC);
CREATE INDEX case_file_kind ON case_file (kind, received_at DESC, case_id DESC);
CREATE INDEX case_file_region ON case_file (region, received_at DESC, case_id DESC);
CREATE INDEX case_file_unit ON case_file (unit, received_at DESC, case_id DESC) WHERE unit IS NOT NULL;
CREATE INDEX case_file_phone ON case_file (phone_index) WHERE phone_index IS NOT NULL;
CREATE UNIQUE INDEX case_file_source ON case_file (source_key) WHERE source_key IS NOT NULL;

-- What the citizen said and who it was. Written once.
CREATE TABLE case_matter (
    case_id   uuid  PRIMARY KEY,
    body      text  NOT NULL,
    party     bytea,
    unit_hint text,
    mode_hint text
);
COMMENT ON COLUMN case_matter.body IS 'cleaned text, not redacted';
COMMENT ON COLUMN case_matter.party IS 'AES-256-GCM-SIV of name, phone, mail, address as JSON; bound to the case id';

-- What the citizen added later.
CREATE TABLE case_supplement (
    case_id uuid        NOT NULL,
    count   int         NOT NULL,
    said_at timestamptz NOT NULL,
    body    text        NOT NULL,
    PRIMARY KEY (case_id, count)
);

-- 全程留痕: everything that happened to a case, append-only, each entry hashed over the one before.
CREATE TABLE dossier_entry (
    case_id     uuid        NOT NULL,
    seq         int         NOT NULL,
    event_id    uuid        NOT NULL,
    source      text        NOT NULL,
    kind        text        NOT NULL,
    happened_at timestamptz NOT NULL,
    actor       text        NOT NULL,
    detail      json        NOT NULL,
    hash        bytea       NOT NULL,
    PRIMARY KEY (case_id, seq)
);
COMMENT ON COLUMN dossier_entry.detail IS 'json, not jsonb: kept byte for byte, so that the hash can be computed again';
COMMENT ON COLUMN dossier_entry.hash IS 'SHA-256 of the previous hash and this entry; see app/chain.rs';
