"""Figures: computed from the records raw and with the decisions, kept with all that repeats them, published once and never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.jobs import start_job
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.qms.findings.recording import person, refuse, required
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.queries import people_with_role

from ..folders import OUTCOME, derived, records_of, work_of
from ..models import Choice, Dataset, DatasetState, Figure, FigureState, Settlement
from ..reading import outcome_of
from ..telling import page_of_figure, tell

METHOD = "yantar-2026-1"
MEMORY = "512MB"
FILES = "procurement.write_files"
LARGE = 50_000
"""Procedures above which a published figure's files are made by a job: whoever asks first would wait for minutes."""
Period = tuple[date | None, date | None]


def _summary(given: dict[str, Any], result: Figure) -> dict[str, Any]:
    return {"dataset": result.dataset_id, "number": result.number, "saved": result.defended["E1"]["saved"], "decisions": len(result.settlements)}


@action("procurement.make_figure", permission="procurement.publish", target="dataset", summary=_summary)
def make_figure(
    *,
    by: Actor,
    dataset: Dataset,
    title_ru: str,
    title_en: str = "",
    period_from: date | None = None,
    period_to: date | None = None,
    population: int | None = None,
    method: str = METHOD,
) -> Figure:
    """Compute a figure of a dataset, raw and with the decisions that hold now, and keep it as a draft with a number.

    The period (both ends included) is of the day of publication; population for the amount per inhabitant. Raises Refused.
    """
    from yantar.engine.savings.method import UnknownMethod, load_method

    problems = required(title_ru, "title_ru", _("Enter a title."))
    if dataset.state != DatasetState.READY:
        problems.append(Problem(_("The dataset is not loaded."), "state"))
    if period_from is not None and period_to is not None and period_to < period_from:
        problems.append(Problem(_("The period ends before it begins."), "period", "period_to", value=period_to.isoformat()))
    if population is not None and population < 1:
        problems.append(Problem(_("Enter how many inhabitants there are."), "range", "population", value=str(population)))
    try:
        load_method(method)
    except UnknownMethod:
        problems.append(Problem(_("There is no such method."), "method", "method", value=method))
    refuse(problems)
    counted = decisions_of(dataset, (period_from, period_to))
    raw, held = answers(dataset, method, (period_from, period_to), population, counted)
    figure = Figure(
        number=_next_number(clock.today().year),
        dataset=dataset,
        title_ru=title_ru.strip(),
        title_en=title_en.strip(),
        period_from=period_from,
        period_to=period_to,
        method=method,
        population=population,
        raw=raw,
        defended=held,
        settlements=[{"procedure": one.procedure_id, "choice": one.choice, "reason": one.reason} for one in counted],
        made_by=person(by),
        made_at=clock.now(),
    )
    figure.save()
    current().target = figure
    return figure


@action("procurement.publish_figure", permission="procurement.publish", target="figure")
def publish_figure(*, by: Actor, figure: Figure, with_records: bool = False) -> Figure:
    """Publish a draft; `with_records`: the files it was computed from, too, so that whoever wants can repeat it.

    Refused unless it reconciles with its input to 0.00 and the dataset is still, byte for byte, what was loaded.
    """
    from ..verifying import dataset_problems

    problems = []
    if figure.state != FigureState.DRAFT:
        problems.append(Problem(_("Only a draft can be published."), "state"))
    for one in (figure.raw, figure.defended):
        check = one["reconciliation"]
        if check["difference_procedures"] or Decimal(check["difference_value"]):
            problems.append(
                Problem(_("It doesn't reconcile with its input; the difference is %(value)s.") % {"value": check["difference_value"]}, "sums")
            )
    refuse([*problems, *dataset_problems(figure.dataset)])
    figure.state, figure.published_by, figure.published_at, figure.with_records = FigureState.PUBLISHED, person(by), clock.now(), with_records
    figure.save(update_fields=["state", "published_by", "published_at", "with_records"])
    current().decided["sha256"] = figure.dataset.sha256
    if figure.dataset.procedures > LARGE:
        start_job(by=by, kind=FILES, params={"figure": figure.pk})
    tell(_leads(), "procurement.published", by, page_of_figure(figure.number), number=figure.number)
    return figure


