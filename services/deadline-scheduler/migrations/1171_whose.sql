-- What the centre has to do, or the citizen may do, binds no unit; what ran before this was known ran under the unit's name.

UPDATE clock SET unit = NULL
WHERE state IN (0, 1) AND unit IS NOT NULL
  AND name IN ('accept', 'review', 'follow_up', 'dispatch', 'settle', 'ask_review', 'ask_reexamine');
