"""What each row expectation demands of a row, as one Polars expression: the one home of row conditions.

Quarantine and Great Expectations both use these, so that they cannot disagree about a row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """One kind of row expectation.

    word: what a rule of this kind is called, after its column.
    metric: name of the Great Expectations metric that the expectation counts by.
    test: (values, arguments) -> True where a value is right; `values` is a column, or a struct of several.
    required, optional: the arguments it knows, besides those that name columns.
    typed: those of them that must have the column's own type. (Polars compares nothing else.)
    domain: the arguments that name columns.
    nulls_pass: whether a missing value obeys. For several columns: where all of them are missing, or as the
    argument `ignore_row_if` says.
    alone: whether a row can be judged without the others.
    """

    word: str
    metric: str
    test: Callable[[pl.Expr, Arguments], pl.Expr]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    domain: tuple[str, ...] = ("column",)
    nulls_pass: bool = True
    alone: bool = True

    def valid(self, arguments: Arguments) -> pl.Expr:
        """True, per row, where the row obeys; never null."""
        columns = named_columns(self.domain, arguments)
        values = pl.col(columns[0]) if self.domain == ("column",) else pl.struct(columns)
        test = self.test(values, arguments)
        if not self.nulls_pass:
            return test
        return self.ignores(arguments) | test.fill_null(self.domain == ("column",))

    def ignores(self, arguments: Arguments) -> pl.Expr:
        """True, per row, where so much is missing that the condition says nothing of it; never null."""
        return _missing(
            named_columns(self.domain, arguments), arguments.get("ignore_row_if", "all_values_are_missing")
        )


def _missing(columns: list[str], which: str) -> pl.Expr:
    """Whether a row has so few values that the condition says nothing of it."""
    absent = [pl.col(name).is_null() for name in columns]
    if which in ("never", "neither"):
        return absent[0] & pl.lit(False)
    return pl.any_horizontal(absent) if which in ANY_MISSING else pl.all_horizontal(absent)


def named_columns(domain: tuple[str, ...], arguments: Arguments) -> list[str]:
    """The columns that the arguments in `domain` name, in that order."""
    named = [arguments[key] for key in domain]
    return [name for names in named for name in (names if isinstance(names, list) else [names])]


def within(values: pl.Expr, arguments: Arguments) -> pl.Expr:
    """True where min_value <= value <= max_value; either may be absent, or strict."""
    low, high = arguments.get("min_value"), arguments.get("max_value")
    above = [] if low is None else [values > low if arguments.get("strict_min") else values >= low]
    below = [] if high is None else [values < high if arguments.get("strict_max") else values <= high]
    return pl.all_horizontal(above + below)


def _in_set(values: pl.Expr, arguments: Arguments) -> pl.Expr:
    return values.is_in(list(arguments["value_set"]))


def _matches(values: pl.Expr, arguments: Arguments) -> pl.Expr:
    return values.str.contains(arguments["regex"])


def _greater(_: pl.Expr, arguments: Arguments) -> pl.Expr:
    left, right = pl.col(arguments["column_A"]), pl.col(arguments["column_B"])
    return left >= right if arguments.get("or_equal") else left > right


ANY_MISSING = ("either_value_is_missing", "any_value_is_missing")
IGNORED_ROWS = {
    "column_A": ("both_values_are_missing", "either_value_is_missing", "neither"),
    "column_list": ("all_values_are_missing", "any_value_is_missing", "never"),
}
"""What `ignore_row_if` can be, of two columns and of several; the first is what holds by itself."""
_PAIR = ("column_A", "column_B")
_IGNORE = ("ignore_row_if",)
_BOUNDS = ("min_value", "max_value")
_STRICT = ("strict_min", "strict_max")

CONDITIONS: dict[str, Condition] = {
    "expect_column_values_to_not_be_null": Condition(
        "required", "column_values.nonnull", lambda values, _: values.is_not_null(), nulls_pass=False
    ),
    "expect_column_values_to_be_null": Condition(
        "absent", "column_values.null", lambda values, _: values.is_null(), nulls_pass=False
    ),
    "expect_column_values_to_be_unique": Condition(
        "unique", "column_values.unique", lambda values, _: values.is_unique(), alone=False
    ),
    "expect_compound_columns_to_be_unique": Condition(
        "unique",
        "compound_columns.unique",
        lambda values, _: values.is_unique(),
        optional=_IGNORE,
        domain=("column_list",),
        alone=False,
    ),
    "expect_column_values_to_be_in_set": Condition(
        "values", "column_values.in_set", _in_set, required=("value_set",), typed=("value_set",)
    ),
    "expect_column_values_to_not_be_in_set": Condition(
        "forbidden values",
        "column_values.not_in_set",
        lambda values, arguments: ~_in_set(values, arguments),
        required=("value_set",),
        typed=("value_set",),
    ),
    "expect_column_values_to_be_between": Condition(
        "range", "column_values.between", within, optional=(*_BOUNDS, *_STRICT), typed=_BOUNDS
    ),
    "expect_column_values_to_match_regex": Condition(
        "pattern", "column_values.match_regex", _matches, required=("regex",)
    ),
    "expect_column_values_to_not_match_regex": Condition(
        "forbidden pattern",
        "column_values.not_match_regex",
        lambda values, arguments: ~_matches(values, arguments),
        required=("regex",),
    ),
    "expect_column_value_lengths_to_be_between": Condition(
        "length",
        "column_values.value_length.between",
        lambda values, arguments: within(values.str.len_chars(), arguments),
        optional=(*_BOUNDS, *_STRICT),
    ),
    "expect_column_value_lengths_to_equal": Condition(
        "length",
        "column_values.value_length.equals",
        lambda values, arguments: values.str.len_chars() == arguments["value"],
        required=("value",),
    ),
    "expect_column_pair_values_to_be_equal": Condition(
        "equality",
        "column_pair_values.equal",
        lambda _, arguments: pl.col(arguments["column_A"]) == pl.col(arguments["column_B"]),
        optional=_IGNORE,
        domain=_PAIR,
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": Condition(
        "order",
        "column_pair_values.a_greater_than_b",
        _greater,
        optional=("or_equal", *_IGNORE),
        domain=_PAIR,
    ),
    "expect_select_column_values_to_be_unique_within_record": Condition(
        "difference",
        "select_column_values.unique.within_record",
        lambda _, arguments: (
            pl.concat_list(arguments["column_list"]).list.n_unique() == len(arguments["column_list"])
        ),
        optional=_IGNORE,
        domain=("column_list",),
    ),
    "expect_multicolumn_sum_to_equal": Condition(
        "sum",
        "multicolumn_sum.equal",
        lambda _, arguments: (
            pl.sum_horizontal(arguments["column_list"], ignore_nulls=False) == arguments["sum_total"]
        ),
        required=("sum_total",),
        optional=_IGNORE,
        domain=("column_list",),
    ),
}
