"""`yantar savings`: from procurement records to a figure that anyone can repeat, without a database."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console

from .console import Exit, err, out, stop
from .savings_inputs import STANDARD, Complaints, check_place, dataset_of, looked_at, written_to
from .texts import LANGUAGE
from .texts import gettext as _

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

    from yantar.engine.savings.dataset import Dataset
    from yantar.engine.savings.ingest.forms import Options
    from yantar.engine.savings.method import Method
    from yantar.engine.savings.outcome import Decision
    from yantar.engine.savings.result import Dimension, Result

CHOICES: dict[str, Literal["include", "exclude"]] = {"include": "include", "exclude": "exclude"}
LAWS = ("94-FZ", "44-FZ", "223-FZ")


class Shape(StrEnum):
    """How the answer is given."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Engine(StrEnum):
    """Where it is computed."""

    DUCKDB = "duckdb"
    SPARK = "spark"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH…",
        help=_("Records: OCDS (JSON, JSON Lines; plain, gzip, zip), CSV, XLSX, a folder of them, a finished dataset; - is standard input."),
        allow_dash=True,
        show_default=False,
    ),
]
Law = Annotated[str, typer.Option("--law", help=_("Law of procedures that do not state it: 94-FZ, 44-FZ, 223-FZ."))]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help=_("How a list (CSV, XLSX) is read; without it known lists are recognised."))]
Kept = Annotated[Path | None, typer.Option("--dataset", help=_("Keep what was taken in in this folder; an interrupted call goes on there."))]
Format = Annotated[Shape, typer.Option("--format", help=_("How the answer is given."))]
Output = Annotated[Path | None, typer.Option("--output", "-o", help=_("Write the answer to this file."))]


def savings(
    paths: Paths = None,
    by: Annotated[str, typer.Option("--by", help=_("Group by any of: buyer, year, method, band, bidders, law (with commas)."))] = "",
    first: Annotated[str, typer.Option("--from", help=_("Procedures published on this day (2025-01-31) or later."))] = "",
    last: Annotated[str, typer.Option("--to", help=_("Procedures published on this day or earlier."))] = "",
    currency: Annotated[str, typer.Option("--currency", help=_("Currency of the figures (ISO 4217); the most frequent one unless told."))] = "",
    law: Law = "",
    mapping: MappingFile = None,
    method: Annotated[str, typer.Option("--method", help=_("Id of the method."))] = "",
    method_text: Annotated[bool, typer.Option("--method-text", help=_("Only say what the method is."))] = False,
    engine: Annotated[Engine, typer.Option("--engine", help=_("Where to compute: in this process, or on Apache Spark."))] = Engine.DUCKDB,
    master: Annotated[str, typer.Option("--master", help=_("Spark's master (spark://host:7077); all cores of this machine unless told."))] = "",
    population: Annotated[int | None, typer.Option("--population", help=_("Inhabitants, for the figure per inhabitant."), min=1)] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help=_("Decisions on single procedures: a CSV of procedure_id, choice (include, exclude), reason."))
    ] = None,
    repeat: Annotated[Path | None, typer.Option("--repeat", help=_("Prove or refute this published figure (its JSON) from the files."))] = None,
    shape: Format = Shape.TABLE,
    output: Output = None,
    dataset: Kept = None,
    no_sensitivity: Annotated[bool, typer.Option("--no-sensitivity", help=_("Without the doubtful choices."))] = False,
) -> None:
    """Savings of procurement records by a published method, reconciled with the input."""
    complaints = Complaints()
    chosen = _method(method, complaints)
    if method_text and chosen is not None:
        complaints.end()
        show_method(out, chosen)
        return
    warm(engine)
    told = list(paths or ())
    if not told:
        complaints.add(_("Name at least one file or folder."))
    named = looked_at(told, complaints)
    dimensions = _dimensions(by, complaints)
    period = (day_of(first, "--from", complaints), day_of(last, "--to", complaints))
    if period[0] and period[1] and period[0] > period[1]:
        complaints.add(_("The period ends before it begins."))
    options = options_of(law, mapping, complaints)
    settled = _decisions(decisions, complaints)
    check_place(output, told, complaints)
    if master and engine is not Engine.SPARK:
        complaints.add(_("--master is for --engine spark."))
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        complaints.add(_("A currency has three letters (ISO 4217), not %(value)s.") % {"value": currency})
    published = None
    if repeat is not None:
        from .savings_repeat import check_question, options_then, read_published

        published = read_published(repeat, complaints)
        if published is not None:
            asked = {"--by": by, "--from": first, "--to": last, "--currency": currency, "--method": method, "--population": population}
            check_question(published, [name for name, value in asked.items() if value], settled, complaints)
            options = options_then(published, options, complaints)
    complaints.end()
    assert chosen is not None
    with dataset_of(named, options, dataset) as taken, engine_of(engine, master) as con:
        if published is not None:
            from .savings_repeat import repeat_figure

            repeat_figure(published, taken, con, settled, as_json=shape is Shape.JSON, output=output)
            return
        result = computed(
            taken,
            chosen,
            by=dimensions,
            period=period,
            currency=currency.upper() or None,
            decisions=settled,
            population=population,
            sensitivity=not no_sensitivity,
            engine=con,
        )
    with written_to(output) as stream:
        if shape is Shape.JSON:
            json.dump(result.model_dump(mode="json"), stream, ensure_ascii=False, indent=2)
            stream.write("\n")
        elif shape is Shape.CSV:
            from .savings_show import write_csv

            write_csv(stream, result)
        else:
            from .savings_show import show

            show(out if output is None or str(output) == STANDARD else Console(file=stream, width=140), result, chosen)
    if output is not None and str(output) != STANDARD:
        err.print(_("Written to %(path)s.") % {"path": output}, markup=False, soft_wrap=True)


