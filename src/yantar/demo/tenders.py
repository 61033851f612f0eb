"""Made-up procurement records of the fictional territory, by seed: OCDS compiled releases, one a line, with the defects real ones have."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

PREFIX = "ocds-yantar"
YEARLY = 1500
"""Procedures a year of a government of FULL buyers; a smaller one has fewer."""
FULL = 25

SUBJECTS = (
    "Поставка бумаги для офисной техники",
    "Оказание услуг связи",
    "Текущий ремонт кровли здания",
    "Поставка компьютеров",
    "Содержание автомобильной дороги",
    "Поставка лекарственных препаратов",
    "Организация питания",
    "Поставка мебели",
    "Сопровождение информационной системы",
    "Уборка помещений",
    "Охрана зданий",
    "Капитальный ремонт школы",
    "Поставка медицинских изделий",
    "Благоустройство территории",
    "Перевозка пассажиров",
    "Проектирование водозабора",
)
METHODS = (
    ("open", "Электронный аукцион", 58),
    ("open", "Электронный конкурс", 14),
    ("open", "Электронный запрос котировок", 16),
    ("direct", "Закупка у единственного поставщика", 12),
)
STEPS = (0.0, 0.03, 0.07, 0.11, 0.14, 0.17, 0.19, 0.21)
"""Mean discount by the number of bidders: more of them, lower prices."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys: an id of the publisher and the name in the records."""

    id: str
    name: str


