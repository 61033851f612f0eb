"""Limits of the law: changed from a day on, confirmed by the lawyer. What the library ships is never edited, rows stand over it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, action, current
from yantar.core.problems import Problem, Refused
from yantar.library.deadlines import MOST_DAYS
from yantar.qms.organisation.actions.checks import clean_text, field_problems, refuse_if
from yantar.qms.organisation.actions.locks import one_at_a_time

from ..limits import EXTENSION, SUSPENSION, KnownLimit, all_limits
from ..models import LegalLimit

_WORDS = ("days", "unit", "last_day")


def known_limit(kind: str, key: str, variant: str, day: date) -> KnownLimit:
    """The limit as it holds on a day. One query. Raises Refused when no kind has such a limit."""
    found = next(
        (limit for one in all_limits(day) for limit in one.limits if (limit.kind, limit.key, limit.variant) == (kind, key, variant)),
        None,
    )
    if found is None:
        raise Refused(Problem(_("The law sets no such limit."), code="unknown_limit", field="key", value=f"{kind} {key} {variant}".strip()))
    return found


@action("services.change_limit", permission="services.change_limits")
def change_limit(
    *,
    by: Actor,
    kind: str,
    key: str,
    variant: str = "",
    days: int | None = None,
    unit: str = "",
    last_day: str = "",
    valid_from: date | None = None,
    source: str,
    confirmed: bool = False,
) -> LegalLimit:
    """Say what a limit of the law is from a day (today) on; what came in until then keeps its own.

    key: a term, "extension" or "suspension" (limits.all_limits lists them); variant: the case. days: 1 to 3,650, None as before; nothing
    where the passport sets them or for a suspension. unit: "working" or "calendar"; last_day: "none", "before" or "after"; "" as before.
    source: the act and article. The same day again corrects what was said. Raises Refused with everything wrong.
    """
    one_at_a_time("limits")
    day = valid_from or clock.today()
    before = known_limit(kind, key, variant, day)
    problems = []
    if before.days == 0 and days:
        problems.append(Problem(_("Here the passport of the service sets the days."), code="by_passport", field="days", value=str(days)))
    elif days is not None and before.days and not 1 <= days <= MOST_DAYS:
        message: Any = _("A limit is 1 to %(most)s days.")
        problems.append(Problem(message % {"most": MOST_DAYS}, code="out_of_range", field="days", value=str(days)))
    if not clean_text(source):
        problems.append(Problem(_("Name the act and its article."), code="source_missing", field="source"))
    row = LegalLimit.objects.filter(kind=kind, key=key, variant=variant, valid_from=day).first()
    row = row or LegalLimit(kind=kind, key=key, variant=variant, valid_from=day)
    row.days = before.days if days is None or not 0 <= days <= 32_767 else days
    # A suspension has no days of its own, an extension follows the answer: what their columns say is not read.
    row.unit = before.unit or "working" if key in (EXTENSION, SUSPENSION) else unit or before.unit
    row.last_day = "none" if key in (EXTENSION, SUSPENSION) else last_day or before.last_day
    row.source, row.confirmed = clean_text(source), confirmed
    _record(row, by)
    # Nothing typed as the source is said by its own problem.
    refuse_if([*problems, *field_problems(row, besides=("source",) if not row.source else ())])
    values = (row.days, row.unit, row.last_day) if key not in (EXTENSION, SUSPENSION) else (row.days, before.unit, before.last_day)
    same = values == (before.days, before.unit, before.last_day) and row.source in (before.source_en, before.source_ru)
    if same and confirmed == (not before.to_confirm):
        raise Refused(Problem(_("Nothing would change."), code="nothing_changed"))
    current().decided["was"] = {**{name: getattr(before, name) for name in _WORDS}, "source": before.source_ru}
    row.save()
    return row


@action("services.confirm_limit", permission="services.change_limits")
def confirm_limit(*, by: Actor, kind: str, key: str, variant: str = "", source: str = "") -> LegalLimit:
    """Record that the lawyer has confirmed a limit as it holds today, with its rule of the last day.

    source: the act and article as the lawyer names them, "" to leave what is said. Raises Refused when there is nothing to confirm.
    """
    one_at_a_time("limits")
    before = known_limit(kind, key, variant, clock.today())
    if not before.to_confirm:
        raise Refused(Problem(_("This limit is confirmed already."), code="nothing_changed"))
    row = before.row or LegalLimit(
        kind=kind,
        key=key,
        variant=variant,
        days=before.days,
        unit=before.unit or "working",
        last_day=before.last_day or "none",
        valid_from=clock.today(),
    )
    row.source, row.confirmed = clean_text(source) or (before.row.source if before.row else before.source_ru), True
    _record(row, by)
    refuse_if(field_problems(row))
    row.save()
    return row


def _record(row: LegalLimit, by: Actor) -> None:
    row.checked_on, row.recorded_at = clock.today(), clock.now()
    row.recorded_by = None if isinstance(by, System) else by
