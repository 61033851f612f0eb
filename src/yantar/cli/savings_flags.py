"""`yantar flags`: what to ask about the procedures, by named rules, without a database."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.markup import escape

from .console import err, out
from .savings import Engine, Format, Kept, Law, MappingFile, Output, Paths, Shape, engine_of, options_of, warm
from .savings_inputs import STANDARD, Complaints, check_place, dataset_of, looked_at, whole, written_to
from .texts import LANGUAGE
from .texts import gettext as _

if TYPE_CHECKING:
    from yantar.engine.savings.dataset import Dataset
    from yantar.engine.savings.flagged import Flags

SHOWN = 200
"""Rows that a table of the terminal shows at most; files have all of them."""


def flags(
    paths: Paths = None,
    flag: Annotated[str, typer.Option("--flag", help=_("Only these rules (with commas), as R018,R024."))] = "",
    law: Law = "",
    mapping: MappingFile = None,
    summary: Annotated[bool, typer.Option("--summary", help=_("Only how often each rule found something."))] = False,
    engine: Annotated[Engine, typer.Option("--engine", help=_("Where to compute: in this process, or on Apache Spark."))] = Engine.DUCKDB,
    master: Annotated[str, typer.Option("--master", help=_("Spark's master (spark://host:7077); all cores of this machine unless told."))] = "",
    shape: Format = Shape.TABLE,
    output: Output = None,
    dataset: Kept = None,
) -> None:
    """Red flags of procurement records: questions to ask, not verdicts."""
    warm(engine)
    complaints = Complaints()
    told = list(paths or ())
    if not told:
        complaints.add(_("Name at least one file or folder."))
    named = looked_at(told, complaints)
    rules = _rules(flag, complaints)
    options = options_of(law, mapping, complaints)
    check_place(output, told, complaints)
    complaints.end()
    with dataset_of(named, options, dataset) as taken, engine_of(engine, master) as con:
        found = answer(taken, con, rules=rules, law=law, summary=summary)
    with written_to(output) as stream:
        if shape is Shape.JSON:
            json.dump(found.model_dump(mode="json"), stream, ensure_ascii=False, indent=2)
            stream.write("\n")
        elif shape is Shape.CSV:
            _write_csv(stream, found, summary=summary)
        else:
            show(out if output is None or str(output) == STANDARD else Console(file=stream, width=140), found, summary=summary)
    if output is not None and str(output) != STANDARD:
        err.print(_("Written to %(path)s.") % {"path": output}, markup=False, soft_wrap=True)


def _rules(text: str, complaints: Complaints) -> list[str] | None:
    from yantar.engine.savings.flags import RULES

    wanted = list(dict.fromkeys(filter(None, (part.strip().upper() for part in text.split(",")))))
    if unknown := [part for part in wanted if part not in RULES]:
        words = _("--flag knows no %(unknown)s; it knows: %(known)s.")
        complaints.add(words % {"unknown": ", ".join(unknown), "known": ", ".join(RULES)})
    return wanted or None


def answer(dataset: Dataset, con: Any, *, rules: Sequence[str] | None, law: str, summary: bool) -> Flags:
    """What the rules found, in the form that is published. `con`: where to compute; none: a DuckDB of its own."""
    from datetime import date

    from yantar.engine.savings.engines import duck, run
    from yantar.engine.savings.flagged import FlagCount, Flagged, Flags
    from yantar.engine.savings.flags import COLUMNS, RULES, count_by_flag
    from yantar.engine.savings.flags import flags as expression

    con = con if con is not None else duck()
    tables = dataset.tables(con)
    # What is stated of the law at the ingest stands in the records already; a finished dataset may state none.
    asked: dict[str, Any] = {"rules": rules, "law": law, "on": date.fromisoformat(dataset.manifest.data_on) if dataset.manifest.data_on else None}
    codes = list(rules) if rules is not None else list(RULES)
    # One rule at a time: a plan of all rules together takes Spark longer to make than to carry out.
    rows = [row for code in codes for row in run(con, expression(tables, **{**asked, "rules": [code]}))]
    rows.sort(key=lambda row: tuple(row[name] for name in ("procedure_id", "lot_id", "flag", "subject")))
    flagged = len({row["procedure_id"] for row in rows})
    counts = {row["flag"]: row for code in codes for row in run(con, count_by_flag(tables, **{**asked, "rules": [code]}))}
    titles = {code: {"ru": RULES[code].words("ru").title, "en": RULES[code].words("en").title} for code in codes}
    return Flags(
        manifest={**dataset.manifest.model_dump(mode="json"), "sha256": dataset.manifest.sha256},
        procedures=dataset.manifest.counts.procedures,
        flagged=flagged,
        rules=tuple(FlagCount.model_validate({**counts[code], "title": titles[code]}) for code in codes),
        flags=() if summary else tuple(Flagged(**{name: row[name] for name in COLUMNS}) for row in rows),
    )


def show(console: Console, found: Flags, *, summary: bool) -> None:
    """How often each rule found something, then what it found."""
    from .savings_show import said, table_of

    words = _("Red flags: questions to ask, not verdicts")
    table = table_of(words, [_("Rule"), _("What"), ""], [_("Procedures"), _("Found"), _("Examined")])
    for rule in found.rules:
        none = _("not computable here") if not rule.examined else ""
        table.add_row(rule.flag, escape(said(rule.title)), none, whole(rule.procedures), whole(rule.rows), whole(rule.examined))
    console.print(table)
    values = {"flagged": whole(found.flagged), "procedures": whole(found.procedures)}
    console.print(_("Procedures with a flag: %(flagged)s of %(procedures)s.") % values, markup=False, soft_wrap=True)
    if summary or not found.flags:
        return
    rows = table_of(_("What was found"), [_("Procedure"), _("Lot"), _("Rule"), _("About"), _("Value"), _("Compared with")], [])
    for row in found.flags[:SHOWN]:
        rows.add_row(*map(escape, (row.procedure_id, row.lot_id, row.flag, row.subject, row.value, row.threshold)))
    console.print(rows)
    if len(found.flags) > SHOWN:
        words = _("Shown: %(shown)s of %(rows)s; --format csv gives all of them.")
        console.print(words % {"shown": whole(SHOWN), "rows": whole(len(found.flags))}, markup=False, soft_wrap=True)


def _write_csv(stream: TextIO, found: Flags, *, summary: bool) -> None:
    from .savings_show import safe

    writer = csv.writer(stream, lineterminator="\n")
    if summary:
        writer.writerow(["flag", "title", "procedures", "rows", "examined"])
        for rule in found.rules:
            title = rule.title.ru if LANGUAGE == "ru" else rule.title.en
            writer.writerow([rule.flag, safe(title), rule.procedures, rule.rows, rule.examined])
        return
    names = ["procedure_id", "lot_id", "flag", "subject_kind", "subject", "value", "threshold"]
    writer.writerow(names)
    writer.writerows([safe(getattr(row, name)) for name in names] for row in found.flags)
