-- 抽查: the supervision office draws cases by lot, reads and listens, and every look is written down. 实事与大事: tracked to their end.
CREATE TABLE spot_check (
  id       uuid        PRIMARY KEY,
  pack_id  text        COLLATE "C" NOT NULL,
  region   text        COLLATE "C" NOT NULL,
  from_day date        NOT NULL,
  to_day   date        NOT NULL,
  wanted   int         NOT NULL,
  found    int         NOT NULL,
  seed     text        NOT NULL,
  drawn_by text        NOT NULL,
  drawn_at timestamptz NOT NULL
);
COMMENT ON TABLE spot_check IS 'a drawing by lot: the same seed and period give the same cases';
COMMENT ON COLUMN spot_check.region IS 'stem of the region it was drawn in; empty: all';
CREATE INDEX spot_check_list ON spot_check (drawn_at, id);

CREATE TABLE spot_case (
  spot_check uuid  NOT NULL REFERENCES spot_check (id),
  place      int   NOT NULL,
  case_id    uuid  NOT NULL,
  verdict    text  CHECK (verdict IN ('good', 'flawed', 'bad')),
  remark     bytea,
  judged_by  text,
  judged_at  timestamptz,
  PRIMARY KEY (spot_check, case_id)
);
COMMENT ON COLUMN spot_case.remark IS 'sealed beside the id of the case';

CREATE TABLE spot_look (
  id         uuid        PRIMARY KEY,
  spot_check uuid        NOT NULL REFERENCES spot_check (id),
  case_id    uuid        NOT NULL,
  way        text        NOT NULL CHECK (way IN ('read', 'listened')),
  looked_by  text        NOT NULL,
  looked_at  timestamptz NOT NULL
);
COMMENT ON TABLE spot_look IS 'who read or listened to what, and when; never changed';
CREATE INDEX spot_look_list ON spot_look (spot_check, looked_at, id);

CREATE TABLE practical_item (
  id         uuid        PRIMARY KEY,
  year       int         NOT NULL,
  class      text        NOT NULL CHECK (class IN ('item', 'matter')),
  title      text        NOT NULL,
  unit       text        COLLATE "C" NOT NULL,
  region     text        COLLATE "C" NOT NULL,
  due        date        NOT NULL,
  state      text        NOT NULL CHECK (state IN ('planned', 'under-way', 'done', 'given-up')),
  per_cent   int         NOT NULL CHECK (per_cent BETWEEN 0 AND 100),
  supervised int         NOT NULL DEFAULT 0,
  receptions boolean     NOT NULL DEFAULT false,
  version    bigint      NOT NULL DEFAULT 1,
  changed_by text        NOT NULL,
  changed_at timestamptz NOT NULL
);
COMMENT ON TABLE practical_item IS '实事 (item) and 大事 (matter) of a year';
COMMENT ON COLUMN practical_item.title IS 'what was promised in public; of no person';
COMMENT ON COLUMN practical_item.supervised IS 'how often it was supervised';
COMMENT ON COLUMN practical_item.receptions IS 'it is the reception day: its sessions and cases are shown beside it';
CREATE INDEX practical_item_list ON practical_item (year, id);

CREATE TABLE practical_step (
  item     uuid        NOT NULL REFERENCES practical_item (id),
  version  bigint      NOT NULL,
  what     text        NOT NULL CHECK (what IN ('progress', 'supervised', 'given-up')),
  per_cent int         NOT NULL,
  note     text        NOT NULL,
  told_by  text        NOT NULL,
  told_at  timestamptz NOT NULL,
  PRIMARY KEY (item, version)
);
COMMENT ON TABLE practical_step IS 'each word about an item, never changed';
