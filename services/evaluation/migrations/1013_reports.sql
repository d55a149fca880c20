-- Reports as they were made: the data is the archive, pages and workbooks are drawn from it.
CREATE TABLE report (
  id           uuid        PRIMARY KEY,
  series       text        NOT NULL,
  pack_id      text        COLLATE "C" NOT NULL,
  pack_version int         NOT NULL,
  place        text        COLLATE "C" NOT NULL,
  from_day     date        NOT NULL,
  to_day       date        NOT NULL,
  data         text        NOT NULL,
  digest       text        NOT NULL,
  made_at      timestamptz NOT NULL,
  CONSTRAINT report_once UNIQUE (series, pack_id, place, from_day)
);
COMMENT ON TABLE report IS 'one row for each series, place and period; never changed';
COMMENT ON COLUMN report.place IS 'the county a digest speaks of; empty: all';
COMMENT ON COLUMN report.data IS 'JSON as it was written: its bytes are what the digest was taken of';
CREATE INDEX report_list ON report (to_day, id);
