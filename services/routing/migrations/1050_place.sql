-- Two hand-overs of one instant (a return that is agreed and handed on at once) stand in the order in which they were made.
ALTER TABLE assignment ADD COLUMN place smallint NOT NULL DEFAULT 0;
COMMENT ON COLUMN assignment.place IS 'how many hand-overs the case had before this one; tells those of one instant apart';
