"""`yantar profile`: what the records of each publisher hold, and how good they are, without a database."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.markup import escape

from .console import err, out
from .savings import Engine, Format, Kept, Law, MappingFile, Output, Paths, Shape, options_of, warm
from .savings_inputs import STANDARD, Complaints, check_place, dataset_of, looked_at, whole, written_to
from .texts import gettext as _

if TYPE_CHECKING:
    from yantar.engine.savings.profile import Profile, Publisher


def profile(
    paths: Paths = None,
    law: Law = "",
    mapping: MappingFile = None,
    shape: Format = Shape.TABLE,
    output: Output = None,
    dataset: Kept = None,
) -> None:
    """Coverage and quality of procurement records by publisher and field."""
    warm(Engine.DUCKDB)
    complaints = Complaints()
    told = list(paths or ())
    if not told:
        complaints.add(_("Name at least one file or folder."))
    named = looked_at(told, complaints)
    options = options_of(law, mapping, complaints)
    check_place(output, told, complaints)
    complaints.end()
    with dataset_of(named, options, dataset) as taken:
        from yantar.engine.savings.profile import profile as compute

        found = compute(taken)
    with written_to(output) as stream:
        if shape is Shape.JSON:
            json.dump(found.model_dump(mode="json"), stream, ensure_ascii=False, indent=2)
            stream.write("\n")
        elif shape is Shape.CSV:
            _write_csv(stream, found)
        else:
            show(out if output is None or str(output) == STANDARD else Console(file=stream, width=140), found)
    if output is not None and str(output) != STANDARD:
        err.print(_("Written to %(path)s.") % {"path": output}, markup=False, soft_wrap=True)


def show(console: Console, found: Profile) -> None:
    """Every publisher: what fails, what the ingest met, what is filled."""
    for publisher in found.publishers:
        values = {"publisher": publisher.publisher or "—", "procedures": whole(publisher.procedures)}
        values |= {"first": publisher.first_on or "—", "last": publisher.last_on or "—"}
        words = _("Publisher %(publisher)s: procedures %(procedures)s, from %(first)s to %(last)s")
        console.print(words % values, markup=False, soft_wrap=True)
        _checks(console, publisher)
        _defects(console, publisher)
        _fields(console, publisher)


def _checks(console: Console, publisher: Publisher) -> None:
    from .savings_show import percent, said, table_of

    verdicts = {"passed": _("passed"), "failed": _("not passed"), "not_applicable": _("not applicable")}
    table = table_of(_("Checks across fields"), [_("Check"), _("Verdict")], [_("Passed"), _("Failed"), _("Allowed"), _("Not applicable")])
    for one in publisher.checks:
        cells = (whole(one.passed), whole(one.failed), percent(one.allowed), whole(one.not_applicable))
        table.add_row(escape(said(one.title)), verdicts[one.verdict], *cells)
    console.print(table)


def _defects(console: Console, publisher: Publisher) -> None:
    from yantar.engine.savings.ingest.quarantine import load_reasons

    from .savings_show import said, table_of

    if not publisher.defects:
        return
    actions = {"repaired": _("repaired"), "set_aside": _("set aside"), "rejected": _("rejected")}
    reasons = load_reasons()
    table = table_of(_("What the ingest met"), [_("Field of the record"), _("Reason"), _("Done")], [_("Values")])
    for one in publisher.defects:
        reason = said(reasons[one.reason].title) if one.reason in reasons else one.reason
        table.add_row(escape(one.field or "—"), escape(reason), actions[one.action], whole(one.values))
    console.print(table)


def _fields(console: Console, publisher: Publisher) -> None:
    from .savings_show import percent, table_of

    headings = [_("Rows"), _("Filled"), _("Share"), _("Different")]
    table = table_of(_("Fields"), [_("Table"), _("Column")], [*headings, _("Least"), _("Most")])
    for field in publisher.fields:
        if field.rows:
            numbers = (whole(field.rows), whole(field.filled), percent(field.share), whole(field.distinct))
            table.add_row(field.table, field.column, *numbers, field.least or "", field.most or "")
    console.print(table)


FIELDS = ("table", "column", "rows", "filled", "share", "distinct", "least", "most", "repaired", "set_aside")


def _write_csv(stream: TextIO, found: Profile) -> None:
    """Fields as rows for other programs."""
    from .savings_show import safe

    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["publisher", *FIELDS])
    for publisher in found.publishers:
        for field in publisher.fields:
            writer.writerow([safe(publisher.publisher), *(safe(getattr(field, name)) for name in FIELDS)])
