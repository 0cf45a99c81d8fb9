"""How the values of a column are written: of which type, with which decimal mark, in which date format."""

from dataclasses import dataclass
from typing import Literal

LogicalType = Literal["string", "integer", "number", "boolean", "date", "timestamp"]
DECIMALS = (".", ",")


@dataclass(frozen=True)
class Notation:
    """decimal: the decimal mark of numbers in text. format: the pattern of dates in text; None: ISO 8601."""

    logical_type: LogicalType
    decimal: str = "."
    format: str | None = None
