"""The report of a command as a file, for `--report`."""

import json
from pathlib import Path
from typing import Any

from flows import console


def write_report(report: dict[str, Any], path: Path | None) -> None:
    """Write the report, if a file was asked for."""
    if path is not None:
        from irm_core.data.writing import whole

        with whole(path, "The report") as file:
            file.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
        console.err.print(f"Report: {path}")
