-- 办理过程: what a unit did about a case, step by step. Texts stay here: events carry codes only.
CREATE TABLE handling_step (
    id            uuid        PRIMARY KEY,
    case_id       uuid        NOT NULL,
    assignment_id uuid        NOT NULL,
    unit          text        NOT NULL,
    code          text        NOT NULL,
    state         text        NOT NULL CHECK (state IN ('running', 'done', 'dropped')),
    pauses        boolean     NOT NULL,
    record        jsonb       NOT NULL,
    closing       jsonb,
    pack          text        NOT NULL,
    pack_version  int         NOT NULL,
    actor         text        NOT NULL,
    at            timestamptz NOT NULL,
    ended_by      text,
    ended_at      timestamptz,
    version       bigint      NOT NULL
) WITH (fillfactor = 90);
COMMENT ON COLUMN handling_step.code IS 'a step of the pack: investigation, visit_home, hearing …';
COMMENT ON COLUMN handling_step.pauses IS 'the time of handling stands still while it runs';
COMMENT ON COLUMN handling_step.record IS 'as written down or begun: means, legal basis, evidence, facts, participants by function …';
COMMENT ON COLUMN handling_step.closing IS 'as ended, of spells only';
COMMENT ON COLUMN handling_step.pack_version IS 'the rules it was checked against';
CREATE INDEX handling_step_case ON handling_step (case_id, at);
CREATE INDEX handling_step_interim ON handling_step (assignment_id, at DESC) WHERE code = 'interim';
