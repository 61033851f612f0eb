"""Made-up procurement records by seed: compiled OCDS releases as JSON Lines, about 5.5 kB each, every chunk of 1,000 from its own seed.

`python -m tests.bench.procurement 200000 FILE [--seed N]`. One release in a thousand has a defect of the kinds that real publishers make.
The same seed and number give the same bytes, however many processes write.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import sys
import time
from pathlib import Path

CHUNK = 1000
DEFECTS = 1000
"""One release in so many has a defect."""
STEP, CLOSE = 10, 400
"""Thousandths between one bidder and the next; one lot in so many has the first two closer than that."""
WORDS = (
    *("поставка", "оборудования", "медицинского", "школа", "ремонт", "капитальный", "услуги", "обслуживание", "систем", "закупка", "бумаги"),
    *("строительство", "дороги", "компьютеры", "уборка", "помещений", "охрана", "объектов", "питание", "детей", "транспорт", "топливо", "мебель"),
)
METHODS = (("open", "Электронный аукцион"),) * 13 + (
    ("open", "Открытый конкурс в электронной форме"),
    ("open", "Запрос котировок в электронной форме"),
    ("selective", "Закрытый аукцион"),
    ("direct", "Закупка у единственного поставщика"),
)
STATUSES = ("complete",) * 17 + ("cancelled", "unsuccessful", "active")
BIDDERS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 6)
LOTS = (1, 1, 1, 1, 1, 1, 2, 3)


class Pool:
    """Texts made once in a process and taken again and again; the releases differ in what is taken."""

    def __init__(self) -> None:
        taken = random.Random(0)

        def some(words: int) -> list[str]:
            return [" ".join(taken.choice(WORDS) for _ in range(words)) for _ in range(500)]

        self.short, self.middle, self.long = some(4), some(8), some(20)
        self.buyers = [
            (f'"RU-INN-39{number:08d}"', f'"Министерство {self.short[number]}"', f'"39{number:08d}"', self.middle[number]) for number in range(300)
        ]
        names = [taken.choice(self.short) for _ in range(5000)]
        self.firms = [(f'"RU-INN-77{one:08d}"', f'"ООО «{name}»"', f'"77{one:08d}"', taken.choice(self.middle)) for one, name in enumerate(names)]


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _value(cents: int) -> str:
    return f'{{"amount":{_amount(cents)},"currency":"RUB"}}'


def _moment(year: int, day: int, minutes: int) -> str:
    month, date = divmod(day, 28)
    return f'"{year}-{month + 1:02d}-{date + 1:02d}T{minutes // 60:02d}:{minutes % 60:02d}:00+03:00"'


def release(number: int, rng: random.Random, pool: Pool) -> str:
    """One compiled release without a defect, as a line of JSON."""
    pick, below = rng.choice, rng.randrange
    buyer, buyer_name, buyer_inn, street = pick(pool.buyers)
    method, details = pick(METHODS)
    status = pick(STATUSES)
    count = 1 if method == "direct" else pick(BIDDERS)
    year, day = pick((2023, 2024, 2025)), below(300)
    opens, closes, decided = _moment(year, day, 600), _moment(year, day + 2 + below(18), 540), _moment(year, day + 25, 720)
    parties = [
        f'{{"id":{buyer},"name":{buyer_name},"roles":["buyer","procuringEntity"],"identifier":{{"scheme":"RU-INN","id":{buyer_inn}}},'
        f'"address":{{"streetAddress":"{street}","locality":"Калининград","postalCode":"236000","countryName":"Россия"}}}}'
    ]
    lots, items, bids, awards, contracts = [], [], [], [], []
    total = 0
    finished = status == "complete"
    for lot in range(1, pick(LOTS) + 1):
        cents = int(10 ** (6 + 2.7 * rng.random())) + below(100)
        total += cents
        lots.append(f'{{"id":"{lot}","title":"{pick(pool.middle)}","status":"{status}","value":{_value(cents)}}}')
        items.append(
            f'{{"id":"{lot}","description":"{pick(pool.middle)}","quantity":{1 + below(99)},"unit":{{"name":"шт"}},'
            f'"classification":{{"scheme":"OKPD2","id":"26.20.{10 + below(20)}"}},"relatedLot":"{lot}"}}'
        )
        best = None
        # Bidders stand a step of the auction apart, so that a step far smaller than usual can be told; once in CLOSE lots it is.
        low, ranks = cents * (680 + below(268)) // 1000, list(range(count))
        rng.shuffle(ranks)
        near = not below(CLOSE)
        for bid, rank in enumerate(ranks):
            firm, firm_name, inn, address = pick(pool.firms)
            step = below(2) if near and rank < 2 else STEP * rank + below(4)
            offer = low * (1000 + step) // 1000 if below(50) else cents
            refused = bid and not below(12)
            bids.append(
                f'{{"id":"{lot}-{bid}","date":{_moment(year, day + below(3), 60 * (1 + below(20)) + below(60))},'
                f'"status":"{"disqualified" if refused else "valid"}","tenderers":[{{"id":{firm},"name":{firm_name}}}],'
                f'"value":{_value(offer)},"relatedLots":["{lot}"]}}'
            )
            parties.append(
                f'{{"id":{firm},"name":{firm_name},"roles":["tenderer"],"identifier":{{"scheme":"RU-INN","id":{inn}}},'
                f'"address":{{"streetAddress":"{address}","locality":"Москва","countryName":"Россия"}}}}'
            )
            if not refused and (best is None or offer < best[0]):
                best = (offer, firm, firm_name)
        if not finished or best is None:
            continue
        offer, firm, firm_name = best
        awards.append(
            f'{{"id":"a{lot}","status":"active","date":{decided},"value":{_value(offer)},"suppliers":[{{"id":{firm},"name":{firm_name}}}],'
            f'"relatedLots":["{lot}"]}}'
        )
        paid, amended = offer, ""
        if not below(10):
            paid = offer * (95 + below(16)) // 100
            amended = f'{{"id":"1","date":{decided},"rationale":"{pick(pool.middle)}"}}'
        state = "terminated" if not below(40) else "active"
        contracts.append(
            f'{{"id":"c{lot}","awardID":"a{lot}","status":"{state}","dateSigned":{decided},"value":{_value(paid)},"amendments":[{amended}]}}'
        )
    documents = ",".join(
        f'{{"id":"{one}","documentType":"biddingDocuments","title":"{pick(pool.short)}","url":"https://example.org/documents/{number}/{one}",'
        f'"format":"application/pdf","datePublished":{opens}}}'
        for one in range(2)
    )
    return (
        f'{{"ocid":"ocds-yantar-{number:09d}","id":"r{number}","date":{decided},"tag":["compiled"],"initiationType":"tender","language":"ru",'
        f'"parties":[{",".join(parties)}],"buyer":{{"id":{buyer},"name":{buyer_name}}},'
        f'"planning":{{"budget":{{"amount":{_value(total + below(10_000_000))},"project":"{pick(pool.middle)}"}},"rationale":"{pick(pool.long)}"}},'
        f'"tender":{{"id":"{below(10**18):019d}","title":"{pick(pool.middle)}","description":"{pick(pool.long)}","status":"{status}",'
        f'"procurementMethod":"{method}","procurementMethodDetails":"{details}","mainProcurementCategory":"goods","value":{_value(total)},'
        f'"procuringEntity":{{"id":{buyer},"name":{buyer_name}}},"tenderPeriod":{{"startDate":{opens},"endDate":{closes}}},'
        f'"numberOfTenderers":{count},"lots":[{",".join(lots)}],"items":[{",".join(items)}],"documents":[{documents}]}},'
        f'"bids":{{"details":[{",".join(bids)}]}},"awards":[{",".join(awards)}],"contracts":[{",".join(contracts)}]}}'
    )


def damaged(line: str, kind: int) -> str:
    """The line with one of the defects that real publishers make."""
    if kind == 0:  # an amount as a text in the Russian manner
        return line.replace('"value":{"amount":', '"value":{"amount":"1 2', 1).replace(',"currency"', '","currency"', 1)
    if kind == 1:  # an object where a list belongs
        return line.replace('"awards":[{', '"awards":{', 1).replace('}],"contracts"', '},"contracts"', 1)
    if kind == 2:  # a currency that does not exist
        return line.replace('"currency":"RUB"', '"currency":"MNX"', 1)
    if kind == 3:  # cut off in the middle
        return line[: len(line) // 2]
    if kind == 4:  # an award without a status
        return line.replace('"status":"active","date"', '"status":null,"date"', 1)
    if kind == 5:  # a day that does not exist
        return line.replace('"startDate":"202', '"startDate":"202 13-45 ', 1)
    if kind == 6:  # a baseline of zero
        return re.sub(r'"value":\{"amount":[\d.]+', '"value":{"amount":0', line, count=1)
    return line.replace('"numberOfTenderers":', '"numberOfTenderers":"x', 1).replace(',"lots":[', '","lots":[', 1)


KINDS = 8
_pool: Pool | None = None


def chunk(task: tuple[int, int, int]) -> bytes:
    """Lines of one chunk: its seed, its first number and how many."""
    global _pool
    _pool = _pool or Pool()
    seed, first, count = task
    rng = random.Random(f"{seed}/{first}")
    lines = []
    for number in range(first, first + count):
        line = release(number, rng, _pool)
        lines.append(damaged(line, rng.randrange(KINDS)) if not rng.randrange(DEFECTS) else line)
    return ("\n".join(lines) + "\n").encode()


def generate(releases: int, target: Path, *, seed: int = 1, processes: int | None = None) -> Path:
    """Writes the file, unless it is there already (it takes its place only when it is whole)."""
    if target.exists():
        return target
    tasks = [(seed, first, min(CHUNK, releases - first)) for first in range(0, releases, CHUNK)]
    part = target.with_name(f"{target.name}.part")
    with part.open("wb") as file, multiprocessing.get_context("spawn").Pool(processes or os.cpu_count() or 1) as workers:
        for lines in workers.imap(chunk, tasks):
            file.write(lines)
    part.replace(target)
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("releases", type=int)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    began = time.perf_counter()
    made = generate(wanted.releases, wanted.target, seed=wanted.seed)
    print(f"{made.stat().st_size / 1e6:.0f} MB in {time.perf_counter() - began:.1f} s", file=sys.stderr)
