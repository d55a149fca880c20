-- 舆情线索: what media, network, commentators and the public say, whether or not a case is made of it.
CREATE TABLE opinion (
  id          uuid        PRIMARY KEY,
  source      text        NOT NULL CHECK (source IN ('media', 'network', 'commentator', 'public', 'mediation')),
  severity    text        NOT NULL CHECK (severity IN ('ordinary', 'serious', 'grave')),
  state       text        NOT NULL CHECK (state IN ('heard', 'following', 'cased', 'dismissed')),
  pack_id     text        COLLATE "C" NOT NULL,
  subject     text        COLLATE "C" NOT NULL,
  region      text        COLLATE "C" NOT NULL,
  link        text,
  words       bytea       NOT NULL,
  heard_on    date        NOT NULL,
  case_id     uuid,
  remark      bytea,
  version     bigint      NOT NULL DEFAULT 1,
  recorded_by text        NOT NULL,
  recorded_at timestamptz NOT NULL,
  changed_by  text,
  changed_at  timestamptz,
  county      text        COLLATE "C" GENERATED ALWAYS AS (left(region, 6)) STORED,
  CHECK ((state = 'cased') = (case_id IS NOT NULL))
);
COMMENT ON TABLE opinion IS '舆情线索 collected outside: feeds warnings and the weekly analysis';
COMMENT ON COLUMN opinion.pack_id IS 'under which pack it is watched';
COMMENT ON COLUMN opinion.link IS 'where it can be read in public';
COMMENT ON COLUMN opinion.words IS 'the gist, sealed: it may name people; opens only beside the id';
COMMENT ON COLUMN opinion.case_id IS 'the case that was made of it';
COMMENT ON COLUMN opinion.remark IS 'why it was dismissed, sealed';
CREATE INDEX opinion_list ON opinion (recorded_at, id);
CREATE INDEX opinion_week ON opinion (pack_id, heard_on);
