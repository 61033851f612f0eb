"""Ratings in and out as a file: paper forms, terminals and telephone surveys become ratings, tens of thousands at once.

Rows have no number of their own, so the same file is taken in once only: the journal knows its print.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.exchanges import Intake
from yantar.core.models import JournalEntry
from yantar.core.problems import Problem, Refused
from yantar.core.secrecy import seal
from yantar.core.tabular import Choice, Column, Parsed, ParsedRow, Progress, Sheet, TableSpec, write
from yantar.core.tabular.progress import EVERY
from yantar.core.tabular.report import Report
from yantar.library.satisfaction import load_satisfaction
from yantar.qms.organisation.actions.locks import one_at_a_time
from yantar.qms.services.models import Service, ServiceSite

from . import counting, spam
from .actions.ratings import LONGEST_TEXT, PURPOSE, TEXT_KEPT
from .models import Rating, RatingChannel, RatingPerson, RatingState

PERMISSION = "feedback.import_ratings"
AT_ONCE = 2_000

_RULES = load_satisfaction()


def _criterion(key: str, ru: str, en: str) -> Column:
    least, most = _RULES.scale.least, _RULES.scale.most
    return Column(key, ru, en, "int", least=least, most=most, width=14, example_ru=str(most), clearable=False)


RATINGS = TableSpec(
    "ratings",
    "Оценки",
    "Ratings",
    (
        Column(
            "service",
            "Код услуги",
            "Service code",
            aliases=("услуга", "service"),
            required=True,
            max_length=60,
            width=24,
            example_ru="hunting-ticket",
            clearable=False,
        ),
        Column("site", "Код площадки", "Site code", aliases=("площадка", "site"), max_length=60, width=18, clearable=False),
        Column(
            "day",
            "Дата",
            "Date",
            "date",
            aliases=("день", "дата оценки"),
            required=True,
            width=13,
            example_ru="15.03.2026",
            example_en="2026-03-15",
            clearable=False,
        ),
        *(_criterion(one.key, one.title_ru, one.title_en) for one in _RULES.criteria),
        Column(
            "text",
            "Что написали",
            "What was written",
            aliases=("комментарий", "текст", "отзыв", "comment"),
            max_length=LONGEST_TEXT,
            multiline=True,
            width=40,
            clearable=False,
        ),
        Column(
            "language",
            "Язык",
            "Language",
            "choice",
            choices=(Choice("ru", "русский", "Russian", ("рус",)), Choice("en", "английский", "English", ("англ",))),
            width=12,
            clearable=False,
        ),
    ),
    aliases=("Оценки услуг", "Отзывы"),
)
SPECS = (RATINGS,)


@dataclass(slots=True)
class Plan:
    """What an import would do: ratings to write, each with its text, and the report on them."""

    report: Report
    rows: list[tuple[Rating, str]] = field(default_factory=list)


class _Known:
    """Services by code and their places, read once."""

    def __init__(self) -> None:
        self.services = {service.code.casefold(): service for service in Service.objects.all()}
        self.places: dict[tuple[int, str], list[ServiceSite]] = defaultdict(list)
        for place in ServiceSite.objects.select_related("site"):
            self.places[place.service_id, place.site.code.casefold()].append(place)


def plan(parsed: Parsed, progress: Progress) -> Plan:
    """Compare the rows with what is known. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    before = JournalEntry.objects.filter(action="feedback.import_ratings", decided__contains=parsed.sha256).first() if parsed.sha256 else None
    if before is not None:
        report.problems.append(Problem(_("This very file has been taken in already: its ratings count."), code="import.again"))
    found, known, today = Plan(report), _Known(), clock.today()
    rows = parsed.tables["ratings"]
    for number, row in enumerate(rows):
        if number % EVERY == 0:
            progress.at(number, len(rows))
        _row(row, found, known, today)
    report.sort()
    return found


