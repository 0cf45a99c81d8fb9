"""Conditions in SQL: about one row, of its own columns, and nothing else."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from irm_core.contracts.splits.sql import FUNCTIONS, condition

FRAME = pl.DataFrame(
    {"n": [1.0, None, -3.0], "note": ["it's", "b", None], "day": [date(2020, 1, 31), None, date(2021, 1, 1)]}
)
TWO = """
    COALESCE CONCAT ENDS_WITH GREATEST IFNULL LEAST LEFT MOD NULLIF POW REGEXP_LIKE RIGHT STARTS_WITH SUBSTR
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n > 0", [True, None, False]),
        ("n > 0 OR note LIKE 'b%'", [True, True, None]),
        ("NOT (n IN (1, 2))", [False, None, True]),
        ("note = 'it''s'", [True, False, None]),
        ("note = '-- ; SELECT (1)'", [False, False, None]),
        ("n IS NULL", [False, True, False]),
        ("n BETWEEN -5 AND .5e1", [True, None, True]),
        ("EXTRACT(YEAR FROM day) = 2020", [True, None, False]),
        ("day > DATE '2020-12-31'", [False, None, True]),
        ("TRY_CAST(note AS INTEGER) IS NULL", [True, True, True]),
        ('"n" / 0 > 1', [True, None, False]),
        ("CASE WHEN n > 0 THEN TRUE ELSE FALSE END", [True, False, False]),
    ],
)
def test_conditions_mean_what_sql_means(text, expected):
    assert FRAME.select(condition(text)).to_series().to_list() == expected


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_known_to_polars(name):
    arguments = {"EXTRACT": "YEAR FROM n", "TRY_CAST": "n AS INTEGER", "DATE_PART": "'year', n"}
    given = arguments.get(name, "n, 1" if name in TWO.split() else "n")
    assert condition(f"{name}({given}) IS NULL").meta.root_names()[0] == "n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("n > AVG(n)", "unknown function 'AVG'"),
        ("COUNT(*) > 1", "unknown function 'COUNT'"),
        ("ROW_NUMBER() OVER (ORDER BY n) > 3", "unknown function 'ROW_NUMBER'"),
        ("SUM (n) > 3", "unknown function 'SUM'"),
        ("EXISTS (SELECT 1)", "unknown function 'EXISTS'"),
        ("CAST(note AS INTEGER) = 1", "did you mean 'TRY_CAST'"),
        ("n > 1; DROP TABLE t", "from '; DROP TABLE t' on"),
        ("DROP TABLE t", "no condition in SQL"),
        ("SELECT n", "no condition in SQL"),
        ("note IN (SELECT 'b')", "cannot say 'SELECT'"),
        ("day > CURRENT_DATE", "cannot say 'CURRENT_DATE'"),
        ("n > 1 -- always", "from '-- always' on"),
        ("n > 1 /* always */", "from '/\\* always \\*/' on"),
        ("note::int > 1", "from '::int > 1' on"),
        ("1 = 1", "no column"),
        ('"^n.*$" > 1', "no column"),
        ("n >", "no condition in SQL"),
        ("", "no condition in SQL"),
        ("(n > 1", "no condition in SQL"),
        ("note = 'open", 'from "\'open" on'),
    ],
)
def test_everything_else_is_refused(text, told):
    with pytest.raises(ValueError, match=told):
        condition(text)


@pytest.mark.parametrize(
    "text",
    [
        "note IN (SELECT secret FROM read_csv('{}'))",
        "note IN (FROM read_csv ('{}'))",
        "note IN (FROM \"read_csv\"('{}'))",
        "note IN (FROM\tREAD_CSV\n('{}'))",
        "note = 'a' AND n > (SELECT MAX(secret) FROM read_csv('{}'))",
    ],
)
def test_no_file_is_read(text, tmp_path: Path):
    (tmp_path / "secret.csv").write_text("a,b\n1\n1,2,3,4\n")
    with pytest.raises(ValueError, match=r"unknown function.*(?i:read_csv|MAX)"):
        condition(text.format(tmp_path / "secret.csv"))
