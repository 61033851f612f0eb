"""Made-up records of a year and a half, enough to fill every picture."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.qms.procurement.support import joined, ready, tender
from yantar.qms.procurement.models import Dataset

BUYERS = (
    ("Министерство здравоохранения", 90),
    ("Министерство строительства и жилищно-коммунального хозяйства", 70),
    ("Министерство финансов", 50),
    ("Агентство по туризму", 12),
    ("Конкурсное агентство", 45),
)
METHODS = ("Электронный аукцион", "Запрос котировок", "Открытый конкурс в электронной форме")


def year() -> Dataset:
    """Some 270 procedures of five buyers, with every kind of doubt."""
    rows: list[dict[str, list[dict[str, Any]]]] = []
    number = 0
    for place, (name, count) in enumerate(BUYERS):
        for step in range(count):
            number += 1
            seed = (number * 7919) % 1000
            amount = Decimal(40_000 + seed * seed * (9 if number % 11 == 0 else 3)) + Decimal("0.37")
            bidders = (1, 2, 2, 3, 4, 5, 1, 8, 2, 3)[seed % 10]
            share = Decimal(min(4 + bidders * 2 + seed % 13, 60 if number % 17 == 0 else 24) if bidders > 1 else seed % 3) / 100
            if number % 37 == 0:
                share = Decimal("-0.04")
            if number % 17 == 0:
                share = Decimal("0.31")
            awarded: Decimal | None = (amount * (1 - share)).quantize(Decimal("0.01"))
            more: dict[str, Any] = {
                "published_on": date(2025, 1, 9) + timedelta(days=(number * 3) % 520),
                "buyer_id": f"RU-INN-39000000{place:02}",
                "buyer_inn": f"39000000{place:02}",
                "buyer_name": name,
                "method_details": METHODS[seed % 3],
                "title": f"Поставка оборудования и расходных материалов, очередь {step + 1}",
                "law": "44-FZ",
            }
            if number % 23 == 0:
                awarded, more["status"] = None, "cancelled"
            if number % 41 == 0:
                more["framework"] = True
            key = f"ocds-yantar-{number:05}"
            rows.append(tender(key, amount, awarded, bidders=0 if awarded is None else bidders, **more))
    value = {"field": "awards[0].value.amount", "value": "12 000,00", "reason": "amount_as_text", "action": "repaired"}
    line = {"procedure_id": "", "field": "", "value": "{", "reason": "broken_line", "action": "rejected"}
    quarantine = [{"line": 12, "procedure_id": "ocds-yantar-00012", **value}, {"line": 44, **line}]
    return ready("Закупки Янтарного края, 2025–2026", quarantine=quarantine, **joined(*rows))
