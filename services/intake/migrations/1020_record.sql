-- The record of a case beyond its words: only cases that use it have rows here, so that the hot rows stay narrow.

-- The tenant's tree of subjects (三级分类).
CREATE TABLE subject (
    code    text COLLATE "C" PRIMARY KEY,
    zh      text NOT NULL,
    en      text NOT NULL,
    version int  NOT NULL,
    retired boolean NOT NULL DEFAULT false
);
COMMENT ON COLUMN subject.version IS 'of the tree that brought it last';
COMMENT ON COLUMN subject.retired IS 'the newest tree no longer has it; cases that carry it keep it';

CREATE TABLE case_record (
    case_id    uuid   PRIMARY KEY,
    class      text   NOT NULL DEFAULT 'ordinary' CHECK (class IN ('ordinary', 'urgent-read', 'important')),
    fast       text,
    evidence   text,
    petition   text,
    elements   bytea,
    purposes   text[] NOT NULL DEFAULT '{}',
    risks      text[] NOT NULL DEFAULT '{}',
    tags       text[] NOT NULL DEFAULT '{}',
    grid       text   COLLATE "C",
    brought_to text   COLLATE "C"
) WITH (fillfactor = 80);
COMMENT ON COLUMN case_record.class IS '三分类, apart from urgency';
COMMENT ON COLUMN case_record.fast IS 'code of the strict-and-fast list of the pack';
COMMENT ON COLUMN case_record.evidence IS 'why that entry holds: a word of the list, or a size';
COMMENT ON COLUMN case_record.petition IS 'kind or lane of a petition, when a person named it';
COMMENT ON COLUMN case_record.elements IS 'who, when, where, cause, course as JSON, sealed and bound to the case id';
COMMENT ON COLUMN case_record.brought_to IS 'region of the organ before which it was brought';

-- Who tells it together: figures readable, persons sealed.
CREATE TABLE case_parties (
    case_id         uuid    PRIMARY KEY,
    nature          text    NOT NULL CHECK (nature IN ('citizen', 'legal-person', 'organisation')),
    size            int     NOT NULL,
    representatives int     NOT NULL,
    proxies         int     NOT NULL,
    sealed          bytea   NOT NULL
);
COMMENT ON COLUMN case_parties.sealed IS 'names, representatives, proxies, hardship, history as JSON, sealed and bound to the case id';

-- A flag stands on a case. Nothing joins flags of different cases: there is no list of persons.
CREATE TABLE case_flag (
    flag_id      uuid        PRIMARY KEY,
    case_id      uuid        NOT NULL,
    flag         text        NOT NULL,
    ground       text        NOT NULL,
    facts        text        NOT NULL,
    author       text        NOT NULL,
    set_at       timestamptz NOT NULL,
    until        date        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('standing', 'objected', 'kept', 'lifted')),
    objection    text,
    objected_at  timestamptz,
    decided_by   text,
    decided_at   timestamptz,
    decision     text,
    handed_to    text,
    handed_on    date,
    handed_ref   text,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL
);
CREATE INDEX case_flag_case ON case_flag (case_id);
COMMENT ON COLUMN case_flag.facts IS 'what happened, in the words of the author';
COMMENT ON COLUMN case_flag.handed_ref IS 'serial of the receiving body; a note that a hand-over happened, never the hand-over itself';

-- 一次性告知: every request for materials; the second is a defect.
CREATE TABLE case_materials (
    case_id     uuid        NOT NULL,
    request     int         NOT NULL,
    items       text[]      NOT NULL,
    asked_at    timestamptz NOT NULL,
    asked_by    text        NOT NULL,
    received_at timestamptz,
    received_by text,
    PRIMARY KEY (case_id, request)
);

-- 书面告知.
CREATE SEQUENCE notice_serial AS bigint;
CREATE TABLE written_notice (
    case_id      uuid        NOT NULL,
    form         text        NOT NULL,
    serial       text        COLLATE "C" UNIQUE,
    body         text,
    due_on       date,
    served_on    date,
    way          text,
    waived       text,
    made_by      text        NOT NULL,
    made_at      timestamptz NOT NULL,
    pack_id      text        NOT NULL,
    pack_version int         NOT NULL,
    PRIMARY KEY (case_id, form)
);
COMMENT ON COLUMN written_notice.waived IS 'why none is owed: the name or the address is unclear';

-- 日收日清: the first look of a member of staff at a case.
CREATE TABLE case_seen (
    case_id uuid        PRIMARY KEY,
    seen_at timestamptz NOT NULL,
    seen_by text        NOT NULL
);
