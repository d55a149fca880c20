-- Officers bind accounts of their own: a unit has several, and none replaces that of a colleague.

CREATE TABLE unit_account (
    unit    text        NOT NULL,
    way     text        NOT NULL CHECK (way IN ('wechat', 'wecom')),
    actor   text        NOT NULL,
    address bytea       NOT NULL,
    set_at  timestamptz NOT NULL,
    PRIMARY KEY (unit, way, actor)
);
COMMENT ON COLUMN unit_account.actor IS 'whose account it is';
COMMENT ON COLUMN unit_account.address IS 'sealed; bound to officer, unit and way as in contact_point';

-- What an officer bound stood among the addresses that administrators set, which stay there.
WITH bound AS (
    DELETE FROM contact_point WHERE audience = 'officer' AND way IN ('wechat', 'wecom') AND starts_with(actor, 'officer:')
    RETURNING recipient, way, actor, address, set_at
)
INSERT INTO unit_account (unit, way, actor, address, set_at) SELECT recipient, way, actor, address, set_at FROM bound;
