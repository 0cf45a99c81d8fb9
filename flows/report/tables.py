"""Tables by environment, for the terminal and for Markdown."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.table import Table

from flows.report.outcome import Outcome
from irm_core.evaluation.configuration import Configuration, name
from irm_core.evaluation.figures import Figure, measured

Row = tuple[str, ...]


def score(value: Figure | None) -> str:
    """A score."""
    return "–" if value is None else f"{value.score:.2f}"


def figure(value: Figure | None) -> str:
    """A score and its standard error."""
    if value is None or value.standard_error is None:
        return score(value)
    return f"{value.score:.2f} ± {value.standard_error:.2f}"


def comparison(outcome: Outcome) -> tuple[Row, list[Row]]:
    """Header, and a row per configuration: its score in each environment when left out; worst, mean, gap.

    Only worst and mean, by which one chooses, carry their standard errors: the table must fit a terminal.
    """
    environments = outcome.retraining.published.version.training
    header = (f"{outcome.retraining.score} where left out", *environments, "worst", "mean", "gap")
    return header, [_row(one, environments) for one in outcome.selection.table]


def _row(one: Configuration, environments: Sequence[str]) -> Row:
    scores = (score(one.environments.get(environment)) for environment in environments)
    gap = "–" if one.gap is None else f"{one.gap:.2f}"
    return (one.name, *scores, figure(one.worst), figure(one.mean), gap)


def hold_out(outcome: Outcome) -> tuple[Row, list[Row]]:
    """Header, and the refitted models' scores in the hold-out environments, which chose nothing."""
    environments = outcome.retraining.published.version.hold_out
    header = (f"{outcome.retraining.score} in hold-out", *environments)
    rows = [
        (said, *(figure(measured(metrics[one])) for one in environments))
        for said, metrics in outcome.hold_out.items()
    ]
    return header, rows


def chosen(outcome: Outcome) -> str:
    """The choice, as its row is called."""
    return name(outcome.selection)


def rich_table(title: str, header: Row, rows: Sequence[Row], bold: str) -> Table:
    """A table for the terminal; the row called `bold` stands out."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for number, text in enumerate(header):
        table.add_column(text, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row, style="bold green" if row[0] == bold else None)
    return table


def markdown(header: Row, rows: Sequence[Row]) -> str:
    """The same table in Markdown."""
    return "\n".join("| " + " | ".join(row) + " |" for row in _ruled(header, rows))


def _ruled(header: Row, rows: Sequence[Row]) -> Iterator[Row]:
    yield header
    yield ("---", *("---:" for _ in header[1:]))
    yield from rows