@action("procurement.withdraw_figure", permission="procurement.publish", target="figure")
def withdraw_figure(*, by: Actor, figure: Figure, reason: str) -> Figure:
    """Take back a published figure: it stays to be seen, with the reason."""
    problems = required(reason, "reason", _("Say why it is withdrawn."))
    if figure.state != FigureState.PUBLISHED:
        problems.append(Problem(_("Only a published figure can be withdrawn."), "state"))
    refuse(problems)
    figure.state, figure.withdrawn_at, figure.withdrawn_why = FigureState.WITHDRAWN, clock.now(), reason.strip()
    figure.save(update_fields=["state", "withdrawn_at", "withdrawn_why"])
    tell([*_leads(), figure.made_by], "procurement.withdrawn", by, page_of_figure(figure.number), number=figure.number, reason=reason.strip())
    return figure


def decisions_of(dataset: Dataset, period: Period = (None, None)) -> list[Settlement]:
    """The decisions that hold and count (include and exclude) on procedures of a period, in the order of the procedures."""
    held = Settlement.objects.filter(dataset=dataset, ended_at__isnull=True, choice__in=[Choice.INCLUDE, Choice.EXCLUDE])
    listed = list(held.order_by("procedure_id"))
    start, end = period
    if start is None and end is None:
        return listed
    days = {key: row["published_on"] for key, row in outcome_of(dataset, [one.procedure_id for one in listed]).items()}

    def inside(day: date | None) -> bool:
        return day is not None and (start is None or start <= day) and (end is None or day <= end)

    return [one for one in listed if inside(days.get(one.procedure_id))]


def answers(
    dataset: Dataset, method: str, period: Period, population: int | None, settled: Sequence[Settlement]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The engine's answers, raw and with decisions, as plain JSON; the same twice where nothing was decided.

    Raises Refused for a decision that can't be carried out any more.
    """
    from yantar.engine.savings.dataset import open_dataset
    from yantar.engine.savings.engines import duck
    from yantar.engine.savings.figures import DecisionsRefused, savings
    from yantar.engine.savings.method import load_method
    from yantar.engine.savings.outcome import Decision

    data, chosen = open_dataset(records_of(dataset)), load_method(method)
    decisions = [Decision(one.procedure_id, "include" if one.choice == Choice.INCLUDE else "exclude", one.reason) for one in settled]
    con = duck(memory=MEMORY, spill=str(work_of(dataset)))
    try:
        # What the job computed by the same method is not computed again.
        stored = con.read_parquet(str(derived(dataset, OUTCOME))) if dataset.glance["method"] == method else None
        told = {"period": period, "currency": dataset.glance["currency"], "population": population, "engine": con}
        raw: dict[str, Any] = savings(data, chosen, stored=stored, **told).model_dump(mode="json")
        if not decisions:
            return raw, raw
        return raw, savings(data, chosen, decisions=decisions, **told).model_dump(mode="json")
    except DecisionsRefused as refused:
        message = _("The decision on procedure %(id)s can't be carried out (%(why)s). Withdraw it.")
        raise Refused([Problem(message % {"id": one, "why": why}, "decision") for one, why in refused.problems]) from None
    finally:
        con.disconnect()


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"procurement.figure.{year}"])
    prefix = f"S-{year}-"
    taken = Figure.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    return f"{prefix}{max((int(one.removeprefix(prefix)) for one in taken), default=0) + 1:03d}"


def _leads() -> list[User]:
    return list(people_with_role(Role.HEAD_OF_QUALITY, None, clock.today()))