def warm(engine: Engine) -> None:
    """Loading the dataframe library takes a second; it goes on while the records are read."""

    def load() -> None:
        import ibis

        _backend = ibis.pyspark if engine is Engine.SPARK else ibis.duckdb
        from yantar.engine.savings import figures  # noqa: F401

    if engine is Engine.SPARK:
        from yantar.engine.savings.spark import missing

        if missing():
            return
    threading.Thread(target=load, name="loading", daemon=True).start()


def computed(dataset: Dataset, method: Method, **asked: Any) -> Result:
    """The figures. Ends the command with every decision that can't be carried out."""
    from yantar.engine.savings.figures import DecisionsRefused
    from yantar.engine.savings.figures import savings as compute

    from .savings_show import said

    try:
        return compute(dataset, method, **asked)
    except DecisionsRefused as refused:
        complaints = Complaints()
        for procedure, why in refused.problems:
            if why == "unknown":
                complaints.add(_("Decision on %(procedure)s: the records have no such procedure.") % {"procedure": procedure})
            else:
                words = _("Decision on %(procedure)s: it can't be counted, because its numbers are not there (%(reason)s).")
                complaints.add(words % {"procedure": procedure, "reason": said(method.title_of(why))})
        complaints.end(Exit.REFUSED)
        raise


@contextmanager
def engine_of(engine: Engine, master: str) -> Iterator[BaseBackend | None]:
    """The session of Spark, ended afterwards; nothing for DuckDB, which the figures open themselves."""
    if engine is Engine.DUCKDB:
        yield None
        return
    from yantar.engine.savings.spark import SparkUnavailable, close, spark

    try:
        con = spark(master)
    except SparkUnavailable as unavailable:
        texts = {
            "no_pyspark": _("Apache Spark is not installed: `make spark` installs it."),
            "no_java": _("Apache Spark needs Java 17, and there is no java on this machine."),
            "no_master": _("No Spark master answers at %(what)s."),
            "failed": _("Spark did not start: %(what)s"),
        }
        stop(texts[unavailable.code] % {"what": unavailable.what}, Exit.ENVIRONMENT)
    try:
        yield con
    finally:
        close(con)


def _method(id_: str, complaints: Complaints) -> Method | None:
    from yantar.engine.savings.method import DEFAULT, UnknownMethod, load_method

    try:
        return load_method(id_ or DEFAULT)
    except UnknownMethod as unknown:
        complaints.add(_("There is no method %(id)s; there are: %(known)s.") % {"id": unknown.id, "known": ", ".join(unknown.known)})
        return None


