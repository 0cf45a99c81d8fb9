"""A process of its own to call functions in, so that what kills it loses no more than that call."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing import Pipe
from pathlib import Path
from threading import Lock
from typing import Any

from irm_core.errors import IrmflowError
from irm_core.training.out_of_memory import OutOfMemoryError


class DiedError(IrmflowError):
    """The process ended before it answered; how, in words."""


class Process:
    """Called from one thread at a time, it calls functions that can be imported, in the caller's folder.

    environment: variables that it has beside the caller's. It starts with the first call, or by `start`, and
    anew with the next call if it has died.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._lock = Lock()
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Let it import what it needs, while the caller goes on."""
        with self._lock:
            if self._running is None:
                self._connection, theirs = Pipe()
                self._running = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, "-P", "-m", "irm_core.evaluation.callee", str(theirs.fileno())],
                    env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | self._environment,
                    stdin=subprocess.PIPE,
                    pass_fds=[theirs.fileno()],
                    process_group=0,  # so that Ctrl-C in a terminal is the caller's to judge
                )
                theirs.close()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function gives there. Raises what it raises, DiedError if the process dies instead."""
        self.start()
        try:
            self._connection.send((Path.cwd(), function, arguments))
            value, error = self._connection.recv()
        except (EOFError, ConnectionError) as lost:
            raise DiedError(self._ending()) from lost
        if error is None:
            return value
        if isinstance(error, OutOfMemoryError) or not isinstance(error, IrmflowError):
            # A heap that was full stays in pieces, and a GPU may be unusable, until the process has ended.
            self.end()
        raise error

    @property
    def runs(self) -> bool:
        """Whether it has started, and nobody has ended it."""
        return self._running is not None

    def end(self) -> None:
        """Kill it, if it runs; a call under way, in another thread, raises DiedError."""
        running = self._running
        if running is not None:
            running.kill()
            self._ending()

    def _ending(self) -> str:
        """Wait for its end, which is near, and say how it was."""
        with self._lock:
            running, self._running = self._running, None
        if running is None:
            return "was ended"
        with running:  # without its standard input it would end now, if it had not before
            pass
        status = running.returncode
        return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended ({status})"
