-- Units are told with their kind and level; all are said once more.
COMMENT ON COLUMN unit.described IS 'name, kind, level and region as they were last told to the other services';
