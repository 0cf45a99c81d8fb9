"""A real PostgreSQL: tables and queries, streamed, typed, sorted, from one state; failures in sentences."""

import polars as pl
import psycopg
import pytest

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, RULES
from irm_core.contracts.read import read
from irm_core.data.ingestion import ingest
from irm_core.data.raw_rows import with_raw
from irm_core.errors import DataError

TABLE = """CREATE TABLE patients (id bigint, hospital varchar(9), age numeric(9, 2), sick boolean,
    seen timestamptz, born date, extra jsonb)"""
ROWS = """INSERT INTO patients SELECT n, CASE n % 2 WHEN 0 THEN 'zh' ELSE 'va' END, n + 0.25, n % 3 = 0,
    '2024-02-03 04:05:06.5+02', '1961-05-06', '{"a": 1}' FROM generate_series({first}, {last}) AS n"""
USER = "o'neil \\ s"


@pytest.fixture(scope="module")
def database(postgres):
    """A database with a table of patients, a user who may read it, and his password."""
    postgres.create("clinic")
    postgres.execute("clinic", TABLE, ROWS.replace("{first}", "1").replace("{last}", "6"))
    quoted = USER.replace('"', '""')
    postgres.execute("clinic", f"""CREATE USER "{quoted}" PASSWORD 'p@ss '' w\\ord'""")
    postgres.execute("clinic", f'GRANT SELECT ON patients TO "{quoted}"')
    return postgres


@pytest.fixture
def logged_in(database, monkeypatch):
    """Credentials in the environment."""
    monkeypatch.setenv("PGUSER", database.user)
    monkeypatch.setenv("PGPASSWORD", database.password)
    return database


@pytest.fixture
def table(database, server):
    """The contract about the table, or a query."""

    def table(query: str | None = None, port: int | None = None, name: str = "clinic") -> Contract:
        where = {"host": database.host, "port": port or database.port, "database": name, "schema": "public"}
        return server({"query": query} if query else None, type="postgres", **where)

    return table


@pytest.fixture
def raw(tmp_path):
    return lambda contract, **more: ingest(contract, landing=tmp_path / "landing", **more)


def columns(age: str) -> str:
    """A query with this for the age."""
    return f"SELECT id, hospital, {age} AS age, sick FROM patients"  # noqa: S608


def test_a_table_is_read_sorted_by_its_key_with_its_rows_numbered(logged_in, table, raw):
    found = raw(table())
    rows = found.flagged.collect()
    assert rows["id"].to_list() == rows[LINE].to_list() == [1, 2, 3, 4, 5, 6]
    assert rows["age"].to_list() == [n + 0.25 for n in range(1, 7)]
    assert found.origin.names(found.flagged).collect()[FILE].unique().to_list() == [
        f"postgresql://127.0.0.1:{logged_in.port}/clinic/public.patients"
    ]
    assert set(found.ignored) == {"seen", "born", "extra"}
    assert rows[RULES].list.len().sum() == 0


def test_the_same_rows_in_another_order_are_the_same_data(logged_in, table, raw):
    first = raw(table())
    assert raw(table()).sha256 == first.sha256
    logged_in.execute("clinic", "UPDATE patients SET age = age WHERE id < 4")  # they move to the end
    assert raw(table()).sha256 == first.sha256
    first.refuse_changes()
    logged_in.execute("clinic", "UPDATE patients SET age = age + 1 WHERE id = 3")
    assert raw(table()).sha256 != first.sha256
    logged_in.execute("clinic", "UPDATE patients SET age = age - 1 WHERE id = 3")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("12.3::numeric", "12.3"),
        ("1.5::real", "1.5"),
        ("'NaN'::numeric", None),
        ("NULL::integer", None),
        ("7::smallint", "7.0"),
    ],
)
def test_numbers(value, told, logged_in, table, raw):
    (age, *_) = raw(table(columns(value))).flagged.collect()["age"]
    assert age is None if told is None else age == float(told)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("'12.30'::money", "$12.30"),
        ("'infinity'::date", "infinity"),
        ("'{\"a\": 1}'::jsonb", '{"a": 1}'),
        ("ARRAY[1,2]", "{1,2}"),
        ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("'\\x00ff'::bytea", "\\x00ff"),
        ("'1 day'::interval", "P1D"),
    ],
)
def test_what_is_no_number_is_kept_as_text_for_the_quarantine(value, told, logged_in, table, raw):
    found = raw(table(columns(value)))
    rows = with_raw(found.flagged.collect(), found.contract, found.files).collect()
    assert rows["age (raw)"][0] == told
    assert rows[RULES].to_list()[0] == ["age.type"]


