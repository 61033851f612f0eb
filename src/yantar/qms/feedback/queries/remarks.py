"""Remarks as everybody may see them: only what staff published, in the staff's words. Nobody's secret, so there is no viewer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from yantar.core import clock

from ..models import Appeal, AppealKind, AppealState, RemarkCategory

HIDDEN = (AppealState.SUSPECTED, AppealState.REJECTED)
CLOSED = (AppealState.ANSWERED, AppealState.CLOSED, AppealState.DECLINED, AppealState.WITHDRAWN)
"""What programs hear as closed; the rest is open."""
_PUBLIC = (
    "number",
    "state",
    "state_since",
    "authority_id",
    "category",
    "received_at",
    "due_on",
    "answered_on",
    "outcome",
    "latitude",
    "longitude",
    "place",
    "public_text",
    "published_at",
    "kind",
)


def remarks() -> QuerySet[Appeal]:
    """Remarks that a moderator did not stop, the newest first; of each only what could be public is read."""
    found = Appeal.objects.filter(kind=AppealKind.REMARK, part_of__isnull=True).exclude(state__in=HIDDEN)
    return found.select_related("category").only(*_PUBLIC, *_CATEGORY).order_by("-received_at", "-pk")


_CATEGORY = tuple(f"category__{name}" for name in ("code", "name_ru", "name_en"))


def published(category: str = "", state: str = "") -> QuerySet[Appeal]:
    """Published remarks, the newest first; of one subject (its code), `state` "open" or "closed"."""
    found = remarks().filter(published_at__isnull=False)
    if category:
        found = found.filter(category__code=category) if is_code(category) else found.none()
    return of_state(found, {state} if state else ())


def of_state(found: QuerySet[Appeal], states: Iterable[str]) -> QuerySet[Appeal]:
    """Those that are "open", "closed", or either where both or none are asked for."""
    wanted = set(states) & {"open", "closed"}
    if wanted == {"open"}:
        return found.exclude(state__in=CLOSED)
    return found.filter(state__in=CLOSED) if wanted == {"closed"} else found


def received_between(found: QuerySet[Appeal], start: datetime, end: datetime) -> QuerySet[Appeal]:
    """Those received in a span, both ends included."""
    return found.filter(received_at__gte=start, received_at__lte=end)


def days_taken(remark: Appeal) -> int:
    """Days from the receipt to the answer, or to today while there is none."""
    until: date = remark.answered_on or (clock.day_of(remark.state_since) if remark.state in CLOSED else clock.today())
    return max(0, (until - clock.day_of(remark.received_at)).days)


def categories(on: date | None = None) -> Sequence[RemarkCategory]:
    """Subjects of remarks of a day, by group and name in the reader's language."""
    rows = RemarkCategory.objects.on(on or clock.today())
    return sorted(rows, key=lambda one: (one.group.casefold(), one.name.casefold(), one.code))


def is_code(text: str) -> bool:
    """Whether a text could be the code of a subject."""
    return re.fullmatch(r"[-\w]{1,40}", text, re.ASCII) is not None


def category_named(code: str) -> RemarkCategory | None:
    """The subject of a code, if it is in use today."""
    if not is_code(code):
        return None
    found: RemarkCategory | None = RemarkCategory.objects.on(clock.today()).filter(code=code).first()
    return found


def all_categories() -> QuerySet[RemarkCategory]:
    """All subjects, ended ones too, by code: for those who change them."""
    found: QuerySet[RemarkCategory] = RemarkCategory.objects.select_related("authority").order_by("code")
    return found