def records(seed: int, years: Sequence[int], customers: Sequence[Customer], data_on: date) -> bytes:
    """The file: releases of all years in order, one a line. Nothing in it is later than `data_on`."""
    rng = random.Random(f"{seed}-tenders")  # noqa: S311 - repeatable, not secret
    lines: list[bytes] = []
    for year in years:
        count = max(40, YEARLY * len(customers) // FULL) if len(customers) < FULL else YEARLY
        for number in range(1, count + 1):
            for release in _procedure(rng, f"{PREFIX}-{year}-{number:05d}", year, customers, data_on):
                lines.append(json.dumps(release, ensure_ascii=False, separators=(",", ":")).encode())
    # Three lines that were cut off by whoever made the file.
    for _broken in range(3):
        at = rng.randrange(len(lines))
        lines.insert(at, lines[at][: rng.randrange(40, 200)])
    return b"\n".join(lines) + b"\n"


def _at(day: date, hour: int = 9) -> str:
    return datetime.combine(day, time(hour)).isoformat() + "+02:00"


def _money(rng: random.Random, low: float = 10.2, high: float = 17.4) -> float:
    """From some 27,000 to 36 million roubles, small ones far more often."""
    return round(2.718281828 ** rng.triangular(low, high, low + 2.2), -2)


def _procedure(rng: random.Random, ocid: str, year: int, customers: Sequence[Customer], data_on: date) -> Iterator[dict[str, Any]]:
    method, details, _weight = rng.choices(METHODS, [weight for *_rest, weight in METHODS])[0]
    customer = customers[min(int(rng.expovariate(6 / len(customers))), len(customers) - 1)]
    published = date(year, 1, 9) + timedelta(days=rng.randrange(350))
    closes = published + timedelta(days=rng.choice((5, 7, 8, 10, 15, 20)))
    value = _money(rng) if method == "open" else round(_money(rng, 9.5, 13.2), -2)
    release: dict[str, Any] = {
        "ocid": ocid,
        "id": f"{ocid}-compiled",
        "date": _at(min(closes + timedelta(days=40), data_on)),
        "tag": ["compiled"],
        "language": "ru",
        "buyer": {"id": customer.id, "name": customer.name},
        "tender": {
            "id": f"0{year}{ocid[-5:]}0000000"[:19],
            "title": rng.choice(SUBJECTS),
            "status": "complete",
            "procurementMethod": method,
            "procurementMethodDetails": details,
            "value": {"amount": value, "currency": "RUB"},
            "tenderPeriod": {"startDate": _at(published), "endDate": _at(closes)},
        },
    }
    fate = rng.random()
    if fate < 0.05:
        release["tender"]["status"] = "cancelled"
    elif method == "open" and fate < 0.09:
        release["tender"]["status"] = "unsuccessful"
        release["tender"]["numberOfTenderers"] = 0
    else:
        _award(rng, release, value, closes, method)
    _spoil(rng, release)
    if rng.random() < 0.01:
        # An earlier state of the same procedure that its publisher left in the file.
        yield {**release, "date": _at(published), "id": f"{ocid}-earlier"}
    yield release


def _award(rng: random.Random, release: dict[str, Any], value: float, closes: date, method: str) -> None:
    many = rng.choices(range(1, 8), (28, 24, 19, 13, 8, 5, 3))[0] if method == "open" else 1
    suppliers = rng.sample(range(1, 181), many)
    if method == "direct":
        price = value
    else:
        # Small purchases save more.
        size = 1.35 if value < 600_000 else 1.0 if value < 10_000_000 else 0.7
        discount = min(max(rng.gauss(STEPS[many] * size, 0.05 + 0.02 * many), 0.0), 0.62) if many > 1 or rng.random() < 0.25 else 0.0
        price = round(value * (1 - discount), 2)
        prices = sorted(min(value, round(price * (1 + abs(rng.gauss(0, 0.06)) * place), 2)) for place in range(many))
        release["bids"] = {
            "details": [
                {
                    "id": f"bid-{place + 1}",
                    "date": _at(closes - timedelta(days=rng.randrange(0, 3)), 8 + place % 9),
                    "status": "valid" if place == 0 or rng.random() > 0.05 else "disqualified",
                    "tenderers": [_supplier(suppliers[place])],
                    "value": {"amount": prices[place], "currency": "RUB"},
                }
                for place in range(many)
            ]
        }
        release["tender"]["numberOfTenderers"] = many
        price = prices[0]
    signed = closes + timedelta(days=rng.randrange(10, 25))
    release["awards"] = [
        {
            "id": "1",
            "status": "active",
            "date": _at(closes + timedelta(days=3)),
            "value": {"amount": price, "currency": "RUB"},
            "suppliers": [_supplier(suppliers[0])],
        }
    ]
    contract: dict[str, Any] = {
        "id": f"{release['ocid'][-10:]}-1",
        "awardID": "1",
        "status": "active",
        "value": {"amount": price, "currency": "RUB"},
        "dateSigned": _at(signed),
        "period": {"startDate": _at(signed), "endDate": _at(signed + timedelta(days=rng.choice((30, 90, 180, 330))))},
    }
    fate = rng.random()
    if fate < 0.04:
        contract["value"]["amount"] = round(price * rng.uniform(1.02, 1.1), 2)
        contract["amendments"] = [{"id": "1", "date": _at(signed + timedelta(days=60)), "rationale": "Изменение объёма работ"}]
    elif fate < 0.055:
        contract["status"] = "terminated"
    release["contracts"] = [contract]


def _supplier(number: int) -> dict[str, str]:
    return {"id": f"AMBER-S-{number:04d}", "name": f"ООО «Пример-{number}»"}


def _spoil(rng: random.Random, release: dict[str, Any]) -> None:
    """The defects of real publishers, each in few records."""
    value, fate = release["tender"]["value"], rng.random()
    awards = release.get("awards")
    if fate < 0.02:
        value["amount"] = f"{value['amount']:,.2f}".replace(",", " ").replace(".", ",")
    elif fate < 0.025 and awards:
        release["awards"] = awards[0]
    elif fate < 0.035:
        value["currency"] = "RUR"
    elif fate < 0.042 and awards:
        awards[0]["value"]["amount"] = round(value["amount"] * rng.uniform(1.05, 1.4), 2)
    elif fate < 0.045:
        value["amount"] = 0
    elif fate < 0.055 and awards:
        del awards[0]["status"]
    elif fate < 0.058:
        value["currency"] = "MNX"
    elif fate < 0.063 and "bids" in release:
        del release["bids"]
        del release["tender"]["numberOfTenderers"]
