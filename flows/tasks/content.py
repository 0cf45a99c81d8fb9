"""The key under which trials are kept: what they are a function of, and nothing else.

Never the run: a retry, a restart and the next schedule find what was finished, and train what is missing.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import torch
from prefect.context import TaskRunContext

import irm_core
from irm_core.data.fingerprint import sha256
from irm_core.training.device import resolve
from irm_core.training.plan import TrainingPlan

OF_THE_CHOICE = {"objectives", "penalty_weights", "seeds", "criterion", "standard_errors"}
"""What a plan says about which candidates there are, and which is chosen: nothing of each by itself."""


def trials_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:  # noqa: ARG001 - Prefect's signature
    """The key of a stack's trials: data version, candidates, plan, code, and the device it is trained on."""
    work, plan = parameters["work"], parameters["work"].plan
    stack = [work.version.id, [one.model_dump(mode="json") for one in parameters["candidates"]]]
    content = [stack, _of_plan(plan), code(), torch.__version__, resolve(plan.device).type]
    return f"trials-{hashlib.sha256(json.dumps(content).encode()).hexdigest()}"


def _of_plan(plan: TrainingPlan) -> list[Any]:
    weights = sha256(Path(plan.weights)) if plan.weights else None
    return [plan.model_dump(mode="json", exclude=OF_THE_CHOICE), plan.seeds[0], weights]


@cache
def code() -> str:
    """The SHA-256 of our own code, by which any change of it is a change of every result."""
    home = Path(irm_core.__file__).parent
    files = sorted(home.rglob("*.py"))
    parts = (f"{file.relative_to(home).as_posix()} {sha256(file)}" for file in files)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
