"""docs/awkward_files.md: what it shows of six awkward files is what they hold, and what the commands print.

With IRMFLOW_TRANSCRIPTS=1 the test writes what they print into the page instead.
"""

import os
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs/awkward_files.md"
MOST_RULES = 3
"""So many lines of a table of rules are shown."""
SITES = {"Köln", "north", "east: 2", "west, end"}


def block(name: str, kind: str) -> str:
    """What stands in the block of this kind in the section of a file."""
    found = re.search(rf"(?s)## {name}\.csv\n.*?```{kind}\n(.*?)```", PAGE.read_text())
    assert found is not None
    return found[1]


def shown(printed: str) -> str:
    """What the page shows: long tables are cut, addresses are short, and no line ends in blanks."""
    lines = [line.rstrip() for line in re.sub(r"runs\?\S+", "runs?…", printed).splitlines()]
    rules = [place for place, line in enumerate(lines) if re.match(r"  \S+\.\S+ +(row|table) ", line)]
    for place in rules[MOST_RULES:]:
        lines[place] = "  …" if place == rules[MOST_RULES] else ""
    return "".join(f"{line}\n" for line in lines if line.strip("─ "))


def stable(transcript: str) -> list[str]:
    """Its lines without what differs between machines and runs: identities, and figures of training."""
    found = []
    for line in transcript.splitlines():
        masked = re.sub(r"\b[0-9a-f]{16}\b|-?\d+\.\d+|\d+%", "#", line)
        found.append(" ".join(masked.split()))
    return found


def test_the_page_shows_the_files_as_they_are(name, here, raw) -> None:
    first = block(name, "text").removesuffix("…\n")
    assert raw(name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n").startswith(first)


@pytest.mark.slow
def test_what_init_writes_runs_and_the_page_shows_what_is_printed(name, here, irmflow, raw) -> None:
    raw(name)
    Path(f"{name}.plan.yaml").write_text(re.search(r"(?s)```yaml\n(.*?)```", PAGE.read_text())[1])
    before, transcript = block(name, "console"), ""
    for command in re.findall(r"(?m)^\$ irmflow (.+)$", before):
        said = irmflow(*command.split())
        assert said.status == 0, said.err
        transcript += f"$ irmflow {command}\n{shown(said.out)}"
    assert set(said.report["environments"]) == SITES
    assert said.report["selection"]["promoted"]
    if "IRMFLOW_TRANSCRIPTS" in os.environ:
        PAGE.write_text(PAGE.read_text().replace(before, transcript))
    assert stable(block(name, "console")) == stable(transcript)
