"""The queue of appeals as a table: numbers, days, states. Nothing personal: no names, texts, places, reasons, and nothing that was sealed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from yantar.core import clock
from yantar.core.tabular import Choice, Column, Sheet, TableSpec
from yantar.core.tabular.writing import write_csv, write_xlsx

from .models import Appeal, AppealKind, AppealOutcome, AppealState
from .queries.appeals.access import visible
from .queries.appeals.listing import EVERY, Wanted, narrowed

FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""Formats of the table and their content types."""
AT_ONCE = 2_000
_FIELDS = (
    "number",
    "kind",
    "state",
    "outcome",
    "received_on",
    "registered_on",
    "due_on",
    "extended_on",
    "answered_on",
    "on_time",
    "reopened",
    "authority__code",
    "service__code",
    "category__code",
)

_KINDS = {
    "appeal": ("обращение", "appeal"),
    "service_complaint": ("жалоба на услугу", "complaint about a service"),
    "information_request": ("запрос информации", "request for information"),
    "remark": ("замечание", "remark"),
}
_STATES = {
    "suspected": ("на модерации", "in moderation"),
    "rejected": ("отклонено модератором", "rejected by a moderator"),
    "received": ("поступило", "received"),
    "registered": ("зарегистрировано", "registered"),
    "answered": ("дан ответ", "answered"),
    "disputed": ("гражданин считает, что не решено", "not solved, says the citizen"),
    "closed": ("закрыто", "closed"),
    "declined": ("оставлено без ответа", "left without an answer"),
    "withdrawn": ("отозвано", "withdrawn"),
}
_OUTCOMES = {
    "upheld": ("удовлетворено", "upheld"),
    "partly": ("удовлетворено частично", "upheld in part"),
    "refused": ("отказано", "refused"),
    "explained": ("разъяснено", "explained"),
}
_YES_NO = {"yes": ("да", "yes"), "no": ("нет", "no")}


def _choice(key: str, ru: str, en: str, values: Iterable[str], words: dict[str, tuple[str, str]], width: int = 20) -> Column:
    return Column(key, ru, en, "choice", choices=tuple(Choice(value, *words[value], ()) for value in values), width=width)


REGISTER = TableSpec(
    "appeal_register",
    "Реестр обращений",
    "Register of appeals",
    (
        Column("number", "Номер", "Number", width=14),
        _choice("kind", "Вид", "Kind", AppealKind.values, _KINDS, 22),
        _choice("state", "Состояние", "State", AppealState.values, _STATES, 24),
        Column("authority", "Код органа власти", "Authority code", width=18),
        Column("service", "Код услуги", "Service code", width=22),
        Column("category", "Код темы", "Subject code", width=16),
        Column("received_on", "Поступило", "Received", "date", width=13),
        Column("registered_on", "Зарегистрировано", "Registered", "date", width=13),
        Column("due_on", "Срок", "Due", "date", width=13),
        Column("extended_on", "Продлено", "Extended", "date", width=13),
        Column("answered_on", "Дан ответ", "Answered", "date", width=13),
        _choice("on_time", "В срок", "On time", _YES_NO, _YES_NO, 10),
        _choice("outcome", "Результат", "Outcome", AppealOutcome.values, _OUTCOMES),
        _choice("reopened", "Возобновлялось", "Taken up again", _YES_NO, _YES_NO, 14),
    ),
)


def table(viewer: Any, wanted: Wanted, fmt: str) -> bytes:
    """The queue as the viewer sees it and has narrowed it, in its order: "csv" or "xlsx". Raises KeyError for another format."""
    write = {"csv": lambda sheet, into: write_csv(sheet, into), "xlsx": lambda sheet, into: write_xlsx([sheet], into)}[fmt]
    rows = narrowed(visible(viewer), viewer, wanted)
    target = io.BytesIO()
    write(sheet_of(rows.order_by("due_on", "id") if wanted.by_due else rows.order_by("-id")), target)
    return target.getvalue()


def sheet_of(rows: QuerySet[Appeal]) -> Sheet:
    """Appeals as a sheet of the register, read in batches. One query."""
    return Sheet(REGISTER, _cells(rows))


def everything(viewer: Any) -> Sheet:
    """All appeals that the viewer sees, the oldest first."""
    return sheet_of(narrowed(visible(viewer), viewer, Wanted(state=EVERY)).order_by("id"))


def _cells(rows: QuerySet[Appeal]) -> Iterator[dict[str, Any]]:
    for row in rows.values(*_FIELDS).iterator(chunk_size=AT_ONCE):
        for name in ("authority", "service", "category"):
            row[name] = row.pop(f"{name}__code")
        for name in ("on_time", "reopened"):
            row[name] = None if row[name] is None else "yes" if row[name] else "no"
        row["outcome"] = row["outcome"] or None
        yield row


def file_name(fmt: str) -> str:
    """What the file is called on a day."""
    return f"appeals-{clock.today():%Y-%m-%d}.{fmt}"
