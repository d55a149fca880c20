-- Whether anything of a case waits for a decision: what ends with its limits is looked for in such cases only.
ALTER TABLE case_facts ADD COLUMN waiting boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN case_facts.waiting IS 'an order was proposed or more time asked for at some time';
UPDATE case_facts SET waiting = true WHERE case_id IN (
    SELECT case_id FROM supervision WHERE state IN ('proposed', 'ordered', 'answered')
    UNION SELECT case_id FROM extension WHERE state = 'asked');
