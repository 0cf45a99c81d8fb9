"""Models: built from a seed alone, with a featurizer and a head, for inputs of many shapes."""

import pytest
import torch

from irm_core.errors import UsageError
from irm_core.training.forward import outputs
from irm_core.training.models import Architecture, build

SHAPES: list[tuple[str, tuple[int, ...]]] = [
    ("linear", (5,)),
    ("mlp", (5,)),
    ("auto", (5,)),
    ("linear", (3, 8, 8)),
    ("mlp", (3, 8, 8)),
]
IMAGES: list[tuple[str, tuple[int, ...]]] = [
    ("convnet", (1, 8, 8)),
    ("auto", (3, 28, 28)),
    ("convnet", (3, 96, 64)),
    ("convnet", (3, 224, 224)),
]


@pytest.mark.parametrize(("name", "shape"), SHAPES + IMAGES)
def test_outputs_are_what_the_head_makes_of_the_features(name: str, shape: tuple[int, ...]) -> None:
    model, inputs = build(name, shape, 3, (7, 6), seed=0), torch.rand(2, *shape)
    found, features = model.outputs_and_features(inputs)
    assert found.shape == (2, 3)
    assert features.ndim == 2
    torch.testing.assert_close(found, model.head(model.featurizer(inputs)))
    torch.testing.assert_close(found, model(inputs))


@pytest.mark.parametrize("name", ["linear", "mlp"])
def test_the_seed_alone_decides_and_the_global_random_state_is_left(name: str) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    one, same, other = (build(name, (4,), 1, (5,), seed).state_dict() for seed in (3, 3, 4))
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not all(torch.equal(one[key], other[key]) for key in one)


def test_auto_is_a_convnet_for_images_and_an_mlp_for_tables() -> None:
    assert any(isinstance(one, torch.nn.Conv2d) for one in build("auto", (3, 8, 8), 1, (), 0).modules())
    assert not any(isinstance(one, torch.nn.Conv2d) for one in build("auto", (9,), 1, (), 0).modules())


def test_pixels_are_scaled() -> None:
    model, pixels = (
        build("convnet", (3, 8, 8), 1, (), 0),
        torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8),
    )
    torch.testing.assert_close(model(pixels), model(pixels.float() / 255))


@pytest.mark.parametrize("training", [True, False])
def test_outputs_in_batches_are_those_at_once(training: bool) -> None:
    model, inputs = build("mlp", (4,), 2, (5,), 0).train(training), torch.rand(25, 4)
    torch.testing.assert_close(outputs(model, inputs, rows=7), model(inputs).detach())
    assert outputs(model, inputs[:0]).shape == (0, 2)
    assert model.training == training


@pytest.mark.parametrize(("name", "shape"), [("convnet", (3, 7, 9)), ("convnet", (5,))])
def test_a_convnet_refuses_what_it_cannot_read(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="at least 8×8"):
        build(name, shape, 1, (), 0)


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(UsageError, match=r"no model 'resnet'.*mlp"):
        build("resnet", (3,), 1, (), 0)


def test_an_architecture_survives_json() -> None:
    one = Architecture(name="mlp", input_shape=(3,), outputs=2, hidden=(4, 5))
    again = Architecture.model_validate_json(one.model_dump_json())
    assert again == one
    assert torch.equal(again.build(1)(torch.ones(1, 3)), one.build(1)(torch.ones(1, 3)))
