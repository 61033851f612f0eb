"""Fills an empty data folder with a register of full size, through the actions. Run by `bench_server` in a process of its own."""

from __future__ import annotations

import os
import sys
from datetime import date


def fill(certificates: int) -> None:
    """1,000 authorities and so many certificates with fifteen years of decisions."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from tests.bench.bench_import import ON, certificates_file
    from yantar.core import clock
    from yantar.core.actions import System
    from yantar.qms.certification import actions as certification
    from yantar.qms.certification import exchange
    from yantar.qms.organisation import actions as organisation
    from yantar.qms.organisation.models.validity import BEGINNING
    from yantar.qms.standards.actions import load_library

    by = System("bench")
    call_command("migrate", interactive=False, verbosity=0)
    load_library(by=by)
    organisation.open_government(by=by, name_ru="Правительство образца", name_en="Government of the Sample")
    for code in ("register", "other"):
        certification.add_body(by=by, code=code, name_ru=f"Регистр {code}", name_en=f"Register {code}")
    for number in range(1000):
        organisation.create_authority(
            by=by,
            code=f"authority-{number}",
            kind=("ministry", "agency", "service", "inspectorate")[number % 4],
            name_ru=f"Министерство образцовых дел № {number}",
            name_en=f"Ministry of Exemplary Affairs No {number}",
            valid_from=BEGINNING,
            personnel=20 + number % 500,
        )
    # The fifteen years of the generator reach to 2027: they are taken in when they are over.
    with clock.at(date(2028, 1, 10)):
        exchange.apply(by=by, file=certificates_file(certificates), filename="bench.xlsx", on=ON)


if __name__ == "__main__":
    fill(int(sys.argv[1]))
