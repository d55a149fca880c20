-- Which periods of a series are done, so that a stop of days is made up for and what is done is not looked at again; and
-- where each report is filed.
CREATE TABLE report_round (
  series   text NOT NULL,
  pack_id  text COLLATE "C" NOT NULL,
  from_day date NOT NULL,
  PRIMARY KEY (series, pack_id, from_day)
);
COMMENT ON TABLE report_round IS 'periods of which every report was made by the schedule; one before the first marks where it begins';
INSERT INTO report_round SELECT DISTINCT series, pack_id, from_day FROM report;

ALTER TABLE report ADD COLUMN region text COLLATE "C" NOT NULL DEFAULT '';
COMMENT ON COLUMN report.region IS 'where it is filed: its place, or the smallest region that held all that it speaks of; empty: not known';
UPDATE report SET region = CASE WHEN place <> '' THEN place ELSE coalesce((
    SELECT CASE WHEN min(left(county, 4)) = max(left(county, 4)) THEN min(left(county, 4)) || '00'
                ELSE min(left(county, 2)) || '0000' END
    FROM case_fact
    WHERE case_fact.pack_id = report.pack_id AND received_day BETWEEN from_day AND to_day AND county IS NOT NULL), '') END;
