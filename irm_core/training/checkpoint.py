"""Where a training is, kept on disk, so that it can go on to the bit after it was cut off."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from irm_core.data.writing import whole
from irm_core.errors import UsageError
from irm_core.training.candidate import Candidate
from irm_core.training.course import Course
from irm_core.training.plan import TrainingPlan
from irm_core.training.randomness import random_state, restore_random_state

RANDOM = "random"


def identity(candidates: Sequence[Candidate], plan: TrainingPlan, loss: str, counts: Sequence[float]) -> str:
    """What is trained, on how many rows per environment: only the same training goes on from a checkpoint."""
    return json.dumps([[one.model_dump() for one in candidates], plan.model_dump(), loss, list(counts)])


@dataclass(frozen=True)
class Checkpoint:
    """The file that keeps a training, or none. training: what `identity` says of it."""

    path: Path | None
    training: str

    def save(self, course: Course) -> None:
        """Write everything that steps change, whole or not at all. IrmflowError where there is no room."""
        if self.path is None:
            return
        facts = {"training": self.training, "step": str(course.step), "count": str(course.adam.count)}
        random = {f"{RANDOM} {index:03}": one for index, one in enumerate(random_state())}
        tensors = {name: one.cpu().contiguous() for name, one in (_tensors(course) | random).items()}
        with whole(self.path, "The checkpoint") as unfinished:
            save_file(tensors, unfinished, facts)

    def restore(self, course: Course) -> None:
        """Put what `save` wrote into `course`, if it did. UsageError if that is damaged, or another's."""
        if self.path is None or not self.path.exists():
            return
        facts, tensors = _read(self.path)
        if facts["training"] != self.training:
            raise UsageError(f"The checkpoint {self.path} is of another training. Delete it to begin again.")
        course.step, course.adam.count = int(facts["step"]), int(facts["count"])
        for name, one in _tensors(course).items():
            one.copy_(tensors[name])
        restore_random_state([tensors[name] for name in sorted(tensors) if name.startswith(RANDOM)])

    def remove(self) -> None:
        """Training is over."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
            return file.metadata(), tensors
    except SafetensorError as error:
        raise UsageError(f"The checkpoint {path} is damaged: {error}. Delete it to begin again.") from error


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
