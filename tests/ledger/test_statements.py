"""What a statement of SQL could change is told from its words, and doubt counts as change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.ledger.statements import changes

READS = [
    "",
    "SELECT 1",
    'select "t"."update" from "t" where "delete" = %s for update',
    '(SELECT "a" FROM "t") UNION (SELECT "b" FROM "u")',
    "-- DELETE FROM t\nSELECT 1",
    "/* DELETE FROM t */ SELECT 1 /* ; */",
    "SELECT 'x; DELETE FROM t' AS \"note\"",
    "SELECT E'it\\'s; DELETE FROM t'",
    "SELECT $$; DELETE FROM t$$",
    'SELECT REPLACE("a", %s, %s) FROM "t"',
    'SELECT "into" FROM "t"',
    'WITH "q" AS (SELECT 1) SELECT * FROM "q" FOR NO KEY UPDATE OF "q"',
    "VALUES (1), (2)",
    'EXPLAIN SELECT "a" FROM "t"',
    "SELECT 1; SELECT 2;",
    "BEGIN",
    "BEGIN IMMEDIATE",
    'SAVEPOINT "s1"',
    'RELEASE SAVEPOINT "s1"',
    'ROLLBACK TO SAVEPOINT "s1"',
    "COMMIT",
    "PRAGMA foreign_keys",
    'PRAGMA table_info("t")',
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SHOW server_version",
]

WRITES = [
    ('INSERT INTO "t" ("a") VALUES (%s)', {"t"}),
    ('INSERT OR REPLACE INTO "t" VALUES (1)', {"t"}),
    ('INSERT INTO "t" VALUES (1) ON CONFLICT ("a") DO UPDATE SET "a" = 1', {"t"}),
    ('REPLACE INTO "t" VALUES (1)', {"t"}),
    ('UPDATE "t" SET "a" = %s WHERE "b" IN (SELECT "b" FROM "u")', {"t"}),
    ("update only t set a = 1", {"t"}),
    ('UPDATE OR IGNORE "t" SET "a" = 1', {"t"}),
    ('DELETE FROM "public"."t" WHERE "a" = 1', {"t"}),
    ('MERGE INTO "t" USING "u" ON true WHEN MATCHED THEN DO NOTHING', {"t"}),
    ('/* only reading */ DELETE FROM "t"', {"t"}),
    ('-- SELECT\n  DELETE FROM "t"', {"t"}),
    ('((DELETE FROM "t"))', {"t"}),
    ('WITH "x" AS (INSERT INTO "t" VALUES (1) RETURNING "id") SELECT * FROM "x"', {"t"}),
    ('with x as (delete from "t" returning *) insert into "u" select * from x', {"t", "u"}),
    ('WITH "x" AS (SELECT 1) UPDATE "t" SET "a" = 1', {"t"}),
    ('SELECT 1; DELETE FROM "t"', {"t"}),
    ('SELECT 1; -- ;\n UPDATE "t" SET "a" = \';\'', {"t"}),
    ('EXPLAIN ANALYZE DELETE FROM "t"', {"t"}),
    ('EXPLAIN (ANALYZE) DELETE FROM "t"', {"t"}),
    ('SELECT "a" INTO "t" FROM "u"', {"t"}),
    ('SELECT REPLACE("a", %s, %s) INTO "t" FROM "u"', {"t"}),
    ('TRUNCATE "t"', {"t"}),
    ('DROP TABLE "t"', {"t"}),
    ('CREATE TABLE "t" ("a" int)', {"t"}),
    ('ALTER TABLE "t" DISABLE TRIGGER ALL', {"t"}),
    ('COPY "t" FROM STDIN', {"t"}),
    ("DO $$ BEGIN DELETE FROM t; END $$", {""}),
    ("SET session_replication_role = replica", {"session_replication_role"}),
    ("PRAGMA foreign_keys = OFF", {""}),
    ("PRAGMA journal_mode(DELETE)", {""}),
    ("VACUUM", {""}),
    ("CALL forge()", {""}),
    ("GRANT ALL", {""}),
    ("'unfinished", {""}),
]


@pytest.mark.parametrize("sql", READS)
def test_a_read_changes_nothing(sql):
    assert changes(sql) == ()


@pytest.mark.parametrize(("sql", "tables"), WRITES)
def test_a_write_is_seen_and_its_tables_are_named(sql, tables):
    found = changes(sql)

    assert found
    assert {change.table for change in found} == tables


@pytest.mark.parametrize(("sql", "tables"), WRITES)
@pytest.mark.parametrize("wrap", ["{};", "  \n{}", "/* x */{}", "SELECT 1;{}"])
def test_nothing_around_a_write_hides_it(sql, tables, wrap):
    assert {change.table for change in changes(wrap.format(sql))} == tables


@given(st.sampled_from(READS[1:]), st.sampled_from(WRITES))
def test_a_write_after_any_read_is_seen(read, write):
    sql, _ = write

    assert changes(f"{read}\n;{sql}")


def test_an_update_tells_its_columns():
    (change,) = changes(
        'UPDATE "p" SET "a" = COALESCE("x", (SELECT "y" FROM "z" WHERE "w" = 1)), "b" = %s WHERE "c" = 1'
    )

    assert change.columns == {"a", "b"}
