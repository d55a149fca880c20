-- The line that the accused of a sealed case keep out, as it was told last; and whose result is secret.

ALTER TABLE case_seal
    ADD COLUMN line   text[] NOT NULL DEFAULT '{}',
    ADD COLUMN region text,
    ADD COLUMN tree   bigint NOT NULL DEFAULT -1;
UPDATE case_seal SET line = barred;
UPDATE case_seal SET region = case_route.region FROM case_route WHERE case_route.case_id = case_seal.case_id;
COMMENT ON COLUMN case_seal.line IS 'the accused, all above and all below, as told by case.line_drawn';
COMMENT ON COLUMN case_seal.tree IS 'version of the directory for which the line was drawn; -1: never';

CREATE TABLE result_secret (
    case_id uuid PRIMARY KEY
);
COMMENT ON TABLE result_secret IS 'cases whose result intake told to be secret, by kind or by a person; sealed ones are so beside';