def _dimensions(text: str, complaints: Complaints) -> list[Dimension]:
    from yantar.engine.savings.result import DIMENSIONS

    wanted = list(dict.fromkeys(filter(None, (part.strip().lower() for part in text.split(",")))))
    if unknown := [part for part in wanted if part not in DIMENSIONS]:
        words = _("--by knows no %(unknown)s; it knows: %(known)s.")
        complaints.add(words % {"unknown": ", ".join(unknown), "known": ", ".join(DIMENSIONS)})
    return [dimension for part in wanted for dimension in DIMENSIONS if dimension == part]


def day_of(text: str, option: str, complaints: Complaints) -> date | None:
    """A day as 2025-01-31 or 31.01.2025; none without a text."""
    if not text:
        return None
    parts = text.split(".")
    try:
        return date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else text)
    except ValueError:
        complaints.add(_("%(option)s: %(value)s is no day as 2025-01-31.") % {"option": option, "value": text})
        return None


def options_of(law: str, mapping: Path | None, complaints: Complaints) -> Options:
    """How the records are taken in."""
    from yantar.engine.savings.ingest.forms import Options

    if law and law not in LAWS:
        complaints.add(_("--law knows no %(value)s; it knows: %(known)s.") % {"value": law, "known": ", ".join(LAWS)})
    return Options(law=law, mapping=_mapping(mapping, complaints) if mapping is not None else None)


def _mapping(path: Path, complaints: Complaints) -> Any:
    from yantar.engine.savings.mapping.reading import MappingUnreadable, load_mapping

    try:
        return load_mapping(path)
    except OSError as error:
        complaints.add(_("%(path)s can't be read: %(reason)s") % {"path": path, "reason": error.strerror or error})
    except UnicodeDecodeError:
        complaints.add(_("%(path)s can't be read: %(reason)s") % {"path": path, "reason": "UTF-8"})
    except MappingUnreadable as refused:
        for problem in refused.problems:
            complaints.add(": ".join(filter(None, (str(path), problem.where, problem.said(LANGUAGE)))))
    return None


def _decisions(path: Path | None, complaints: Complaints) -> list[Decision]:
    """Decisions of a CSV with a heading; a comma or a semicolon between the cells. Everything wrong is said with its line."""
    from yantar.engine.savings.outcome import Decision

    if path is None:
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        complaints.add(_("%(path)s can't be read: %(reason)s") % {"path": path, "reason": getattr(error, "strerror", None) or error})
        return []
    heading = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if heading.count(";") > heading.count(",") else ",")
    if missing := {"procedure_id", "choice"} - set(rows.fieldnames or ()):
        complaints.add(_("%(path)s has no column %(columns)s.") % {"path": path, "columns": ", ".join(sorted(missing))})
        return []
    found: dict[str, Decision] = {}
    for row in rows:
        procedure, choice = (row["procedure_id"] or "").strip(), (row["choice"] or "").strip().lower()
        place = {"path": path, "line": rows.line_num, "procedure": procedure, "choice": choice}
        if not procedure:
            complaints.add(_("%(path)s, line %(line)s: no procedure is named.") % place)
        elif procedure in found:
            complaints.add(_("%(path)s, line %(line)s: a second decision on %(procedure)s.") % place)
        elif choice in CHOICES:
            found[procedure] = Decision(procedure, CHOICES[choice], (row.get("reason") or "").strip())
        else:
            complaints.add(_("%(path)s, line %(line)s: the choice is include or exclude, not %(choice)s.") % place)
    return list(found.values())


def show_method(console: Console, method: Method) -> None:
    """The method in the reader's words: formulas with their sources, then the reasons in their order."""
    from .savings_show import said

    lines = [f"{said(method.title)} ({method.id})", f"SHA-256 {method.sha256}", ""]
    for formula in method.formulas:
        lines += [said(formula.title), f"  {said(formula.text)}", f"  {_('Source:')} {formula.source}", ""]
    lines.append(_("A procedure is left out for the first of these reasons that holds:"))
    lines += [f"  {number}. {said(reason.title)}" for number, reason in enumerate(method.reasons, 1)]
    _print(console, lines)


def _print(console: Console, lines: Sequence[str]) -> None:
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
