-- 应签收, 应联系: only where a limit for it was met or passed is signing or reaching in time counted.
UPDATE case_fact SET marks = marks | (1::bigint << 31)
WHERE marks & (1::bigint << 1) <> 0
   OR EXISTS (SELECT FROM finding AS f WHERE f.case_id = case_fact.case_id AND f.defect = 'no-officer');
UPDATE case_fact SET marks = marks | (1::bigint << 62) WHERE marks & (1::bigint << 3) <> 0;
COMMENT ON COLUMN case_fact.marks IS 'bits of rules/src/mark.rs that are kept: left by events, taken together whatever their order';
