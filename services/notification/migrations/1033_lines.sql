-- A queue for each way, and what a recipient was sent lately without looking at everybody else's.

DROP INDEX parcel_due;
CREATE INDEX parcel_due ON parcel (way, next_at) WHERE next_at IS NOT NULL;
-- A citizen is known by the case alone: all of them are called alike.
CREATE INDEX parcel_citizen ON parcel (case_id, way, made_at) WHERE audience = 'citizen';
CREATE INDEX parcel_staff ON parcel (audience, recipient, way, made_at) WHERE audience <> 'citizen';
DROP INDEX parcel_recipient;
