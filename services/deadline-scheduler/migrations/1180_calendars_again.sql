-- Days, hours and new hearers came after some notices: what was published before is said again, on two days, because
-- during the change of a version an older process of a hearer may take the first and pass over it.
ALTER TABLE calendar_file
    ADD COLUMN told    smallint NOT NULL DEFAULT 0,
    ADD COLUMN told_on date;
COMMENT ON COLUMN calendar_file.told IS 'how often it was said to services that keep days and hours; 2 is enough';
COMMENT ON COLUMN calendar_file.told_on IS 'day on which it was said again, in Asia/Shanghai';
