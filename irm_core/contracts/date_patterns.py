"""Date patterns of the standard, those of Java's DateTimeFormatter, as Polars reads them.

https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
"""

import re
from dataclasses import dataclass

_LETTERS = {
    "yyyy": (r"\d{4}", "%Y"),
    "MM": (r"\d{2}", "%m"),
    "M": (r"\d{1,2}", "%m"),
    "dd": (r"\d{2}", "%d"),
    "d": (r"\d{1,2}", "%d"),
    "HH": (r"\d{2}", "%H"),
    "H": (r"\d{1,2}", "%H"),
    "mm": (r"\d{2}", "%M"),
    "ss": (r"\d{2}", "%S"),
    "SSS": (r"\d{3}", "%3f"),
}
_TOKEN = re.compile(r"'(?P<quoted>[^']*)'|(?P<letters>([A-Za-z])\3*)|(?P<sign>[^A-Za-z'])")
_DATE, _HOURS = {"y", "M", "d"}, {"H", "m"}


@dataclass(frozen=True)
class DatePattern:
    """shape: a regular expression of all texts that have the pattern. form: what Polars reads them by."""

    shape: str
    form: str


def date_pattern(pattern: str, logical_type: str = "timestamp") -> DatePattern:
    """The pattern of a date or timestamp. Raises ValueError with a sentence where it does not tell one.

    >>> date_pattern("dd.MM.yyyy")
    DatePattern(shape='^\\\\d{2}\\\\.\\\\d{2}\\\\.\\\\d{4}$', form='%d.%m.%Y')
    """
    shapes: list[str] = []
    forms: list[str] = []
    said: list[str] = []
    place = 0
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if token is None:
            raise ValueError(f"the quotation mark in the format {pattern!r} is not closed.")
        shape, form = _read(token, pattern)
        shapes.append(shape)
        forms.append(form)
        said += token["letters"][0] if token["letters"] else ""
        place = token.end()
    _check(said, pattern, logical_type)
    return DatePattern(f"^{''.join(shapes)}$", "".join(forms))


def _read(token: re.Match[str], pattern: str) -> tuple[str, str]:
    if letters := token["letters"]:
        if letters not in _LETTERS:
            known = ", ".join(_LETTERS)
            raise ValueError(f"the format {pattern!r} has {letters!r}; we read {known}, and text in '…'.")
        return _LETTERS[letters]
    text = token["sign"] or token["quoted"] or "'"
    return re.escape(text), text.replace("%", "%%")


def _check(said: list[str], pattern: str, logical_type: str) -> None:
    if len(set(said)) < len(said):
        raise ValueError(f"the format {pattern!r} has a part twice.")
    if _DATE - set(said):
        raise ValueError(f"the format {pattern!r} must have a year, a month and a day: yyyy, MM, dd.")
    rest = set(said) - _DATE
    if logical_type == "date" and rest:
        raise ValueError(f"a date has no time of day, unlike the format {pattern!r}; use timestamp.")
    if rest and _HOURS - rest:
        raise ValueError(f"the format {pattern!r} has a time of day without hours and minutes: HH:mm.")
