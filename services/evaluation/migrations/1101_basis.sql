-- The day by which a case belongs to a period is the figure's choice: receipt, due day, first answer, rating.
ALTER TABLE case_fact
  ADD COLUMN first_grade text, ADD COLUMN first_rated_day date, ADD COLUMN rated_day date;
COMMENT ON COLUMN case_fact.first_grade IS 'how satisfied the citizen was, in the first rating';
COMMENT ON COLUMN case_fact.first_rated_day IS 'the day of the first rating, Asia/Shanghai';
COMMENT ON COLUMN case_fact.rated_day IS 'the day of the newest rating, Asia/Shanghai';
UPDATE case_fact SET first_grade = first.grade, first_rated_day = (first.rated_at AT TIME ZONE 'Asia/Shanghai')::date
FROM (SELECT DISTINCT ON (case_id) case_id, grade, rated_at FROM rating ORDER BY case_id, round) AS first
WHERE first.case_id = case_fact.case_id;
UPDATE case_fact SET rated_day = (last.rated_at AT TIME ZONE 'Asia/Shanghai')::date
FROM (SELECT DISTINCT ON (case_id) case_id, rated_at FROM rating ORDER BY case_id, round DESC) AS last
WHERE last.case_id = case_fact.case_id;
-- Rows lie in the order of receipt, and these days follow it: a summary of each block finds them, at no cost to each write.
CREATE INDEX case_fact_days ON case_fact USING brin (due_day, answered_day, first_rated_day, rated_day)
  WITH (pages_per_range = 32, autosummarize = on);
