"""`yantar plan`: the audit programme of a year from a file, without a database. Also judges a plan that somebody else made."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .console import Exit, err, out, stop
from .texts import LANGUAGE
from .texts import gettext as _

if TYPE_CHECKING:
    from yantar.engine.planner.forms import Instance, Plan

STANDARD = "-"
Stream = Annotated[Path, typer.Argument(help=_("What is wanted, as JSON (see docs/planner); - reads standard input."), allow_dash=True)]


def plan(
    instance: Stream,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("The plan to write, as JSON; without it the plan goes to standard output."))
    ] = None,
    check: Annotated[Path | None, typer.Option("--check", help=_("Make no plan; judge this one."), allow_dash=True)] = None,
    seconds: Annotated[float, typer.Option(help=_("Time to search, at most."), min=1, max=86_400)] = 60,
    seed: Annotated[int, typer.Option(help=_("The same seed tries in the same order."), min=0, max=2**31 - 1)] = 0,
    workers: Annotated[int, typer.Option(help=_("Threads that search."), min=1, max=64)] = 2,
    as_json: Annotated[bool, typer.Option("--json", help=_("Problems as JSON on standard output."))] = False,
) -> None:
    """Plan the audits of a year, or judge a plan. Nothing is written that the checker doesn't find right."""
    from yantar.engine.planner.reading import read_instance, read_plan

    if check is not None and (output is not None or str(check) == str(instance) == STANDARD):
        stop(_("With --check nothing is written, and only one of the two files can be standard input."), Exit.USAGE)
    wanted = _read(instance, read_instance, as_json)
    _refuse_inconsistent(wanted, as_json)
    if check is not None:
        judged = _read(check, read_plan, as_json)
        _refuse_wrong(wanted, judged, _("The plan is not right."), as_json)
        if not as_json:
            _show(out, wanted, judged)
            out.print(_("The plan breaks no rule, and its figures are right."), markup=False)
        return
    to_standard = output is None or str(output) == STANDARD
    if output is not None and not to_standard:
        _refuse_place(output, instance)
    with _interruptions() as stopped:
        words = _("Planning for %(seconds)g s at most. Ctrl-C ends earlier and keeps the best plan found.")
        err.print(words % {"seconds": seconds}, markup=False, soft_wrap=True)
        made = _search(wanted, seconds, seed, workers, stopped)
    _refuse_wrong(
        wanted, made, _("The plan that was found is not right, so it is not written. This is an error in Yantar: please report it."), as_json
    )
    _write(None if to_standard else output, made)
    console = err if to_standard else out
    _show(console, wanted, made)
    if output is not None and not to_standard:
        console.print(_("Written to %(path)s.") % {"path": output}, markup=False, soft_wrap=True)


Read = TypeVar("Read")


def _read(path: Path, reader: Callable[[str], Read], as_json: bool) -> Read:
    """What a file holds. Ends the command with everything that is wrong in it."""
    from yantar.engine.planner.reading import Unreadable

    name = _("standard input") if str(path) == STANDARD else str(path)
    try:
        content = sys.stdin.buffer.read() if str(path) == STANDARD else path.read_bytes()
    except FileNotFoundError:
        stop(_("There is no file %(path)s.") % {"path": name}, Exit.USAGE)
    except OSError as error:
        stop(_("%(path)s can't be read: %(reason)s") % {"path": name, "reason": error.strerror or error}, Exit.ENVIRONMENT)
    try:
        return reader(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        problems = [_said("not_utf8", {"byte": error.start + 1})]
        _refuse(problems, _("%(path)s can't be used:") % {"path": name}, as_json)
    except Unreadable as unreadable:
        problems = [_said(one.code, one.params, where=one.where) for one in unreadable.problems]
        _refuse(problems, _("%(path)s can't be used:") % {"path": name}, as_json)


def _refuse_inconsistent(instance: Instance, as_json: bool) -> None:
    from yantar.engine.planner.consistency import problems_of

    if problems := problems_of(instance):
        said = [_said(one.code, one.params, names=_names(instance)) for one in problems]
        _refuse(said, _("These don't fit together, so nothing can be planned:"), as_json)


def _refuse_wrong(instance: Instance, plan: Plan, why: str, as_json: bool) -> None:
    from yantar.engine.planner.check import check

    if found := check(instance, plan):
        names = _names(instance)
        _refuse([_said(one.code, one.params, where=one.wish, names=names) for one in found], why, as_json, _("Audit"))


def _refuse_place(output: Path, instance: Path) -> None:
    """Before minutes of searching: can the plan be put there?"""
    if output.resolve() == instance.resolve():
        stop(_("The plan would overwrite what it is made from."), Exit.USAGE)
    folder = output.absolute().parent
    if output.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        stop(_("%(path)s can't be written.") % {"path": output}, Exit.ENVIRONMENT)


@dataclass
class _State:
    """What the search said last."""

    incumbent: int | None = None
    bound: float | None = None
    plan: Plan | None = None
    error: BaseException | None = None

    def gap(self) -> str:
        if not self.incumbent or self.bound is None:
            return "…"
        return _percent(max(0.0, (self.incumbent - self.bound) / self.incumbent))


def _search(instance: Instance, seconds: float, seed: int, workers: int, stopped: threading.Event) -> Plan:
    """Search in a thread of its own, so that this one can listen to the keyboard and show how far it is."""
    from yantar.engine.planner import Progress as Note
    from yantar.engine.planner import make_plan

    state = _State()

    def tell(note: Note) -> None:
        state.incumbent, state.bound = note.incumbent, note.bound

    def work() -> None:
        try:
            state.plan = make_plan(instance, seconds=seconds, seed=seed, workers=workers, progress=tell, cancelled=stopped.is_set)
        except BaseException as error:
            state.error = error

    thread = threading.Thread(target=work, name="planner", daemon=True)
    began = time.monotonic()
    with _bar() as bar:
        task = bar.add_task(_("Planning"), total=seconds, incumbent="…", bound="…", gap="…")
        thread.start()
        while thread.is_alive():
            thread.join(0.1)
            incumbent = "…" if state.incumbent is None else str(state.incumbent)
            bound = "…" if state.bound is None else f"{state.bound:.0f}"
            description = _("Stopping") if stopped.is_set() else _("Planning")
            spent = min(time.monotonic() - began, seconds)
            bar.update(task, description=description, completed=spent, incumbent=incumbent, bound=bound, gap=state.gap())
    if state.error is not None:
        raise state.error
    assert state.plan is not None
    return state.plan


def _bar() -> Progress:
    figures = _("objective %(incumbent)s, bound %(bound)s, gap %(gap)s")
    shown = figures % {"incumbent": "{task.fields[incumbent]}", "bound": "{task.fields[bound]}", "gap": "{task.fields[gap]}"}
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TextColumn(shown))
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


