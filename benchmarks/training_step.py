"""A whole step of training with IRMv1, by the number of environments that the same rows come from."""

from collections.abc import Callable, Iterator
from copy import deepcopy

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks import plain_loop
from benchmarks.measure import Measured, cpu_seconds
from irm_core.objectives.losses import LOSSES
from irm_core.training.batches import Batch, batches, training_rows
from irm_core.training.candidate import Candidate
from irm_core.training.course import advance, begin
from irm_core.training.examples import Examples
from irm_core.training.models import Model, build
from irm_core.training.observed_rows import ObservedRows
from irm_core.training.plan import TrainingPlan

ROWS, OF_A_STEP, FEATURES, HIDDEN = 32_768, 4096, 20, (64, 64)
FEWEST, MIDDLE, MOST = 2, 64, 256
COMPARED = 10  # steps
RATE, PENALTY_WEIGHT = 1e-3, 100.0
CANDIDATE = Candidate(objective="irm", penalty_weight=PENALTY_WEIGHT, seed=0, left_out=None)
Step = Callable[[], object]


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    costs = {count: cpu_seconds(step(count), repeats=9) for count in (FEWEST, MIDDLE, MOST)}
    what = f"IRMv1, MLP {HIDDEN}, a step of training, drawing its {OF_A_STEP:,} rows included"
    yield Measured(
        what=f"{what}: {MIDDLE} environments",
        against="loop over environments, double backward",
        ours=costs[MIDDLE],
        theirs=cpu_seconds(loop_step(MIDDLE)),
        agreement=agreement(MIDDLE),
    )
    yield Measured(
        what=f"{what}: {MOST} environments",
        against=f"{FEWEST} environments",
        ours=costs[MOST],
        theirs=costs[FEWEST],
        agreement=agreement(MOST),
        most=1.5,
    )


def step(count: int) -> Step:
    """One step of ours, on rows drawn for it."""
    return ours(untrained(), drawn(count), count)


def loop_step(count: int) -> Step:
    """One step of the loop, on rows given to it."""
    model, batch = untrained(), next(drawn(count))
    return lambda: by_loop(model, [batch], count)


def untrained() -> Model:
    """The model that all begin with."""
    return build("mlp", (FEATURES,), 1, HIDDEN, 0)


def drawn(count: int) -> Iterator[Batch]:
    """The rows of every step, as many of each environment."""
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(ROWS, FEATURES, generator=random)
    targets = (inputs[:, 0] + torch.randn(ROWS, generator=random) > 0).float()
    membership = torch.arange(ROWS) % count
    names = tuple(str(one) for one in range(count))
    examples = Examples(inputs, targets, membership, torch.zeros(ROWS, dtype=torch.bool), names)
    rows = training_rows(examples, torch.ones(count, dtype=torch.bool), torch.device("cpu"))
    return batches(rows, [CANDIDATE], plan(count))


def plan(count: int) -> TrainingPlan:
    """The whole penalty from the first step."""
    size = OF_A_STEP // count
    return TrainingPlan(penalty_schedule="constant", batch_size=size, learning_rate=RATE, device="cpu")


def ours(model: Model, rows: Iterator[Batch], count: int) -> Step:
    """Train the model by one step, each time that this is called."""
    how, loss = plan(count), LOSSES["binary_cross_entropy"]
    course = begin([model], [CANDIDATE], how, torch.full((1, count), 1 / count))
    return lambda: advance(course, ObservedRows(next(rows), loss), how)


def by_loop(model: nn.Module, rows: list[Batch], count: int) -> None:
    """Train the model by a step on each batch."""
    environments = iter([plain_loop.parted(one.inputs, one.targets, count) for one in rows])
    loss, weights = binary_cross_entropy_with_logits, [PENALTY_WEIGHT] * len(rows)
    plain_loop.train(model, lambda: next(environments), loss, weights, RATE)


def agreement(count: int) -> str:
    """How far the weights are from those of the loop after some steps on the same rows."""
    rows = [batch for batch, _ in zip(drawn(count), range(COMPARED), strict=False)]
    start = untrained()
    one, other = deepcopy(start), deepcopy(start)
    by_loop(other, rows, count)
    advanced = ours(one, iter(rows), count)
    for _ in rows:
        advanced()
    begun, found, expected = (nn.utils.parameters_to_vector(m.parameters()) for m in (start, one, other))
    apart, moved = (found - expected).abs().max(), (begun - expected).abs().max()
    return f"weights after {COMPARED} steps differ by {apart:.1e}, having moved {moved:.1e}"
