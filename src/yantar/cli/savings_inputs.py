"""From the paths that somebody names to a dataset: read, watched, interruptible."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from .console import Exit, err, stop
from .texts import LANGUAGE
from .texts import gettext as _

if TYPE_CHECKING:
    from yantar.engine.savings.dataset import Dataset
    from yantar.engine.savings.ingest.forms import Options, Source

STANDARD = "-"
MEGABYTE = 1_000_000


class Complaints:
    """Everything that is wrong with a call, said at once."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, text: str) -> None:
        self.found.append(text)

    def end(self, code: Exit = Exit.USAGE) -> None:
        """Ends the command if there is anything."""
        if self.found:
            _refuse(self.found, code)


def _refuse(messages: Sequence[str], code: Exit) -> NoReturn:
    for message in messages:
        err.print(message, markup=False, soft_wrap=True)
    raise typer.Exit(int(code))


@dataclass(frozen=True)
class Named:
    """What the paths of a call are: one finished dataset, or inputs."""

    finished: Path | None
    sources: tuple[Source, ...]


def looked_at(paths: Sequence[Path], complaints: Complaints) -> Named:
    """What the paths are. A folder is a finished dataset, or gives its files of known endings, also those in folders below, in order."""
    from yantar.engine.savings.dataset import MANIFEST
    from yantar.engine.savings.ingest.forms import Source
    from yantar.engine.savings.ingest.sources import ENDINGS, expand

    finished = [path for path in paths if str(path) != STANDARD and (path / MANIFEST).is_file()]
    if finished and len(paths) > 1:
        complaints.add(_("%(path)s is a finished dataset; it can't be joined with other inputs.") % {"path": finished[0]})
    sources: list[Source] = []
    for path in paths:
        if path in finished:
            continue
        if str(path) == STANDARD:
            sources.append(Source(_("standard input"), stream=sys.stdin.buffer))
        elif path.is_dir():
            found = expand(path)
            if not found:
                values = {"path": path, "endings": ", ".join(ENDINGS)}
                complaints.add(_("The folder %(path)s holds no file that can be taken in (%(endings)s).") % values)
            sources += found
        elif path.exists():
            sources.append(Source(path.name, path))
        else:
            complaints.add(_("There is no file %(path)s.") % {"path": path})
    if sum(str(path) == STANDARD for path in paths) > 1:
        complaints.add(_("Standard input can be read only once."))
    return Named(finished[0] if finished else None, tuple(sources))


@contextmanager
def dataset_of(named: Named, options: Options, folder: Path | None) -> Iterator[Dataset]:
    """The dataset: as it is, or taken in into the folder, or into one of its own that is removed afterwards.

    Ends the command when nothing can be taken in, or when somebody interrupts, also within the block.
    """
    with interruptions() as asked:
        try:
            with _place(named, folder) as place:
                yield _opened(named.finished) if place is None else _taken_in(named, options, place, asked, kept=folder is not None)
        except KeyboardInterrupt:
            _stopped(named, folder is not None)


@contextmanager
def _place(named: Named, folder: Path | None) -> Iterator[Path | None]:
    """Where to take in; nowhere for what is a dataset already."""
    if named.finished is not None or folder is not None:
        yield None if named.finished is not None else folder
        return
    try:
        own = tempfile.TemporaryDirectory(prefix="yantar-savings-")
    except OSError as error:
        stop(_("%(path)s can't be written: %(reason)s") % {"path": tempfile.gettempdir(), "reason": error.strerror or error}, Exit.ENVIRONMENT)
    with own:
        yield Path(own.name) / "dataset"


def _opened(folder: Path | None) -> Dataset:
    from yantar.engine.savings.dataset import NotADataset, open_dataset

    assert folder is not None
    try:
        return open_dataset(folder)
    except NotADataset as wrong:
        stop(_not_a_dataset(wrong), Exit.REFUSED)


def _taken_in(named: Named, options: Options, folder: Path, asked: Interruptions, *, kept: bool) -> Dataset:
    from yantar.core.savings_words import words
    from yantar.engine.savings.dataset import open_dataset
    from yantar.engine.savings.ingest import ingest
    from yantar.engine.savings.ingest.forms import IngestRefused, Stopped

    asked.gently = True
    with Onlooker(asked.stopped) as watch:
        try:
            ingest(named.sources, folder, options=options, watch=watch)
        except IngestRefused as refused:
            watch.close()
            environment = all(problem.code == "no_room" for problem in refused.problems)
            _refuse(words(refused.problems, language=LANGUAGE, translate=_), Exit.ENVIRONMENT if environment else Exit.REFUSED)
        except Stopped:
            watch.close()
            _stopped(named, kept)
    asked.gently = False
    if asked.stopped.is_set():
        _stopped(named, kept)
    return open_dataset(folder)


