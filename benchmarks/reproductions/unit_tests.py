"""The linear unit tests for out-of-distribution generalization (Aubin et al. 2021, arXiv:2102.10867).

Six problems of 5 invariant and 5 spurious features, 10,000 rows per environment. Judged on rows whose
spurious features were shuffled within the environment; the oracle is ERM trained on such rows. The penalty
weight is chosen by the error on validation rows of the training environments, as in the paper; the learning
rate is one for each problem, where the paper draws 20 combinations. Fewer data seeds than the paper's 50.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.loop import train_stack
from irm_core.training.models import build
from irm_core.training.plan import TrainingPlan

COLUMNS = ("problem", "environments", "objective", "test error", "published")
WIDTH, ROWS, REPETITIONS, COUNTS = 5, 10_000, 3, (3, 6, 10)
CANDIDATES = [
    ("erm", 0.0),
    *(("irm", weight) for weight in (1.0, 10.0, 100.0)),
    *(("iga", weight) for weight in (1.0, 10.0, 100.0)),
]
PUBLISHED = {
    ("1", 3): {"erm": "13.36 ± 1.49", "irm": "11.15 ± .71", "iga": "17.47 ± 2.17", "oracle": "10.42 ± .16"},
    ("1s", 3): {"erm": "13.33 ± 1.49", "irm": "11.07 ± .68", "iga": "17.68 ± 3.32", "oracle": "10.45 ± .19"},
    ("2", 3): {"erm": ".421 ± .01", "irm": ".450 ± .01", "iga": ".450 ± .01", "oracle": ".000"},
    ("2s", 3): {"erm": ".449", "irm": ".449", "iga": ".449", "oracle": ".000"},
    ("3", 3): {"erm": ".480 ± .07", "irm": ".485 ± .07", "iga": ".470 ± .09", "oracle": ".013"},
    ("3s", 3): {"erm": ".485 ± .06", "irm": ".485 ± .07", "iga": ".485 ± .06", "oracle": ".013"},
    ("2", 6): {"irm": ".45 to .465"},
    ("2", 10): {"irm": ".45 to .465", "iga": ".014"},
    ("3", 6): {"erm": ".326", "irm": ".144"},
    ("3", 10): {"erm": ".146", "irm": ".014"},
}
Sampler = Callable[[int, int, np.random.Generator], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Problem:
    """sample(environment, rows, random): inputs [N, 2 · WIDTH], invariant ones first, and targets [N]."""

    sample: Sampler
    mixing: np.ndarray
    loss: str

    def rows(
        self, environment: int, random: np.random.Generator, *, shuffled: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Observed inputs and targets; shuffled: the spurious features tell nothing."""
        inputs, targets = self.sample(environment, ROWS, random)
        if shuffled:
            inputs[:, WIDTH:] = inputs[random.permutation(len(inputs)), WIDTH:]
        return inputs @ self.mixing, targets


def problem(name: str, environments: int, random: np.random.Generator) -> Problem:
    """Problem "1", "2" or "3", with an "s" also its features mixed by a random rotation."""
    sample = SAMPLERS[name[0]](environments, random)
    rotation = np.linalg.qr(random.normal(size=(2 * WIDTH, 2 * WIDTH)))[0]
    mixing = rotation if name.endswith("s") else np.eye(2 * WIDTH)
    return Problem(sample, mixing, "squared_error" if name[0] == "1" else "binary_cross_entropy")


def cause_and_effect(environments: int, random: np.random.Generator) -> Sampler:
    """x ~ s; y = x A + s; z = y B + 1: regression of Σ y, whose noise has the environment's scale s."""
    scales = [0.1, 1.5, 2.0, *10 ** random.uniform(-2, 1, size=environments)]
    of_x, of_y = random.normal(size=(2, WIDTH, WIDTH)) / WIDTH

    def sample(environment: int, rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        x, noise, z = random.normal(size=(3, rows, WIDTH))
        x, noise = scales[environment] * x, scales[environment] * noise
        y = x @ of_x + noise
        return np.concatenate([x, y @ of_y + z], axis=1), y.sum(1)

    return sample


def cows_and_camels(environments: int, random: np.random.Generator) -> Sampler:
    """Animals, a hundredth of the size of their backgrounds, which go with them in p of the images."""
    agreement = [0.95, 0.97, 0.99, *random.uniform(0.9, 1, size=environments)]
    share = [0.3, 0.5, 0.7, *random.uniform(0.3, 0.7, size=environments)]

    def sample(environment: int, rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        p, s = agreement[environment], share[environment]
        kind = random.choice(4, size=rows, p=[p * s, (1 - p) * s, p * (1 - s), (1 - p) * (1 - s)])
        signs = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]])[kind].repeat(WIDTH, axis=1)
        inputs = signs + random.normal(size=signs.shape) / np.sqrt(10)
        inputs[:, :WIDTH] /= 100
        return inputs, (inputs[:, :WIDTH].sum(1) > 0).astype(float)

    return sample


