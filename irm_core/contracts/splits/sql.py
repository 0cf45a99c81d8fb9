"""A condition on one row, in SQL, as a Polars expression.

Polars' SQL can also read files, look at other rows and ask what day it is, partly while it parses. So every
word is looked at before Polars sees the text: what is not a column must be one of the words below.
"""

import re
from collections.abc import Iterator
from functools import cache

import polars as pl

from irm_core.contracts.problems import unknown

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>--|/\*)
    |(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>[^\W\d]\w*)
    |(?P<sign><=|>=|<>|!=|==|\|\||[-+*/%=<>(),])""",
    re.VERBOSE,
)
_KEYWORDS = """
    AND AS BETWEEN BIGINT BOOLEAN CASE DATE DAY DISTINCT DOUBLE DOW DOY ELSE END FALSE FROM HOUR ILIKE IN
    INTEGER IS ISODOW LIKE MINUTE MONTH NOT NULL OR QUARTER TEXT THEN TIMESTAMP TRUE VARCHAR WEEK WHEN YEAR
"""
_FUNCTIONS = """
    ABS CEIL COALESCE CONCAT DATE_PART ENDS_WITH EXP EXTRACT FLOOR GREATEST IFNULL LEAST LEFT LENGTH LN
    LOG10 LOWER MOD NULLIF POW REGEXP_LIKE RIGHT ROUND SIGN SQRT STARTS_WITH SUBSTR TRIM TRY_CAST UPPER
"""
_BEFORE_BRACKET = "AND BETWEEN CASE ELSE IN NOT OR THEN WHEN"

FUNCTIONS = tuple(_FUNCTIONS.split())
"""What a condition may call: functions of one row that fail for no value."""
_WORDS = {*_KEYWORDS.split(), *FUNCTIONS}
_CALLED = {*FUNCTIONS, *_BEFORE_BRACKET.split()}


@cache
def condition(text: str) -> pl.Expr:
    """The condition. Raises ValueError with a sentence where the text is none, or says what it may not."""
    words = list(_words(text))
    try:
        expression = pl.sql_expr(text)
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise ValueError(f"{text!r} is no condition in SQL: {str(error).splitlines()[0]}.") from None
    columns = expression.meta.root_names()
    for word in words:
        if word not in columns and word.upper() not in _WORDS:
            raise ValueError(f"a condition on one row cannot say {word!r}, as {text!r} does.")
    if not columns or expression.meta.has_multiple_outputs():
        raise ValueError(f"{text!r} is about no column of its own; name one.")
    return expression


def _words(text: str) -> Iterator[str]:
    """The words outside quotation marks. Raises ValueError for signs and functions that are not known."""
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None or token.lastgroup == "comment":
            raise ValueError(f"{text!r} is no condition in SQL, from {text[place : place + 20]!r} on.")
        place = token.end()
        if token.lastgroup in ("word", "quoted"):
            _check_call(token[0], text[place:].lstrip())
        if token.lastgroup == "word":
            yield token[0]


def _check_call(word: str, rest: str) -> None:
    if rest.startswith("(") and word.upper() not in _CALLED:
        raise ValueError(unknown("function", word, FUNCTIONS))
