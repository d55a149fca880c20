-- How a hand-over was made, who reads along, what was passed down the tree, and who quarrels about what.

ALTER TABLE assignment ADD COLUMN parent uuid;
COMMENT ON COLUMN assignment.parent IS '二次派单: the hand-over of the unit that passed the case down and keeps the duty';

-- The subject that intake gave the case, where it gave one: looked up for duty lists and when the catalogue changes.
CREATE TABLE case_subject (
    case_id uuid PRIMARY KEY,
    subject text NOT NULL
);

-- 自办 and 直派; a hand-over without a row was made the plain way.
CREATE TABLE dispatch_way (
    assignment_id uuid PRIMARY KEY,
    way           text NOT NULL CHECK (way IN ('self', 'direct', 'designated', 'conference', 'succession')),
    basis         text
);

-- 抄送: units that read along. They have no duty and no clock.
CREATE TABLE case_copy (
    case_id uuid        NOT NULL,
    unit    text        NOT NULL,
    at      timestamptz NOT NULL,
    reason  text        NOT NULL,
    PRIMARY KEY (case_id, unit)
);
COMMENT ON COLUMN case_copy.reason IS 'direct: the case went straight to a unit below; person: someone chose to';
CREATE INDEX case_copy_unit ON case_copy (unit, at DESC, case_id DESC);

-- 争议: one a round; the case stays with the unit of the assignment until it is settled.
CREATE TABLE dispute (
    case_id       uuid        NOT NULL,
    round         int         NOT NULL,
    assignment_id uuid        NOT NULL,
    opened_at     timestamptz NOT NULL,
    settled_at    timestamptz,
    settled_by    text CHECK (settled_by IN ('conference', 'designation')),
    to_unit       text,
    conclusion    text,
    actor         text,
    PRIMARY KEY (case_id, round, opened_at)
);
COMMENT ON COLUMN dispute.conclusion IS 'free text; stays here';
CREATE INDEX dispute_open ON dispute (opened_at, case_id) WHERE settled_at IS NULL;

-- 联席会议: the record of a conference about a case.
CREATE TABLE conference (
    id           uuid        PRIMARY KEY,
    case_id      uuid        NOT NULL,
    held_on      date        NOT NULL,
    chair        text        NOT NULL,
    participants text[]      NOT NULL,
    conclusion   text        NOT NULL,
    actor        text        NOT NULL,
    at           timestamptz NOT NULL
);
COMMENT ON COLUMN conference.chair IS 'function label, never a name';
COMMENT ON COLUMN conference.participants IS 'unit codes';
CREATE INDEX conference_case ON conference (case_id, at);

-- 紧急求助协调: whom the centre called at once about an urgent case, and what came of it.
CREATE TABLE coordination (
    id      uuid        PRIMARY KEY,
    case_id uuid        NOT NULL,
    unit    text        NOT NULL,
    at      timestamptz NOT NULL,
    reached boolean     NOT NULL,
    note    text,
    actor   text        NOT NULL
);
CREATE INDEX coordination_case ON coordination (case_id, at);

-- A dispatcher's list shows what is most urgent first; only waiting cases are in it.
CREATE INDEX case_route_waiting_urgent ON case_route
    ((CASE urgency WHEN 'immediate' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END), accepted_at, case_id)
    WHERE state = 'waiting';
