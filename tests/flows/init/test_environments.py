"""The split of a first contract."""

from pathlib import Path

import polars as pl
import pytest


def test_small_environments_are_dropped_alone_and_pooled_together(here, raw, contract_of, sizes) -> None:
    contract, made = contract_of(str(raw("five-rows")))
    split = contract.splits["by_site"]
    assert (split.small, split.min_rows, split.missing, made.dropped) == ("drop", 30, "quarantine", 5)
    sites = [*["a", "b", "c"] * 60, *["d", "e", "f"] * 12, *[""] * 40]
    pl.DataFrame({"site": sites, "x": range(0, 512, 2), "y": [one * 0.5 for one in range(256)]}).write_csv(
        "many.csv"
    )
    contract, made = contract_of("many.csv", target="y")
    split = contract.splits["by_site"]
    assert (split.small, split.missing) == ("pool", "own")
    assert made.environments.sizes == {"a": 60, "b": 60, "c": 60, "pooled": 36, "missing": 40}
    assert sizes(contract) == made.environments.sizes


@pytest.mark.parametrize(
    ("environment", "kind", "names"),
    [
        ("site,device", "column", {"a / x", "a / y", "b / x", "b / y"}),
        ("seen", "window", {"2019", "2020", "2021"}),
        ("age", "quantiles", {"below 60", "60 to 120", "120 to 180", "180 or more"}),
        ("grade", "column", {"1", "2", "3"}),
    ],
)
def test_the_kind_of_split_follows_from_the_columns(
    environment, kind, names, here, contract_of, sizes
) -> None:
    pl.DataFrame({"age": range(240)}).with_columns(
        site=pl.Series(["a", "b"] * 120),
        device=pl.Series(["x", "x", "y", "y"] * 60),
        seen=pl.format("{}-05-01", pl.col("age") % 3 + 2019),
        grade=pl.col("age") % 3 + 1,
        x=pl.col("age") * 0.25 - 3,
        y=(pl.col("age") * 7 % 11) * 0.5,
    ).write_csv("table.csv")
    contract, made = contract_of("table.csv", environment, "y")
    (split,) = contract.splits.values()
    assert split.kind == kind
    assert set(sizes(contract)) == names == set(made.environments.sizes)
    assert made.obstacles == []


@pytest.mark.slow
def test_environments_that_only_case_or_blanks_tell_apart_are_named_by_init_and_check(
    here, light, init
) -> None:
    sites = [*["north", "NORTH", "south", "east"] * 40, *["south "] * 3]
    pl.DataFrame({"site": sites, "x": range(0, 326, 2), "y": [one * 0.5 for one in range(163)]}).write_csv(
        "hands.csv"
    )
    said = init(light, "hands.csv", target="y").out
    written = Path("hands.odcs.yaml").read_text()
    checked = light("check", "hands.odcs.yaml")
    assert checked.status == 0, checked.err
    for pair in ("'NORTH', 'north'", "'south', 'south '"):
        told = f"The environments {pair} differ only in case or blanks"
        assert all(told in " ".join(text.split()) for text in (said, written, checked.out))


def test_a_split_that_makes_one_environment_keeps_its_features(here, contract_of) -> None:
    pl.DataFrame({"site": [f"s{one % 60}" for one in range(240)]}).with_row_index("x").with_columns(
        x=pl.col("x") * 2, y=pl.col("x") * 0.5
    ).write_csv("many.csv")
    _, made = contract_of("many.csv", target="y")
    assert made.environments.sizes == {"pooled": 240}
    assert "only 1 environment to train on (pooled)" in made.obstacles[0]
