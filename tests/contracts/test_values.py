"""Values of a column's type."""

from datetime import date, datetime

import pytest

from irm_core.contracts.values import EXACT, typed


@pytest.mark.parametrize(
    ("value", "logical_type", "read"),
    [
        ("a", "string", "a"),
        (3, "integer", 3),
        (3.0, "integer", 3),
        (EXACT, "integer", EXACT),
        (3, "number", 3.0),
        (True, "boolean", True),
        ("2024-12-31", "date", date(2024, 12, 31)),
        ("2024-12-31T23:59:59", "timestamp", datetime(2024, 12, 31, 23, 59, 59)),
    ],
)
def test_typed(value, logical_type, read):
    found = typed(value, logical_type)
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("value", "logical_type"),
    [
        (1, "string"),
        (None, "string"),
        (1.5, "integer"),
        (True, "integer"),
        ("1", "integer"),
        (EXACT + 1, "integer"),
        (float("inf"), "integer"),
        (float("nan"), "integer"),
        (float("nan"), "number"),
        (True, "number"),
        ("1", "number"),
        (1, "boolean"),
        ("31.12.2024", "date"),
        (2024, "date"),
        ("2024-12-31T25:00:00", "timestamp"),
        ("2024-12-31T23:59:59+01:00", "timestamp"),
    ],
)
def test_refuses(value, logical_type):
    with pytest.raises(ValueError, match=f"not a value of type {logical_type}"):
        typed(value, logical_type)
