"""The linear structural equations of the IRM paper (Arjovsky et al. 2019, section 5.1), in eight settings.

x causes y, y causes z; y is to be predicted by (x, z), whose causal weights are those of x alone. As in the
authors' code: 5 + 5 features, 1,000 rows of each environment 0.2, 2 and 5. ERM is fitted on all three, the
others on the first two, with the penalty weight that has the least error on the third. IRM twice: one scale
of a linear model from a random start; and, in benchmarks.reproductions.matrix, as its authors train it.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch

from benchmarks.reproductions import matrix
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
WIDTH, ROWS, REPETITIONS, MATRIX_REPETITIONS = 5, 1000, 20, 10
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
Errors = dict[str, tuple[float, float]]  # by objective
Key = tuple[str, int]  # setting, seed


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


Drawn = tuple[Equations, list[matrix.Sample]]


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
    settings = list(map("".join, product("FP", "OE", "US")))
    drawn = {key: draw(*key) for key in product(settings, range(REPETITIONS))}
    matrices = of_matrices({key: one for key, one in drawn.items() if key[1] < MATRIX_REPETITIONS})
    found = {key: repetition(key[1], *one) | matrices.get(key, {}) for key, one in drawn.items()}
    for setting in settings:
        own = [errors for key, errors in found.items() if key[0] == setting]
        for objective in own[0]:
            ours = summary([errors[objective] for errors in own if objective in errors])
            theirs = [f"{one:.4f}" for one in PUBLISHED.get((setting, objective.split()[0]), ())]
            yield setting, objective, *ours, *(theirs or ["", ""])


def summary(errors: Sequence[tuple[float, float]]) -> list[str]:
    """Mean and standard error over repetitions, of causal and other weights."""
    means, deviations = np.mean(errors, axis=0), np.std(errors, axis=0, ddof=1) / np.sqrt(len(errors))
    return [f"{m:.4f} ± {d:.4f}" for m, d in zip(means, deviations, strict=True)]


def of_matrices(drawn: Mapping[Key, Drawn]) -> dict[Key, Errors]:
    """The errors of each key's matrices, by objective; all are trained together."""
    weights = matrix.trained([samples[:-1] for _, samples in drawn.values()])
    found = {}
    for (key, one), own in zip(drawn.items(), weights, strict=True):
        errors = best(*one, matrix.CANDIDATES, own)
        found[key] = {f"{objective} of a matrix": error for objective, error in errors.items()}
    return found


def draw(setting: str, seed: int) -> Drawn:
    """Equations, and a sample of each environment."""
    random = np.random.default_rng(seed)
    model = equations(setting, random)
    return model, [model.sample(scale, ROWS, random) for scale in SCALES.values()]


def repetition(seed: int, model: Equations, samples: list[matrix.Sample]) -> Errors:
    """The squared errors of causal and other weights, by objective."""
    every = np.concatenate([x for x, _ in samples]), np.concatenate([y for _, y in samples])
    candidates = [
        Candidate(objective=objective, penalty_weight=weight, seed=seed, left_out=None)
        for objective, weight in product(OBJECTIVES, PENALTY_WEIGHTS)
    ]
    erm = model.errors(np.linalg.lstsq(*every, rcond=None)[0])
    return {"erm": erm} | best(model, samples, candidates, trained(candidates, examples(*every)))


def best(
    model: Equations, samples: list[matrix.Sample], candidates: list[Candidate], weights: np.ndarray
) -> Errors:
    """The errors, by objective, of the candidate with the least risk in the last environment."""
    last, y = samples[-1]
    risks = np.square(last @ weights.T - y[:, None]).mean(0)
    found = {}
    for objective in dict.fromkeys(one.objective for one in candidates):
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
