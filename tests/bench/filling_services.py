"""Fills an empty data folder with services: a passport each, a year of months, ratings. Run by `bench_services` in a process of its own."""

from __future__ import annotations

import os
import random
import sys
from datetime import date

AUTHORITIES = 60
SINCE = date(2024, 1, 1)
WHAT = (
    *("Выдача справки", "Выдача паспорта", "Назначение пособия", "Предоставление участка"),
    *("Регистрация права", "Выдача лицензии", "Постановка на учёт"),
)
WHOSE = ("многодетной семье", "ветерану труда", "предпринимателю", "владельцу дома", "школьнику", "охотнику", "собственнику земли", "инвалиду")
ABOUT = (
    *("о составе семьи", "на строительство", "о доходах", "на вырубку деревьев"),
    *("об образовании", "на перевозку", "о месте жительства", "на ярмарку"),
)
WHY = "Нужна тем, кто подтверждает право, получает помощь или начинает дело; решение принимает орган власти по месту обращения"


def fill(services: int) -> None:
    """So many services of 60 authorities, with names made of ordinary words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from yantar.core import clock
    from yantar.core.actions import System
    from yantar.qms.feedback.counting import OVERALL
    from yantar.qms.feedback.models import RatingCount
    from yantar.qms.organisation import actions as organisation
    from yantar.qms.organisation.models import Authority
    from yantar.qms.organisation.models.validity import BEGINNING
    from yantar.qms.services.models import Service, ServiceMonth, ServicePassport
    from yantar.qms.standards.actions import load_library

    by, rng, now = System("bench"), random.Random(7), clock.now()  # noqa: S311
    call_command("migrate", interactive=False, verbosity=0)
    load_library(by=by)
    organisation.open_government(by=by, name_ru="Правительство образца", name_en="Government of the Sample")
    for number in range(AUTHORITIES):
        names = {"name_ru": f"Министерство образцовых дел № {number}", "name_en": f"Ministry of Exemplary Affairs No {number}"}
        organisation.create_authority(by=by, code=f"authority-{number}", kind="ministry", valid_from=BEGINNING, **names)
    owners = list(Authority.objects.order_by("pk"))
    made = Service.objects.bulk_create(
        Service(code=f"service-{number}", authority=owners[number % AUTHORITIES], valid_from=SINCE) for number in range(services)
    )
    ServicePassport.objects.bulk_create(
        ServicePassport(
            service=one,
            authority=one.authority,
            version=1,
            state="in_force",
            valid_from=SINCE,
            name_ru=f"{rng.choice(WHAT)} {rng.choice(WHOSE)} {rng.choice(ABOUT)} № {number}",
            purpose_ru=f"{WHY} {rng.choice(ABOUT)}",
            legal_basis_ru="Закон",
            applicants_ru=f"Подаёт {rng.choice(WHOSE)}",
            result_ru="Решение",
            complaint_ru="В орган власти",
            limit_days=rng.choice((5, 10, 30)),
            fee=rng.choice((0, 0, 350)),
            channels=rng.sample(["person", "centre", "portal", "post"], 2),
            drawn_at=now,
        )
        for number, one in enumerate(made)
    )
    months = [date(2025 + (place + 10) // 12, (place + 10) % 12 + 1, 1) for place in range(12)]
    ServiceMonth.objects.bulk_create(
        [
            ServiceMonth(service=one, month=month, received=50, granted=50, on_time=47, late=3, source="imported", recorded_at=now)
            for one in made
            for month in months
        ],
        batch_size=5000,
    )
    RatingCount.objects.bulk_create(
        [RatingCount(service=one, authority=one.authority, month=months[-2], criterion=OVERALL, value=5, count=9) for one in made], batch_size=5000
    )


if __name__ == "__main__":
    fill(int(sys.argv[1]))
