"""The page about the engine alone says what is true."""

import re
import runpy
from pathlib import Path

import pytest

from irm_core.contracts.aggregates import AGGREGATES, BROKEN_ROWS
from irm_core.contracts.conditions import CONDITIONS
from irm_core.contracts.headers import HEADERS
from irm_core.validation.quiet import quiet

PAGE = (Path(__file__).parents[2] / "docs" / "great_expectations.md").read_text()


@pytest.mark.slow
def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(found) == 2
    script = tmp_path / "page.py"
    script.write_text("\n".join(found))
    monkeypatch.chdir(tmp_path)
    with quiet():
        runpy.run_path(str(script))


def test_the_page_lists_every_expectation() -> None:
    listed = set(re.findall(r"`(expect_\w+)`", PAGE))
    assert listed - {"expect_column_values_to_be_of_type"} == {*CONDITIONS, *AGGREGATES, *HEADERS} - {
        BROKEN_ROWS
    }
