"""Checkpoints, from which killed stacks go on: a folder for each retraining, a file for each stack."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from flows.retraining import Retraining
from flows.workspace import CHECKPOINTS
from irm_core.training.candidate import Candidate


def folder_of(retraining: Retraining) -> Path:
    """That of all retrainings of this content, of which one at a time trains."""
    return (CHECKPOINTS / f"{retraining.published.version.id}-{retraining.content}").absolute()


def checkpoint_of(candidates: Sequence[Candidate], folder: Path | None) -> Path | None:
    """The file of their stack; None where there is no folder."""
    together = "\n".join(one.model_dump_json() for one in candidates)
    return None if folder is None else folder / f"{sha256(together.encode()).hexdigest()}.safetensors"


def folders_on(version: str) -> list[Path]:
    """Those of all retrainings on a data version."""
    return sorted(CHECKPOINTS.glob(f"{version}-*"))