def _row(row: ParsedRow, found: Plan, known: _Known, today: date) -> None:
    report, before = found.report, len(found.report.problems)
    code, day, site_code = row.get("service"), row.get("day"), row.get("site")
    if not code or day is None:
        return
    service = known.services.get(str(code).casefold())
    if service is None:
        report.problems.append(row.problem("service", _("There is no service of this code."), "unknown_service"))
        return
    if day > today:
        report.problems.append(row.problem("day", _("This day is yet to come."), "future"))
    elif not service.holds_on(day):
        report.problems.append(row.problem("day", _("The service was not provided on this day."), "not_then"))
    site = None
    if site_code:
        places = known.places.get((service.pk, str(site_code).casefold()), [])
        site = next((place.site for place in places if place.holds_on(day)), None)
        if site is None:
            report.problems.append(row.problem("site", _("The service was not provided at this place on this day."), "elsewhere"))
    scores = {criterion.key: value for criterion in _RULES.criteria if (value := row.get(criterion.key)) is not None}
    if not scores:
        report.problems.append(row.problem("", _("No question is answered in this row."), "nothing"))
    if len(report.problems) > before:
        return
    text = str(row.get("text", "")).strip()
    suspicion = spam.judge(text)
    rating = Rating(
        service=service,
        authority_id=service.authority_id,
        site=site,
        rated_at=timezone.make_aware(datetime.combine(day, time(12))),
        rated_on=day,
        channel=RatingChannel.IMPORT,
        language=row.get("language", "ru"),
        scores=scores,
        has_text=bool(text),
        state=RatingState.QUARANTINED if suspicion.suspicious else RatingState.COUNTED,
        spam_score=suspicion.score,
        spam_reasons=list(suspicion.reasons),
    )
    report.created("ratings", service.code, day.isoformat(), row)
    found.rows.append((rating, text))


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "on": given["on"], "counts": report.counts}


@action("feedback.import_ratings", permission=PERMISSION, summary=_summary)
def import_ratings(*, by: Actor, parsed: Parsed, filename: str, on: date, progress: Progress | None = None) -> Report:
    """Take the ratings of a file in: all or none. Raises Refused with everything wrong (also for a file that was taken in), and Cancelled.

    The journal keeps the counts and the hash of the file, neither rows nor texts.
    """
    progress = progress or Progress()
    one_at_a_time("import_ratings")
    progress.stage(700)
    planned = plan(parsed, progress)
    if planned.report.problems:
        raise Refused(planned.report.problems)
    progress.stage(1000)
    cells: Counter[counting.Cell] = Counter()
    for start in range(0, len(planned.rows), AT_ONCE):
        progress.at(start, len(planned.rows))
        batch = planned.rows[start : start + AT_ONCE]
        Rating.objects.bulk_create([rating for rating, _text in batch])
        RatingPerson.objects.bulk_create([_person(rating, text) for rating, text in batch if text])
        for rating, _text in batch:
            if rating.state == RatingState.COUNTED:
                cells.update(counting.cells(rating.service_id, rating.authority_id, rating.site_id, rating.rated_on, rating.scores))
    counting.add(cells.elements())
    progress.at(1, 1)
    planned.report.applied = True
    return planned.report


def _person(rating: Rating, text: str) -> RatingPerson:
    # Kept from the day it was written: an old survey brings no texts back that would be erased by now.
    erase_on = max(rating.rated_on + TEXT_KEPT, clock.today() + timedelta(days=1))
    return RatingPerson(rating=rating, sealed=seal(PURPOSE, {"text": text, "email": ""}), erase_on=erase_on)


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """Counted ratings up to a day, without what was written; nothing for whoever may not take ratings in. Raises KeyError for a format."""
    target = io.BytesIO()
    allowed = not hasattr(viewer, "has_perm") or viewer.has_perm(PERMISSION)
    write([Sheet(RATINGS, _rows(on) if allowed else [])], fmt, target)
    return target.getvalue()


def _rows(on: date) -> Iterator[dict[str, Any]]:
    rows = Rating.objects.filter(state=RatingState.COUNTED, rated_on__lte=on).select_related("service", "site").order_by("rated_on", "pk")
    for rating in rows.iterator(chunk_size=AT_ONCE):
        site = rating.site.code if rating.site else None
        yield {"service": rating.service.code, "site": site, "day": rating.rated_on, "language": rating.language, **rating.scores}


_intake = Intake(PERMISSION, SPECS, lambda parsed, _filename, _on, steps: plan(parsed, steps), import_ratings)
template, dry_run, apply = _intake.template, _intake.dry_run, _intake.apply
