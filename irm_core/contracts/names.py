"""Names of the columns that preparation adds beside the contract's own.

`age` is the typed value; `age (raw)` what the file says; `age (unreadable)` the raw value where it cannot
be read as the declared type, else null. So a rule on types is an ordinary not-allowed-to-exist rule.
"""

FILE = "_file"
LINE = "_line"
RULES = "_rules"
ENVIRONMENT = "_environment"
VALIDATION = "_validation"
ROW_UNREADABLE = "row (unreadable)"

NO_ENVIRONMENT = "environment.missing"
SMALL_ENVIRONMENT = "environment.small"
"""The rules that a split makes for rows that break none of the contract's own."""


def raw(column: str) -> str:
    """The column that keeps what the file says in `column`."""
    return f"{column} (raw)"


def environment_of(split: str) -> str:
    """The column that says in which environment of a split a row is, for rules about environments."""
    return f"environment {split}"


def unreadable(column: str) -> str:
    """The column that is null where `column` could be read, else says what could not be read."""
    return f"{column} (unreadable)"
