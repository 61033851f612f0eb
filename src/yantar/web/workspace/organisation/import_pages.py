"""What the pages of an import show: a report page by page, in words of the tables, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.exchanges import LISTED, Exchange, is_look
from yantar.core.models import Job
from yantar.core.tabular import TableSpec
from yantar.qms.certification import queries as certification
from yantar.qms.organisation import queries as organisation

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do after the set-up."""

    title: Any
    text: Any
    done: bool
    url: str = ""


def next_steps(viewer: Any) -> list[Step]:
    """What a new government does first, with what is done ticked off; nothing when all of it is."""
    today = clock.today()
    authorities = organisation.authorities(viewer, today).exists()
    certificates = certification.register(viewer, on=today, annotated=False).exists()
    if authorities and certificates:
        return []
    page = reverse("workspace:imports")
    return [
        Step(_("Open the government"), _("Names, languages and the first administrator are entered."), True),
        Step(
            _("Import the authorities"),
            _("From the list your office keeps: names are enough to begin with."),
            authorities,
            f"{page}#organisation",
        ),
        Step(
            _("Import the certificates"), _("With the decisions of the certification bodies, if you have them."), certificates, f"{page}#certificates"
        ),
    ]


@dataclass(frozen=True, slots=True)
class Titled:
    """A piece of work in a list."""

    job: Job
    title: Any
    looked: bool
    filename: str


def titled(job: Job, words: Mapping[str, tuple[Any, Any]]) -> Titled:
    """How a list calls a piece of work."""
    name = job.kind.rpartition(".")[0]
    return Titled(job, words.get(name, (name, ""))[0], is_look(job), job.params.get("filename", ""))


@dataclass(frozen=True, slots=True)
class Field:
    """What a row changes: the column's heading, before, after."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Table:
    """How many rows of one table are new, changed, as before."""

    title: str
    created: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A report for the screen; long lists come page by page."""

    ok: bool
    applied: bool
    flagged: int
    tables: Sequence[Table]
    nothing_new: bool
    problem_count: int
    problems: Page[Any]
    warning_count: int
    warnings: Page[Any]
    notes: Sequence[Any]
    creates: Page[Any]
    create_count: int
    changes: Page[Any]
    change_count: int
    cut: bool


def _value(job: Job) -> dict[str, Any]:
    """A report's dictionary from whatever end the work came to."""
    found: dict[str, Any] = job.result.get("value") or {}
    if found:
        return found
    problems = job.result.get("problems", [])
    return {"problems": problems, "problem_count": job.result.get("count", len(problems))}


def listed(job: Job) -> list[tuple[str, list[dict[str, Any]]]]:
    """Everything a report says of single places, by kind."""
    value = _value(job)
    return [
        (_g("to mend"), value.get("problems", [])),
        (_g("please look"), value.get("warnings", [])),
        (_g("for information"), value.get("notes", [])),
    ]


def _title(specs: Mapping[str, TableSpec], table: str) -> str:
    return specs[table].title if table in specs else table


def _field(specs: Mapping[str, TableSpec], table: str, key: str, pair: Sequence[str]) -> Field:
    column = None
    if table in specs:
        column = next((one for one in specs[table].columns if one.key == key), None)
    labels = {choice.key: choice.label for choice in column.choices} if column is not None else {}
    before, after = (labels.get(text, text) for text in pair)
    return Field(column.title if column else key, _day(before), _day(after))


def _day(text: str) -> str:
    """Days as people write them here."""
    from django.utils import formats

    if len(text) == 10 and text[4:5] == text[7:8] == "-":
        try:
            return formats.date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
        except ValueError:
            return text
    return text


def report_of(job: Job, exchange: Exchange, request: HttpRequest) -> Shown:
    """What ended work found or did, page by page as the address asks."""
    value = _value(job)
    specs = {spec.key: spec for spec in exchange.specs}

    def page(name: str, rows: Sequence[Any]) -> Page[Any]:
        return Paginator(rows, PER_PAGE).get_page(request.GET.get(name))

    creates = page("new", value.get("creates", []))
    creates.object_list = [{**row, "table": _title(specs, row["table"])} for row in creates.object_list]
    changes = page("changed", value.get("changes", []))
    changes.object_list = [
        {**row, "fields": [_field(specs, row["table"], key, pair) for key, pair in row["fields"].items()], "table": _title(specs, row["table"])}
        for row in changes.object_list
    ]
    counts = value.get("counts", {})
    tables = [Table(_title(specs, name), one["created"], one["changed"], one["unchanged"]) for name, one in counts.items()]
    create_count, change_count = sum(t.created for t in tables), sum(t.changed for t in tables)
    return Shown(
        ok=bool(value.get("ok")),
        applied=bool(value.get("applied")),
        flagged=value.get("flagged", 0),
        tables=tables,
        nothing_new=not create_count and not change_count,
        problem_count=value.get("problem_count", 0),
        problems=page("wrong", value.get("problems", [])),
        warning_count=value.get("warning_count", 0),
        warnings=page("look", value.get("warnings", [])),
        notes=value.get("notes", []),
        creates=creates,
        create_count=create_count,
        changes=changes,
        change_count=change_count,
        cut=max(create_count, change_count, value.get("problem_count", 0)) > LISTED,
    )
