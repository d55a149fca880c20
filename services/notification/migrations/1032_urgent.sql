-- What is urgent is tried again at any hour; everything else when people may be disturbed.

ALTER TABLE parcel ADD COLUMN urgent boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN parcel.urgent IS 'breaks quiet and working hours with every attempt, not only with the first';
