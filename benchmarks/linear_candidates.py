"""A thousand linear candidates trained together on moments, against one by the loop over environments."""

from collections.abc import Iterator, Sequence
from copy import deepcopy

import polars as pl
import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from benchmarks import plain_loop
from benchmarks.measure import Measured, cpu_seconds
from irm_core.training.candidate import Candidate, learning_rate
from irm_core.training.linear.scan import scan
from irm_core.training.linear.standard import Standard, standard
from irm_core.training.linear.train import train_linear
from irm_core.training.models import Model, build
from irm_core.training.plan import TrainingPlan

ROWS, FEATURES, STEPS, FEW_STEPS = 30_000, 10, 500, 20
ENVIRONMENTS = ("north", "south", "east")
NAMES = [f"x{place}" for place in range(FEATURES)]
PLAN = TrainingPlan(
    steps=STEPS, penalty_schedule="constant", batch_size=None, record_every=STEPS, device="cpu"
)
CANDIDATES = [
    Candidate(objective="irm", penalty_weight=10 ** (place / 25), seed=seed, left_out=None)
    for place in range(100)
    for seed in range(10)
]
AMONG = 111  # one in so many is compared


def measure() -> Iterator[Measured]:
    """The line of the table."""
    frame, models = table(), beginners()
    units = on_moments(frame, models)
    environments = rows(frame, units)
    found = agreement(environments, models)
    (model,) = beginners(CANDIDATES[:1])
    theirs = cpu_seconds(lambda: by_loop(environments, model, CANDIDATES[0], FEW_STEPS))
    yield Measured(
        what=f"IRMv1, linear, {ROWS:,} rows × {FEATURES} features, 3 environments: a step of one candidate, "
        f"of {len(CANDIDATES):,} together for {STEPS} steps, with the scan of the table",
        against=f"loop over environments, double backward, one candidate for {FEW_STEPS} steps",
        ours=cpu_seconds(lambda: on_moments(frame, models)) / len(CANDIDATES) / STEPS,
        theirs=theirs / FEW_STEPS,
        agreement=found,
        least=1000,
    )


def beginners(candidates: Sequence[Candidate] = CANDIDATES) -> list[Model]:
    """Untrained models. Their weights are small, for the loop does not clip long gradients, as ours does."""
    models = [build("linear", (FEATURES,), 1, (), one.seed) for one in candidates]
    for parameter in (one for model in models for one in model.parameters()):
        parameter.data.mul_(0.1)
    return models


def table() -> pl.DataFrame:
    """The first feature causes the target, the others are caused by it, in each environment otherwise."""
    random = torch.Generator().manual_seed(0)
    place = torch.arange(ROWS) % len(ENVIRONMENTS)
    cause = torch.randn(ROWS, generator=random)
    target = cause + torch.randn(ROWS, generator=random)
    noise = torch.tensor([0.2, 1.0, 3.0])[place].unsqueeze(1)
    effects = target.unsqueeze(1) + noise * torch.randn(ROWS, FEATURES - 1, generator=random)
    columns = torch.cat([cause.unsqueeze(1), effects], dim=1).numpy()
    return pl.DataFrame(columns, schema=NAMES).with_columns(
        y=pl.Series(target.numpy()), site=pl.Series([ENVIRONMENTS[one] for one in place])
    )


def on_moments(frame: pl.DataFrame, models: list[Model]) -> Standard:
    """From the table to trained models; the standard units that they are in."""
    moments = scan(frame.lazy(), NAMES, "y", "site", ENVIRONMENTS)
    units = standard(moments, ENVIRONMENTS)
    for _ in train_linear(models, units.applied(moments), CANDIDATES, PLAN, training=ENVIRONMENTS):
        pass  # to its end
    return units


def rows(frame: pl.DataFrame, units: Standard) -> list[plain_loop.Environment]:
    """Inputs [N, D] and targets [N, 1] of each environment, in the same units."""
    parts = [frame.filter(site=name).select(*NAMES, "y").to_torch().double() for name in ENVIRONMENTS]
    standardised = [((part - units.mean) / units.deviation).float() for part in parts]
    return [(part[:, :-1].contiguous(), part[:, -1:].contiguous()) for part in standardised]


def by_loop(
    environments: list[plain_loop.Environment], model: Model, candidate: Candidate, steps: int
) -> Tensor:
    """The weights, [D + 1], of a copy of the model after so many steps."""
    head = deepcopy(model.head)
    weights = [candidate.penalty_weight] * steps
    plain_loop.train(head, lambda: environments, mse_loss, weights, learning_rate(candidate, PLAN))
    return nn.utils.parameters_to_vector(head.parameters()).detach()


def agreement(environments: list[plain_loop.Environment], trained: list[Model]) -> str:
    """How far some of the candidates' weights are at most from those of the loop, beside the largest."""
    candidates, differences, largest = CANDIDATES[::AMONG], [], 0.0
    for one, model, ours in zip(candidates, beginners(candidates), trained[::AMONG], strict=True):
        expected = by_loop(environments, model, one, STEPS)
        differences.append((nn.utils.parameters_to_vector(ours.parameters()) - expected).abs().max().item())
        largest = max(largest, expected.abs().max().item())
    most = f"{max(differences):.1e} of {largest:.1e}"
    return f"weights of {len(candidates)} of them after {STEPS} steps differ by {most}"
