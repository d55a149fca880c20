-- Contacts that make no case of themselves.

CREATE TABLE contact (
    contact_id   uuid        PRIMARY KEY,
    sort         text        NOT NULL CHECK (sort IN ('enquiry', 'consultation', 'praise', 'abusive', 'abandoned')),
    state        text        NOT NULL CHECK (state IN ('noted', 'reported', 'confirmed', 'contested', 'cleared', 'owed',
                                                       'reached', 'unreachable', 'case')),
    channel      text        NOT NULL,
    region       text        COLLATE "C" NOT NULL,
    line         text        COLLATE "C",
    article      uuid,
    about        text        COLLATE "C",
    at           timestamptz NOT NULL,
    day          date        NOT NULL,
    due_at       timestamptz,
    attempts     int         NOT NULL DEFAULT 0,
    objected     boolean     NOT NULL DEFAULT false,
    phone        bytea,
    phone_index  bytea,
    note         text        NOT NULL,
    grounds      text,
    ruling       text,
    ruled_by     text,
    ruled_at     timestamptz,
    code_hash    bytea,
    tries        int         NOT NULL DEFAULT 0,
    tries_from   timestamptz,
    case_id      uuid,
    actor        text        NOT NULL,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    version      bigint      NOT NULL DEFAULT 1,
    CHECK (sort <> 'abandoned' OR phone IS NOT NULL)
) WITH (fillfactor = 80);
COMMENT ON COLUMN contact.day IS 'day of the tenant on which it happened, for figures';
COMMENT ON COLUMN contact.article IS 'the article of the knowledge base that was read out';
COMMENT ON COLUMN contact.about IS 'the unit that was asked for or praised';
COMMENT ON COLUMN contact.due_at IS 'until when the call back is owed';
COMMENT ON COLUMN contact.phone IS 'AES-256-GCM-SIV of the telephone; bound to the contact id';
COMMENT ON COLUMN contact.note IS 'what was asked and said, or the facts of an abusive call; for staff only';
COMMENT ON COLUMN contact.grounds IS 'the objection of the person';
COMMENT ON COLUMN contact.ruling IS 'why the supervisor decided so; the person may read it';
COMMENT ON COLUMN contact.code_hash IS 'opens the decision to the person it is about';

CREATE INDEX contact_at ON contact (at DESC, contact_id DESC);
CREATE INDEX contact_day ON contact (day);
CREATE INDEX contact_owed ON contact (due_at, contact_id) WHERE state = 'owed';
CREATE INDEX contact_waiting ON contact (at, contact_id) WHERE state IN ('reported', 'contested');

-- 回拨: every call back, whatever came of it.
CREATE TABLE contact_attempt (
    contact_id uuid        NOT NULL,
    number     int         NOT NULL,
    at         timestamptz NOT NULL,
    reached    boolean     NOT NULL,
    actor      text        NOT NULL,
    PRIMARY KEY (contact_id, number)
);

-- Who opened a sealed telephone, and when.
CREATE TABLE contact_look (
    contact_id uuid        NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL
);
CREATE INDEX contact_look_contact ON contact_look (contact_id, at);
