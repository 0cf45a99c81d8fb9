"""Expectations about which columns the raw data have, whether the contract declares them or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from irm_core.contracts.problems import unknown
from irm_core.contracts.values import typed


@dataclass(frozen=True)
class Header:
    """One kind of expectation about the names of the columns.

    word: what a rule of this kind is called, after "table", or the column that it names.
    metric: name of the Great Expectations metric.
    required, optional: the arguments it knows. domain: the argument that names a column, declared or not.
    """

    word: str
    metric: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()

    def checked(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments, less those that say nothing. Raises ValueError with a sentence."""
        given = {key: value for key, value in arguments.items() if value is not None}
        known = (*self.domain, *self.required, *self.optional)
        for key in given:
            if key not in known:
                raise ValueError(unknown("argument", key, known))
        for key in (*self.domain, *self.required):
            if key not in given:
                raise ValueError(f"this rule lacks the argument {key!r}.")
        if "min_value" in self.optional and not {"min_value", "max_value"} & set(given):
            raise ValueError("this rule lacks a bound: min_value, max_value or both.")
        return {key: _read(key, value) for key, value in given.items()}


def _read(key: str, value: Any) -> Any:
    if key in ("column_set", "column_list"):
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            raise ValueError(f"{key!r} is a list of names of columns, not {value!r}.")
        return value
    found = typed(value, {"column": "string", "exact_match": "boolean"}.get(key, "integer"))
    if key == "column_index" and not found:
        raise ValueError("Great Expectations does not look at a column_index of 0: list the first columns.")
    return found


HEADERS = {
    "expect_table_columns_to_match_set": Header(
        "columns", "table.columns", required=("column_set",), optional=("exact_match",)
    ),
    "expect_table_columns_to_match_ordered_list": Header(
        "columns in order", "table.columns", required=("column_list",)
    ),
    "expect_table_column_count_to_equal": Header("column count", "table.column_count", required=("value",)),
    "expect_table_column_count_to_be_between": Header(
        "column count", "table.column_count", optional=("min_value", "max_value")
    ),
    "expect_column_to_exist": Header(
        "exists", "table.columns", optional=("column_index",), domain=("column",)
    ),
}
