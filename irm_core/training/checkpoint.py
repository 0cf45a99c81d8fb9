"""Where a training is, kept on disk, so that it can go on to the bit after it was cut off."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from irm_core.errors import UsageError
from irm_core.training.candidate import Candidate
from irm_core.training.course import Course
from irm_core.training.plan import TrainingPlan
from irm_core.training.randomness import random_state, restore_random_state

RANDOM = "random"


def identity(candidates: Sequence[Candidate], plan: TrainingPlan, loss: str, counts: Sequence[int]) -> str:
    """What is trained, on how many rows per environment: only the same training goes on from a checkpoint."""
    return json.dumps([[one.model_dump() for one in candidates], plan.model_dump(), loss, list(counts)])


def save(course: Course, path: Path, training: str) -> None:
    """Write everything that steps change, whole or not at all: to a file beside, then in one move."""
    facts = {"training": training, "step": str(course.step), "count": str(course.adam.count)}
    random = {f"{RANDOM} {index:03}": one for index, one in enumerate(random_state())}
    tensors = {name: one.cpu().contiguous() for name, one in (_tensors(course) | random).items()}
    unfinished = path.with_name(f"{path.name}.unfinished")
    save_file(tensors, unfinished, facts)
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def restore(course: Course, path: Path, training: str) -> None:
    """Put what `save` wrote into `course`. UsageError if it is damaged, or of another training."""
    try:
        with safe_open(path, framework="pt") as file:
            facts = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except SafetensorError as error:
        raise UsageError(f"The checkpoint {path} is damaged: {error}. Delete it to begin again.") from error
    if facts["training"] != training:
        raise UsageError(f"The checkpoint {path} is of another training. Delete it to begin again.")
    course.step, course.adam.count = int(facts["step"]), int(facts["count"])
    for name, one in _tensors(course).items():
        one.copy_(tensors[name])
    restore_random_state([tensors[name] for name in sorted(tensors) if name.startswith(RANDOM)])


def _tensors(course: Course) -> dict[str, Tensor]:
    best = {} if course.best is None else course.best.tensors()
    return {
        "parameters": course.learner.parameters,
        **{f"buffer {index}": one for index, one in enumerate(course.learner.buffers)},
        **{f"best {name}": one for name, one in best.items()},
        "learning rate": course.adam.learning_rate,
        "mean": course.adam.mean,
        "square": course.adam.square,
        **{f"state {group.objective.name}": group.state for group in course.groups},
    }