def test_dates_and_moments(logged_in, table, raw):
    path = table().path
    path.write_text(path.read_text().replace(BEFORE, DATED + BEFORE))
    found = raw(read(path)).flagged.select("seen", "born").collect()
    assert [str(one) for one in found.row(0)] == ["2024-02-03 02:05:06.500000", "1961-05-06"]


BEFORE = "      - {name: sick,"
DATED = """\
      - {name: seen, logicalType: timestamp, customProperties: [{property: role, value: ignore}]}
      - {name: born, logicalType: date, customProperties: [{property: role, value: ignore}]}
"""


def test_a_query_may_end_as_queries_do(logged_in, table, raw):
    assert raw(table("SELECT * FROM patients WHERE id < 3 -- the first\n;\n")).flagged.collect().height == 2


def test_nothing_can_be_written(logged_in, table, raw):
    logged_in.execute("clinic", "CREATE OR REPLACE FUNCTION del() RETURNS bigint LANGUAGE sql AS "
                      "'DELETE FROM patients RETURNING id'")  # fmt: skip
    with pytest.raises(DataError, match="cannot execute DELETE in a read-only transaction"):
        raw(table("SELECT del() AS id, 'a' AS hospital, 1 AS age, true AS sick"))


def test_more_rows_than_fit_a_batch_are_streamed(logged_in, table, raw):
    found = raw(table(columns("1").replace("patients", "patients, generate_series(1, 50000)")))
    assert found.flagged.select(pl.len()).collect().item() == 300_000


def test_user_and_password_of_a_block_are_used_and_written_nowhere(database, table, raw, tmp_path):
    password = "p@ss ' w\\ord"  # noqa: S105
    found = raw(table(), credentials={"user": USER, "password": password})
    assert found.flagged.collect().height == 6
    with pytest.raises(DataError, match="password authentication failed") as caught:
        raw(table(), credentials={"user": USER, "password": "no" + password})
    assert password not in str(caught.value)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in written if b"w\\ord" in path.read_bytes()]


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        ({"name": "nowhere"}, 'database "nowhere" does not exist'),
        ({"query": "SELECT * FROM nowhere"}, 'relation "nowhere" does not exist'),
        ({"query": "SELEC 1"}, "syntax error at or near"),
        ({"query": "SELECT 1 AS id"}, "has no column 'hospital', which"),
        ({"query": columns("1 / (id - 1)")}, "division by zero"),
    ],
)
def test_failures_are_said(ask, told, logged_in, table, raw):
    with pytest.raises(DataError, match=told) as caught:
        raw(table(**ask))
    assert logged_in.password not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_is_away_is_worth_another_try(logged_in, table, raw, closed_port):
    with pytest.raises(DataError, match=r"postgresql://.* cannot be read: Connection refused") as caught:
        raw(table(port=closed_port))
    assert isinstance(caught.value.__cause__, ConnectionError)


def test_without_a_password_it_is_said_where_one_comes_from(database, table, raw, monkeypatch):
    monkeypatch.setenv("PGUSER", database.user)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    with pytest.raises(DataError, match=r"no password supplied\. .*PGPASSWORD"):
        raw(table())


def test_a_change_while_it_is_read_is_not_seen(logged_in, table, raw):
    with psycopg.connect(logged_in.url("clinic")) as open_transaction:
        open_transaction.execute("INSERT INTO patients (id) VALUES (99)")
        assert raw(table()).flagged.collect().height == 6
        open_transaction.rollback()
