"""The keys under which results are kept: what they are a function of, and nothing else.

Never the run: a retry, a restart and the next schedule find what was finished, and train what is missing.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import torch
from prefect.context import TaskRunContext

import flows
import irm_core
from irm_core.data.fingerprint import sha256
from irm_core.data.version import Version
from irm_core.training.device import resolve
from irm_core.training.plan import TrainingPlan

OF_THE_CHOICE = {"objectives", "penalty_weights", "seeds", "criterion", "standard_errors"}
"""What a plan says about which candidates there are, and which is chosen: nothing of each by itself."""


def trials_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:  # noqa: ARG001 - Prefect's signature
    """The key of a stack's trials: data version, candidates, plan, code, and the device it is trained on."""
    work, plan = parameters["work"], parameters["work"].plan
    stack = [one.model_dump(mode="json") for one in parameters["candidates"]]
    said = [plan.model_dump(mode="json", exclude=OF_THE_CHOICE), plan.seeds[0]]
    return (
        f"{trials_of(work.version.id)}{_digest([stack, said, _means(plan), code(Path(irm_core.__file__))])}"
    )


def trials_of(version: str) -> str:
    """How the keys of all trials on a data version begin."""
    return f"trials-{version}-"


def retraining_key(version: Version, plan: TrainingPlan) -> str:
    """The key of a whole retraining: data version (with it contract and split), plan, code, and device."""
    ours = [code(Path(package.__file__ or "")) for package in (irm_core, flows)]
    return _digest([version.id, plan.model_dump(mode="json"), _means(plan), ours])


def _means(plan: TrainingPlan) -> list[str | None]:
    """By what a plan is carried out: the weights that it begins with, torch, and the device."""
    file = Path(plan.weights or "")
    weights = sha256(file) if file.is_file() else plan.weights  # where there is none, training says so
    return [weights, torch.__version__, resolve(plan.device).type]


def _digest(content: list[Any]) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@cache
def code(package: Path) -> str:
    """The SHA-256 of a package of ours, by which any change of it is a change of every result."""
    home = package.parent
    files = sorted(home.rglob("*.py"))
    parts = (f"{file.relative_to(home).as_posix()} {sha256(file)}" for file in files)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
