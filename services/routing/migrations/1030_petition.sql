-- Petitions after their handling, and who may hold a sealed case. Texts are sealed: nothing here can be read without the key.

CREATE TABLE petition (
    case_id      uuid   PRIMARY KEY,
    lane         text   NOT NULL,
    state        text   NOT NULL,
    round        int    NOT NULL,
    extensions   int    NOT NULL,
    hearing      boolean NOT NULL,
    turned       text   NOT NULL CHECK (turned IN ('no', 'refused', 'late')),
    proposed     text,
    handled_by   text,
    organ        text,
    asked_on     date,
    served_on    date,
    ask_by       date,
    due_on       date,
    version      bigint NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN petition.lane IS 'code of the pack: one of the six lanes of Art. 31';
COMMENT ON COLUMN petition.proposed IS 'kind of termination that lies with its approver';
COMMENT ON COLUMN petition.handled_by IS 'unit whose handling opinion stands';
COMMENT ON COLUMN petition.organ IS 'organ that decides on the newest request';
COMMENT ON COLUMN petition.ask_by IS 'last day for asking the next stage, from the service of the opinion';
COMMENT ON COLUMN petition.due_on IS 'last day for the opinion that was asked for';

-- Every written notice and opinion, as it was served.
CREATE TABLE petition_document (
    case_id   uuid        NOT NULL,
    seq       int         NOT NULL,
    form      text        NOT NULL,
    serial    text        NOT NULL,
    organ     text        NOT NULL,
    stage     text        NOT NULL,
    round     int         NOT NULL,
    result    text,
    issued_on date        NOT NULL,
    served_on date        NOT NULL,
    service   text        NOT NULL,
    contents  text        NOT NULL,
    actor     text        NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (case_id, seq),
    CONSTRAINT petition_document_serial UNIQUE (organ, serial)
);
COMMENT ON COLUMN petition_document.serial IS '文号, unique within its organ';
COMMENT ON COLUMN petition_document.contents IS 'sealed: titles and texts in both languages, what was filled in, proof of service';

-- Each request for 复查 or 复核 with what was decided on it.
CREATE TABLE petition_request (
    case_id     uuid        NOT NULL,
    seq         int         NOT NULL,
    stage       text        NOT NULL,
    round       int         NOT NULL,
    received_on date        NOT NULL,
    late        boolean     NOT NULL,
    grounds     text        NOT NULL,
    actor       text        NOT NULL,
    at          timestamptz NOT NULL,
    accepted    boolean,
    reason      text,
    decided_by  text,
    decided_at  timestamptz,
    PRIMARY KEY (case_id, seq)
);

-- Terminations other than by three levels: proposed by one, approved by another.
CREATE TABLE petition_termination (
    case_id     uuid        NOT NULL,
    seq         int         NOT NULL,
    kind        text        NOT NULL,
    evidence    text        NOT NULL,
    proposed_by text        NOT NULL,
    proposed_at timestamptz NOT NULL,
    approved    boolean,
    decided_by  text,
    decided_at  timestamptz,
    PRIMARY KEY (case_id, seq)
);

-- Who may hold a sealed case; a copy of what intake says.
CREATE TABLE case_seal (
    case_id  uuid        PRIMARY KEY,
    hands    uuid[]      NOT NULL,
    barred   text[]      NOT NULL,
    named_at timestamptz NOT NULL
);
COMMENT ON COLUMN case_seal.barred IS 'accused units; each bars its whole line';
