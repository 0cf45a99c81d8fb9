"""What a check found, as JSON: the keys that `irmflow run --report` has too mean the same."""

from dataclasses import asdict
from typing import Any

from flows.checking.findings import Findings
from irm_core.data.store import version_id


def document(found: Findings) -> dict[str, Any]:
    """Everything a program may want to know of a check."""
    rehearsal = found.rehearsal
    diagnosis = found.diagnosis.model_dump(mode="json", exclude={"environments"}) if found.diagnosis else None
    return {
        "dataset": found.contract.name,
        "split": found.split,
        "data_version": version_id(found.contract, found.split, found.raw.sha256),
        "raw_files": {"count": len(found.raw.files)} | asdict(found.changes),
        "task": found.contract.task,
        "rows": rehearsal.rows.model_dump(),
        "rules": [one.model_dump(mode="json") for one in found.verdict.results],
        "quarantine": [asdict(one) for one in rehearsal.reasons],
        "environments": {
            name: one.model_dump(mode="json", exclude_none=True) for name, one in found.environments.items()
        },
        "diagnosis": diagnosis,
        "caveats": list(found.caveats),
        "problems": list(found.problems),
    }
