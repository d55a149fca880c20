-- When it ended without an answer, and when it first went round again: what is looked at later is what was seen then.
ALTER TABLE case_fact ADD COLUMN ended_day date, ADD COLUMN reopened_day date;
COMMENT ON COLUMN case_fact.ended_day IS 'withdrawn, declined or invalid since, Asia/Shanghai; null: not, or before such days were kept';
COMMENT ON COLUMN case_fact.reopened_day IS 'went round again for the first time, Asia/Shanghai; null: not, or before such days were kept';
