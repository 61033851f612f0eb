"""What the services of the demonstration promise, and how well the promise was kept: pure plans made from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from yantar.engine.dates import add_months

UNITS = {"w": "working", "c": "calendar"}
GROUNDS = (
    ("intake", "Заявление не подписано или не читается", "The application is not signed or can't be read"),
    ("intake", "Заявление подано не тем лицом", "The applicant is not entitled to apply"),
    ("suspension", "Сведения от другого ведомства ещё не получены", "Facts asked from another authority have not come yet"),
    ("refusal", "Условия предоставления услуги не выполнены", "The conditions of the service are not met"),
)
COMPLAINT = (
    "Жалоба подаётся руководителю органа, через портал, центр обслуживания или по почте; решение принимается за 15 рабочих дней, "
    "а если отказали в приёме документов – за 5.",
    "Complain to the head of the authority through the portal, a service centre or by post; it is decided within 15 working days, "
    "or within 5 where the intake of documents was refused.",
)
ACTS = (
    "Федеральный закон от 27.07.2010 № 210-ФЗ\nАдминистративный регламент услуги (вымысел)",
    "Federal Law 210-FZ of 27.07.2010\nAdministrative regulation of the service (fictional)",
)


@dataclass(frozen=True, slots=True)
class Promise:
    """One service of the cast: whose, at which level, and the content of its passport without rows."""

    code: str
    authority: str
    level: str
    group: str
    days: int
    unit: str
    fee: Decimal
    name_ru: str
    name_en: str
    result_ru: str
    result_en: str
    words: str


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load(files("yantar.demo").joinpath("services.yaml").read_text("utf-8")))


def promises() -> tuple[Promise, ...]:
    """All services of the cast, those of the state first."""
    rows = [("state", *one) for one in _data()["services"].items()] + [("municipal", *one) for one in _data()["municipal"].items()]
    return tuple(_promise(level, authority, row) for level, authority, listed in rows for row in listed)


def _promise(level: str, authority: str, row: list[Any]) -> Promise:
    code, limit, fee, group, name_ru, name_en, result_ru, result_en, words = row
    return Promise(code, authority, level, group, int(limit[:-1]), UNITS[limit[-1]], Decimal(fee), name_ru, name_en, result_ru, result_en, words)


def content(promise: Promise, *, days: int | None = None) -> dict[str, Any]:
    """The fields of a passport and its rows, by the names of the models; `days` in place of the limit, for an earlier version."""
    group = _data()["applicants"][promise.group]
    limit = days or promise.days
    steps = [
        ("Приём и регистрация заявления", "Intake and registration", 1),
        ("Запросы в другие ведомства и рассмотрение", "Requests to other authorities and examination", max(1, limit - 2)),
        ("Решение и выдача результата", "Decision and handing over", 1),
    ]
    return {
        "name_ru": promise.name_ru,
        "name_en": promise.name_en,
        "purpose_ru": f"Ищут и такими словами: {promise.words}.",
        "purpose_en": "",
        "legal_basis_ru": ACTS[0],
        "legal_basis_en": ACTS[1],
        "applicants_ru": group["ru"],
        "applicants_en": group["en"],
        "result_ru": promise.result_ru,
        "result_en": promise.result_en,
        "limit_days": limit,
        "limit_unit": promise.unit,
        "registration_days": 1,
        "waiting_minutes": 15,
        "fee": promise.fee,
        "fee_note_ru": "Государственная пошлина, размер условный." if promise.fee else "",
        "fee_note_en": "State duty, a made-up amount." if promise.fee else "",
        "channels": ["person", "centre", "portal"] if promise.group in {"citizens", "families", "older", "pupils"} else ["person", "portal", "post"],
        "complaint_ru": COMPLAINT[0],
        "complaint_en": COMPLAINT[1],
        "documents": [
            {"source": source, "name_ru": ru, "name_en": en, "holder_ru": holder_ru, "holder_en": holder_en, "required": True}
            for source, ru, en, holder_ru, holder_en in _data()["documents"][promise.group]
        ],
        "grounds": [{"kind": kind, "name_ru": ru, "name_en": en} for kind, ru, en in GROUNDS],
        "steps": [{"name_ru": ru, "name_en": en, "limit_days": min(n, limit), "limit_unit": promise.unit} for ru, en, n in steps],
        "indicators": [
            {"name_ru": "Доля услуг, оказанных в срок", "name_en": "Share of services in time", "target": "≥ 98 %"},
            {"name_ru": "Довольны качеством", "name_en": "Satisfied with the quality", "target": "≥ 90 %"},
        ],
        "variants": [],
    }


def standing(seed: int, code: str) -> float:
    """How well a service is run, 0 (badly) to 1: one number behind its delays, its ratings and its appeals, so that they agree."""
    rng = random.Random(f"{seed}-standing-{code}")  # noqa: S311 - repeatable, not secret
    return min(1.0, max(0.05, rng.betavariate(5, 1.6)))


def delivered(seed: int, promise: Promise, first: date, months: int) -> Iterator[dict[str, Any]]:
    """Monthly counts of a service as `record_month` takes them, from `first` (first day of a month) on; better with the years, worse in summer."""
    rng = random.Random(f"{seed}-delivered-{promise.code}")  # noqa: S311 - repeatable, not secret
    usual = int(10 ** rng.uniform(0.9, 2.9)) if promise.group in {"citizens", "families", "older"} else int(10 ** rng.uniform(0.6, 2.0))
    good = standing(seed, promise.code)
    for index in range(months):
        month = add_months(first, index)
        received = max(0, round(usual * rng.uniform(0.75, 1.25) * (0.8 if month.month in (1, 7) else 1.0)))
        ended = max(0, round(received * rng.uniform(0.9, 1.05)))
        withdrawn = round(ended * rng.uniform(0, 0.03))
        refused = round((ended - withdrawn) * rng.uniform(0.02, 0.12))
        granted = ended - withdrawn - refused
        season = 1.5 if month.month in (7, 8, 12) else 1.0
        share_late = max(0.0, (1 - good) * (0.22 * rng.uniform(0.4, 1.6) * season - 0.1 * index / max(1, months)))
        late = min(granted + refused, round((granted + refused) * share_late))
        median = Decimal(max(1, round(promise.days * (1.05 - 0.45 * good) * rng.uniform(0.8, 1.0))))
        yield {
            "month": month,
            "received": received,
            "granted": granted,
            "refused": refused,
            "withdrawn": withdrawn,
            "on_time": granted + refused - late,
            "late": late,
            "median_days": median if granted + refused else None,
            "p90_days": max(median, Decimal(promise.days + (round((1 - good) * 10) if share_late > 0.1 else 0))) if granted + refused else None,
            "waiting_minutes": Decimal(str(round(4 + 16 * (1 - good) * rng.uniform(0.6, 1.3), 1))) if received else None,
        }
