"""The training plan of a command: a YAML file, then `--set KEY=VALUE`, checked as one record."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from irm_core.errors import UsageError
from irm_core.training.plan import TrainingPlan


def beside(contract: Path) -> Path:
    """The plan that lies beside a contract: `x.plan.yaml` beside `x.odcs.yaml`."""
    return contract.with_name(contract.name.split(".")[0] + ".plan.yaml")


def read_plan(path: Path | None, contract: Path, changes: Sequence[str]) -> TrainingPlan:
    """The plan in `path`, else the one beside the contract, else the default; then the changes.

    Raises UsageError that names the file, the key, and what is wrong with it.
    """
    if path is None and beside(contract).is_file():
        path = beside(contract)
    values = ({} if path is None else _parse(path)) | dict(_change(one) for one in changes)
    try:
        return TrainingPlan.model_validate(values)
    except ValidationError as error:
        where = f"The plan {path}" if path else "The plan"
        raise UsageError(f"{where} is wrong:\n{_problems(error)}") from error


def _parse(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise UsageError(f"The plan {path} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise UsageError(f"The plan {path} must be keys and values, like `steps: 500`.")
    return values


def _change(text: str) -> tuple[str, Any]:
    key, found, value = text.partition("=")
    if not found:
        raise UsageError(f"--set {text}: write KEY=VALUE, like --set steps=500 or --set 'seeds=[0, 1]'.")
    return key.strip(), yaml.safe_load(value)


def _problems(error: ValidationError) -> str:
    keys = ", ".join(TrainingPlan.model_fields)
    lines = []
    for one in error.errors():
        hint = f" The keys are: {keys}." if one["type"] == "extra_forbidden" else ""
        lines.append(f"  {'.'.join(map(str, one['loc']))}: {one['msg']}.{hint}")
    return "\n".join(lines)
