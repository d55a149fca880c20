-- What more is known of a case and of a limit. No index: all of it is read by the case.

ALTER TABLE case_facts
    ADD COLUMN class     text,
    ADD COLUMN fast      text,
    ADD COLUMN first     boolean NOT NULL DEFAULT false,
    ADD COLUMN petition  text,
    ADD COLUMN pauses    text,
    ADD COLUMN merged_at timestamptz;
COMMENT ON COLUMN case_facts.class IS 'how it is read; ordinary if null';
COMMENT ON COLUMN case_facts.fast IS 'entry of the strict-and-fast list it stands on';
COMMENT ON COLUMN case_facts.first IS 'nobody brought the matter before';
COMMENT ON COLUMN case_facts.petition IS 'petition kind of the pack';
COMMENT ON COLUMN case_facts.pauses IS 'JSON list of every pause there was, with its times: a pause is the case''s, not a clock''s';
COMMENT ON COLUMN case_facts.merged_at IS 'business time of the merging, while it goes on as part of another case';

ALTER TABLE clock
    ADD COLUMN matter   uuid,
    ADD COLUMN given    date,
    ADD COLUMN extended int      NOT NULL DEFAULT 0,
    ADD COLUMN times    smallint NOT NULL DEFAULT 0,
    ADD COLUMN calendar int      NOT NULL DEFAULT 0;
COMMENT ON COLUMN clock.matter IS 'the instruction, request or order it is about';
COMMENT ON COLUMN clock.given IS 'last day that its event named, in place of the limit';
COMMENT ON COLUMN clock.extended IS 'granted extensions together, in the unit of the limit';
COMMENT ON COLUMN clock.times IS 'how many extensions were granted';
COMMENT ON COLUMN clock.calendar IS 'revision of the calendar it was last reckoned under';
