-- Notices and what is remembered of cases to write them.

-- What is known of a case: filled from the events of all sources, in whatever order they come.
CREATE TABLE case_card (
    case_id      uuid     PRIMARY KEY,
    version      bigint   NOT NULL,
    number       text,
    kind         text,
    received_on  date,
    region       text,
    pack_id      text,
    pack_version integer,
    reach        text,
    hands        text     NOT NULL,
    provisional  uuid[]   NOT NULL,
    waiting      boolean  NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN case_card.version IS 'grows with each change; a writer that read another version starts again';
COMMENT ON COLUMN case_card.number IS 'the number the citizen keeps; empty until the registration was heard, like the five below';
COMMENT ON COLUMN case_card.received_on IS 'day of receipt, Asia/Shanghai';
COMMENT ON COLUMN case_card.region IS 'where the matter lies';
COMMENT ON COLUMN case_card.pack_id IS 'the policy pack whose notices are owed';
COMMENT ON COLUMN case_card.reach IS 'ways to the citizen beside the inbox: sms, email, with a comma between; empty until acceptance was decided. Never an address';
COMMENT ON COLUMN case_card.hands IS 'lead units with the instant of each hand-over, as JSON';
COMMENT ON COLUMN case_card.provisional IS 'limits whose day may still move';
COMMENT ON COLUMN case_card.waiting IS 'event_waiting has rows of this case';

-- Events that owe something that could not be said yet. Looked at again when the card changes; few.
CREATE TABLE event_waiting (
    event_id uuid PRIMARY KEY,
    case_id  uuid NOT NULL,
    event    text NOT NULL
);
COMMENT ON COLUMN event_waiting.event IS 'the event as JSON; events hold no personal data';
CREATE INDEX event_waiting_case ON event_waiting (case_id);

-- One message owed to one recipient, its words and its delivery. Staff read inbox rows, carriers take spool rows.
CREATE TABLE notice (
    notice_id  uuid        PRIMARY KEY,
    case_id    uuid        NOT NULL,
    cause      uuid        NOT NULL,
    number     text        NOT NULL,
    region     text        NOT NULL,
    audience   text        NOT NULL CHECK (audience IN ('citizen', 'unit', 'centre', 'supervisor', 'leader')),
    recipient  text        NOT NULL,
    template   text        NOT NULL,
    pack       text        NOT NULL,
    channel    text        NOT NULL CHECK (channel IN ('inbox', 'spool')),
    medium     text        CHECK ((medium IN ('sms', 'email')) = (channel = 'spool')),
    title_zh   text        NOT NULL,
    title_en   text        NOT NULL,
    zh         text        NOT NULL,
    en         text        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('queued', 'retrying', 'sent', 'failed')),
    attempts   integer     NOT NULL,
    next_at    timestamptz CHECK ((next_at IS NOT NULL) = (state = 'retrying')),
    sent_at    timestamptz CHECK ((sent_at IS NOT NULL) = (state = 'sent')),
    opened_at  timestamptz,
    created_at timestamptz NOT NULL
) WITH (fillfactor = 90);
COMMENT ON COLUMN notice.notice_id IS 'derived from event, audience and template, so that a repeat makes no second';
COMMENT ON COLUMN notice.cause IS 'the event that owed it';
COMMENT ON COLUMN notice.recipient IS 'the code of the unit; for other audiences the audience again';
COMMENT ON COLUMN notice.pack IS 'id and version of the pack whose words these are';
COMMENT ON COLUMN notice.medium IS 'what a spooled text is';
COMMENT ON COLUMN notice.next_at IS 'when to try again';
COMMENT ON COLUMN notice.created_at IS 'when it happened (business time)';
CREATE INDEX notice_case ON notice (case_id, created_at, notice_id);
CREATE INDEX notice_inbox ON notice (audience, recipient, created_at, notice_id)
    WHERE channel = 'inbox' AND audience <> 'citizen';
CREATE INDEX notice_spool ON notice (created_at, notice_id) WHERE channel = 'spool';
