"""Tables and queries of PostgreSQL in a contract."""

import pytest

from irm_core.contracts.database import quoted

SERVER = "{server: laptop, type: local, path: data/heart.csv, format: csv}"


def database(more: str = "", host: str = "db.clinic", port: object = 5432) -> tuple[str, str]:
    where = f"host: '{host}', port: {port}, database: clinic, schema: public"
    return SERVER, f"{{server: warehouse, type: postgres, {where}{more}}}"


def test_a_table_is_named_by_the_schema(edited, table):
    found = edited(database()).source
    assert found.path == "postgresql://db.clinic:5432/clinic/public.patients"
    assert found.database.relation == '"public"."patients"'
    renamed = edited(database(), table('physicalName: "Pat""ients"'.replace('""', "'"))).source
    assert renamed.database.relation == '"public"."Pat\'ients"'


def test_a_query_takes_its_place(edited):
    custom = ", customProperties: [{property: query, value: 'SELECT * FROM a -- all;'}]"
    assert edited(database(custom)).source.database.relation == "(SELECT * FROM a -- all\n)"


def test_names_are_quoted_whatever_is_in_them():
    assert quoted('a"b; DROP') == '"a""b; DROP"'


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (database(host="me:pw@db"), "without user, password or port"),
        (database(port="'${PORT}'"), "the port is a number, unlike '${PORT}'"),
        (database(", customProperties: [{property: query, value: ' '}]"), "the query is a SELECT"),
        (database(", customProperties: [{property: delimiter, value: ;}]"), "unknown custom property"),
        (database(", password: pw"), "unknown key 'password'"),
    ],
)
def test_refuses(problems, edit, told):
    (found,) = problems(edit)
    assert told in found.sentence and "pw" not in found.sentence
