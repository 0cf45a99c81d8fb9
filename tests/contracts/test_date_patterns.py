"""Date patterns of the standard: what they tell, and what of them is refused."""

import re

import pytest

from irm_core.contracts.date_patterns import date_pattern


@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        ("yyyy-MM-dd", "%Y-%m-%d"),
        ("d.M.yyyy", "%d.%m.%Y"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSS", "%Y-%m-%dT%H:%M:%S.%3f"),
        ("dd/MM/yyyy 'um' H:mm", "%d/%m/%Y um %H:%M"),
        ("yyyy''MM''dd", "%Y'%m'%d"),
        ("yyyy%MM%dd", "%Y%%%m%%%d"),
    ],
)
def test_patterns_are_those_of_java(pattern, form):
    assert date_pattern(pattern).form == form


def test_signs_stand_for_themselves():
    shape = date_pattern("dd.MM.yyyy").shape
    assert re.search(shape, "01.02.2020")
    assert not re.search(shape, "01-02-2020")
    assert not re.search(shape, "01.02.20201")


@pytest.mark.parametrize(
    ("pattern", "logical_type", "told"),
    [
        ("dd/MM/yy", "date", "has 'yy'; we read yyyy, MM"),
        ("dd/MMM/yyyy", "date", "has 'MMM'"),
        ("yyyy-MM-ddXXX", "timestamp", "has 'XXX'"),
        ("dd/MM", "date", "must have a year, a month and a day"),
        ("dd/MM/yyyy d", "date", "has a part twice"),
        ("dd/MM/yyyy HH:mm", "date", "a date has no time of day"),
        ("dd/MM/yyyy mm", "timestamp", "without hours and minutes"),
        ("yyyy-MM-dd'T", "timestamp", "is not closed"),
    ],
)
def test_what_tells_no_moment_is_refused(pattern, logical_type, told):
    with pytest.raises(ValueError, match=told):
        date_pattern(pattern, logical_type)
