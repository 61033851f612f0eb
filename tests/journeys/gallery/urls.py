"""Pages that show every component once: only the tests can open them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf.urls.i18n import i18n_patterns
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from yantar.core.problems import Problem
from yantar.web.ui import errors, navigation
from yantar.web.ui.charts.line_of_dates import Milestone
from yantar.web.ui.icons import ICONS

HERE = Path(__file__).parent
TODAY = date(2026, 11, 23)


def said(ru: str, en: str) -> str:
    """Made-up content in the language of the page."""
    return en if get_language() == "en" else ru


def rows() -> list[dict[str, Any]]:
    """Four made-up certificates."""
    tag = engines["django"].from_string
    kinds = [("active", "2028-03-14"), ("active", "2027-11-02"), ("suspended", "2026-12-19"), ("withdrawn", "2026-08-01")]
    names = [
        said("Министерство здравоохранения", "Ministry of Health"),
        said("Министерство образования", "Ministry of Education"),
        said("Агентство главного распорядителя средств бюджета", "Competition Agency"),
        said("Агентство по туризму", "Tourism Agency"),
    ]
    return [
        {
            "authority": name,
            "number": mark_safe(f'<a href="#c{n}">YA-00{12 + n}</a>'),
            "until": mark_safe(tag("{% day d %}").render({"d": date.fromisoformat(until)})),
            "status": mark_safe(tag("{% status s %}").render({"s": status})),
        }
        for n, (name, (status, until)) in enumerate(zip(names, kinds, strict=True))
    ]


def context(request: HttpRequest) -> dict[str, Any]:
    line = [
        Milestone("decision", "done", date(2024, 3, 15), said("Решение о выдаче", "Granted")),
        Milestone("surveillance", "done", date(2025, 2, 20), said("1-й контроль пройден", "1st surveillance passed")),
        Milestone("surveillance", "done", date(2026, 3, 3), said("2-й контроль пройден", "2nd surveillance passed")),
        Milestone(
            "audit", "due", date(2026, 12, 14), said("Ресертификационный аудит", "Recertification audit"), said("до 14.12.2026", "by 14 Dec 2026")
        ),
        Milestone("expiry", "future", date(2027, 3, 14), said("Срок действия", "Expires")),
    ]
    wrong = said("Контрольная цифра ИНН не сходится.", "The check digit of the INN is wrong.")
    states = ("done", "late", "missed", "due", "future")
    event = said("Событие с длинным названием", "A rather long event")
    crowded = [Milestone("x", states[n % 5], date(2026, 9, 1) + timedelta(days=12 * n), f"{event} {n}") for n in range(8)]
    return {
        "line": line,
        "icons": list(ICONS),
        "crowded": crowded,
        "today": TODAY,
        "on": date(2025, 6, 1),
        "begins": date(2024, 3, 15),
        "ends": date(2027, 3, 14),
        "soon": TODAY + timedelta(days=26),
        "late": TODAY - timedelta(days=3),
        "far": TODAY + timedelta(days=400),
        "counts": {"active": 23, "suspended": 1, "expired": 1},
        "problems": [
            Problem(
                wrong,
                sheet="Authorities",
                row=14,
                column="INN",
                value="3906012345",
            ),
            Problem(said("Такого органа власти нет.", "There is no such authority."), row=15),
        ],
        "rows": rows(),
        "listing": Paginator(range(100), 10).page(3),
        "definitions": [
            (said("Стандарт", "Standard"), "ISO 9001:2015"),
            (said("Область", "Scope"), said("Организация закупок для нужд края", "Organisation of procurement for the territory")),
            (said("Пусто", "Empty"), ""),
        ],
        "running": SimpleNamespace(pk="a", state="running", get_state_display="…", done=4200, total=21000, finished_at=None, cancel_wanted=False),
        "finished": SimpleNamespace(pk="b", state="done", get_state_display="OK", done=21000, total=21000, finished_at=TODAY, cancel_wanted=False),
        "person": SimpleNamespace(__str__=lambda: "x", post=""),
    }


def gallery(request: HttpRequest, name: str) -> HttpResponse:
    messages.success(request, said("Решение внесено.", "The decision is recorded."))
    messages.error(request, said("Файл не принят.", "The file was refused."))
    template = engines["django"].from_string((HERE / f"{name}.html").read_text(encoding="utf-8"))
    return HttpResponse(template.render(context(request), request))


def broken(request: HttpRequest, code: int) -> HttpResponse:
    answers = {400: errors.bad_request, 403: errors.forbidden, 404: errors.not_found, 429: errors.too_many, 500: errors.server_error}
    return answers[code](request)


def _places(items: Sequence[navigation.Item]) -> tuple[list[Any], str]:
    """Addresses for the menus to lead to: the gallery stands without the pages of the house."""
    space = items[0].url.partition(":")[0]
    return [path(item.url.partition(":")[2] + "/", gallery, {"name": space}, name=item.url.partition(":")[2]) for item in items], space


EXTRA = [navigation.Item("", f"workspace:{name}", "dot") for name in ("notifications", "profile")]
urlpatterns = i18n_patterns(
    path("gallery/<slug:name>/", gallery),
    path("broken/<int:code>/", broken),
    path("accounts/", include("allauth.urls")),
    path("p/", include(_places([*navigation.PORTAL, navigation.Item("", "portal:sight", "dot")]))),
    path("w/", include(_places([*navigation.WORKSPACE, *EXTRA]))),
    prefix_default_language=False,
)
