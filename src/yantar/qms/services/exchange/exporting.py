"""Maps of processes as a file, in the very tables that the import reads."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from yantar.core.tabular import Sheet, write
from yantar.qms.organisation.queries import internal_authority_ids
from yantar.qms.standards.models import Clause

from ..models import Process, ProcessFacts
from .planning import FIGURES, PLAIN
from .specs import FACTS, PROCESSES


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """Processes of a day of the authorities whose maps the viewer sees, with all facts known by it. Importing it changes nothing.

    The template is not in it: it comes with Yantar. Raises KeyError for an unknown format.
    """
    target = io.BytesIO()
    allowed = internal_authority_ids(viewer)
    rows = Process.objects.on(on).filter(authority__isnull=False)
    if allowed is not None:
        rows = rows.filter(authority_id__in=allowed)
    write([Sheet(PROCESSES, _processes(rows)), Sheet(FACTS, _facts(rows, on))], fmt, target)
    return target.getvalue()


def _processes(rows: QuerySet[Process]) -> Iterator[dict[str, Any]]:
    clauses = Prefetch("clauses", Clause.objects.select_related("edition").order_by("edition__order", "order"))
    found = rows.select_related("authority", "owner_unit", "template").prefetch_related(clauses)
    for one in found.order_by("authority__code", "kind", "order", "code"):
        assert one.authority is not None
        yield {
            **{name: getattr(one, name) for name in PLAIN},
            "authority": one.authority.code,
            "code": one.code,
            "owner_unit": one.owner_unit.code if one.owner_unit else None,
            "clauses": _numbers(one),
            "template": one.template.code if one.template else None,
            "valid_from": one.valid_from,
        }


def _numbers(process: Process) -> str:
    by_edition: dict[str, list[str]] = defaultdict(list)
    for clause in process.clauses.all():
        by_edition[clause.edition.designation].append(clause.number)
    return "; ".join(f"{edition}: {', '.join(numbers)}" for edition, numbers in by_edition.items())


def _facts(rows: QuerySet[Process], on: date) -> Iterator[dict[str, Any]]:
    found = ProcessFacts.objects.filter(process__in=rows.values("pk"), known_on__lte=on).select_related("process__authority")
    for one in found.order_by("process__authority__code", "process__code", "known_on"):
        assert one.process.authority is not None
        figures = {name: getattr(one, name) for name in FIGURES}
        yield {"authority": one.process.authority.code, "process": one.process.code, "known_on": one.known_on, **figures}
