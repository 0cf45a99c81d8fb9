"""Networks by name, and users' modules as a featurizer and a head."""

import pytest
import torch
from torch import Tensor, nn

from irm_core.estimators.network import check_head, network, reads_features
from irm_core.objectives import OBJECTIVES
from irm_core.objectives.losses import LOSSES

READING = {"iga", "fishr", "coral", "ib_erm", "ib_irm"}


class TwoPart(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.featurizer = nn.Sequential(nn.Linear(3, 5), nn.Tanh())
        self.head = nn.Linear(5, 2)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.head(self.featurizer(inputs))


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layer(inputs)


SEQUENTIAL = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
MODULES = {"two parts": TwoPart(), "sequential": SEQUENTIAL, "plain": Plain()}


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES.keys())
def test_a_module_gives_what_it_gave_before(module: nn.Module) -> None:
    inputs = torch.randn(4, 3)
    model = network(module, inputs=3, outputs=2, hidden=(), seed=0)
    assert torch.equal(model(inputs), module(inputs))
    assert {one.dtype for one in model.parameters()} == {torch.float32}


@pytest.mark.parametrize(("module", "width"), [(MODULES["two parts"], 5), (SEQUENTIAL, 5)])
def test_the_features_are_what_the_head_reads(module: nn.Module, width: int) -> None:
    model = network(module, inputs=3, outputs=2, hidden=(), seed=0)
    outputs, features = model.outputs_and_features(torch.randn(4, 3))
    assert features.shape == (4, width)
    assert torch.equal(model.head(features), outputs)


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy", "cross_entropy"])
def test_which_objectives_read_features(name: str, loss: str) -> None:
    assert reads_features(OBJECTIVES[name], LOSSES[loss]) == (name in READING)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_head_is_asked_for_only_where_it_is_needed(name: str) -> None:
    objective = OBJECTIVES[name]
    check_head(SEQUENTIAL, objective, "cross_entropy")
    check_head(MODULES["two parts"], objective, "cross_entropy")
    check_head("mlp", objective, "cross_entropy")
    if name not in READING:
        check_head(MODULES["plain"], objective, "cross_entropy")
        return
    with pytest.raises(ValueError, match=r"Plain does not say which layer that is. Give a module with"):
        check_head(MODULES["plain"], objective, "cross_entropy")


def test_lazy_layers_take_the_shape_of_the_data_and_weights_of_the_seed() -> None:
    def first(seed: int) -> Tensor:
        lazy = nn.Sequential(nn.LazyLinear(5), nn.ReLU(), nn.LazyLinear(1))
        return network(lazy, inputs=3, outputs=1, hidden=(), seed=seed).featurizer[0].weight

    assert first(0).shape == (5, 3)
    assert torch.equal(first(0), first(0))
    assert not torch.equal(first(0), first(1))


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("forest", "model is 'forest', but must be 'linear', 'mlp' or a torch module"),
        (None, "model is None, but must be"),
        (nn.Linear(4, 2), "cannot read 3 features in double precision"),
        (nn.Linear(3, 1), r"must give 2 numbers per row, \[N, 2\].* gave the shape \(2, 1\)"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(model: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        network(model, inputs=3, outputs=2, hidden=(), seed=0)  # type: ignore[arg-type]
