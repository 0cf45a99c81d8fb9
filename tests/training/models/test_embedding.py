"""Embedded categories: one vector per value, which are learnt; numbers pass as they are."""

import torch
from torch import nn

from irm_core.training.models import Architecture
from irm_core.training.models.embedding import Embedded
from irm_core.training.models.shape import Shape

SHAPE = Shape(input_shape=(4,), outputs=1, categories={1: 3, 3: 5}, embedding=2)
ROWS = torch.tensor([[0.5, 2.0, -1.0, 4.0], [7.0, 0.0, 8.0, 0.0], [9.0, 1.0, 9.0, 3.0]])


def test_each_column_has_its_own_vectors_and_numbers_pass() -> None:
    layer = Embedded(SHAPE)
    table = layer.table.weight.detach()
    expected = [
        torch.cat([ROWS[n, [0, 2]], table[int(ROWS[n, 1])], table[3 + int(ROWS[n, 3])]])
        for n in range(len(ROWS))
    ]
    assert layer.width == 6
    assert torch.equal(layer(ROWS).detach(), torch.stack(expected))


def test_an_unknown_value_begins_as_zero() -> None:
    found = Embedded(SHAPE)(ROWS)[0].detach()
    assert torch.equal(found, torch.tensor([0.5, -1.0, 0.0, 0.0, 0.0, 0.0]))


def test_an_embedding_and_a_linear_layer_are_a_linear_layer_on_one_hot_columns() -> None:
    layer, linear = Embedded(SHAPE), nn.Linear(6, 7)
    one_hot = torch.cat(
        [
            ROWS[:, [0, 2]],
            nn.functional.one_hot(ROWS[:, 1].long(), 3),
            nn.functional.one_hot(ROWS[:, 3].long(), 5),
        ],
        dim=1,
    )
    numbers, first, second = linear.weight.split(2, dim=1)
    weight = torch.cat([numbers, first @ layer.table.weight[:3].T, second @ layer.table.weight[3:].T], dim=1)
    torch.testing.assert_close(linear(layer(ROWS)), one_hot @ weight.T + linear.bias)


def test_text_alone_is_embedded_too() -> None:
    shape = Shape(input_shape=(1,), outputs=1, categories={0: 3}, embedding=2)
    assert Embedded(shape)(torch.tensor([[0.0], [1.0]])).shape == (2, 2)


def test_an_architecture_with_categories_survives_json() -> None:
    one = Architecture(
        name="mlp", input_shape=(4,), outputs=1, hidden=(8,), categories={1: 3, 3: 5}, embedding=2
    )
    again = Architecture.model_validate_json(one.model_dump_json())
    assert again == one
    assert torch.equal(again.build(1)(ROWS), one.build(1)(ROWS))
    assert one.build(0).outputs_and_features(ROWS)[1].shape == (3, 8)
