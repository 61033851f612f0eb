"""One running Yantar for one data folder."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from pathlib import Path
from typing import Any


class AlreadyRunning(Exception):
    """Another process holds the folder; `address` is where it answers, empty while it is still starting."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class FolderLock:
    """Holds a data folder while the process lives; the kernel lets go of it whatever way the process ends."""

    def __init__(self, folder: Path) -> None:
        """Raises AlreadyRunning, or OSError where the folder can't be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "running.json"
        self._file = self.path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(str(self.read().get("address", ""))) from None
        os.set_inheritable(self._file.fileno(), False)
        self.write()

    def read(self) -> dict[str, Any]:
        """What the holder says of itself."""
        try:
            said = json.loads(self.path.read_text() or "{}")
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    def write(self, **said: Any) -> None:
        """Say of oneself: the process, its address."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps({"pid": os.getpid(), **said}))
        self._file.flush()

    def release(self) -> None:
        """Let go."""
        self._file.truncate(0)
        self._file.close()


def port_is_free(host: str, port: int) -> bool:
    """Whether nobody listens there. Asked by binding, without the option by which two servers would share the port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
