"""Months of services in and out as a file: a look at what a file would do, taking it in, giving it out, an empty template."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.exchanges import Exchange, Intake
from yantar.core.models import User
from yantar.core.problems import Refused
from yantar.core.tabular import CLEAR, Column, Parsed, ParsedRow, Progress, Sheet, TableSpec, write
from yantar.core.tabular.messages import said
from yantar.core.tabular.progress import EVERY
from yantar.core.tabular.report import Report, differences
from yantar.qms.organisation.actions.locks import one_at_a_time
from yantar.qms.organisation.models import Site
from yantar.qms.organisation.queries import internal_authority_ids

from .models import CaseMonth, Service, ServiceMonth, Source
from .month_checks import COUNTS, DAYS, MOST, MOST_DAYS, MOST_WAITING, WAITING, first_day, month_problems

PERMISSION = "services.import_services"
TABLE = "service_months"
BATCH = 2_000


def _count(key: str, ru: str, en: str, *aliases: str) -> Column:
    return Column(key, ru, en, "int", aliases=aliases, least=0, most=MOST, width=13)


def _mean(key: str, ru: str, en: str, most: float, *aliases: str) -> Column:
    return Column(key, ru, en, "decimal", aliases=aliases, least=0, most=most, places=1, width=13)


SPEC = TableSpec(
    TABLE,
    "Предоставлено услуг",
    "Services delivered",
    (
        Column("service", "Код услуги", "Service code", "code", aliases=("услуга",), required=True, max_length=60, width=24, clearable=False),
        Column(
            "month",
            "Месяц",
            "Month",
            "date",
            aliases=("период",),
            required=True,
            width=13,
            help_ru="Любой день этого месяца.",
            help_en="Any day of the month.",
            example_ru="01.09.2026",
            example_en="2026-09-01",
            clearable=False,
        ),
        Column(
            "site",
            "Код площадки",
            "Site code",
            "code",
            aliases=("площадка",),
            max_length=60,
            width=18,
            help_ru="Пусто: без разбивки по площадкам.",
            help_en="Empty: not told by sites.",
            clearable=False,
        ),
        _count("received", "Получено", "Received", "поступило", "принято"),
        _count("granted", "Предоставлено", "Granted", "положительных решений"),
        _count("refused", "Отказано", "Refused", "отказов"),
        _count("withdrawn", "Отозвано", "Withdrawn", "отозвано заявителями"),
        _count("on_time", "В срок", "On time", "своевременно"),
        _count("late", "С нарушением срока", "Late", "просрочено"),
        _mean("median_days", "Медиана, дней", "Median of days", float(MOST_DAYS), "медиана"),
        _mean("p90_days", "90-й процентиль, дней", "90th percentile of days", float(MOST_DAYS)),
        _mean(WAITING, "Среднее ожидание, минут", "Mean wait, minutes", float(MOST_WAITING), "ожидание в очереди"),
    ),
    aliases=("Услуги по месяцам", "Отчёт по услугам"),
)
SPECS = (SPEC,)
FIGURES = (*COUNTS, *DAYS, WAITING)


@dataclass(slots=True)
class Plan:
    """What an import would do: months to write, and the report on them."""

    report: Report
    months: list[ServiceMonth]


def plan(parsed: Parsed, steps: Progress) -> Plan:
    """Compare the rows with what is recorded. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    rows, today = parsed.tables[TABLE], clock.today()
    services = {one.code.casefold(): one for one in Service.objects.all()}
    sites = {one.code.casefold(): one for one in Site.objects.all()}
    named = {services[code].pk for row in rows if (code := str(row.get("service", "")).casefold()) in services}
    kept = {(one.service_id, one.site_id, one.month): one for one in ServiceMonth.objects.filter(service__in=named)}
    computed = set(CaseMonth.objects.filter(service__in=named).values_list("service_id", "month"))
    seen: dict[tuple[int, int | None, date], int] = {}
    months: list[ServiceMonth] = []

    def one_row(row: ParsedRow) -> None:
        service, site, day = services.get(str(row.get("service", "")).casefold()), None, row.get("month")
        if row.get("service") and service is None:
            report.problems.append(row.problem("service", _("There is no such service."), "service.unknown"))
        if code := row.get("site"):
            site = sites.get(code.casefold())
            if site is None:
                report.problems.append(row.problem("site", _("There is no such site."), "site.unknown"))
                return
        if service is None or day is None:
            return
        key = service.pk, site.pk if site else None, first_day(day)
        if key in seen:
            report.problems.append(row.problem("month", said(_("The same month stands in row %(row)d."), row=seen[key]), "row.twice"))
            return
        seen[key] = row.number
        before = kept.get(key)
        month = before or ServiceMonth(service=service, site=site, month=key[2])
        changed = differences(row, {name: getattr(month, name) for name in FIGURES}) if before else {}
        for name in FIGURES:
            if row.given(name):
                value = row.values[name]
                setattr(month, name, (0 if name in COUNTS else None) if value is CLEAR else value)
        month.site = site
        wrong = month_problems(month, service, today, with_cases=(service.pk, key[2]) in computed and (before is None or bool(changed)))
        report.problems += [row.problem(one.field, one.message, one.code) for one in wrong]
        title = f"{service.code} {key[2]:%Y-%m}"
        if wrong:
            return
        if before is None:
            report.created(TABLE, title, title, row)
        else:
            report.changed(TABLE, title, title, row, changed)
        if before is None or changed:
            months.append(month)

    for number, row in enumerate(rows):
        if number % EVERY == 0:
            steps.at(number, len(rows))
        one_row(row)
    report.sort()
    return Plan(report, months)


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "counts": report.counts}


