-- The tree of units by line, with the people in charge named by account and function, and who continues whose work.

ALTER TABLE unit
    ADD COLUMN line             text,
    ADD COLUMN level            text CHECK (level IN ('province', 'city', 'county', 'township', 'village')),
    ADD COLUMN network          boolean NOT NULL DEFAULT false,
    ADD COLUMN leader           uuid,
    ADD COLUMN leader_function  text,
    ADD COLUMN handler          uuid,
    ADD COLUMN handler_function text,
    ADD COLUMN successor        text,
    ADD COLUMN ended_on         date,
    ADD COLUMN ended_basis      text,
    ADD COLUMN described        text;
COMMENT ON COLUMN unit.line IS '条线: the line of departments it belongs to (水利, 住建 …), the tenant''s own word';
COMMENT ON COLUMN unit.level IS 'none: that of its region';
COMMENT ON COLUMN unit.network IS '网络成员单位 of the hotline';
COMMENT ON COLUMN unit.leader IS '分管领导, an account; the function label beside it, never a name';
COMMENT ON COLUMN unit.handler IS '承办人员, an account; the function label beside it, never a name';
COMMENT ON COLUMN unit.successor IS 'continues its powers after a merger or an end (《信访工作条例》 art. 24)';
COMMENT ON COLUMN unit.described IS 'the name that was last told to the other services';

-- Cases of an ended unit move to its successor by themselves; this finds them.
CREATE INDEX unit_ended ON unit (code) WHERE NOT active AND successor IS NOT NULL;
