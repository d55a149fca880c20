-- By which doors matters come in: merged lines, mailboxes, other bodies; and what of a case came by them.

-- 合并热线: older numbers that now lead to the one.
CREATE TABLE merged_line (
    number text COLLATE "C" PRIMARY KEY,
    name   text NOT NULL,
    owner  text NOT NULL,
    mode   text NOT NULL CHECK (mode IN ('cancelled', 'parallel', 'sub-centre')),
    into_number text COLLATE "C" NOT NULL,
    region text COLLATE "C",
    since  date
);
COMMENT ON COLUMN merged_line.mode IS 'cancelled 取消号码, parallel 双号并行, sub-centre 设分中心';
COMMENT ON COLUMN merged_line.into_number IS 'the one number it leads to';

-- 信箱: the mayor's, below it those of counties and bureaus.
CREATE TABLE mailbox (
    code   text COLLATE "C" PRIMARY KEY,
    zh     text NOT NULL,
    en     text NOT NULL,
    parent text COLLATE "C",
    region text COLLATE "C" NOT NULL,
    unit   text COLLATE "C",
    pack   text NOT NULL,
    frames text NOT NULL DEFAULT ''
);
COMMENT ON COLUMN mailbox.unit IS 'the unit whose mailbox it is; none for a government that sorts its own';
COMMENT ON COLUMN mailbox.frames IS 'origins that may show the form in a frame, separated by spaces';

-- 移交机构: bodies that hand matters over to us, or we to them.
CREATE TABLE origin_body (
    code    text    COLLATE "C" PRIMARY KEY,
    zh      text    NOT NULL,
    en      text    NOT NULL,
    sort    text    NOT NULL CHECK (sort IN ('emergency', 'superior', 'supervision', 'media', 'grid', 'other')),
    channel text    NOT NULL,
    unit    text    COLLATE "C",
    reports boolean NOT NULL DEFAULT false,
    takes   boolean NOT NULL DEFAULT false
);
COMMENT ON COLUMN origin_body.unit IS 'the unit code in the tokens of its own programmes';
COMMENT ON COLUMN origin_body.reports IS 'is owed a report when its matter is answered';
COMMENT ON COLUMN origin_body.takes IS 'matters may be handed over to it';

-- What of a case came by a door of these; no row for all others.
CREATE TABLE case_entry (
    case_id       uuid PRIMARY KEY,
    line          text COLLATE "C",
    mailbox       text COLLATE "C",
    topic         text COLLATE "C",
    session_id    uuid,
    booking       int,
    contact_id    uuid,
    origin_body   text COLLATE "C",
    origin_serial text COLLATE "C",
    CONSTRAINT case_entry_origin UNIQUE (origin_body, origin_serial)
);
CREATE INDEX case_entry_line ON case_entry (line) WHERE line IS NOT NULL;
CREATE INDEX case_entry_topic ON case_entry (topic) WHERE topic IS NOT NULL;
CREATE UNIQUE INDEX case_entry_session ON case_entry (session_id, booking) WHERE session_id IS NOT NULL;
CREATE UNIQUE INDEX case_entry_contact ON case_entry (contact_id) WHERE contact_id IS NOT NULL;
COMMENT ON COLUMN case_entry.origin_serial IS 'their own number: a second delivery makes no second case';

-- 办结回告: what is reported back to the body that handed a matter down.
CREATE TABLE origin_report (
    position    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body        text        COLLATE "C" NOT NULL,
    serial      text        COLLATE "C" NOT NULL,
    case_id     uuid        NOT NULL,
    round       int         NOT NULL,
    outcome     text        NOT NULL,
    unit        text        COLLATE "C" NOT NULL,
    answered_at timestamptz NOT NULL,
    acked_at    timestamptz,
    CONSTRAINT origin_report_once UNIQUE (case_id, round)
);
CREATE INDEX origin_report_open ON origin_report (body, position) WHERE acked_at IS NULL;

-- 移交: cases that were handed over to another line.
CREATE TABLE case_handover (
    case_id uuid        NOT NULL,
    seq     int         NOT NULL,
    body    text        COLLATE "C" NOT NULL,
    way     text        NOT NULL CHECK (way IN ('transfer', 'three-party', 'first-receiver')),
    danger  boolean     NOT NULL,
    leaves  boolean     NOT NULL,
    at      timestamptz NOT NULL,
    actor   text        NOT NULL,
    pack_id text        NOT NULL,
    pack_version int    NOT NULL,
    PRIMARY KEY (case_id, seq)
);
COMMENT ON COLUMN case_handover.leaves IS 'whether the matter left our hands by it';
