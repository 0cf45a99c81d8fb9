"""What a first contract says of the data, and how it says it."""

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.init.proposal import proposal
from flows.init.write import write
from irm_core.contracts.read import read
from irm_core.errors import UsageError


def test_a_decimal_comma_and_unreadable_values_are_told(here, raw, contract_of) -> None:
    contract, made = contract_of(str(raw("semicolons")))
    assert (contract.source.delimiter, contract.source.decimal) == (";", ",")
    assert (made.bad, contract.max_quarantined) == (1, 0.05)
    text = Path("made.odcs.yaml").read_text()
    assert "; 1 unreadable, quarantined." in text
    assert "1 of 240 rows are known to break this contract (0.4%)" in text


def test_words_and_numbers_for_missing_values_are_told(here, raw, contract_of) -> None:
    contract, made = contract_of(str(raw("byte-order-mark")))
    assert contract.missing_values == ("?", "NA", "-9")
    assert (made.profile.columns["age"].low, made.profile.columns["age"].missing) == (20, 48)


def test_of_day_and_month_the_day_comes_first_and_a_doubt_is_told(here, raw, contract_of) -> None:
    contract, _ = contract_of(str(raw("day-month-year")))
    assert contract.with_role("time")[0].format == "dd/MM/yyyy"
    pl.DataFrame({"site": ["a", "b", "c"] * 40, "y": range(120), "x": range(0, 240, 2)}).with_columns(
        seen=pl.lit("03/04/2021")
    ).with_row_index("n").with_columns(
        seen=pl.format("0{}/04/2021", pl.col("n") % 9 + 1),
    ).write_csv("doubtful.csv")
    contract, _ = contract_of("doubtful.csv", target="y")
    assert (
        "could be the other way round: MM/dd/yyyy instead of dd/MM/yyyy" in Path("made.odcs.yaml").read_text()
    )


def test_a_text_label_makes_classes(here, raw, contract_of) -> None:
    contract, made = contract_of(str(raw("text-label")))
    assert contract.task == "classification"
    assert made.guessed_from == "the label holds 2 classes"
    assert made.profile.missing_values == ()  # "-" is a class, no marker


def _labelled(labels: list[object]) -> None:
    size = len(labels)
    pl.DataFrame(
        {"site": [f"s{one % 3}" for one in range(size)], "x": range(0, 2 * size, 2), "y": labels}
    ).write_csv("labelled.csv")


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (
            [f"{one % 49}.5 kg" for one in range(245)],
            "the label holds 49 classes, which look like numbers with units",
        ),
        (
            [f"{one % 49}.5kg" for one in range(245)],
            "the label holds 49 classes, which look like numbers with units",
        ),
        (["u"] * 240, "the label holds 1 class"),
        ([1] * 240, "the label holds only 1 different whole number"),
        (["1 low", "2 high"] * 120, "the label holds 2 classes"),
    ],
)
def test_the_task_is_told_with_what_the_label_looks_like(labels, told, here, contract_of) -> None:
    _labelled(labels)
    _, made = contract_of("labelled.csv", target="y")
    assert made.guessed_from.startswith(told)
    assert made.guessed_from.endswith(("1234.5", "class", "classes", "whole number"))


def test_a_class_of_a_handful_of_rows_is_doubted(here, light, init) -> None:
    _labelled([*[0, 1] * 120, 7])
    said = init(light, "labelled.csv", target="y")
    for text in (said.out, Path("labelled.odcs.yaml").read_text()):
        assert "Only 1 row has 7 as 'y': a class so small can hardly be learned" in " ".join(text.split())
    _labelled([*[0, 1] * 120, *[7] * 5])
    assert "hardly be learned" not in init(light, "labelled.csv", "--force", target="y").out


NAME = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00\ufeff"), min_size=1, max_size=8).map(
    str.strip
)


CELL = st.sampled_from(
    ["", "NA", "?", "-9", "1", "0", "2", "1.5", "-3e8", "1,5", "x", "yes", "no", "x: y", "'", '"', "a\nb",
     "007", "2020-01-31", "31/01/2020", "31.1.2020 9:05", "#", "[red]", "null", "~", "é", "inf", "nan",
     "9" * 20]
)  # fmt: skip


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_under_the_contract_of_any_table_rows_are_good_or_in_quarantine_as_foretold(
    here, sizes, data
) -> None:
    names = data.draw(st.lists(NAME.filter(bool), min_size=3, max_size=5, unique=True))
    kinds = [data.draw(st.lists(CELL, min_size=2, max_size=5, unique=True)) for _ in names]
    size = data.draw(st.integers(1, 60))
    draw = st.tuples(*map(st.sampled_from, kinds))
    with Path("any.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=data.draw(st.sampled_from(",;\t")), quoting=csv.QUOTE_ALL)
        writer.writerows([names, *(data.draw(draw) for _ in range(size))])
    try:
        made = proposal("any.csv", names[:1], names[1])
    except UsageError as error:
        assert str(error).endswith(".")  # no contract, and a sentence that says why
        return
    write(made, Path("any.odcs.yaml"))
    contract = read(Path("any.odcs.yaml"))
    assert {one.name for one in contract.columns} | set(made.profile.undeclarable) == set(names)
    assert sizes(contract) == made.environments.sizes
    assert made.profile.rows == sum(sizes(contract).values()) + made.quarantined + made.dropped
    assert made.quarantined <= contract.max_quarantined * made.profile.rows
