"""What the terminal shows of a check."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from flows import console
from flows.checking.findings import Findings
from irm_core.data.rehearsal import Rehearsal
from irm_core.data.store import version_id
from irm_core.diagnostics.diagnosis import EnvironmentSummary
from irm_core.validation.verdict import RuleResult

MOST_CLASSES = 5


def show(found: Findings) -> None:
    """Rules, quarantine and environments as tables; the diagnosis with its reasons."""
    rows, raw = found.rehearsal.rows, found.raw
    told = ", ".join([str(found.changes), *raw.origin.words])
    console.out.print(
        f"[bold]Data[/]          {len(raw.files)} raw file(s), {told}",
        highlight=False,
    )
    for remark in raw.remarks:
        console.out.print(f"{'':14}{escape(remark)}", highlight=False)
    header = ("Rules", "about", "verdict", "checked", "broken", "found", "asked")
    console.out.print(_table(header, map(_rule, found.verdict.results)))
    if found.rehearsal.reasons:
        _show_quarantine(found.rehearsal)
    if found.environments:
        lines = (_environment(name, one) for name, one in found.environments.items())
        console.out.print(_table((f"Environments {found.split}", "rows", _label(found), ""), lines))
    if found.diagnosis:
        console.out.print(f"[bold]Diagnosis[/]     {found.diagnosis.verdict}")
        for reason in found.diagnosis.reasons:
            console.out.print(Padding(f"– {escape(reason)}", (0, 0, 0, 14)), highlight=False)
    for caveat in found.caveats:
        console.out.print(f"[bold]Mind[/]          {escape(caveat)}", highlight=False)
    console.out.print(
        f"[bold]Rows[/]          {rows.read:,} read = {rows.good:,} good + {rows.quarantined:,} quarantined",
        highlight=False,
    )
    if not found.problems:
        identity = version_id(found.contract, found.split, raw.sha256)
        console.out.print(f"[bold]Fit to run[/]    as version {identity}", highlight=False)


def _show_quarantine(rehearsal: Rehearsal) -> None:
    reasons = (
        (escape(one.rule), f"{one.rows:,}", escape(one.place), escape(one.value)) for one in rehearsal.reasons
    )
    console.out.print(_table(("Quarantine: why", "rows", "for example", "which says"), reasons))
    if others := rehearsal.other_reasons:
        console.out.print(f"{'':14}and {others} more rule{'s' * (others > 1)}", highlight=False)


def _rule(one: RuleResult) -> tuple[str, ...]:
    counts = ["" if count is None else f"{count:,}" for count in (one.checked, one.failed)]
    observed = "" if one.observed is None else f"{one.observed}"
    cells = (one.rule, one.level, _verdict(one), *counts, observed, one.asked)
    return tuple(escape(cell) if one.success else f"[bold]{escape(cell)}[/]" for cell in cells)


def _verdict(one: RuleResult) -> str:
    if one.success:
        return "kept"
    return "broken" if one.severity == "error" else "warning"


def _environment(name: str, one: EnvironmentSummary) -> tuple[str, ...]:
    return escape(name), f"{one.rows:,}", _labels(one), "hold-out" if one.hold_out else ""


def _label(found: Findings) -> str:
    kind = "rows by class of" if found.contract.task == "classification" else "mean ± deviation of"
    return f"{kind} {found.contract.label.name}"


def _labels(one: EnvironmentSummary) -> str:
    if one.label_counts is None:
        known = [f"{each:.4g}" for each in (one.label_mean, one.label_deviation) if each is not None]
        return " ± ".join(known) or "–"
    counts = list(one.label_counts.items())
    told = ", ".join(f"{escape(name)}: {rows:,}" for name, rows in counts[:MOST_CLASSES])
    return f"{told}, …" if len(counts) > MOST_CLASSES else told


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table; columns of numbers are on the right."""
    table = Table(box=box.SIMPLE_HEAD)
    for text in header:
        table.add_column(escape(text), justify="right" if text in ("rows", "checked", "broken") else "left")
    for row in rows:
        table.add_row(*row)
    return table
