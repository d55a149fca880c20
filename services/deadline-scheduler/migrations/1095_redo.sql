-- Why the round of a case began: another round because of dissatisfaction has shorter limits.

ALTER TABLE case_facts ADD COLUMN because text;
COMMENT ON COLUMN case_facts.because IS 'reason code of the reopening that began the round; empty in the first one';
