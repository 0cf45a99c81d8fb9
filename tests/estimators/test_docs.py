"""The pages about the learner say what is true."""

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.slow
@pytest.mark.parametrize(("page", "blocks"), [("estimators", 3), ("objectives", 2), ("linear", 1)])
def test_the_code_of_the_page_runs(
    page: str, blocks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = re.findall(r"```python\n(.*?)```", (DOCS / f"{page}.md").read_text(), flags=re.DOTALL)
    assert len(found) == blocks
    script = tmp_path / "page.py"
    script.write_text("\n".join(found))
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script))
