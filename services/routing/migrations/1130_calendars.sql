-- Working days and hours as deadline-scheduler published them: windows of returns, reviews and reports count the same days.

CREATE TABLE calendar_file (
    kind    text NOT NULL CHECK (kind IN ('year', 'region')),
    key     text NOT NULL,
    version int  NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (kind, key, version)
);
COMMENT ON TABLE calendar_file IS 'as calendar.published brought them, over those compiled in';
