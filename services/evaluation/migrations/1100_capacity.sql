-- Known times beside the pack's seasons: big events, reforms, key projects, past and coming; their rise is measured from the past ones.
CREATE TABLE known_time (
  code      text COLLATE "C" PRIMARY KEY,
  kind      text COLLATE "C" NOT NULL,
  zh        text NOT NULL,
  en        text NOT NULL,
  region    text COLLATE "C",
  first_day date NOT NULL,
  last_day  date NOT NULL,
  actor     text NOT NULL,
  CHECK (first_day <= last_day)
);
COMMENT ON COLUMN known_time.kind IS 'times of one kind are measured together';
COMMENT ON COLUMN known_time.region IS 'where; none means everywhere';
