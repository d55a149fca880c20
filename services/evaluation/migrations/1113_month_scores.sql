-- 考核得分 as the monthly bulletin had them: a month that was told does not change, and the year is made of its months.
CREATE TABLE unit_score (
  pack_id      text    COLLATE "C" NOT NULL,
  place        text    COLLATE "C" NOT NULL,
  month        date    NOT NULL,
  unit         text    COLLATE "C" NOT NULL,
  region       text    COLLATE "C" NOT NULL,
  pack_version int     NOT NULL,
  team         text    NOT NULL,
  score        float8,
  ranked       boolean NOT NULL,
  place_in     int,
  red          boolean NOT NULL,
  black        boolean NOT NULL,
  PRIMARY KEY (pack_id, place, month, unit)
);
COMMENT ON TABLE unit_score IS 'kept with the bulletin of the month, never changed';
COMMENT ON COLUMN unit_score.place IS 'of which place the bulletin speaks; empty: all';
COMMENT ON COLUMN unit_score.region IS 'where the bulletin is filed';
COMMENT ON COLUMN unit_score.team IS 'code of the group within which it was ranked';
COMMENT ON COLUMN unit_score.place_in IS 'its rank; null: shown and not ranked';
