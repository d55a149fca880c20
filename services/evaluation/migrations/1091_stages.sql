-- When a case reached each stage, for latencies; and its first rating beside the last. No index: only figures read them.
ALTER TABLE case_fact
  ADD COLUMN registered_at timestamptz, ADD COLUMN dispatched_at timestamptz, ADD COLUMN signed_at timestamptz,
  ADD COLUMN contacted_at timestamptz, ADD COLUMN closed_at timestamptz,
  ADD COLUMN first_satisfied boolean, ADD COLUMN first_solved text;
COMMENT ON COLUMN case_fact.registered_at IS '登记; intake''s first word of the case';
COMMENT ON COLUMN case_fact.dispatched_at IS 'the first 交办 or 转送';
COMMENT ON COLUMN case_fact.signed_at IS 'the first 签收';
COMMENT ON COLUMN case_fact.contacted_at IS 'when the citizen was first reached';
COMMENT ON COLUMN case_fact.closed_at IS 'the first 办结';
COMMENT ON COLUMN case_fact.first_satisfied IS 'of the first rating, in the words of the pack at that time; null: none, or a grade that does not count';
COMMENT ON COLUMN case_fact.first_solved IS 'whether it was solved, in the first rating';
-- Every pack that shipped until now calls these three grades satisfied and counts all five.
UPDATE case_fact SET first_satisfied = first.grade IN ('very-good', 'good', 'fair'), first_solved = first.solved
FROM (SELECT DISTINCT ON (case_id) case_id, grade, solved FROM rating ORDER BY case_id, round) AS first
WHERE first.case_id = case_fact.case_id;
