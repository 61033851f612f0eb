"""Child processes of `yantar run`: started, watched, restarted, ended together."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field

RESTARTS = 5
WITHIN = 60.0
PATIENCE = 15.0
"""Seconds that a child has to end in good order."""


def _end_with_the_parent() -> None:
    """Linux tells the child when its parent is gone, even by SIGKILL, so that nothing is left running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Child:
    """One process and its restarts."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    falls: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS))

    def start(self) -> None:
        """In a session of its own: Ctrl-C in the terminal reaches the parent alone, which ends the children in order."""
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command,
            env=self.environment,
            start_new_session=True,
            preexec_fn=_end_with_the_parent,  # noqa: PLW1509 - the parent has one thread
            stdin=subprocess.DEVNULL,
        )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def fell(self) -> bool:
        """Note a fall; false when it falls too often to be started again."""
        self.falls.append(time.monotonic())
        return len(self.falls) < RESTARTS or self.falls[-1] - self.falls[0] > WITHIN


def end(children: list[Child]) -> None:
    """Ask every child to end, wait, and kill what does not listen."""
    for child in children:
        if child.alive and child.process:
            child.process.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
