"""The network of an estimator: built by name, or made of the user's own module."""

from copy import deepcopy

import torch
from torch import nn

from irm_core.objectives.law import Objective, Rows
from irm_core.objectives.losses import LOSSES, Loss
from irm_core.objectives.membership import Membership
from irm_core.training.models import Architecture, Model

NAMES = ("linear", "mlp")


def network(model: str | nn.Module, inputs: int, outputs: int, hidden: tuple[int, ...], seed: int) -> Model:
    """A model that reads `inputs` features and gives `outputs` numbers.

    Weights are drawn from `seed`; a module keeps those that it has, and is copied, not changed.
    """
    if isinstance(model, nn.Module):
        return _fitting(adapted(model), inputs, outputs, seed)
    if model not in NAMES:
        raise ValueError(f"model is {model!r}, but must be 'linear', 'mlp' or a torch module.")
    architecture = Architecture(name=model, input_shape=(inputs,), outputs=outputs, hidden=hidden)
    return architecture.build(seed)


def adapted(module: nn.Module) -> Model:
    """A copy of the module as a featurizer and a head.

    The head is `.head`, which reads what `.featurizer` gives, or the last layer of an `nn.Sequential`, if
    linear. Any other module is all featurizer.
    """
    return Model(*_parts(deepcopy(module)))


def check_head(model: str | nn.Module, objective: Objective, loss: str) -> None:
    """ValueError if the objective looks at the features that a head reads, and the module has no head."""
    if not isinstance(model, nn.Module) or isinstance(_parts(model)[1], nn.Linear):
        return
    if reads_features(objective, LOSSES[loss]):
        raise ValueError(
            f"The objective {objective.name!r} looks at the features that the last linear layer reads, but "
            f"{type(model).__name__} does not say which layer that is. Give a module with `.featurizer` and "
            "`.head` (an nn.Linear), or an nn.Sequential whose last layer is an nn.Linear."
        )


def reads_features(objective: Objective, loss: Loss) -> bool:
    """Whether any of the objective's sums depends on the features: autograd follows them to find out."""
    features = torch.ones(2, 1, requires_grad=True)
    zeros = torch.zeros(2, dtype=torch.long)
    rows = Rows(torch.zeros(2, 2), features, zeros, Membership(zeros, 1))
    return any(total.requires_grad for total in objective.sums(rows, loss).values())


def _parts(module: nn.Module) -> tuple[nn.Module, nn.Module]:
    featurizer, head = getattr(module, "featurizer", None), getattr(module, "head", None)
    if isinstance(featurizer, nn.Module) and isinstance(head, nn.Linear):
        return featurizer, head
    if isinstance(module, nn.Sequential) and len(module) and isinstance(module[-1], nn.Linear):
        return module[:-1], module[-1]
    return module, nn.Identity()


def _fitting(model: Model, inputs: int, outputs: int, seed: int) -> Model:
    """The model, if it gives `outputs` numbers for each row of `inputs`; lazy layers take their shape here.

    Tried in double precision, in which it will predict.
    """
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.random.default_generator.manual_seed(seed)
        try:
            shape = model.double().eval()(torch.zeros(2, inputs, dtype=torch.float64)).shape
        except RuntimeError as error:
            raise ValueError(
                f"The module given as `model` cannot read {inputs} features in double precision: {error}"
            ) from error
    if shape != (2, outputs):
        raise ValueError(
            f"The module given as `model` must give {outputs} numbers per row, [N, {outputs}], but for two "
            f"rows it gave the shape {tuple(shape)}. Two classes take one number, the logit of the second."
        )
    return model.float()
