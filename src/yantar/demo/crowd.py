"""More authorities than the cast has, for benchmarks of a large government: plausible, numbered, plainly made up."""

from __future__ import annotations

import random
from collections.abc import Iterator

from .cast import Cast

FIELDS = (
    ("охраны труда", "Labour Protection", "Надзор за условиями труда", "Supervision of working conditions"),
    ("лесного хозяйства", "Forestry", "Управление лесным фондом", "Managing forests"),
    ("занятости населения", "Employment", "Содействие занятости", "Promoting employment"),
    ("государственного жилищного надзора", "Housing Supervision", "Жилищный надзор", "Housing supervision"),
    ("водных ресурсов", "Water Resources", "Пользование водными объектами", "Use of water bodies"),
    ("охраны памятников", "Heritage Protection", "Охрана памятников истории и культуры", "Protection of monuments"),
    ("дорожного движения", "Road Traffic", "Организация дорожного движения", "Organising road traffic"),
    ("гражданской защиты", "Civil Protection", "Предупреждение чрезвычайных ситуаций", "Preventing emergencies"),
)
KINDS = (("agency", "Агентство", "Agency"), ("service", "Служба", "Service"), ("inspectorate", "Инспекция", "Inspectorate"))


def more_authorities(rng: random.Random, number: int) -> Iterator[Cast]:
    """`number` further authorities; nothing when it is zero or less."""
    for index in range(1, number + 1):
        kind, kind_ru, kind_en = rng.choice(KINDS)
        field_ru, field_en, scope_ru, scope_en = rng.choice(FIELDS)
        yield Cast(
            f"office-{index:05d}",
            kind,
            f"{kind_ru} {field_ru} № {index}",
            f"{field_en} {kind_en} No {index}",
            scope_ru,
            scope_en,
            rng.randrange(8, 900),
        )
