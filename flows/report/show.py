"""What the terminal shows at the end of a retraining."""

from rich.padding import Padding

from flows import console
from flows.report import tables
from flows.report.outcome import Outcome, Registered
from flows.tracking.view import address


def show(outcome: Outcome, registered: Registered) -> None:
    """The table by environment, the hold-out's, what was promoted and why, and where to look."""
    version, bold = outcome.retraining.published.version, tables.chosen(outcome)
    title = f"{version.dataset} {version.split}: each environment left out in turn"
    console.out.print(tables.rich_table(title, *tables.comparison(outcome), bold))
    if version.hold_out:
        title = "Hold-out: never trained on, never used to choose"
        console.out.print(tables.rich_table(title, *tables.hold_out(outcome), bold))
    console.out.print(f"[bold]Environments[/]  {outcome.diagnosis.verdict}")
    for reason in outcome.diagnosis.reasons:
        console.out.print(Padding(f"– {reason}", (0, 0, 0, 14)), highlight=False)
    for caveat in outcome.caveats:
        console.out.print(f"[bold]Mind[/]          {caveat}")
    console.out.print(f"[bold]Choice[/]        {outcome.selection.reason}")
    console.out.print(f"[bold]Registered[/]    {registered.model}. {registered.promotion.reason}")
    charts = address(outcome.retraining.experiment, outcome.retraining.id)
    console.out.print(f"[bold]Look[/]          irmflow ui, then {charts}", soft_wrap=True, highlight=False)
