-- The way out: messages to carriers, addresses of offices, wishes and secrecy, escalation, and what agencies outside learn.

ALTER TABLE case_card ADD COLUMN guard text NOT NULL DEFAULT '{}';
COMMENT ON COLUMN case_card.guard IS 'secrecy, flags, barred units and wishes of the citizen, as JSON; empty for most';

ALTER TABLE notice DROP CONSTRAINT notice_audience_check;
ALTER TABLE notice ADD CONSTRAINT notice_audience_check
    CHECK (audience IN ('citizen', 'unit', 'officer', 'centre', 'supervisor', 'leader', 'county')) NOT VALID;
ALTER TABLE notice DROP CONSTRAINT notice_channel_check;
ALTER TABLE notice ADD CONSTRAINT notice_channel_check CHECK (channel IN ('inbox', 'spool', 'carrier')) NOT VALID;
ALTER TABLE notice DROP CONSTRAINT notice_check;
ALTER TABLE notice ADD CONSTRAINT notice_medium_check CHECK (
    medium IN ('sms', 'email', 'wechat', 'wecom') AND (medium IS NOT NULL) = (channel <> 'inbox')) NOT VALID;
ALTER TABLE notice DROP CONSTRAINT notice_state_check;
ALTER TABLE notice ADD CONSTRAINT notice_state_check CHECK (state IN ('queued', 'sent', 'failed')) NOT VALID;
ALTER TABLE notice DROP CONSTRAINT notice_check1;
ALTER TABLE notice ADD CONSTRAINT notice_next_check CHECK (next_at IS NULL OR state = 'queued') NOT VALID;
ALTER TABLE notice VALIDATE CONSTRAINT notice_audience_check;
ALTER TABLE notice VALIDATE CONSTRAINT notice_channel_check;
ALTER TABLE notice VALIDATE CONSTRAINT notice_medium_check;
ALTER TABLE notice VALIDATE CONSTRAINT notice_state_check;
ALTER TABLE notice VALIDATE CONSTRAINT notice_next_check;
COMMENT ON COLUMN notice.next_at IS 'by when its delivery has come to an end; only while it is under way';
COMMENT ON COLUMN notice.medium IS 'the way out of what is spooled or given to a carrier';

-- A transaction that is still open may hold rows older than those already seen, so a reader that goes on where it
-- stopped counts transactions, and reads only those behind which none is open.
ALTER TABLE notice ADD COLUMN arrived xid8 NOT NULL DEFAULT '0';
ALTER TABLE notice ALTER COLUMN arrived SET DEFAULT pg_current_xact_id();
COMMENT ON COLUMN notice.arrived IS 'the transaction that wrote it: the order of inboxes and the cursor of their streams';
DROP INDEX notice_inbox;
CREATE INDEX notice_inbox ON notice (audience, recipient, arrived, created_at, notice_id)
    WHERE channel = 'inbox' AND audience <> 'citizen';
-- Rows lie in the order of their sending: the coarse index costs next to nothing on the way in.
CREATE INDEX notice_sent ON notice USING brin (sent_at) WITH (pages_per_range = 16);

-- What is to go out and lies in no message yet.
CREATE TABLE outward (
    notice_id  uuid        NOT NULL,
    ways       text        NOT NULL,
    case_id    uuid        NOT NULL,
    audience   text        NOT NULL,
    recipient  text        NOT NULL,
    region     text        NOT NULL,
    pack       text        NOT NULL,
    urgent     boolean     NOT NULL,
    digest     boolean     NOT NULL,
    not_before timestamptz NOT NULL,
    PRIMARY KEY (notice_id)
);
COMMENT ON COLUMN outward.ways IS 'ways still to be tried, with a comma between; the first one is next';
CREATE INDEX outward_due ON outward (not_before);

