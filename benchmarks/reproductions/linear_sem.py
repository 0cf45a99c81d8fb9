"""The linear structural equations of the IRM paper (Arjovsky et al. 2019, section 5.1), in eight settings.

x causes y, y causes z; y is to be predicted by (x, z), whose causal weights are those of x alone. As in the
authors' code: 5 + 5 features, 1,000 rows of each environment 0.2, 2 and 5. ERM is fitted on all three, the
others on the first two, with the penalty weight that has the least error on the third. Their IRM has a
dummy weight for each column of a 10 × 10 matrix; ours one scale of the output.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch

from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.loop import train_stack
from irm_core.training.models import Model, build
from irm_core.training.plan import TrainingPlan

COLUMNS = ("setting", "objective", "error of causal weights", "of the others", "published, causal", "others")
PUBLISHED = {
    ("FOU", "erm"): (0.0091, 0.0090),
    ("FOU", "irm"): (0.0029, 0.0024),
    ("FOS", "erm"): (0.0092, 0.0090),
    ("FOS", "irm"): (0.0041, 0.0035),
    ("FEU", "erm"): (0.8208, 0.8207),
    ("FEU", "irm"): (0.2565, 0.3333),
    ("FES", "erm"): (0.8228, 0.8222),
    ("FES", "irm"): (0.2572, 0.3328),
    ("POU", "erm"): (0.0189, 0.0179),
    ("POU", "irm"): (0.0152, 0.0142),
    ("POS", "erm"): (0.0203, 0.0182),
    ("POS", "irm"): (0.0190, 0.0159),
    ("PEU", "erm"): (0.7738, 0.7742),
    ("PEU", "irm"): (0.2149, 0.3399),
    ("PES", "erm"): (0.7794, 0.7735),
    ("PES", "irm"): (0.2203, 0.3401),
}  # averages over the authors' own file of results, which has 200 repetitions
WIDTH, ROWS, REPETITIONS = 5, 1000, 20
SCALES = {"0.2": 0.2, "2": 2.0, "5": 5.0}
PENALTY_WEIGHTS = (0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0)
OBJECTIVES = ("irm", "vrex")
PLAN = TrainingPlan(
    steps=1500,
    penalty_schedule="constant",
    batch_size=None,
    learning_rate=1e-2,
    record_every=1500,
    device="cpu",
)


@dataclass(frozen=True)
class Equations:
    """h ~ s; x = h A + s; y = x + h B + noise; z = y + h C + noise; observed: (x, z) turned by `mixing`.

    s: normal, of the environment's scale. A, B, C are 1, 0, 0 unless h confounds. heteroskedastic: y's noise
    has the environment's scale and z's is 1, or else the other way round.
    """

    hidden: tuple[np.ndarray, np.ndarray, np.ndarray]
    mixing: np.ndarray
    heteroskedastic: bool

    def errors(self, weights: np.ndarray) -> tuple[float, float]:
        """Mean squared error of weights [2 · WIDTH] of the columns: of x, whose own are 1, and of z."""
        x, z = (self.mixing @ weights).reshape(2, WIDTH)
        return float(np.square(x - 1).mean()), float(np.square(z).mean())

    def sample(self, scale: float, rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Inputs [N, 2 · WIDTH] and targets [N]."""
        hidden, x, y, z = random.normal(size=(4, rows, WIDTH))
        hidden, x = scale * hidden, scale * x
        y, z = (scale * y, z) if self.heteroskedastic else (y, scale * z)
        of_x, of_y, of_z = self.hidden
        x = hidden @ of_x + x
        y = x + hidden @ of_y + y
        z = y + hidden @ of_z + z
        return np.concatenate([x, z], axis=1) @ self.mixing, y.sum(1)


def equations(setting: str, random: np.random.Generator) -> Equations:
    """Fully observed or Partially; hOmo- or hEteroskedastic; Unmixed or Scrambled: "FOU" to "PES"."""
    observed, noise, mixed = tuple(setting)
    identity, zero = np.eye(WIDTH), np.zeros((WIDTH, WIDTH))
    drawn = tuple(random.normal(size=(3, WIDTH, WIDTH)) / (2 * WIDTH))
    rotation = np.linalg.qr(random.normal(size=(2 * WIDTH, 2 * WIDTH)))[0]
    return Equations(
        hidden=drawn if observed == "P" else (identity, zero, zero),
        mixing=rotation if mixed == "S" else np.eye(2 * WIDTH),
        heteroskedastic=noise == "E",
    )


def rows() -> Iterator[tuple[str, ...]]:
    """A row for each setting and objective."""
    for setting in map("".join, product("FP", "OE", "US")):
        found = [repetition(setting, seed) for seed in range(REPETITIONS)]
        for objective in found[0]:
            errors = np.array([one[objective] for one in found])
            means, deviations = errors.mean(0), errors.std(0, ddof=1) / np.sqrt(REPETITIONS)
            ours = [f"{m:.4f} ± {d:.4f}" for m, d in zip(means, deviations, strict=True)]
            theirs = [f"{one:.4f}" for one in PUBLISHED.get((setting, objective), ())] or ["", ""]
            yield setting, objective, *ours, *theirs


def repetition(setting: str, seed: int) -> dict[str, tuple[float, float]]:
    """The squared errors of causal and other weights, by objective."""
    random = np.random.default_rng(seed)
    model = equations(setting, random)
    samples = [model.sample(scale, ROWS, random) for scale in SCALES.values()]
    every = np.concatenate([x for x, _ in samples]), np.concatenate([y for _, y in samples])
    found = {"erm": model.errors(np.linalg.lstsq(*every, rcond=None)[0])}
    candidates = [
        Candidate(objective=objective, penalty_weight=weight, seed=seed, left_out=None)
        for objective in OBJECTIVES
        for weight in PENALTY_WEIGHTS
    ]
    weights = trained(candidates, examples(*every))
    last, y = samples[-1]
    risks = np.square(last @ weights.T - y[:, None]).mean(0)
    for objective in OBJECTIVES:
        own = [place for place, one in enumerate(candidates) if one.objective == objective]
        found[objective] = model.errors(weights[min(own, key=lambda place: risks[place])])
    return found


def examples(inputs: np.ndarray, targets: np.ndarray) -> Examples:
    """All rows, environment by environment."""
    return Examples(
        inputs=torch.from_numpy(inputs).float(),
        targets=torch.from_numpy(targets).float(),
        membership=torch.arange(len(SCALES)).repeat_interleave(ROWS),
        validation=torch.zeros(len(targets), dtype=torch.bool),
        environments=tuple(SCALES),
    )


def trained(candidates: list[Candidate], data: Examples) -> np.ndarray:
    """The weights of each candidate, trained on the first two environments: [K, 2 · WIDTH]."""
    models: list[Model] = [build("linear", (2 * WIDTH,), 1, (), one.seed) for one in candidates]
    deque(train_stack(models, data, candidates, PLAN, "squared_error", training=("0.2", "2")), maxlen=1)
    weights = [one.head.get_parameter("weight").detach() for one in models]
    return torch.cat(weights).double().numpy()