def _stopped(named: Named, kept: bool) -> NoReturn:
    if named.finished is not None:
        stop(_("Stopped."), Exit.STOPPED)
    if kept and all(source.stream is None for source in named.sources):
        line = shlex.join(["yantar", *sys.argv[1:]])
        stop(_("Stopped. What was taken in is kept; the same command goes on where it was: %(command)s") % {"command": line}, Exit.STOPPED)
    if kept:
        stop(_("Stopped. Standard input can't go on where it was: begin again in another folder."), Exit.STOPPED)
    stop(_("Stopped. Nothing was kept; with --dataset FOLDER the next try could be interrupted and go on."), Exit.STOPPED)


def _not_a_dataset(wrong: Any) -> str:
    texts = {
        "missing": _("%(path)s is missing: the folder holds no finished dataset."),
        "unreadable": _("%(path)s can't be read as the manifest of a dataset."),
        "incomplete": _("The dataset is not whole: %(path)s is missing or has another size than the manifest says."),
        "changed": _("The dataset was changed: %(path)s is not what the manifest says."),
    }
    return texts[wrong.code] % {"path": wrong.what}


class Interruptions:
    """Ctrl-C and a plain kill: while `gently`, the first asks to stop after this piece; else, and from the second on, they end at once."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.gently = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.stopped.is_set() or not self.gently:
            raise KeyboardInterrupt
        self.stopped.set()


@contextmanager
def interruptions() -> Iterator[Interruptions]:
    """Signals go to an object of its own within the block."""
    asked = Interruptions()
    before = {one: signal.signal(one, asked) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


class Onlooker:
    """A progress bar on the error stream, on terminals only: how much, how fast, how long still."""

    def __init__(self, stopped: threading.Event, clock: Callable[[], float] = time.monotonic) -> None:
        self._stopped, self._clock = stopped, clock
        self._began = clock()
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.fields[said]}"))
        self._bar = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task: TaskID | None = None

    def __enter__(self) -> Onlooker:
        self._task = self._bar.add_task(_("Taking in"), total=None, said="")
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Takes the bar away."""
        self._bar.stop()

    def progress(self, done_bytes: int, total_bytes: int | None, records: int) -> None:
        """Shows how far it is."""
        if self._task is None or self._bar.disable:
            return
        said = progress_words(done_bytes, total_bytes, records, self._clock() - self._began)
        words = _("Stopping") if self._stopped.is_set() else _("Taking in")
        self._bar.update(self._task, description=words, completed=done_bytes, total=total_bytes, said=escape(said))

    def wanted(self) -> bool:
        """No more after Ctrl-C."""
        return not self._stopped.is_set()


def progress_words(done: int, total: int | None, records: int, seconds: float) -> str:
    """How much is done, how fast, and the time left where the whole is known: `120 of 800 MB, 240 MB/s, 0:03 left; 12,000 records`."""
    rate = done / seconds if seconds > 0 else 0.0
    values = {"done": whole(done // MEGABYTE), "rate": whole(round(rate / MEGABYTE)), "records": whole(records)}
    if total is None:
        return _("%(done)s MB, %(rate)s MB/s; records: %(records)s") % values
    left = round((total - done) / rate) if rate else 0
    minutes, seconds_left = divmod(left, 60)
    words = _("%(done)s of %(total)s MB, %(rate)s MB/s, %(left)s left; records: %(records)s")
    return words % {**values, "total": whole(-(-total // MEGABYTE)), "left": f"{minutes}:{seconds_left:02d}"}


def whole(number: int) -> str:
    """A whole number in groups of three, as the language has it."""
    return f"{number:,}".replace(",", "\u00a0") if LANGUAGE == "ru" else f"{number:,}"


def check_place(path: Path | None, inputs: Sequence[Path], complaints: Complaints) -> None:
    """Before minutes of work: can the answer be put there?"""
    if path is None or str(path) == STANDARD:
        return
    if any(str(one) != STANDARD and one.exists() and path.exists() and one.resolve() == path.resolve() for one in inputs):
        complaints.add(_("The answer would overwrite what it is made from: %(path)s.") % {"path": path})
    elif path.is_dir() or not path.absolute().parent.is_dir() or not os.access(path.absolute().parent, os.W_OK):
        complaints.add(_("%(path)s can't be written.") % {"path": path})


@contextmanager
def written_to(path: Path | None) -> Iterator[Any]:
    """A text stream: standard output, or a file that takes its place when the last byte is on the disk."""
    if path is None or str(path) == STANDARD:
        yield sys.stdout
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        stop(_("%(path)s can't be written: %(reason)s") % {"path": path, "reason": error.strerror or error}, Exit.ENVIRONMENT)
    finally:
        part.unlink(missing_ok=True)
