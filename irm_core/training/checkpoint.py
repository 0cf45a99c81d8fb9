"""Where a training is, kept on disk, so that it can go on to the bit after it was cut off."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from irm_core.data.writing import whole
from irm_core.errors import IrmflowError, UsageError
from irm_core.training.candidate import Candidate
from irm_core.training.course import Course
from irm_core.training.plan import TrainingPlan
from irm_core.training.randomness import random_state, restore_random_state

LOGGER = logging.getLogger(__name__)
RANDOM = "random"


def identity(candidates: Sequence[Candidate], plan: TrainingPlan, loss: str, counts: Sequence[float]) -> str:
    """What is trained, on how many rows per environment: only the same training goes on from a checkpoint."""
    return json.dumps([[one.model_dump() for one in candidates], plan.model_dump(), loss, list(counts)])


@dataclass(frozen=True)
class Keeping:
    """In which file a training is kept, and what the caller wants with it.

    seconds: that pass, at least, between two writes. note: asked, at each, for what is to be kept beside the
    training. recall: told that of the file from which training goes on; ValueError if it is none.
    required: whether training ends where the file cannot be written, or is of no use; else it goes on
    without, or begins again.
    """

    path: Path
    seconds: float = 0.0
    note: Callable[[], str] = str
    recall: Callable[[str], object] = str
    required: bool = True


@dataclass
class Checkpoint:
    """The file that keeps a training, or none.

    training: what `identity` says of it. at: when it was last written, or training began.
    """

    keeping: Keeping | None
    training: str
    at: float = field(default_factory=monotonic)

    def save(self, course: Course) -> None:
        """Write everything that steps change, whole or not at all. IrmflowError where there is no room."""
        if self.keeping is None or monotonic() - self.at < self.keeping.seconds:
            return
        self.at = monotonic()
        try:
            _write(self.keeping, self.training, course)
        except (OSError, IrmflowError) as error:
            if self.keeping.required:
                raise
            LOGGER.warning("Training goes on without a checkpoint: %s", error)

    def restore(self, course: Course) -> None:
        """Put what `save` wrote into `course`, if it did. UsageError if that is damaged, or another's."""
        if self.keeping is None or not self.keeping.path.exists():
            return
        try:
            facts, tensors = _read(self.keeping.path, self.training)
            self.keeping.recall(facts.get("note", ""))
        except (UsageError, ValueError) as error:
            if self.keeping.required:
                raise
            LOGGER.warning("Training begins again: %s", error)
            return
        course.step, course.adam.count = int(facts["step"]), int(facts["count"])
        for name, one in _tensors(course).items():
            one.copy_(tensors[name])
        restore_random_state([tensors[name] for name in sorted(tensors) if name.startswith(RANDOM)])

    def remove(self) -> None:
        """Training is over."""
        if self.keeping is not None:
            self.keeping.path.unlink(missing_ok=True)


def _write(keeping: Keeping, training: str, course: Course) -> None:
    facts = {"training": training, "step": str(course.step), "count": str(course.adam.count)}
    random = {f"{RANDOM} {index:03}": one for index, one in enumerate(random_state())}
    tensors = {name: one.cpu().contiguous() for name, one in (_tensors(course) | random).items()}
    keeping.path.parent.mkdir(parents=True, exist_ok=True)
    with whole(keeping.path, "The checkpoint") as unfinished:
        save_file(tensors, unfinished, facts | {"note": keeping.note()})


def _read(path: Path, training: str) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
            facts = file.metadata()
    except SafetensorError as error:
        raise UsageError(f"The checkpoint {path} is damaged: {error}. Delete it to begin again.") from error
    if facts["training"] != training:
        raise UsageError(f"The checkpoint {path} is of another training. Delete it to begin again.")
    return facts, tensors


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
