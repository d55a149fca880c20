-- A recomputation looks twice: what another process opened under the old rules while the first pass ran is found by the second.
ALTER TABLE recomputation ADD COLUMN checked_at timestamptz;
COMMENT ON COLUMN recomputation.checked_at IS 'when the second pass, some time after the first, was done';
COMMENT ON COLUMN recomputation.done_through IS 'the last case looked at by the pass in hand';
UPDATE recomputation SET checked_at = done_at;
