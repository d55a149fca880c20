-- A call that is told twice under one key of the client counts once: pressing twice is one call in vain, not two.
ALTER TABLE followup_attempt ADD COLUMN told uuid;
COMMENT ON COLUMN followup_attempt.told IS 'from the account and the Idempotency-Key under which the call was told; null: told without a key';
CREATE UNIQUE INDEX followup_attempt_told ON followup_attempt (followup, told) WHERE told IS NOT NULL;
