"""Appeals of an earlier register out of a file: whose they were, when they came and were answered, and what they say, sealed.

Answers given elsewhere stay where they are; here their day and outcome are known. The same file is taken in once: the journal knows its
print. The way out is a register of numbers, days and states: what people wrote is given out by the data protection officer alone.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.exchanges import Intake
from yantar.core.models import JournalEntry
from yantar.core.problems import Problem, Refused
from yantar.core.secrecy import seal
from yantar.core.tabular import Choice, Column, Parsed, ParsedRow, Progress, TableSpec, write
from yantar.core.tabular.progress import EVERY
from yantar.core.tabular.report import Report
from yantar.qms.organisation.actions.locks import one_at_a_time
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import working_calendar
from yantar.qms.services.models import Service

from . import clocks, likeness
from .actions.appeals.receiving import person_problems, sender_print, tidy_person
from .appeal_table import everything
from .models import Appeal, AppealKind, AppealOutcome, AppealPerson, AppealState, AppealStep, RemarkCategory, StepKind, Way
from .numbers import code_print, new_code, new_number

PERMISSION = "feedback.import_appeals"
AT_ONCE = 500
PERSON = ("name", "email", "address", "phone", "subject", "text")


def _choices(values: Any, aliases: dict[str, tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, *aliases[value], ()) for value in values)


_KINDS = {
    "appeal": ("обращение", "appeal"),
    "service_complaint": ("жалоба на услугу", "complaint about a service"),
    "information_request": ("запрос информации", "request for information"),
    "remark": ("замечание", "remark"),
}
_OUTCOMES = {
    "upheld": ("удовлетворено", "upheld"),
    "partly": ("удовлетворено частично", "upheld in part"),
    "refused": ("отказано", "refused"),
    "explained": ("разъяснено", "explained"),
}


def _day(key: str, ru: str, en: str, *, required: bool = False) -> Column:
    return Column(key, ru, en, "date", required=required, width=13, example_ru="15.03.2026", example_en="2026-03-15", clearable=False)


APPEALS = TableSpec(
    "appeals",
    "Обращения",
    "Appeals",
    (
        Column("kind", "Вид", "Kind", "choice", required=True, choices=_choices(AppealKind.values, _KINDS), width=22, clearable=False),
        Column("authority", "Код органа власти", "Authority code", aliases=("орган власти",), max_length=60, width=18, clearable=False),
        Column("service", "Код услуги", "Service code", aliases=("услуга",), max_length=60, width=22, clearable=False),
        Column("category", "Код темы", "Subject code", aliases=("тема замечания",), max_length=40, width=16, clearable=False),
        _day("received", "Поступило", "Received", required=True),
        _day("registered", "Зарегистрировано", "Registered"),
        _day("answered", "Дан ответ", "Answered"),
        Column("outcome", "Результат", "Outcome", "choice", choices=_choices(AppealOutcome.values, _OUTCOMES), width=20, clearable=False),
        Column("name", "Имя", "Name", max_length=200, width=24, clearable=False),
        Column("email", "Электронная почта", "E-mail", max_length=254, width=24, clearable=False),
        Column("address", "Почтовый адрес", "Postal address", max_length=500, width=28, clearable=False),
        Column("subject", "Суть", "Subject", aliases=("краткое содержание",), max_length=200, width=28, clearable=False),
        Column("text", "Текст", "Text", required=True, max_length=20_000, multiline=True, width=50, clearable=False),
        Column("place", "Место", "Place", max_length=300, width=20, clearable=False),
        Column("latitude", "Широта", "Latitude", "decimal", least=-90, most=90, places=6, width=12, clearable=False),
        Column("longitude", "Долгота", "Longitude", "decimal", least=-180, most=180, places=6, width=12, clearable=False),
    ),
    aliases=("Журнал обращений",),
)
SPECS = (APPEALS,)


@dataclass(slots=True)
class Plan:
    """What an import would do: appeals to write, each with what its person wrote, and the report on them."""

    report: Report
    rows: list[tuple[Appeal, dict[str, Any]]] = field(default_factory=list)


class _Known:
    """What rows refer to, read once."""

    def __init__(self) -> None:
        self.authorities = {one.code.casefold(): one for one in Authority.objects.all()}
        self.services = {one.code.casefold(): one for one in Service.objects.select_related("authority")}
        self.categories = {one.code.casefold(): one for one in RemarkCategory.objects.select_related("authority")}
        self.today, self.calendar, self.limits = clock.today(), working_calendar(), clocks.Limits()


def plan(parsed: Parsed, progress: Progress) -> Plan:
    """Compare the rows with what is known. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    if parsed.sha256 and JournalEntry.objects.filter(action="feedback.import_appeals", decided__contains=parsed.sha256).exists():
        report.problems.append(Problem(_("This very file has been taken in already."), code="import.again"))
    found, known = Plan(report), _Known()
    rows = parsed.tables["appeals"]
    for number, row in enumerate(rows):
        if number % EVERY == 0:
            progress.at(number, len(rows))
        _row(row, found, known)
    report.sort()
    return found


def _named(row: ParsedRow, key: str, known: dict[str, Any], report: Report) -> Any:
    code = str(row.get(key, "") or "").casefold()
    if code and code not in known:
        report.problems.append(row.problem(key, _("There is nothing of this code."), "unknown"))
    return known.get(code)