-- One message to one recipient on one way: a notice, or several as one.
CREATE TABLE parcel (
    parcel_id  uuid        PRIMARY KEY,
    way        text        NOT NULL CHECK (way IN ('sms', 'email', 'wechat', 'wecom')),
    later_ways text        NOT NULL,
    case_id    uuid        NOT NULL,
    audience   text        NOT NULL,
    recipient  text        NOT NULL,
    region     text        NOT NULL,
    pack       text        NOT NULL,
    notices    uuid[]      NOT NULL,
    title_zh   text        NOT NULL,
    title_en   text        NOT NULL,
    zh         text        NOT NULL,
    en         text        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('waiting', 'sending', 'brought', 'failed', 'given_up', 'opened')),
    attempts   integer     NOT NULL,
    next_at    timestamptz CHECK ((next_at IS NOT NULL) = (state IN ('waiting', 'sending', 'failed'))),
    reason     text,
    receipt    text,
    made_at    timestamptz NOT NULL,
    brought_at timestamptz,
    opened_at  timestamptz
) WITH (fillfactor = 80);
COMMENT ON COLUMN parcel.parcel_id IS 'also the idempotency key that the carrier is given; the same for every attempt';
COMMENT ON COLUMN parcel.later_ways IS 'ways to try when this one is given up';
COMMENT ON COLUMN parcel.next_at IS 'when to take it up next; while sending: when nobody is believed to have it in hand';
COMMENT ON COLUMN parcel.reason IS 'code of the last refusal';
COMMENT ON COLUMN parcel.receipt IS 'what the carrier calls it';
CREATE INDEX parcel_due ON parcel (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX parcel_recipient ON parcel (recipient, way, made_at);
CREATE INDEX parcel_given_up ON parcel (made_at, parcel_id) WHERE state = 'given_up';

-- Where offices and their officers are written to. Citizens have no row here: intake is asked each time.
CREATE TABLE contact_point (
    audience  text        NOT NULL,
    recipient text        NOT NULL,
    way       text        NOT NULL,
    address   bytea       NOT NULL,
    actor     text        NOT NULL,
    set_at    timestamptz NOT NULL,
    PRIMARY KEY (audience, recipient, way)
);
COMMENT ON COLUMN contact_point.address IS 'sealed; bound to audience, recipient and way';

-- How far what is looked through at set times has come.
CREATE TABLE watch (
    name    text        PRIMARY KEY,
    seen_to timestamptz NOT NULL
);

-- What agencies outside may learn, in one order without gaps. Numbers are given by one writer at a time.
CREATE TABLE publication_waiting (
    entry_id uuid        PRIMARY KEY,
    case_id  uuid        NOT NULL,
    at       timestamptz NOT NULL,
    entry    text        NOT NULL
);
CREATE TABLE publication (
    position bigint      PRIMARY KEY,
    entry_id uuid        NOT NULL CONSTRAINT publication_entry UNIQUE,
    case_id  uuid        NOT NULL,
    at       timestamptz NOT NULL,
    entry    text        NOT NULL
);
COMMENT ON COLUMN publication.entry IS 'codes and times with what grants may add, as JSON; never of sealed or secret cases';
CREATE TABLE publication_head (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    position  bigint  NOT NULL,
    published bigint  NOT NULL
);
INSERT INTO publication_head (position, published) VALUES (0, 0);
COMMENT ON COLUMN publication_head.published IS 'the last one that the stream CASE_PUB has';

-- Who learns of it outside: bodies that work together, columns of the media.
CREATE TABLE subscription (
    subscription_id uuid        PRIMARY KEY,
    subscriber      text        NOT NULL,
    label_zh        text        NOT NULL,
    label_en        text        NOT NULL,
    medium          boolean     NOT NULL,
    filter          text        NOT NULL,
    grants          text        NOT NULL,
    url             text,
    secret          bytea,
    old_secret      bytea,
    place           bigint      NOT NULL,
    state           text        NOT NULL CHECK (state IN ('active', 'disabled', 'stopped')),
    failures        integer     NOT NULL,
    failing_since   timestamptz,
    next_at         timestamptz NOT NULL,
    actor           text        NOT NULL,
    made_at         timestamptz NOT NULL,
    version         bigint      NOT NULL
);
COMMENT ON COLUMN subscription.subscriber IS 'code of the agency, as its accounts carry it as unit';
COMMENT ON COLUMN subscription.medium IS 'a column of the media: bulletins and public answers';
COMMENT ON COLUMN subscription.url IS 'where entries are pushed; none: they are fetched';
COMMENT ON COLUMN subscription.secret IS 'sealed; signs what is pushed';
COMMENT ON COLUMN subscription.old_secret IS 'sealed; signs beside the new one until the next change';
COMMENT ON COLUMN subscription.place IS 'position of the last entry that was taken';
CREATE UNIQUE INDEX subscription_subscriber ON subscription (subscriber, label_zh);

-- What is told to the public by decision: in a crisis, of typical cases, of meetings and schedules.
CREATE TABLE bulletin (
    bulletin_id  uuid        PRIMARY KEY,
    sort         text        NOT NULL CHECK (sort IN ('crisis', 'handling', 'typical', 'reception', 'briefing', 'disclosure')),
    region       text        NOT NULL,
    title_zh     text        NOT NULL,
    title_en     text        NOT NULL,
    zh           text        NOT NULL,
    en           text        NOT NULL,
    publications uuid[]      NOT NULL,
    state        text        NOT NULL CHECK (state IN ('draft', 'released', 'withdrawn')),
    drafted_by   text        NOT NULL,
    drafted_at   timestamptz NOT NULL,
    released_by  text,
    released_at  timestamptz CHECK ((released_at IS NULL) = (state = 'draft')),
    version      bigint      NOT NULL
);
COMMENT ON COLUMN bulletin.publications IS 'public answers that it speaks of';
CREATE INDEX bulletin_released ON bulletin (released_at DESC, bulletin_id DESC) WHERE state = 'released';
