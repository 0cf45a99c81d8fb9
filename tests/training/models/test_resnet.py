"""ResNets: torchvision's layers by name and size, and rows that know nothing of each other."""

from pathlib import Path

import pytest
import torch

from irm_core.errors import UsageError
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.candidate import Candidate
from irm_core.training.gradients import backward
from irm_core.training.groups import grouped
from irm_core.training.learner import learner_of
from irm_core.training.models import Architecture, Model, Shape
from irm_core.training.models.blocks import basic
from irm_core.training.models.resnet import DEVIATION, MEAN, resnet

PARAMETERS = {"resnet18": 11_176_512, "resnet34": 21_284_672, "resnet50": 23_508_032}
"""torchvision's 11,689,512, 21,797,672 and 25,557,032, less 1000 · (D + 1) of its last layer `fc`."""


def model(
    name: str = "resnet18", shape: tuple[int, ...] = (3, 32, 32), seed: int = 0, **more: object
) -> Model:
    return Architecture.model_validate({"name": name, "input_shape": shape, "outputs": 2} | more).build(seed)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_are_as_many_as_torchvisions(name: str) -> None:
    with torch.device("meta"):
        made = model(name, pretrained=True)
    assert sum(one.numel() for one in made.featurizer.parameters()) == PARAMETERS[name]


def test_layers_are_named_as_torchvisions() -> None:
    with torch.device("meta"):
        names = model("resnet50", pretrained=True).featurizer.state_dict().keys()
    assert {
        "conv1.weight",
        "bn1.running_var",
        "layer1.0.downsample.0.weight",
        "layer2.0.downsample.1.bias",
        "layer3.5.conv3.weight",
        "layer4.2.bn2.num_batches_tracked",
    } <= names
    assert len(names) == 318  # torchvision's 320, less the two of `fc`


@pytest.mark.parametrize("pretrained", [False, True])
def test_a_row_is_the_same_in_any_company_in_training_too(pretrained: bool) -> None:
    made, images = model(pretrained=pretrained).train(), torch.rand(3, 3, 32, 32)
    before = {name: one.clone() for name, one in made.named_buffers()}
    torch.testing.assert_close(made(images)[:1], made(images[:1]), rtol=1e-4, atol=1e-5)
    assert all(torch.equal(one, before[name]) for name, one in made.named_buffers())


def test_grey_images_are_three_equal_channels() -> None:
    grey = torch.rand(2, 1, 32, 32)
    one, other = model(shape=(1, 32, 32)), model(shape=(3, 32, 32))
    torch.testing.assert_close(one(grey), other(grey.expand(-1, 3, -1, -1)))


def test_pretrained_models_read_images_standardised_as_imagenet() -> None:
    raw, standardised = (model(pretrained=pretrained).featurizer.pixels for pretrained in (False, True))
    images = torch.tensor(MEAN).view(3, 1, 1) + torch.tensor(DEVIATION).view(3, 1, 1) * torch.randn(
        2, 3, 4, 4
    )
    assert torch.equal(raw(images), images)
    torch.testing.assert_close(standardised(images).mul(1e3), standardised(images.double()).float().mul(1e3))
    torch.testing.assert_close(standardised(torch.tensor(MEAN).view(1, 3, 1, 1)), torch.zeros(1, 3, 1, 1))


@pytest.mark.parametrize("shape", [(3, 31, 64), (2, 32, 32), (5,)])
def test_inputs_it_cannot_read_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match=r"at least 32×32 pixels.*Use model: convnet"):
        model(shape=shape)


def test_weights_decide_over_the_seed_but_for_the_head(tmp_path: Path) -> None:
    torch.save(model(seed=5, pretrained=True).featurizer.state_dict(), tmp_path / "weights.pth")
    architecture = Architecture(name="resnet18", input_shape=(3, 32, 32), outputs=2, pretrained=True)
    one, other = (architecture.build(seed, tmp_path / "weights.pth") for seed in (0, 1))
    for mine, theirs in zip(one.featurizer.parameters(), other.featurizer.parameters(), strict=True):
        assert torch.equal(mine, theirs)
    assert not torch.equal(one.head.weight, other.head.weight)


def test_a_frozen_backbone_is_not_trained_and_an_mlp_reads_it() -> None:
    made = model(frozen=True, hidden=(7,))
    outputs, features = made.outputs_and_features(torch.rand(2, 3, 32, 32))
    assert features.shape == (2, 7)
    outputs.sum().backward()
    trained = [name for name, one in made.named_parameters() if one.grad is not None]
    assert trained == ["featurizer.1.weight", "featurizer.1.bias", "head.weight", "head.bias"]


@pytest.mark.parametrize("pretrained", [False, True])
def test_a_stack_computes_what_each_model_does(pretrained: bool) -> None:
    """Forward, and the way back to every parameter."""
    shape = Shape(input_shape=(3, 32, 32), outputs=2, pretrained=pretrained)
    every = [resnet(shape, basic, (1, 1, 1, 1)) for _ in range(2)]
    images, index = torch.rand(4, 3, 32, 32), torch.zeros(4).long()
    batch = Batch(images, torch.zeros(4), Membership(index, 1), shared=True)
    alone = [learner_of([one], torch.device("cpu")) for one in every]
    expected = [one.forward(batch) for one in alone]
    gradients = [
        one.gradient([outputs, features], [torch.ones_like(outputs), features.detach()])
        for one, (outputs, features) in zip(alone, expected, strict=True)
    ]
    stack = learner_of(every, torch.device("cpu"))
    outputs, features = stack.forward(batch)
    torch.testing.assert_close(outputs, torch.cat([one for one, _ in expected]), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(features, torch.cat([one for _, one in expected]), rtol=1e-4, atol=1e-4)
    found = stack.gradient([outputs, features], [torch.ones_like(outputs), features.detach()])
    torch.testing.assert_close(found, torch.cat(gradients), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("objective", ["irm", "coral", "fishr", "iga", "ib_irm"])
def test_rows_in_pieces_have_the_gradient_of_all_at_once(objective: str) -> None:
    """Of objectives that look at outputs and features, for two candidates."""
    shape = Shape(input_shape=(3, 32, 32), outputs=1, pretrained=True)
    learner = learner_of([resnet(shape, basic, (1, 1, 1, 1)) for _ in range(2)], torch.device("cpu"))
    candidate = Candidate(objective=objective, penalty_weight=10.0, seed=0, left_out=None)
    groups = grouped([candidate] * 2, torch.full((2, 2), 0.5))
    index = torch.tensor([0, 1, 0, 1, 0, 1])
    batch = Batch(torch.rand(6, 3, 32, 32), index.flip(0), Membership(index, 2), shared=True)
    strength, loss = torch.tensor([1.0, 10.0]), LOSSES["binary_cross_entropy"]
    whole, pieces = (backward(learner, batch.split(rows), groups, loss, strength)[0] for rows in (6, 2))
    assert whole.norm() > 1e-3
    torch.testing.assert_close(pieces, whole, rtol=1e-3, atol=1e-4 * whole.abs().max().item())
