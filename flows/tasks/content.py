"""The keys under which results are kept: what they are a function of, and nothing else.

Never the run: a retry, a restart and the next schedule find what was finished, and train what is missing.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import torch

import flows
import irm_core
from irm_core.data.fingerprint import sha256
from irm_core.data.version import Version
from irm_core.evaluation.inferred import infers, reference
from irm_core.training.candidate import Candidate, learning_rate
from irm_core.training.device import resolve
from irm_core.training.plan import TrainingPlan

OF_THE_CHOICE = {
    "objectives",
    "penalty_weights",
    "seeds",
    "learning_rate",
    "criterion",
    "standard_errors",
}
"""What a plan says about which candidates there are, and which is chosen: nothing of each by itself."""
Means = tuple[str | None, str, str]


def trial_key(candidate: Candidate, version: Version, plan: TrainingPlan, means: Means) -> str:
    """The key of a candidate's trial: data version, candidate, plan, code, and by what it is trained."""
    rate = {"learning_rate": learning_rate(candidate, plan)}
    by = reference(plan, candidate.left_out).model_dump() if infers(version, candidate) else None
    said = [candidate.model_dump() | rate, by, plan.model_dump(mode="json", exclude=OF_THE_CHOICE)]
    return f"{trials_of(version.id)}{_digest([said, means, code(Path(irm_core.__file__))])}"


def trials_of(version: str) -> str:
    """How the keys of all trials on a data version begin."""
    return f"trials-{version}-"


def retraining_key(version: Version, plan: TrainingPlan) -> str:
    """The key of a whole retraining: data version (with it contract and split), plan, code, and device."""
    ours = [code(Path(package.__file__ or "")) for package in (irm_core, flows)]
    return _digest([version.id, plan.model_dump(mode="json"), means(plan, resolve(plan.device).type), ours])


def means(plan: TrainingPlan, device: str) -> Means:
    """By what a plan is carried out: the weights that it begins with, torch, and the kind of device."""
    file = Path(plan.weights or "")
    weights = sha256(file) if file.is_file() else plan.weights  # where there is none, training says so
    return weights, str(torch.__version__), device


def _digest(content: list[Any]) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@cache
def code(package: Path) -> str:
    """The SHA-256 of a package of ours, by which any change of it is a change of every result."""
    home = package.parent
    files = sorted(home.rglob("*.py"))
    parts = (f"{file.relative_to(home).as_posix()} {sha256(file)}" for file in files)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
