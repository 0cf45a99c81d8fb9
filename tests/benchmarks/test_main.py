"""`python -m benchmarks`: which there are, and what the table says."""

from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import COLUMNS, NAMES, ON_REQUEST, cells, main
from benchmarks.measure import Measured


def test_the_names_are_those_of_the_modules_that_measure() -> None:
    """Read, not imported: Great Expectations takes seconds."""
    modules = Path(benchmarks.__path__[0]).glob("*.py")
    assert {one.stem for one in modules if "\ndef measure()" in one.read_text()} == {*NAMES, *ON_REQUEST}


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(SystemExit, match=r"'nix'.*objective_step"):
        main(["nix"])


@pytest.mark.parametrize(
    ("ours", "bounds", "expected"),
    [
        (1.0, {"least": 8}, ("10.0 × less", "≥ 8 × ✓")),
        (2.0, {"least": 8}, ("5.0 × less", "≥ 8 × missed")),
        (14.0, {"most": 1.5}, ("1.40 × as much", "≤ 1.5 × ✓")),
        (16.0, {"most": 1.5}, ("1.60 × as much", "≤ 1.5 × missed")),
        (5.0, {}, ("2.0 × less", "")),
    ],
)
def test_a_line_says_whether_its_target_is_reached(
    ours: float, bounds: dict[str, float], expected: tuple[str, str]
) -> None:
    line = dict(zip(COLUMNS, cells(Measured("this", "that", ours, 10.0, "alike", **bounds)), strict=True))
    assert (line["ratio"], line["target"]) == expected
    assert line["ours"] == f"{ours:.3g} CPU s"