@contextmanager
def _interruptions() -> Iterator[threading.Event]:
    """Ctrl-C once asks for the best plan so far; twice ends at once."""
    stopped = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()
        err.print(_("Stopping; the best plan found so far is kept. Press Ctrl-C again to end without it."), markup=False, soft_wrap=True)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _write(path: Path | None, plan: Plan) -> None:
    """The whole plan or nothing: it takes its place when the last byte is on the disk."""
    from yantar.engine.planner.reading import written

    text = written(plan)
    if path is None:
        sys.stdout.write(text)
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        stop(_("%(path)s can't be written: %(reason)s") % {"path": path, "reason": error.strerror or error}, Exit.ENVIRONMENT)


def _show(console: Console, instance: Instance, plan: Plan) -> None:
    """The figures of a plan, and in words what was left out and why."""
    from yantar.core.plan_words import PARTS
    from yantar.engine.planner.forms import Status

    status = {
        Status.OPTIMAL: _("Optimal: no plan costs less."),
        Status.FEASIBLE: _("The best plan found in the time given; a better one may exist."),
        Status.CANCELLED: _("Stopped before the time was up: the best plan found until then."),
    }
    figures = Table(_("Part"), _("Points"), expand=False)
    figures.columns[1].justify = "right"
    for part, words in PARTS.items():
        figures.add_row(_(words), str(getattr(plan.parts, part)))
    figures.add_section()
    for words, value in (
        (_("Objective"), str(plan.objective)),
        (_("Bound: no plan costs less"), f"{plan.bound:.1f}"),
        (_("Gap"), _percent(plan.gap)),
        (_("Load that no plan avoids"), str(plan.unavoidable_load)),
    ):
        figures.add_row(words, value)
    console.print(figures)
    counts = _("Audits planned: %(planned)s, left out: %(dropped)s; %(seconds).1f s.")
    values = {"planned": len(plan.audits), "dropped": len(plan.dropped), "seconds": plan.seconds}
    console.print(status[plan.status], counts % values, markup=False, soft_wrap=True)
    if plan.dropped:
        names = _names(instance)
        left_out = Table(_("Audit"), _("Why it is left out"), expand=False)
        for one in plan.dropped:
            said = [_said(reason.code, reason.params, names=names)["message"] for reason in one.reasons]
            left_out.add_row(escape(one.wish), escape("\n".join(said)))
        console.print(left_out)


def _names(instance: Instance) -> dict[tuple[str, str], str]:
    """Names of people and authorities by the kind and the key."""
    people = {("auditor", one.id): one.name for one in instance.auditors if one.name}
    return people | {("authority", one.id): one.name for one in instance.authorities if one.name}


def _said(code: str, params: Mapping[str, str | int], *, where: str = "", names: Mapping[tuple[str, str], str] | None = None) -> dict[str, Any]:
    """A code with its place and its sentence in the language of the terminal."""
    from yantar.core.plan_words import words

    known = names or {}
    message = words(code, params, name=lambda kind, key: known.get((kind, key), key), day=_day, translate=_)
    return {"where": where, "code": code, "params": dict(params), "message": message}


def _refuse(problems: Iterable[dict[str, Any]], why: str, as_json: bool, heading: str = "") -> NoReturn:
    """Everything that is wrong, as a table for people or as JSON for programs; then the command ends."""
    listed = list(problems)
    if as_json:
        print(json.dumps({"problems": listed}, ensure_ascii=False, indent=2))
        raise typer.Exit(int(Exit.REFUSED))
    err.print(why, markup=False, soft_wrap=True)
    table = Table(heading or _("Where"), _("What is wrong"), expand=False)
    for one in listed:
        table.add_row(escape(one["where"] or "—"), escape(one["message"]))
    err.print(table)
    raise typer.Exit(int(Exit.REFUSED))


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}" if LANGUAGE == "ru" else day.isoformat()


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
