-- 高峰日历: when more is expected than usual.
CREATE TABLE surge (
    code      text    COLLATE "C" PRIMARY KEY,
    zh        text    NOT NULL,
    en        text    NOT NULL,
    region    text    COLLATE "C",
    first_day date    NOT NULL,
    last_day  date    NOT NULL,
    factor    float8  NOT NULL CHECK (factor > 0),
    CHECK (first_day <= last_day)
);
COMMENT ON COLUMN surge.region IS 'where; none means everywhere';
COMMENT ON COLUMN surge.factor IS 'how many times the usual is expected';

-- 政民互动话题: what citizens are asked about.
CREATE TABLE topic (
    code      text    COLLATE "C" PRIMARY KEY,
    zh        text    NOT NULL,
    en        text    NOT NULL,
    question  text    NOT NULL,
    region    text    COLLATE "C",
    first_day date    NOT NULL,
    last_day  date    NOT NULL,
    published boolean NOT NULL DEFAULT false,
    CHECK (first_day <= last_day)
);
