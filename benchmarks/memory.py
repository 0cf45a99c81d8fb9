"""Peak memory of IRMv1's exact gradient over a million rows, each measured in a process of its own."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks import plain_loop
from benchmarks.measure import Measured, alone, peak
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership
from irm_core.training.activations import rows_at_once
from irm_core.training.batches import Batch
from irm_core.training.candidate import Candidate
from irm_core.training.course import Course, begin
from irm_core.training.gradients import backward
from irm_core.training.models import Model, build
from irm_core.training.plan import TrainingPlan

ROWS, FEATURES, HIDDEN = 1_000_000, 20, (64, 64)
ENVIRONMENTS, PENALTY_WEIGHT = 10, 100.0
FEW = 100  # rows on which libraries are loaded before memory is measured
Work = Callable[[Model, Batch], Tensor]


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    (piece, _), (whole, ours), (loop, theirs) = (measured(work) for work in (one_piece, in_pieces, by_loop))
    _, exact = measured(by_loop_in_double)
    yield Measured(
        what=f"IRMv1, MLP {HIDDEN}: the exact gradient over {ROWS:,} rows, peak memory beside them",
        against="the gradient over one of its pieces",
        ours=whole,
        theirs=piece,
        agreement=f"{apart(ours, exact)} from the loop over all rows at once in float64",
        unit="MB",
        most=1.5,
    )
    yield Measured(
        what="the same",
        against="loop over environments, double backward, all rows at once",
        ours=whole,
        theirs=loop,
        agreement=f"{apart(theirs, exact)}: the loop in float32 from that in float64",
        unit="MB",
    )


def measured(work: Work) -> tuple[float, Tensor]:
    """The growth of peak memory in a fresh process, in MB, and the gradient, [P] in float64."""
    growth, gradient = alone(grown, work)
    return growth, torch.tensor(gradient, dtype=torch.float64)


def grown(work: Work) -> tuple[float, list[float]]:
    """By how many MB `work` raises the peak, and the gradient."""
    model, batch = build("mlp", (FEATURES,), 1, HIDDEN, 0), table()
    work(model, first(batch, FEW))
    before = peak()
    gradient = work(model, batch)
    return (peak() - before) / 1e6, gradient.tolist()


def table() -> Batch:
    """A million rows, environment by environment, made without a copy."""
    random = torch.Generator().manual_seed(0)
    inputs = torch.empty(ROWS, FEATURES).normal_(generator=random)
    targets = torch.empty(ROWS).bernoulli_(0.3, generator=random)
    index = torch.arange(ENVIRONMENTS).repeat_interleave(ROWS // ENVIRONMENTS)
    return Batch(inputs, targets, Membership(index, ENVIRONMENTS), shared=True)


def first(batch: Batch, rows: int) -> Batch:
    """So many of the rows, not copied."""
    membership = Membership(batch.membership.index[:rows], ENVIRONMENTS)
    return Batch(batch.inputs[:rows], batch.targets[:rows], membership, shared=True)


def in_pieces(model: Model, batch: Batch) -> Tensor:
    """∂J/∂parameters, [P], as a training on all rows computes it."""
    return gradient(begun(model), batch.split(rows_at_once(model, batch.inputs)))


def one_piece(model: Model, batch: Batch) -> Tensor:
    """The same over as many rows as pass at a time."""
    return gradient(begun(model), [first(batch, rows_at_once(model, batch.inputs))])


def begun(model: Model) -> Course:
    """A training of IRMv1 under the whole penalty."""
    candidate = Candidate(objective="irm", penalty_weight=PENALTY_WEIGHT, seed=0, left_out=None)
    weights = torch.full((1, ENVIRONMENTS), 1 / ENVIRONMENTS)
    return begin([model], [candidate], TrainingPlan(device="cpu"), weights)


def gradient(course: Course, pieces: list[Batch]) -> Tensor:
    """Of the only candidate."""
    loss = LOSSES["binary_cross_entropy"]
    return backward(course.learner, pieces, course.groups, loss, course.penalty_weights)[0][0]


def by_loop(model: nn.Module, batch: Batch) -> Tensor:
    """The same by the loop: all activations at once."""
    environments = plain_loop.parted(batch.inputs, batch.targets, ENVIRONMENTS)
    value = plain_loop.objective(model, environments, binary_cross_entropy_with_logits, PENALTY_WEIGHT)
    return nn.utils.parameters_to_vector(torch.autograd.grad(value, list(model.parameters())))


def by_loop_in_double(model: Model, batch: Batch) -> Tensor:
    """What is exact, but for the last of sixteen digits."""
    return by_loop(
        model.double(), Batch(batch.inputs.double(), batch.targets.double(), batch.membership, True)
    )


def apart(one: Tensor, exact: Tensor) -> str:
    """How far the gradient is from the exact one at most, beside its largest part."""
    return f"gradient {(one - exact).abs().max():.1e} of {exact.abs().max():.1e}"
