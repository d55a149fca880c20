-- Conversations that go on, as the operators' desks tell them, and who of the supervision office listened in (监听).

CREATE TABLE conversation (
    conversation_id uuid        PRIMARY KEY,
    call            text        COLLATE "C" NOT NULL,
    sort            text        NOT NULL CHECK (sort IN ('call', 'three-party', 'live')),
    operator        text        COLLATE "C" NOT NULL,
    line            text        COLLATE "C",
    region          text        COLLATE "C" NOT NULL,
    secret          boolean     NOT NULL DEFAULT false,
    case_id         uuid,
    contact_id      uuid,
    began_at        timestamptz NOT NULL,
    ended_at        timestamptz,
    pack_id         text        NOT NULL,
    pack_version    int         NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN conversation.call IS 'what the switch calls it: a code, never a telephone number';
COMMENT ON COLUMN conversation.operator IS 'role and account of who answers';
COMMENT ON COLUMN conversation.secret IS 'the operator found before any case was made that it is for named hands only; never taken back';
CREATE UNIQUE INDEX conversation_open ON conversation (call) WHERE ended_at IS NULL;
CREATE INDEX conversation_began ON conversation (began_at, conversation_id) WHERE ended_at IS NULL;

CREATE TABLE listening (
    listening_id    uuid        PRIMARY KEY,
    conversation_id uuid        NOT NULL,
    operator        text        COLLATE "C" NOT NULL,
    region          text        COLLATE "C" NOT NULL,
    listener        text        COLLATE "C" NOT NULL,
    extension       text        COLLATE "C" NOT NULL,
    ground          text        NOT NULL,
    state           text        NOT NULL CHECK (state IN ('asked', 'on', 'refused', 'away', 'ended')),
    by_right        boolean     NOT NULL,
    receipt         text,
    asked_at        timestamptz NOT NULL,
    joined_at       timestamptz,
    ended_at        timestamptz,
    ending          text        CHECK (ending IN ('listener', 'time', 'sealed', 'over')),
    leave_due       timestamptz,
    tries           int         NOT NULL DEFAULT 0,
    pack_id         text        NOT NULL,
    pack_version    int         NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN listening.extension IS 'the extension of the office that was joined, muted';
COMMENT ON COLUMN listening.ground IS 'a code of the pack';
COMMENT ON COLUMN listening.by_right IS 'the matter was sealed when it began, and the listener had the right of a hand';
COMMENT ON COLUMN listening.receipt IS 'what the switch calls the listener';
COMMENT ON COLUMN listening.ending IS 'why it ended, or why it is to end';
COMMENT ON COLUMN listening.leave_due IS 'from when on the switch is told to take the listener off';
CREATE UNIQUE INDEX listening_one ON listening (conversation_id, listener) WHERE state IN ('asked', 'on', 'away');
CREATE INDEX listening_due ON listening (leave_due) WHERE state IN ('asked', 'on', 'away');
CREATE INDEX listening_asked ON listening (asked_at DESC, listening_id DESC);
CREATE INDEX listening_operator ON listening (operator, asked_at);

-- Every request to the switch, whatever came of it.
CREATE TABLE listening_try (
    listening_id uuid        NOT NULL,
    number       int         NOT NULL,
    at           timestamptz NOT NULL,
    deed         text        NOT NULL CHECK (deed IN ('join', 'leave')),
    heard        text        NOT NULL CHECK (heard IN ('taken', 'refused', 'away')),
    PRIMARY KEY (listening_id, number)
);
