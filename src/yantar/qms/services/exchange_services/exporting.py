"""Services of a day as a file, in the very tables that the import reads, or as one JSON document."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from yantar.core.canonical import plain
from yantar.core.tabular import Sheet, write
from yantar.core.tabular.tables import in_russian

from ..models import Service, ServicePassport, ServiceSite
from ..passport_states import PUBLIC
from ..promise import FIELDS, ROWS, content_of
from ..queries.services import seen_services
from .json_form import FORMAT
from .specs import CHANNELS, LISTS, PLACES, SERVICES


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """Services with a passport in force on a day, of the authorities that the viewer sees from within. Importing it changes nothing.

    fmt: "xlsx", "csv" (a ZIP) or "json". Raises KeyError for another.
    """
    rows = list(_rows(viewer, on))
    if fmt == "json":
        document = {"format": FORMAT, "on": on.isoformat(), "services": rows}
        return json.dumps(plain(document), ensure_ascii=False, indent=1).encode() + b"\n"
    target = io.BytesIO()
    sheets = [Sheet(SERVICES, (_flat(row) for row in rows))]
    sheets += [Sheet(spec, _lines(rows, spec.key)) for spec in LISTS]
    sheets.append(Sheet(PLACES, ({"service": row["code"], "site": site} for row in rows for site in row["places"])))
    write(sheets, fmt, target)
    return target.getvalue()


def _lines(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{"service": row["code"], **line} for row in rows for line in row[name]]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    words = {choice.key: choice.ru if in_russian() else choice.en for choice in CHANNELS}
    return {
        **{name: row[name] for name in row if name not in ROWS and name != "places"},
        "channels": "; ".join(words[key] for key in row["channels"]),
    }


def _rows(viewer: Any, on: date) -> Iterator[dict[str, Any]]:
    services: dict[int, Service] = {one.pk: one for one in seen_services(viewer).select_related("authority", "process")}
    sites: dict[int, list[str]] = defaultdict(list)
    for service_id, code in ServiceSite.objects.on(on).order_by("site__code").values_list("service_id", "site__code"):
        sites[service_id].append(code)
    holds = Q(state__in=PUBLIC, valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    found = ServicePassport.objects.filter(holds, service__in=services).defer("search").prefetch_related(*ROWS)
    for passport in found.order_by("service__code"):
        service = services[passport.service_id]
        content = content_of(passport)
        yield {
            "code": service.code,
            "authority": service.authority.code,
            "level": service.level,
            "process": service.process.code if service.process else None,
            **{name: content[name] for name in FIELDS if name in content},
            "valid_from": passport.valid_from,
            **{name: content[name] for name in ROWS},
            "places": sites.get(service.pk, []),
        }
