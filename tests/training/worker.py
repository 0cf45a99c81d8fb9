"""One of several processes of tests/training/test_distributed.py: RANK WORLD FOLDER."""

import sys
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed
from safetensors.torch import load_file, save_file

from irm_core.objectives import OBJECTIVES
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.candidate import Candidate
from irm_core.training.distributed import share
from irm_core.training.examples import Examples
from irm_core.training.gradients import backward
from irm_core.training.groups import grouped
from irm_core.training.learner import learner_of
from irm_core.training.loop import train_stack
from irm_core.training.models import build
from irm_core.training.plan import TrainingPlan

ENVIRONMENTS = ("a", "b", "c")
EVERY = [
    Candidate(objective=name, penalty_weight=10.0, seed=0, left_out=left_out)
    for name in OBJECTIVES
    for left_out in (None, "b")
]
PLAN = TrainingPlan(
    steps=12,
    warmup_steps=2,
    batch_size=None,
    balance="rows",
    early_stopping=2,
    record_every=1,
    learning_rate=0.1,
    device="cpu",
)


def gradients(rows: dict[str, torch.Tensor]) -> torch.Tensor:
    """In float64, of every objective."""
    models = [build("mlp", (3,), 1, (4,), 0).double() for _ in OBJECTIVES]
    candidates = [one for one in EVERY if one.left_out is None]
    weights = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.float64).expand(len(candidates), -1)
    membership = Membership(rows["membership"], 3)
    batch = Batch(rows["inputs"].double(), rows["targets"].double(), membership, shared=True)
    strength = torch.full((len(candidates),), 10.0, dtype=torch.float64)
    pieces = batch.part(share()).split(5)
    learner = learner_of(models, torch.device("cpu"))
    return backward(learner, pieces, grouped(candidates, weights), LOSSES["squared_error"], strength)[0]


def trained(rows: dict[str, torch.Tensor], batch_size: int | None = None) -> torch.Tensor:
    """The weights after some steps of the loop itself."""
    examples = Examples(
        rows["inputs"],
        rows["targets"],
        rows["membership"],
        rows["validation"],
        ENVIRONMENTS,
    )
    models = [build("mlp", (3,), 1, (4,), one.seed) for one in EVERY]
    plan = PLAN.model_copy(update={"batch_size": batch_size, "learning_rate": 0.01 if batch_size else 0.1})
    *_, last = train_stack(models, examples, EVERY, plan, "squared_error", training=ENVIRONMENTS)
    assert {one.status for one in last} == {"finished"}
    assert batch_size or len({one.stopped_at for one in last}) > 2
    return torch.stack([torch.nn.utils.parameters_to_vector(one.parameters()) for one in models]).detach()


def trained_on_moments(rows: dict[str, torch.Tensor]) -> torch.Tensor:
    """The weights of linear models after some steps."""
    examples = Examples(rows["inputs"], rows["targets"], rows["membership"], rows["validation"], ENVIRONMENTS)
    every = [one for one in EVERY if one.objective in ("erm", "irm", "group_dro")]
    models = [build("linear", (3,), 1, (), one.seed).double() for one in every]
    *_, last = train_stack(models, examples, every, PLAN, "squared_error", training=ENVIRONMENTS)
    assert {one.status for one in last} == {"finished"}
    return torch.stack([torch.nn.utils.parameters_to_vector(one.parameters()) for one in models]).detach()


def everything(rows: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What must not depend on the number of processes."""
    return {
        "gradients": gradients(rows),
        "trained": trained(rows),
        "trained on drawn rows": trained(rows, 4),
        "trained on drawn rows that cannot be shared alike": trained(rows, 5),
        "linear": trained_on_moments(rows),
    }


def main(rank: int, world: int, folder: Path) -> None:
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo",
        init_method=f"file://{folder}/meeting",
        rank=rank,
        world_size=world,
        timeout=timedelta(seconds=120),
    )
    save_file(everything(load_file(folder / "rows.safetensors")), folder / f"found {rank}.safetensors")
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
