-- What a limit followed before it was chosen again, and the co-units that a case has: both go back when the case does.
ALTER TABLE clock ADD COLUMN former text;
COMMENT ON COLUMN clock.former IS 'JSON list of the entries it followed before, each with the version of the pack and until when; mostly null';
ALTER TABLE case_facts ADD COLUMN co text;
COMMENT ON COLUMN case_facts.co IS 'JSON list of the assignments of co-units that make it one of several units; null where intake said so or there are none';
