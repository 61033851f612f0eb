"""The services of the demonstration as they are entered: passports through their versions, places, months of delivery."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from yantar.core import clock
from yantar.engine.dates import add_months
from yantar.qms.organisation import actions as organisation
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.services import actions
from yantar.qms.services.models import Process, Service

from .play import SIMULATION
from .promises import content, promises

MONTHS = 24
"""Whole months of delivery that are told."""
CITY = "gorod"
"""The one municipality of the demonstration; it has no certificate yet."""


def municipality(on: date) -> Authority:
    """The town that provides the municipal services, with its office."""
    town = organisation.create_authority(
        by=SIMULATION,
        code=CITY,
        kind="municipality",
        name_ru="Городской округ «Вымышленск»",
        name_en="Vymyshlensk Urban District",
        short_ru="Вымышленск",
        short_en="Vymyshlensk",
        valid_from=on,
        personnel=86,
        head_post_ru="Глава городского округа",
        head_post_en="Head of the district",
        legal_basis="Закон края о местном самоуправлении (вымышленный)",
    )
    organisation.create_site(
        by=SIMULATION,
        authority=town,
        code=f"{CITY}-main",
        name_ru="Администрация",
        name_en="Town hall",
        address_ru="Вымышленск, Ратушная площадь, 1",
        address_en="1 Town Hall Square, Vymyshlensk",
        valid_from=on,
        is_head_office=True,
        personnel=40,
    )
    return town


def offer(seed: int, authorities: Mapping[str, Authority], since: date) -> dict[str, Service]:
    """Enter every service of the authorities with its passport in force since a day; every sixth gets a shorter limit a year later."""
    found: dict[str, Service] = {}
    rng = random.Random(f"{seed}-offer")  # noqa: S311 - repeatable, not secret
    processes = {one.authority_id: one for one in Process.objects.filter(authority__isnull=False, kind="core", valid_to=None).order_by("-code")}
    sites: dict[int, list[Site]] = {}
    for site in Site.objects.filter(valid_to=None).order_by("-is_head_office", "code"):
        sites.setdefault(site.authority_id, []).append(site)
    for index, one in enumerate(promises()):
        authority = authorities.get(one.authority)
        if authority is None:
            continue
        with clock.at(since):
            service = actions.add_service(
                by=SIMULATION, authority=authority, code=one.code, level=one.level, process=processes.get(authority.pk), valid_from=since
            )
            shortened = index % 6 == 2 and one.days >= 10
            _enact(service, content(one, days=one.days + 5 if shortened else None), since)
            actions.set_places(by=SIMULATION, service=service, sites=sites.get(authority.pk, [])[: rng.randrange(1, 9)], valid_from=since)
        if shortened:
            later = add_months(since, 12)
            with clock.at(later):
                note = "Срок сокращён на пять дней по предложениям граждан."
                changed = {"limit_days": one.days, "steps": content(one)["steps"], "change_note": note}
                _enact(service, changed, later + timedelta(days=10), base=service.passports.first())
        found[one.code] = service
    with clock.at(clock.today()):
        actions.turn_passports(by=SIMULATION, on=clock.today())
    return found


def _enact(service: Service, said: Mapping[str, Any], on: date, base: Any = None) -> None:
    draft = actions.draw_passport(by=SIMULATION, service=service, content=said, base=base)
    actions.enact_passport(by=SIMULATION, passport=actions.agree_passport(by=SIMULATION, passport=draft), valid_from=on)


def table(rows: list[dict[str, Any]]) -> bytes:
    """Rows as a CSV that the importers take: UTF-8 with a mark, semicolons, headings from the first row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
