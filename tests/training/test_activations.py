"""How many rows pass at once: as many as the memory of their activations allows."""

import pytest
import torch
from torch import nn

from irm_core.training import activations
from irm_core.training.activations import MOST_ROWS, row_bytes, rows_at_once
from irm_core.training.models import build


def test_a_row_holds_what_the_way_back_needs() -> None:
    """By hand: each linear layer holds its input; a ReLU its output, which is the next layer's input."""
    model, inputs = build("mlp", (3,), 1, (5, 7), 0), torch.zeros(9, 3)
    assert row_bytes(model, inputs) == 2 * 4 * (3 + 5 + 7) + 4


def test_pixels_of_a_byte_are_held_as_floats() -> None:
    model = build("linear", (3, 8, 8), 1, (), 0)
    floats, pixels = (torch.zeros(2, 3, 8, 8, dtype=kind) for kind in (torch.float32, torch.uint8))
    assert row_bytes(model, pixels) == row_bytes(model, floats) == 2 * 4 * 3 * 64 + 4


def test_what_is_held_grows_with_the_image() -> None:
    small, large = (
        row_bytes(build("convnet", (3, n, n), 1, (), 0), torch.zeros(1, 3, n, n)) for n in (32, 128)
    )
    assert large == pytest.approx(16 * small, rel=0.1)


def test_a_frozen_model_and_no_row_at_all_are_counted_too() -> None:
    model = build("mlp", (3,), 1, (5,), 0)
    expected = row_bytes(model, torch.zeros(1, 3))
    assert row_bytes(model.requires_grad_(False), torch.zeros(0, 3)) == expected
    with torch.inference_mode():
        assert row_bytes(model, torch.zeros(4, 3)) == expected


def test_counting_changes_nothing() -> None:
    """No random number is drawn, no statistic moves, no gradient is left."""
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 1)).train()
    before = {name: one.clone() for name, one in model.state_dict().items()}
    state = torch.random.get_rng_state()
    row_bytes(model, torch.zeros(5, 3))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(one, before[name]) for name, one in model.state_dict().items())
    assert all(one.grad is None for one in model.parameters())
    assert model.training


def test_small_rows_of_many_candidates_are_limited_by_their_number() -> None:
    model, inputs = build("mlp", (2,), 1, (8,), 0), torch.zeros(1, 2)
    assert rows_at_once(model, inputs) == MOST_ROWS
    assert rows_at_once(model, inputs, candidates=400) == 655


def test_large_images_pass_in_small_pieces() -> None:
    """Of 224 × 224 pixels: a row holds megabytes, and candidates share what there is."""
    model, inputs = build("convnet", (3, 224, 224), 1, (), 0), torch.zeros(1, 3, 224, 224)
    alone, together = (rows_at_once(model, inputs, candidates) for candidates in (1, 8))
    assert 8 <= alone <= 128
    assert together == alone // 8


def test_a_single_row_passes_however_little_memory_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations, "available", lambda _: 1000)
    assert rows_at_once(build("mlp", (300,), 1, (8,), 0), torch.zeros(1, 300)) == 1


def test_a_few_bytes_more_or_less_do_not_change_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    model, inputs = build("mlp", (300,), 1, (8,), 0), torch.zeros(1, 300)
    found = set()
    for free in range(3_000_000, 3_100_000, 1000):
        monkeypatch.setattr(activations, "available", lambda _, free=free: free)
        found.add(rows_at_once(model, inputs))
    assert len(found) == 1
    assert found.pop().bit_count() == 1
