-- 无效留言 ends apart from 不予受理.
ALTER TABLE case_fact DROP CONSTRAINT case_fact_state_check;
ALTER TABLE case_fact ADD CONSTRAINT case_fact_state_check
    CHECK (state IN ('open', 'answered', 'closed', 'withdrawn', 'declined', 'invalid'));
COMMENT ON COLUMN case_fact.answered_at IS 'the first answer, its own or that of the case it was merged into';
