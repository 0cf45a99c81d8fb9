"""Every objective against its formula, written the plain way: a loop over environments, double backward."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import torch
from scipy.optimize import brentq
from scipy.stats import norm
from torch import Tensor
from torch.autograd import grad

from irm_core.objectives.group_dro import STEP_SIZE
from irm_core.objectives.law import Objective, Rows
from irm_core.objectives.losses import LOSSES, Loss

Part = tuple[Tensor, Tensor]  # the features and targets of one environment
Head = Callable[[Tensor], Tensor]
Penalty = Callable[[torch.nn.Linear, Sequence[Part], Tensor, Loss], Tensor]
SIZES = (7, 12, 5)


def risk(head: Head, part: Part, loss: Loss) -> Tensor:
    return loss.value(head(part[0]), part[1]).mean()


def slopes(head: Head, part: Part, loss: Loss, dummies: str) -> Tensor:
    """∂R_e/∂w at the dummy classifier, by autograd."""
    outputs = head(part[0])
    count = outputs.shape[1] if dummies == "scale per output" else 1
    scale = torch.ones(count, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(outputs.shape[1], dtype=torch.float64, requires_grad=True)
    mean = loss.value(outputs * scale + bias, part[1]).mean()
    found = grad(mean, [scale, bias], create_graph=True)
    return torch.cat(found) if dummies == "scale and bias" else found[0]


def mean_of(values: Sequence[Tensor], a: Tensor) -> Tensor:
    return sum(
        (share * value for share, value in zip(a, values, strict=True)), torch.zeros((), dtype=torch.float64)
    )


def variance_of(values: Sequence[Tensor], a: Tensor) -> Tensor:
    mean = mean_of(values, a)
    return mean_of([(value - mean).square() for value in values], a)


def no_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    return torch.zeros((), dtype=torch.float64)


def irm_penalty(dummies: str = "scale") -> Callable[..., Tensor]:
    def penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
        return mean_of([slopes(head, part, loss, dummies).square().sum() for part in parts], a)

    return penalty


def unbiased_irm_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    """The mean over pairs of different rows of the product of their slopes."""

    def of(part: Part) -> Tensor:
        rows = [slopes(head, (x[None], y[None]), loss, "scale") for x, y in zip(*part, strict=True)]
        return torch.stack([one * other for one, other in combinations(rows, 2)]).mean()

    return mean_of([of(part) for part in parts], a)


def irm_penalty_of_halves(dummies: str = "scale") -> Callable[..., Tensor]:
    """As DomainBed's: rows 0, 2, 4 … and rows 1, 3, 5 … of each environment."""

    def penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
        products = []
        for x, y in parts:
            first, second = (slopes(head, (x[i::2], y[i::2]), loss, dummies) for i in (0, 1))
            products.append((first * second).sum())
        return mean_of(products, a)

    return penalty


def vrex_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    return variance_of([risk(head, part, loss) for part in parts], a)


def group_dro_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    risks = torch.stack([risk(head, part, loss) for part in parts])
    q = a * torch.exp(STEP_SIZE * risks.detach())
    return (q / q.sum() * risks).sum()


def iga_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    gradients = [
        torch.cat(
            [
                one.flatten()
                for one in grad(risk(head, part, loss), [head.weight, head.bias], create_graph=True)
            ]
        )
        for part in parts
    ]
    mean = mean_of(gradients, a)
    return mean_of([(one - mean).square().sum() for one in gradients], a)


def fishr_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    def variance(part: Part) -> Tensor:
        of_rows = [
            grad(risk(head, (x[None], y[None]), loss), [head.weight, head.bias], create_graph=True)
            for x, y in zip(*part, strict=True)
        ]
        return torch.stack([torch.cat([w.flatten(), b]) for w, b in of_rows]).var(0, correction=0)

    variances = [variance(part) for part in parts]
    mean = mean_of(variances, a)
    return mean_of([(one - mean).square().mean() for one in variances], a)


