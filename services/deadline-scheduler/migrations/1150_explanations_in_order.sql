-- Explanations (情况说明) are read in the order they were written, by those they are owed to.

CREATE INDEX explanation_in_order ON explanation (written_at, clock_id);
