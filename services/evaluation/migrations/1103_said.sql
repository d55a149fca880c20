-- 联系生硬 and 诉求加剧: what was said in calls is counted, and what grows is watched.
UPDATE case_fact SET marks = case_fact.marks | said.marks
FROM (SELECT followup.case_id, bit_or(CASE contact WHEN 'rough' THEN 1::bigint << 40 ELSE 0 END
                                      | CASE development WHEN 'growing' THEN 1::bigint << 63 ELSE 0 END) AS marks
      FROM followup_record JOIN followup ON followup.id = followup_record.followup GROUP BY 1) AS said
WHERE said.case_id = case_fact.case_id AND said.marks <> 0;
CREATE INDEX followup_growing ON followup_record (recorded_at) WHERE development = 'growing';
