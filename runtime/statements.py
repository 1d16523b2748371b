"""What PostgreSQL is told of apps' stores: the tables, and each change in one statement with what it counts."""

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS slipway_data;
CREATE TABLE IF NOT EXISTS slipway_data.store (
  app text, stage text, last bigint NOT NULL DEFAULT 0, used bigint NOT NULL DEFAULT 0,
  tally jsonb NOT NULL DEFAULT '{}', PRIMARY KEY (app, stage)
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS slipway_data.entry (
  app text, stage text, id bigint, "table" text NOT NULL, at bigint NOT NULL, by text NOT NULL,
  fields jsonb NOT NULL, bytes bigint NOT NULL, PRIMARY KEY (app, stage, id)
);
CREATE INDEX IF NOT EXISTS entry_of_table ON slipway_data.entry (app, stage, "table", at);
CREATE INDEX IF NOT EXISTS entry_of_visitor ON slipway_data.entry (app, stage, "table", by);
"""
ROW_BYTES = 160
"""What a row takes of the quota beside its fields: its other columns and its places in three indexes."""
HOLD = "SELECT used FROM store WHERE app = %s AND stage = %s FOR UPDATE"
_COUNT = """tally = tally || jsonb_build_object(%(table)s::text,
  coalesce((tally ->> %(table)s)::bigint, 0) + (%(rows)s)::bigint)"""
INSERT = f"""
WITH new AS (
    SELECT one AS fields, octet_length(one::text) + {ROW_BYTES} AS bytes FROM (SELECT %(fields)s::jsonb AS one) _
  ),
  held AS (
    UPDATE store SET used = used + new.bytes, last = last + (%(place)s::bigint IS NULL)::int, {_COUNT} FROM new
    WHERE app = %(app)s AND stage = %(stage)s AND (%(quota)s = 0 OR used + new.bytes <= %(quota)s)
      AND coalesce((tally ->> %(table)s)::bigint, 0) < %(most)s
    RETURNING last
  )
INSERT INTO entry (app, stage, id, "table", at, by, fields, bytes)
SELECT %(app)s, %(stage)s, coalesce(%(place)s, held.last), %(table)s, %(at)s, %(by)s, new.fields, new.bytes
FROM held, new RETURNING id
"""
UPDATE = f"""
WITH old AS (SELECT bytes FROM entry WHERE app = %(app)s AND stage = %(stage)s AND id = %(id)s AND "table" = %(table)s),
  new AS (
    UPDATE entry SET fields = (fields || %(changes)s::jsonb) - %(gone)s::text[],
      bytes = octet_length(((fields || %(changes)s::jsonb) - %(gone)s::text[])::text) + {ROW_BYTES}
    WHERE app = %(app)s AND stage = %(stage)s AND id = %(id)s AND "table" = %(table)s RETURNING bytes
  )
UPDATE store SET used = used + new.bytes - old.bytes FROM old, new WHERE app = %(app)s AND stage = %(stage)s
RETURNING used, new.bytes > old.bytes
"""
REMOVE = f"""
WITH gone AS (
  DELETE FROM entry WHERE app = %(app)s AND stage = %(stage)s AND id = %(id)s AND "table" = %(table)s RETURNING bytes
)
UPDATE store SET used = used - gone.bytes, {_COUNT} FROM gone WHERE app = %(app)s AND stage = %(stage)s RETURNING used
"""
PURGE = """
WITH gone AS (
  DELETE FROM entry WHERE app = %(app)s AND stage = %(stage)s AND at < %(before)s RETURNING "table", bytes
), by_table AS (SELECT "table", count(*) AS rows FROM gone GROUP BY "table"),
fewer AS (
  SELECT jsonb_object_agg("table", coalesce((store.tally ->> "table")::bigint, 0) - by_table.rows) AS tally
  FROM by_table, store WHERE app = %(app)s AND stage = %(stage)s
)
UPDATE store SET used = used - (SELECT coalesce(sum(bytes), 0) FROM gone),
  tally = store.tally || coalesce(fewer.tally, '{}')
FROM fewer WHERE app = %(app)s AND stage = %(stage)s RETURNING (SELECT count(*) FROM gone)
"""
LIST = """
SELECT id, at, by, CASE WHEN upto <= %s THEN fields::text END FROM (
  SELECT *, sum(bytes) OVER (ORDER BY place) AS upto FROM (
    SELECT id, at, by, fields, bytes, row_number() OVER () AS place FROM (
      SELECT id, at, by, fields, bytes FROM entry, LATERAL (SELECT fields -> %s AS v) _
      WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s
    ) picked
  ) placed
) summed ORDER BY place
"""
REWRITE = f"""
WITH new AS (SELECT %s AS by, %s::jsonb AS fields)
UPDATE entry SET by = new.by, fields = new.fields, bytes = octet_length(new.fields::text) + {ROW_BYTES}
FROM new WHERE app = %s AND stage = %s AND id = %s
"""
RECKON = """
UPDATE store SET used = (SELECT coalesce(sum(bytes), 0) FROM entry WHERE app = %(app)s AND stage = %(stage)s)
WHERE app = %(app)s AND stage = %(stage)s
"""
