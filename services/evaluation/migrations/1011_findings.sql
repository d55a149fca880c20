-- Subjects and classes beside the facts, defects that were found, early warnings, and what is counted without a case.
ALTER TABLE case_fact ADD COLUMN subject text COLLATE "C", ADD COLUMN class text;
COMMENT ON COLUMN case_fact.subject IS 'code of the tenant''s own tree; without an index: only sweeps and reports read it';
COMMENT ON COLUMN case_fact.class IS 'ordinary, urgent-read, important';

CREATE TABLE finding (
  id        uuid        PRIMARY KEY,
  case_id   uuid        NOT NULL,
  defect    text        NOT NULL,
  unit      text        COLLATE "C" NOT NULL,
  times     int         NOT NULL,
  region    text        COLLATE "C" NOT NULL,
  first_at  timestamptz NOT NULL,
  last_at   timestamptz NOT NULL,
  raised_at timestamptz,
  CONSTRAINT finding_once UNIQUE (case_id, defect, unit)
);
COMMENT ON TABLE finding IS 'how often a defect of handling was seen in a case; raised when the pack''s number is reached';
COMMENT ON COLUMN finding.unit IS 'whose defect; empty where no unit''s';
CREATE INDEX finding_list ON finding (raised_at, id) WHERE raised_at IS NOT NULL;

CREATE TABLE alert (
  id        uuid        PRIMARY KEY,
  pack_id   text        COLLATE "C" NOT NULL,
  sign      text        NOT NULL,
  subject   text        COLLATE "C" NOT NULL,
  place     text        COLLATE "C" NOT NULL,
  week      date        NOT NULL,
  cases     bigint      NOT NULL,
  before    bigint      NOT NULL,
  raised_at timestamptz NOT NULL,
  CONSTRAINT alert_once UNIQUE (pack_id, sign, subject, place, week)
);
COMMENT ON TABLE alert IS '预警: raised once for each subject, place and week';
CREATE INDEX alert_list ON alert (raised_at, id);

CREATE TABLE contact_count (
  day      date   NOT NULL,
  region   text   COLLATE "C" NOT NULL,
  kind     text   NOT NULL,
  channel  text   NOT NULL,
  contacts bigint NOT NULL,
  PRIMARY KEY (day, region, kind, channel)
) WITH (fillfactor = 80);
COMMENT ON TABLE contact_count IS 'calls and messages by day, with or without a case';

CREATE TABLE reception_count (
  session uuid PRIMARY KEY,
  region  text COLLATE "C" NOT NULL,
  day     date NOT NULL,
  cases   int  NOT NULL
);
COMMENT ON TABLE reception_count IS '领导接待日: sessions held and matters taken up';
