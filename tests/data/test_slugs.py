"""Slugs: safe, readable, and no two alike."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irm_core.data.slugs import LONGEST, slug, slugs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("va", "va"),
        ("Europe & Central Asia", "Europe-Central-Asia"),
        ("va / scanner=2 #1", "va-scanner-2-1"),
        ("São Paulo", "São-Paulo"),
        ("北京", "北京"),
        ("2020-01-02", "2020-01-02"),
        ("[40, 65)", "40-65"),
        ("../../etc", "etc"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("-1", "1"),
    ],
)
def test_golden(name, expected):
    assert slug(name) == expected


@given(st.text())
def test_a_slug_is_one_safe_part_of_a_path(name):
    found = slug(name)
    assert re.fullmatch(r"[\w.-]+", found)
    assert ".." not in found
    assert not found.startswith((".", "-"))
    assert len(found) <= LONGEST


@given(st.lists(st.text(alphabet="aA-2 /", max_size=4), unique=True))
def test_no_two_names_share_a_slug_whatever_their_case(names):
    found = slugs(names)
    assert len({one.casefold() for one in found.values()}) == len(names) == len(found)
