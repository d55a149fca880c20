-- A receiver is pushed to under a lease, as messages are carried: no row is locked while somebody outside is waited for.

ALTER TABLE subscription ADD COLUMN taken_until timestamptz;
COMMENT ON COLUMN subscription.taken_until IS 'until when one worker pushes to it; empty: nobody does. Renewed with each entry';
