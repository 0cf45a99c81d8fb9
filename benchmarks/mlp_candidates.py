"""Multi-layer perceptrons on minibatches: candidates in stacks, against one by one in the loop."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import partial
from itertools import product

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks import plain_loop
from benchmarks.measure import Measured, cpu_seconds
from irm_core.training.batches import Batch, batches, training_rows
from irm_core.training.candidate import Candidate, learning_rate
from irm_core.training.examples import Examples
from irm_core.training.loop import train_stack
from irm_core.training.models import Model, build
from irm_core.training.plan import TrainingPlan
from irm_core.training.stacking import candidates_at_once

ROWS, FEATURES, HIDDEN = 20_000, 20, (64, 64)
ENVIRONMENTS = ("north", "south", "east", "west")
STEPS, FEW = 50, 4  # FEW: candidates of the loop, which takes as long for each
CANDIDATES = [
    Candidate(objective="irm", penalty_weight=10.0**power, seed=seed, left_out=None)
    for power, seed in product(range(8), range(8))
]
SIZES = (32, 256)  # rows per environment: as DomainBed has them, and as our plan has them by default
Batches = Callable[[], Sequence[plain_loop.Environment]]


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    examples = table()
    for size in SIZES:
        plan = plan_of(size)
        steps = len(CANDIDATES) * STEPS
        yield Measured(
            what=f"IRMv1, MLP {HIDDEN}, 4 environments, minibatches of {size} rows of each: "
            f"a step of one candidate, of {len(CANDIDATES)} in stacks",
            against="loop over environments, double backward, one candidate after the other",
            ours=cpu_seconds(partial(stacked, examples, plan)) / steps,
            theirs=cpu_seconds(partial(loops, examples, size)) / FEW / STEPS,
            agreement=agreement(examples, plan),
            least=4,
        )


def plan_of(size: int) -> TrainingPlan:
    """The whole penalty from the first step; the rest is as by default."""
    return TrainingPlan(
        steps=STEPS, penalty_schedule="constant", batch_size=size, record_every=STEPS, device="cpu"
    )


def table() -> Examples:
    """The first feature causes the label; the second is caused by it, in each environment otherwise."""
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(ROWS, FEATURES, generator=random)
    membership = torch.arange(len(ENVIRONMENTS)).repeat_interleave(ROWS // len(ENVIRONMENTS))
    label = (inputs[:, 0] + torch.randn(ROWS, generator=random) > 0).float()
    inputs[:, 1] = label + torch.tensor([0.2, 0.5, 1.0, 3.0])[membership] * inputs[:, 1]
    return Examples(inputs, label, membership, torch.zeros(ROWS, dtype=torch.bool), ENVIRONMENTS)


def untrained(candidates: Sequence[Candidate]) -> list[Model]:
    """A model for each."""
    return [build("mlp", (FEATURES,), 1, HIDDEN, one.seed) for one in candidates]


def stacked(examples: Examples, plan: TrainingPlan) -> list[Model]:
    """All candidates, in stacks as large as a retraining makes them."""
    models = untrained(CANDIDATES)
    size = candidates_at_once(plan, examples, models[0])
    for start in range(0, len(models), size):
        own, candidates = models[start : start + size], CANDIDATES[start : start + size]
        for _ in train_stack(own, examples, candidates, plan, "binary_cross_entropy", training=ENVIRONMENTS):
            pass  # to its end
    return models


def loops(examples: Examples, size: int) -> None:
    """Some candidates, trained one after the other on rows drawn anew for each step."""
    environments = plain_loop.parted(examples.inputs, examples.targets, len(ENVIRONMENTS))

    def drawn() -> list[plain_loop.Environment]:
        indices = [torch.randint(len(targets), (size,)) for _, targets in environments]
        return [(x[index], y[index]) for (x, y), index in zip(environments, indices, strict=True)]

    for one, model in zip(CANDIDATES[:FEW], untrained(CANDIDATES[:FEW]), strict=True):
        looped(model, one, drawn, plan_of(size))


def looped(model: Model, candidate: Candidate, given: Batches, plan: TrainingPlan) -> None:
    """One candidate, trained by the loop."""
    weights = [candidate.penalty_weight] * plan.steps
    rate = learning_rate(candidate, plan)
    plain_loop.train(model, given, binary_cross_entropy_with_logits, weights, rate)


def agreement(examples: Examples, plan: TrainingPlan) -> str:
    """How far weights of the stack are at most from those of the loop on the same rows."""
    rows = training_rows(examples, torch.ones(len(ENVIRONMENTS), dtype=torch.bool), torch.device("cpu"))
    places = range(0, len(CANDIDATES), 21)
    trained, worst, moved = stacked(examples, plan), 0.0, 0.0
    for place in places:
        one = CANDIDATES[place]
        (model,) = untrained([one])
        start, ours = deepcopy(model), trained[place]
        steps = batches(rows, [one], plan)
        looped(model, one, partial(next_environments, steps), plan)
        worst = max(worst, apart(ours, model))
        moved = max(moved, apart(start, model))
    which = f"weights of {len(places)} of them after {STEPS} steps"
    return f"{which} differ by {worst:.1e}, having moved {moved:.1e}"


def next_environments(steps: Iterator[Batch]) -> list[plain_loop.Environment]:
    """The rows of the next step, as the loop takes them."""
    batch = next(steps)
    return plain_loop.parted(batch.inputs, batch.targets, len(ENVIRONMENTS))


def apart(left: Model, right: Model) -> float:
    """The largest difference of two weights."""
    both = [nn.utils.parameters_to_vector(one.parameters()).detach() for one in (left, right)]
    return (both[0] - both[1]).abs().max().item()