@action("services.import_months", permission=PERMISSION, summary=_summary)
def import_months(*, by: Actor, parsed: Parsed, filename: str, on: date, progress: Progress | None = None) -> Report:
    """Record the months of a file: all of them or none; what is recorded just so stays as it is. Months for which cases are loaded can't be
    changed. Raises Refused with everything wrong, Cancelled."""
    steps = progress or Progress()
    one_at_a_time("service months")
    steps.stage(700)
    planned = plan(parsed, steps)
    if planned.report.problems:
        raise Refused(planned.report.problems)
    steps.stage(1000)
    for one in planned.months:
        one.source, one.recorded_at = Source.IMPORTED, clock.now()
        one.recorded_by = by if isinstance(by, User) else None
    new = [one for one in planned.months if one.pk is None]
    old = [one for one in planned.months if one.pk is not None]
    ServiceMonth.objects.bulk_create(new, batch_size=BATCH)
    ServiceMonth.objects.bulk_update(old, [*FIGURES, "source", "recorded_by", "recorded_at"], batch_size=500)
    steps.at(1, 1)
    planned.report.applied = True
    return planned.report


_intake = Intake(PERMISSION, SPECS, plan=lambda parsed, _filename, _on, steps: plan(parsed, steps), take=import_months)
template, dry_run, apply = _intake.template, _intake.dry_run, _intake.apply


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """Months up to a day of the authorities whose internals the viewer sees, in the very table that the import reads."""
    target = io.BytesIO()
    write([Sheet(SPEC, _lines(viewer, on))], fmt, target)
    return target.getvalue()


def _lines(viewer: Any, on: date) -> Iterator[dict[str, Any]]:
    allowed = internal_authority_ids(viewer)
    rows = ServiceMonth.objects.filter(month__lte=on).select_related("service", "site").order_by("service__code", "month", "site__code")
    if allowed is not None:
        rows = rows.filter(service__authority__in=allowed)
    for one in rows.iterator(chunk_size=2000):
        figures = {name: getattr(one, name) for name in FIGURES}
        yield {"service": one.service.code, "month": one.month, "site": one.site.code if one.site else None, **figures}


EXCHANGE = Exchange(name="deliveries", permission=PERMISSION, specs=SPECS, dry_run=dry_run, apply=apply, export=export, template=template)
"""What surfaces are offered."""
