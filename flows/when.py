"""When retrainings start: on a schedule, on new data, or both."""

import re
from dataclasses import dataclass
from datetime import timedelta

from prefect.client.schemas.schedules import CronSchedule
from prefect.schedules import Cron, Schedule
from pydantic import ValidationError

from irm_core.errors import UsageError

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class When:
    """A schedule; new data in the source, looked for every so often; or both.

    waits: whether a run waits for one that has not ended, or else is skipped.
    """

    schedule: Schedule | None
    look_every: timedelta | None
    waits: bool = False

    def __str__(self) -> str:
        cron = f"{self.schedule.cron} ({self.schedule.timezone})" if self.schedule else ""
        look = f"on new data, looked for every {self.look_every}" if self.look_every else ""
        return " and ".join(filter(None, (cron, look)))


def when(cron: str | None, timezone: str, look_every: str | None, overlap: str = "skip") -> When:
    """What starts a retraining. Raises UsageError where nothing does, or it cannot be understood."""
    if cron is None and look_every is None:
        raise UsageError('Say when: --cron "0 3 * * *", or --look-every 15m for new data, or both.')
    return When(
        schedule=None if cron is None else schedule(cron, timezone),
        look_every=None if look_every is None else interval(look_every),
        waits=overlap == "wait" or look_every is not None,
    )


def schedule(cron: str, timezone: str) -> Schedule:
    """When to retrain. Raises UsageError where cron or time zone cannot be understood."""
    try:
        CronSchedule(cron=cron, timezone=timezone)
    except ValidationError as error:
        problem = error.errors()[0]["msg"]
        raise UsageError(f"--cron {cron!r}, --timezone {timezone!r}: {problem}.") from error
    return Cron(cron, timezone=timezone)


def interval(text: str) -> timedelta:
    """How often to look: `30s`, `15m`, `2h`, `1d`. Raises UsageError for anything else."""
    found = re.fullmatch(r"([1-9]\d*)([smhd])", text)
    if found is None:
        raise UsageError(f"--look-every {text!r}: write a number and a unit, as in 30s, 15m, 2h or 1d.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
