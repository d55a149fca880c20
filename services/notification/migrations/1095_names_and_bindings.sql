-- Names of units, accounts that citizens bind, the leader in charge as one who is told, public answers for bulletins.

CREATE TABLE unit_name (
    code text PRIMARY KEY,
    zh   text NOT NULL
);
COMMENT ON TABLE unit_name IS 'what people call a unit, as routing says it; never the name of a human being';

ALTER TABLE notice DROP CONSTRAINT notice_audience_check;
ALTER TABLE notice ADD CONSTRAINT notice_audience_check CHECK (
    audience IN ('citizen', 'unit', 'officer', 'in-charge', 'centre', 'supervisor', 'leader', 'county')) NOT VALID;

-- One-time codes: who shows one to the account of the office on WeChat or WeCom binds the account it comes from.
CREATE TABLE binding_code (
    code      bytea       PRIMARY KEY,
    audience  text        NOT NULL CHECK (audience IN ('citizen', 'officer')),
    recipient text        NOT NULL,
    case_id   uuid        CHECK ((case_id IS NOT NULL) = (audience = 'citizen')),
    way       text        NOT NULL CHECK (way IN ('wechat', 'wecom')),
    actor     text        NOT NULL,
    until     timestamptz NOT NULL
);
COMMENT ON COLUMN binding_code.code IS 'keyed hash; the code itself is known to whom it was given';
CREATE UNIQUE INDEX binding_code_whose ON binding_code (audience, recipient, way);

-- Accounts that citizens bound to a case by themselves; telephone and mail stay with intake.
CREATE TABLE citizen_point (
    case_id uuid        NOT NULL,
    way     text        NOT NULL,
    address bytea       NOT NULL,
    set_at  timestamptz NOT NULL,
    PRIMARY KEY (case_id, way)
);
COMMENT ON COLUMN citizen_point.address IS 'sealed; bound to case and way';

-- Which answers are public now: a bulletin speaks of no others.
CREATE TABLE public_answer (
    publication_id uuid PRIMARY KEY,
    case_id        uuid NOT NULL
);
CREATE INDEX public_answer_case ON public_answer (case_id);

ALTER TABLE bulletin DROP CONSTRAINT bulletin_sort_check;
ALTER TABLE bulletin ADD CONSTRAINT bulletin_sort_check CHECK (
    sort IN ('crisis', 'handling', 'typical', 'reception', 'briefing', 'disclosure', 'exposure')) NOT VALID;
