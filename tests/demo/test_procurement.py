"""The procurement of the demonstration: made-up records that say the same for the same seed, with the defects of real ones."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

from yantar.demo.tenders import Customer, records

CUSTOMERS = [Customer(f"c{number}", f"Министерство {number}") for number in range(25)]
ON = date(2026, 2, 1)


def test_the_same_seed_makes_the_same_records() -> None:
    made = records(1, (2024, 2025), CUSTOMERS, ON)
    assert made == records(1, (2024, 2025), CUSTOMERS, ON)
    assert made != records(2, (2024, 2025), CUSTOMERS, ON)


def test_they_have_two_years_of_procedures_and_defects() -> None:
    lines = records(1, (2024, 2025), CUSTOMERS, ON).splitlines()
    releases = []
    broken = 0
    for line in lines:
        try:
            releases.append(json.loads(line))
        except ValueError:
            broken += 1
    assert broken == 3
    years = Counter(one["ocid"].split("-")[2] for one in releases if one["id"].endswith("compiled"))
    assert years == {"2024": 1500, "2025": 1500}
    assert any(isinstance(one["tender"]["value"]["amount"], str) for one in releases)
    assert any(isinstance(one.get("awards"), dict) for one in releases)
    assert {one["tender"]["value"]["currency"] for one in releases} == {"RUB", "RUR", "MNX"}
    assert {one["tender"]["status"] for one in releases} == {"complete", "cancelled", "unsuccessful"}
    assert max(one["date"] for one in releases) < "2026-02-02"


def test_a_small_government_buys_less() -> None:
    few = records(1, (2025,), CUSTOMERS[:5], ON).splitlines()
    assert 290 <= len(few) <= 320
