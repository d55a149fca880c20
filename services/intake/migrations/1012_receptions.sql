-- 领导接待日 and 在线接听.

CREATE TABLE reception (
    session_id   uuid        PRIMARY KEY,
    live         boolean     NOT NULL,
    state        text        NOT NULL CHECK (state IN ('scheduled', 'published', 'open', 'held', 'cancelled')),
    rank         text        COLLATE "C" NOT NULL,
    leaders      text[]      NOT NULL CHECK (cardinality(leaders) > 0),
    region       text        COLLATE "C" NOT NULL,
    unit         text        COLLATE "C",
    remit        text        NOT NULL,
    place        text        NOT NULL,
    day          date        NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    capacity     int         NOT NULL CHECK (capacity > 0),
    taken        int         NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND capacity),
    last_number  int         NOT NULL DEFAULT 0,
    cases        int         NOT NULL DEFAULT 0,
    late         boolean     NOT NULL DEFAULT false,
    reason       text,
    participants text[]      NOT NULL DEFAULT '{}',
    summary      text,
    published_at timestamptz,
    held_at      timestamptz,
    actor        text        NOT NULL,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    version      bigint      NOT NULL DEFAULT 1,
    CHECK (starts_at < ends_at)
);
COMMENT ON COLUMN reception.live IS '在线接听: by telephone or online instead of in a room';
COMMENT ON COLUMN reception.rank IS 'rank code of the pack; the frequency is owed by rank';
COMMENT ON COLUMN reception.leaders IS 'offices of those who receive, never names; each is one person-time';
COMMENT ON COLUMN reception.late IS 'published with less notice than the pack asks for';
COMMENT ON COLUMN reception.participants IS 'functions of those who took part, such as lawyer';
COMMENT ON COLUMN reception.cases IS 'matters that were taken up';
CREATE INDEX reception_day ON reception (day DESC, session_id DESC);

-- 预约: one place of a session.
CREATE TABLE reception_booking (
    session_id  uuid        NOT NULL REFERENCES reception,
    number      int         NOT NULL,
    state       text        NOT NULL CHECK (state IN ('booked', 'cancelled', 'attended', 'absent')),
    contact     bytea       NOT NULL,
    phone_index bytea       NOT NULL,
    code_hash   bytea       NOT NULL,
    tries       int         NOT NULL DEFAULT 0,
    tries_from  timestamptz,
    matter      text        NOT NULL,
    advice      text,
    ones        text[]      NOT NULL DEFAULT '{}',
    case_id     uuid,
    booked_at   timestamptz NOT NULL,
    actor       text        NOT NULL,
    PRIMARY KEY (session_id, number)
);
COMMENT ON COLUMN reception_booking.contact IS 'AES-256-GCM-SIV of name and telephone; bound to session and number';
COMMENT ON COLUMN reception_booking.ones IS 'points of the checklist (五个一) that were done';
CREATE UNIQUE INDEX reception_booking_phone ON reception_booking (session_id, phone_index) WHERE state <> 'cancelled';

-- Who opened the contacts of a session, and when.
CREATE TABLE reception_look (
    session_id uuid        NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL
);