def margins(environments: int, random: np.random.Generator) -> Sampler:
    """Classes a small way apart along invariant features, and far along others, otherwise everywhere."""
    centres = random.normal(size=(environments, WIDTH))

    def sample(environment: int, rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        targets = np.arange(rows) % 2
        centre = np.concatenate([np.full(WIDTH, 0.1), centres[environment]])
        sign = 1 - 2 * targets[:, None]
        return sign * centre + 0.1 * random.normal(size=(rows, 2 * WIDTH)), targets.astype(float)

    return sample


SAMPLERS: Mapping[str, Callable[[int, np.random.Generator], Sampler]] = {
    "1": cause_and_effect,
    "2": cows_and_camels,
    "3": margins,
}
LEARNING_RATES = {"1": 1e-2, "2": 1e-1, "3": 1e-2}


def rows() -> Iterator[tuple[str, ...]]:
    """A row for each problem, number of environments and objective."""
    for count in COUNTS:
        for name in ("1", "1s", "2", "2s", "3", "3s"):
            found = [repetition(name, count, seed) for seed in range(REPETITIONS)]
            for objective in found[0]:
                errors = np.array([one[objective] for one in found])
                published = PUBLISHED.get((name, count), {}).get(objective, "")
                yield (
                    name,
                    str(count),
                    objective,
                    f"{errors.mean():.3f} ± {errors.std(ddof=1):.3f}",
                    published,
                )


def repetition(name: str, environments: int, seed: int) -> dict[str, float]:
    """The test error of each objective, averaged over environments."""
    random = np.random.default_rng(seed)
    one = problem(name, environments, random)
    training, validation, test, shuffled = (
        examples(one, environments, random, shuffled=known) for known in (False, False, True, True)
    )
    candidates = [
        Candidate(objective=objective, penalty_weight=weight, seed=seed, left_out=None)
        for objective, weight in CANDIDATES
    ]
    weights = trained(candidates, training, one.loss, LEARNING_RATES[name[0]])
    seen, unseen = errors(weights, validation, one.loss), errors(weights, test, one.loss)
    found = {}
    for objective in dict.fromkeys(objective for objective, _ in CANDIDATES):
        own = [place for place, one in enumerate(candidates) if one.objective == objective]
        found[objective] = unseen[min(own, key=lambda place: seen[place])]
    oracle = trained(candidates[:1], shuffled, one.loss, LEARNING_RATES[name[0]])
    return found | {"oracle": errors(oracle, test, one.loss)[0]}


def examples(one: Problem, environments: int, random: np.random.Generator, *, shuffled: bool) -> Examples:
    """Rows of all environments."""
    samples = [one.rows(place, random, shuffled=shuffled) for place in range(environments)]
    targets = torch.from_numpy(np.concatenate([y for _, y in samples]))
    return Examples(
        inputs=torch.from_numpy(np.concatenate([x for x, _ in samples])).float(),
        targets=targets.float() if one.loss == "squared_error" else targets.long(),
        membership=torch.arange(environments).repeat_interleave(ROWS),
        validation=torch.zeros(len(targets), dtype=torch.bool),
        environments=tuple(map(str, range(environments))),
    )


def trained(candidates: list[Candidate], data: Examples, loss: str, rate: float) -> torch.Tensor:
    """Weights and bias of each candidate, [K, 2 · WIDTH + 1]."""
    plan = TrainingPlan(
        steps=1000,
        batch_size=256,
        learning_rate=rate,
        irm_dummies="scale and bias",
        record_every=1000,
        device="cpu",
    )
    models = [build("linear", (2 * WIDTH,), 1, (), one.seed) for one in candidates]
    deque(train_stack(models, data, candidates, plan, loss, training=data.environments), maxlen=1)
    return torch.stack([torch.nn.utils.parameters_to_vector(one.parameters()).detach() for one in models])


def errors(weights: torch.Tensor, data: Examples, loss: str) -> list[float]:
    """Mean squared error, or share of wrong classes, of each candidate: all environments count alike."""
    outputs = data.inputs @ weights[:, :-1].T + weights[:, -1]
    targets = data.targets.unsqueeze(1)
    wrong = (outputs - targets).square() if loss == "squared_error" else (outputs > 0) != targets.bool()
    return wrong.double().mean(0).tolist()
