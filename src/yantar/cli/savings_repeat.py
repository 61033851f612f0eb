"""`yantar savings --repeat`: is a published figure what the records give? To the kopeck, or where not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

from .console import Exit, out
from .savings_inputs import Complaints, whole, written_to
from .texts import LANGUAGE, ngettext
from .texts import gettext as _

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

    from yantar.engine.savings.dataset import Dataset
    from yantar.engine.savings.ingest.forms import Options
    from yantar.engine.savings.method import Method
    from yantar.engine.savings.outcome import Decision
    from yantar.engine.savings.repeat import Difference

FORMAT = "yantar-savings/1"
MOST = 100
"""Differences that are shown in a terminal."""


@dataclass(frozen=True)
class PublishedFigure:
    """What was published, and what it says of how it was computed."""

    answer: Mapping[str, Any]
    method: Method
    decisions: tuple[Decision, ...]
    """Those that the file itself carries."""


def read_published(path: Path, complaints: Complaints) -> PublishedFigure | None:
    """The figure in a file: an answer of `yantar savings --format json`, or what the workspace gives out (with its decisions)."""
    from yantar.engine.savings.method import UnknownMethod, load_method
    from yantar.engine.savings.outcome import Decision

    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        complaints.add(_("%(path)s can't be read: %(reason)s") % {"path": path, "reason": error.strerror or error})
        return None
    except ValueError:
        complaints.add(_("%(path)s is no JSON.") % {"path": path})
        return None
    decided: list[Decision] = []
    answer = content
    if isinstance(content, dict) and isinstance(content.get("defended"), dict):
        answer = content["defended"]
        rows = content.get("decisions") or content.get("settlements") or ()
        rows = [row for row in rows if row.get("choice") in ("include", "exclude")]
        decided = [Decision(str(row.get("procedure_id") or row.get("procedure")), row["choice"], str(row.get("reason", ""))) for row in rows]
    named = answer.get("method") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or answer.get("format") != FORMAT or not isinstance(named, dict) or not isinstance(answer.get("manifest"), dict):
        complaints.add(_("%(path)s is no published figure (%(format)s).") % {"path": path, "format": FORMAT})
        return None
    try:
        method = load_method(str(named.get("id")))
    except UnknownMethod as unknown:
        complaints.add(_("There is no method %(id)s; there are: %(known)s.") % {"id": unknown.id, "known": ", ".join(unknown.known)})
        return None
    return PublishedFigure(answer, method, tuple(decided))


def check_question(published: PublishedFigure, given: Sequence[str], decisions: Sequence[Decision], complaints: Complaints) -> None:
    """Says what can't be asked together with --repeat, and what is missing to repeat."""
    if given:
        complaints.add(_("--repeat asks what was asked then; leave out %(options)s.") % {"options": ", ".join(given)})
    counted = int(published.answer.get("decisions") or 0)
    if counted and not decisions and not published.decisions:
        words = ngettext(
            "The published figure counts %(number)s decision on a single procedure; give it by --decisions.",
            "The published figure counts %(number)s decisions on single procedures; give them by --decisions.",
            counted,
        )
        complaints.add(words % {"number": whole(counted)})


def options_then(published: PublishedFigure, options: Options, complaints: Complaints) -> Options:
    """How the records were taken in then; what the call tells goes before it."""
    from yantar.engine.savings.ingest.lists import READ_BY
    from yantar.engine.savings.mapping.reading import MappingUnreadable, load_mapping, made_mapping, shipped

    told = published.answer["manifest"].get("options") or {}
    names = {field.name for field in dataclasses.fields(options)}
    then = {name: value for name, value in told.items() if name in names and name != "mapping"}
    if options.law:
        then["law"] = options.law
    mapping = options.mapping
    read_by = told.get(READ_BY)
    stated = read_by.get("mapping") if isinstance(read_by, dict) else None
    if mapping is None and stated is not None:
        # The figure carries the mapping that read its list: who has the same file needs nothing else.
        try:
            mapping = made_mapping(stated)
        except MappingUnreadable as unreadable:
            for wrong in unreadable.problems:
                complaints.add(f"{wrong.where or READ_BY}: {wrong.said(LANGUAGE)}")
    elif mapping is None and (id_ := str(told.get("mapping") or "")):
        if id_ in shipped():
            mapping = load_mapping(id_)
        else:
            complaints.add(_("The records were read by the mapping %(id)s; give it by --mapping.") % {"id": id_})
    return dataclasses.replace(options, **then, mapping=mapping)


def repeat_figure(
    published: PublishedFigure,
    dataset: Dataset,
    con: BaseBackend | None,
    decisions: Sequence[Decision],
    *,
    as_json: bool,
    output: Path | None,
) -> None:
    """Computes the figure again and compares. Ends the command with code 1 when anything differs."""
    from yantar.engine.savings.repeat import compare

    from .savings import computed

    told = published.answer.get("parameters") or {}
    now = computed(
        dataset,
        published.method,
        by=told.get("by") or (),
        period=(_day(told.get("from")), _day(told.get("to"))),
        only=told.get("only") or {},
        currency=published.answer.get("currency"),
        decisions=tuple(decisions) or published.decisions,
        population=told.get("population"),
        sensitivity=bool(published.answer.get("sensitivity")),
        engine=con,
    )
    found = compare(published.answer, now)
    with written_to(output) as stream:
        if as_json:
            rows = [dataclasses.asdict(one) for one in found]
            json.dump({"repeated": not found, "differences": rows}, stream, ensure_ascii=False, indent=2)
            stream.write("\n")
        else:
            _show(out if output is None else Console(file=stream, width=140), found, now)
    if found:
        raise typer.Exit(int(Exit.WRONG))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _show(console: Console, found: Sequence[Difference], now: Any) -> None:
    from .savings_show import money, percent, table_of

    def say(text: str) -> None:
        console.print(text, markup=False, soft_wrap=True)

    if not found:
        values = {"saved": money(now.E1.saved, now.currency), "share": percent(now.E1.share), "procedures": whole(now.E1.procedures)}
        say(_("Repeated: every number of the published figure agrees to the kopeck."))
        say(_("E1: %(saved)s, %(share)s of the baseline, procedures: %(procedures)s.") % values)
        return
    causes = {
        "input": _("These are not the files that the figure was computed from."),
        "records": _("Other records were taken from the files than then."),
        "method": _("The definition of the method is not the published one."),
        "question": _("The figure was asked for differently."),
        "decisions": _("The decisions on single procedures are not those that were counted."),
        "figure": _("The numbers differ."),
    }
    say(_("Not repeated."))
    for kind in dict.fromkeys(one.kind for one in found):
        say(f"· {causes[kind]}")
    table = table_of("", [_("Where"), _("Published"), _("Computed now")], [])
    for one in found[:MOST]:
        table.add_row(*(escape(part) if part is not None else "—" for part in (one.where, one.published, one.now)))
    console.print(table)
    if len(found) > MOST:
        say(_("Shown: %(shown)s of %(rows)s; --format json gives all of them.") % {"shown": whole(MOST), "rows": whole(len(found))})
