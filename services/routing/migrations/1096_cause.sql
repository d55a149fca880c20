-- 成因与整改: what a reply may name beside its words, told to those who count once the citizen has the answer.
ALTER TABLE reply ADD COLUMN cause text, ADD COLUMN remedy text;
COMMENT ON COLUMN reply.cause IS 'a code of reports.cause of the pack';
COMMENT ON COLUMN reply.remedy IS 'a code of reports.remedy of the pack';