def _row(row: ParsedRow, found: Plan, known: _Known) -> None:
    report, before = found.report, len(found.report.problems)
    kind, received, registered, answered = (row.get(name) for name in ("kind", "received", "registered", "answered"))
    service = _named(row, "service", known.services, report)
    category = _named(row, "category", known.categories, report)
    named = _named(row, "authority", known.authorities, report)
    whose = service or category
    authority_id = named.pk if named is not None else whose.authority_id if whose is not None else None
    if not kind or received is None:
        return
    who = tidy_person({name: row.get(name, "") for name in PERSON})
    for one in person_problems(kind, who):
        report.problems.append(row.problem(one.field or "text", str(one.message), one.code))
    if authority_id is None and not row.get("authority"):
        report.problems.append(row.problem("authority", _("Say whose it is: an authority, a service or a subject."), "required"))
    if kind == AppealKind.SERVICE_COMPLAINT and service is None and not row.get("service"):
        report.problems.append(row.problem("service", _("A complaint about a service names the service."), "required"))
    if category is not None and kind != AppealKind.REMARK:
        report.problems.append(row.problem("category", _("Only a remark has a subject of the list."), "category"))
    days = [(name, day) for name, day in (("received", received), ("registered", registered), ("answered", answered)) if day is not None]
    for (_earlier, first), (name, second) in zip(days, days[1:], strict=False):
        if second < first:
            report.problems.append(row.problem(name, _("This day lies before the step that it follows."), "order"))
    for name, day in days:
        if day > known.today:
            report.problems.append(row.problem(name, _("This day is yet to come."), "future"))
    if answered is not None and registered is None:
        report.problems.append(row.problem("registered", _("What was answered was registered: say when."), "required"))
    if (answered is None) != (not row.get("outcome")):
        report.problems.append(row.problem("outcome", _("Give the outcome together with the day of the answer."), "required"))
    if (row.get("latitude") is None) != (row.get("longitude") is None):
        report.problems.append(row.problem("latitude", _("Give both coordinates or none."), "place"))
    if len(report.problems) > before or authority_id is None:
        return
    came = timezone.make_aware(datetime.combine(received, time(12)))
    appeal = Appeal(
        kind=kind,
        authority_id=authority_id,
        service=service,
        category=category,
        way=Way.IMPORT,
        anonymous=kind == AppealKind.REMARK and not who["name"] and not who["email"],
        received_at=came,
        place=" ".join(str(row.get("place", "") or "").split()),
        latitude=row.get("latitude"),
        longitude=row.get("longitude"),
        outcome=row.get("outcome") or "",
        answered_on=answered,
        state=AppealState.RECEIVED,
        state_since=came,
        sender_print=sender_print(who),
    )
    _stand(appeal, received, registered, answered, known)
    report.created("appeals", str(kind), received.isoformat(), row)
    found.rows.append((appeal, who))


def _stand(appeal: Appeal, received: date, registered: date | None, answered: date | None, known: _Known) -> None:
    """Where the clock stands: the day that binds, whether the answer was in time, the state that follows."""
    clocks.set_received(appeal, received, known.calendar, known.limits)
    if registered is None:
        return
    appeal.state = AppealState.REGISTERED
    clocks.set_registered(appeal, registered, known.calendar, known.limits)
    if answered is None:
        return
    appeal.on_time = appeal.due_on is None or answered <= appeal.due_on
    until = clocks.dispute_until(appeal)
    appeal.state = AppealState.CLOSED if until is not None and known.today > until else AppealState.ANSWERED
    appeal.state_since = timezone.make_aware(datetime.combine(answered, time(12)))


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "on": given["on"], "counts": report.counts}


@action("feedback.import_appeals", permission=PERMISSION, summary=_summary)
def import_appeals(*, by: Actor, parsed: Parsed, filename: str, on: date, progress: Progress | None = None) -> Report:
    """Take the appeals of a file in: all or none. Raises Refused with everything wrong (also for a file that was taken in), and Cancelled.

    The journal keeps the counts and the hash of the file. Nobody is told: what is open shows in the queue, and alarms follow by the clock.
    """
    progress = progress or Progress()
    one_at_a_time("import_appeals")
    progress.stage(700)
    planned = plan(parsed, progress)
    if planned.report.problems:
        raise Refused(planned.report.problems)
    progress.stage(1000)
    for start in range(0, len(planned.rows), AT_ONCE):
        progress.at(start, len(planned.rows))
        batch = planned.rows[start : start + AT_ONCE]
        for appeal, who in batch:
            appeal.number = new_number(appeal.received_on)
            appeal.code_print = code_print(appeal.number, new_code())
            appeal.lexemes = likeness.stems_of(f"{who['subject']}\n{who['text']}")
        Appeal.objects.bulk_create([appeal for appeal, _who in batch])
        AppealPerson.objects.bulk_create([AppealPerson(appeal=appeal, sealed=seal("appeal", who)) for appeal, who in batch])
        AppealStep.objects.bulk_create([step for appeal, _who in batch for step in _steps(appeal)])
    progress.at(1, 1)
    planned.report.applied = True
    return planned.report


def _steps(appeal: Appeal) -> list[AppealStep]:
    days = [(StepKind.RECEIVED, appeal.received_on), (StepKind.REGISTERED, appeal.registered_on), (StepKind.ANSWERED, appeal.answered_on)]
    return [
        AppealStep(
            appeal=appeal,
            at=timezone.make_aware(datetime.combine(day, time(12))),
            kind=kind,
            authority_id=appeal.authority_id,
            due_on=appeal.due_on if kind == StepKind.REGISTERED else None,
        )
        for kind, day in days
        if day is not None
    ]


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """The register of all appeals as they stand today, without anything personal; `on` narrows nothing. Raises KeyError for a format."""
    target = io.BytesIO()
    write([everything(viewer)], fmt, target)
    return target.getvalue()


_intake = Intake(PERMISSION, SPECS, lambda parsed, _filename, _on, steps: plan(parsed, steps), import_appeals)
template, dry_run, apply = _intake.template, _intake.dry_run, _intake.apply