def coral_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    """Mean over pairs of different environments, drawn with the weights a."""
    found, total = torch.zeros((), dtype=torch.float64), 0.0
    for i, j in combinations(range(len(parts)), 2):
        means = parts[i][0].mean(0) - parts[j][0].mean(0)
        covariances = parts[i][0].T.cov() - parts[j][0].T.cov()
        found = found + a[i] * a[j] * (means.square().mean() + covariances.square().mean())
        total += float(a[i] * a[j])
    return found / total


def feature_variance(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    return mean_of([features.var(0).mean() for features, _ in parts], a)


def eqrm_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    """A root of the smoothed distribution; its derivative by R_e is e's share of the density there."""
    risks = torch.stack([risk(head, part, loss) for part in parts])
    values = risks.detach()
    spread = (variance_of(list(values), a) * len(parts) / (len(parts) - 1)).sqrt()
    width = float(1.06 * spread * len(parts) ** -0.2)

    def above(x: float) -> float:
        return float((a.numpy() * norm.cdf((x - values.numpy()) / width)).sum()) - 0.75

    root = brentq(above, float(values.min()) - 9 * width, float(values.max()) + 9 * width, xtol=1e-14)
    density = a * torch.from_numpy(norm.pdf((root - values.numpy()) / width))
    return root + (density / density.sum() * (risks - values)).sum()


def spectral_penalty(head: torch.nn.Linear, parts: Sequence[Part], a: Tensor, loss: Loss) -> Tensor:
    return mean_of([head(features).square().mean() for features, _ in parts], a)


REFERENCES: dict[str, Penalty] = {
    "erm": no_penalty,
    "irm": irm_penalty(),
    "irm scale and bias": irm_penalty("scale and bias"),
    "irm scale per output": irm_penalty("scale per output"),
    "irm unbiased": unbiased_irm_penalty,
    "irm halves": irm_penalty_of_halves(),
    "irm scale per output halves": irm_penalty_of_halves("scale per output"),
    "vrex": vrex_penalty,
    "irmx": lambda *of: irm_penalty()(*of) + vrex_penalty(*of),
    "irmx scale and bias": lambda *of: irm_penalty("scale and bias")(*of) + vrex_penalty(*of),
    "irmx unbiased": lambda *of: unbiased_irm_penalty(*of) + vrex_penalty(*of),
    "group_dro": group_dro_penalty,
    "iga": iga_penalty,
    "fishr": fishr_penalty,
    "coral": coral_penalty,
    "ib_erm": feature_variance,
    "ib_irm": lambda *of: irm_penalty()(*of) + feature_variance(*of),
    "ib_irm halves": lambda *of: irm_penalty_of_halves()(*of) + feature_variance(*of),
    "eqrm": eqrm_penalty,
    "spectral_decoupling": spectral_penalty,
}


def test_the_gradient_is_that_of_the_plain_double_backward(
    make_rows: Callable[..., Rows], objective: Objective, loss: str
) -> None:
    """By the parameters of a head, and of what makes the features."""
    rows, a = make_rows(loss, SIZES), torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64) / 6
    torch.manual_seed(0)
    head = torch.nn.Linear(4, rows.outputs.shape[1], dtype=torch.float64)
    body = torch.nn.Linear(4, 4, dtype=torch.float64)
    parameters = [*head.parameters(), *body.parameters()]
    features = body(rows.features).tanh()

    parts = list(zip(features.split(SIZES), rows.targets.split(SIZES), strict=True))
    risk_found = mean_of([risk(head, part, LOSSES[loss]) for part in parts], a)
    penalty_found = REFERENCES[objective.name](head, parts, a, LOSSES[loss])
    sums = objective.sums(replace(rows, outputs=head(features), features=features), LOSSES[loss])
    terms = objective.terms(sums, a, torch.zeros_like(a))
    torch.testing.assert_close(terms.risk, risk_found)
    torch.testing.assert_close(terms.penalty, penalty_found)

    expected = grad(risk_found + 2 * penalty_found, parameters, retain_graph=True)
    found = grad(terms.risk + 2 * terms.penalty, parameters)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
