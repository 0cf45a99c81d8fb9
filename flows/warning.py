"""Warnings of a retraining that goes on."""

from prefect.logging import get_run_logger
from rich.markup import escape

from flows import console


def warn(said: str) -> None:
    """Say it on the run's page, and in the terminal."""
    get_run_logger().warning(said)
    console.err.print(f"[yellow]![/] {escape(said)}", highlight=False, soft_wrap=True)
