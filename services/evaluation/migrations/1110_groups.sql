-- What the tree of units says of each, so that units are compared with their like.
CREATE TABLE unit_sort (
  code  text COLLATE "C" PRIMARY KEY,
  kind  text,
  level text
);
COMMENT ON TABLE unit_sort IS 'as routing described it last; what was not told is null';
COMMENT ON COLUMN unit_sort.kind IS 'as the tenant sorts its units';
COMMENT ON COLUMN unit_sort.level IS 'province, city, county, township, village';
