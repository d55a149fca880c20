-- Disclosure on application (依申请公开), with its own clock.

CREATE SEQUENCE disclosure_serial AS bigint;

CREATE TABLE disclosure (
    disclosure_id uuid        PRIMARY KEY,
    number        text        COLLATE "C" NOT NULL UNIQUE,
    state         text        NOT NULL CHECK (state IN ('received', 'extended', 'granted', 'partly', 'refused')),
    region        text        COLLATE "C" NOT NULL,
    applicant     bytea       NOT NULL,
    wanted        bytea       NOT NULL,
    received_on   date        NOT NULL,
    due_on        date        NOT NULL,
    provisional   boolean     NOT NULL,
    extension     text,
    reason        text,
    decided_on    date,
    late          boolean,
    actor         text        NOT NULL,
    pack_id       text        NOT NULL,
    pack_version  int         NOT NULL,
    version       bigint      NOT NULL DEFAULT 1
) WITH (fillfactor = 90);
CREATE INDEX disclosure_open ON disclosure (due_on) WHERE state IN ('received', 'extended');
COMMENT ON COLUMN disclosure.applicant IS 'name and contact, sealed beside the id';
COMMENT ON COLUMN disclosure.wanted IS 'what is asked for, in the applicant''s words, sealed beside the id';
COMMENT ON COLUMN disclosure.provisional IS 'the due day lies in a year whose working days are not published yet';
COMMENT ON COLUMN disclosure.extension IS 'why the limit was extended';
COMMENT ON COLUMN disclosure.reason IS 'why it was refused or granted in part';
