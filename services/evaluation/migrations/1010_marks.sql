-- What happened to a case beyond its dates, as bits (rules/src/mark.rs): a figure counts patterns of them.
ALTER TABLE case_fact ADD COLUMN marks bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN case_fact.marks IS 'bits 0 to 31 of rules/src/mark.rs: left by events, taken together whatever their order';
-- What older facts already tell; the other marks are left from here on.
UPDATE case_fact SET marks = marks | (1::bigint << 27) WHERE unit IS NOT NULL;
UPDATE case_fact SET marks = marks | (1::bigint << 8)
WHERE EXISTS (SELECT FROM followup AS f WHERE f.case_id = case_fact.case_id AND f.state = 'completed');

-- 剔除: a case that does not count for an indicator, or for none; takes effect when approved, ends when revoked.
CREATE TABLE exclusion (
  id         uuid        PRIMARY KEY,
  case_id    uuid        NOT NULL,
  indicator  text        COLLATE "C" NOT NULL,
  unit       text        COLLATE "C" NOT NULL,
  reason     text        NOT NULL,
  grounds    text        NOT NULL,
  evidence   text[]      NOT NULL,
  state      text        NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'revoked')),
  pack_id    text        NOT NULL,
  pack_version int       NOT NULL,
  asked_by   text        NOT NULL,
  asked_at   timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  decision   text,
  version    bigint      NOT NULL DEFAULT 1,
  CHECK ((state = 'asked') = (decided_at IS NULL))
);
COMMENT ON TABLE exclusion IS '考核申诉 of a unit and what became of it; granted ones are taken out of numerator and denominator';
COMMENT ON COLUMN exclusion.indicator IS 'code of the pack, or * for all';
COMMENT ON COLUMN exclusion.reason IS 'a reason code of the pack';
COMMENT ON COLUMN exclusion.grounds IS 'in the words of who asked: never in an event';
COMMENT ON COLUMN exclusion.evidence IS 'digests of attachments, or references';
CREATE UNIQUE INDEX exclusion_standing ON exclusion (case_id, indicator) WHERE state IN ('asked', 'granted');
CREATE INDEX exclusion_list ON exclusion (state, asked_at, id);
