"""Fills an empty data folder with one dataset of procurement of full size, for the bench only: DuckDB writes the flat tables, no file is read.

Run by `bench_dataset` in a process of its own: `python -m tests.bench.filling_procurement 3000000`.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

READER = "analyst@example.org"
BUYERS = 4000

COLUMNS = {
    "procedures": {
        "procedure_id": "printf('ocds-bench-%09d', i)",
        "line": "i + 1",
        "publisher": "'ocds-bench'",
        "tender_id": "printf('%019d', i * 7919)",
        "title": "['Поставка бумаги', 'Ремонт школы', 'Уборка помещений', 'Топливо', 'Питание детей'][1 + i % 5] || ' № ' || i",
        "buyer_id": f"printf('RU-INN-39%08d', i % {BUYERS})",
        "buyer_name": f"'Министерство образцовых дел № ' || (i % {BUYERS})",
        "buyer_inn": f"printf('39%08d', i % {BUYERS})",
        "method": "CASE WHEN i % 17 = 0 THEN 'direct' ELSE 'open' END",
        "method_details": "['Электронный аукцион', 'Открытый конкурс', 'Запрос котировок'][1 + i % 3]",
        "law": "'44-FZ'",
        "status": "CASE WHEN i % 19 = 0 THEN 'cancelled' WHEN i % 23 = 0 THEN 'unsuccessful' ELSE 'complete' END",
        "amount": "10000 + (i * 7919) % 5000000",
        "currency": "'RUB'",
        "published_on": "DATE '2021-01-01' + CAST(i % 1800 AS INTEGER)",
        "opens": "1609459200 + (i % 1800) * 86400",
        "closes": "1609459200 + (i % 1800 + 5 + i % 20) * 86400",
        "declared_bidders": "1 + i % 5",
        "data_on": "DATE '2026-11-23'",
    },
    "bids": {
        "procedure_id": "printf('ocds-bench-%09d', i // 2)",
        "bid_id": "'b' || (i % 2)",
        "status": "'valid'",
        "amount": "(10000 + ((i // 2) * 7919) % 5000000) * (80 + i % 19) / 100",
        "currency": "'RUB'",
        "bidder_id": "printf('RU-INN-77%08d', (i * 31) % 90000)",
        "members": "1",
    },
    "awards": {
        "procedure_id": "printf('ocds-bench-%09d', i)",
        "award_id": "'a'",
        "status": "'active'",
        "amount": "(10000 + (i * 7919) % 5000000) * (78 + i % 23) / 100",
        "currency": "'RUB'",
        "supplier_id": "printf('RU-INN-77%08d', (i * 62) % 90000)",
        "supplier_name": "'ООО Пример ' || (i % 90000)",
        "members": "1",
    },
    "contracts": {
        "procedure_id": "printf('ocds-bench-%09d', i)",
        "contract_id": "'c'",
        "award_id": "'a'",
        "status": "CASE WHEN i % 41 = 0 THEN 'terminated' ELSE 'active' END",
        "amount": "(10000 + (i * 7919) % 5000000) * (78 + i % 25) / 100",
        "currency": "'RUB'",
        "signed_on": "DATE '2021-02-01' + CAST(i % 1800 AS INTEGER)",
    },
}
"""Columns that say something, as expressions of the row's number `i`; the others are as the ingest leaves what is not stated."""
TIMES = {"bids": 2}


def tables(folder: Path, procedures: int) -> None:
    """The flat tables and their manifest in a folder that is not there yet."""
    import duckdb

    from yantar.engine.savings.dataset import MANIFEST, Counts, InputFile, Manifest, TableFile
    from yantar.engine.savings.tables import TABLES, Kind

    empty = {Kind.TEXT: "''", Kind.MONEY: "NULL", Kind.COUNT: "0", Kind.FLAG: "false", Kind.DAY: "NULL"}
    types = {Kind.TEXT: "VARCHAR", Kind.MONEY: "DECIMAL(18,2)", Kind.COUNT: "BIGINT", Kind.FLAG: "BOOLEAN", Kind.DAY: "DATE"}
    con = duckdb.connect(config={"memory_limit": "1GB", "preserve_insertion_order": "false"})
    files = []
    for name, table in TABLES.items():
        part = folder / name / "part-00001.parquet"
        part.parent.mkdir(parents=True)
        stated = COLUMNS.get(name, {})
        columns = ", ".join(f'CAST({stated.get(one.name, empty[one.kind])} AS {types[one.kind]}) AS "{one.name}"' for one in table.columns)
        rows = procedures * TIMES.get(name, 1) if stated else 0
        con.execute(f"COPY (SELECT {columns} FROM range({rows}) AS rows(i)) TO '{part}' (FORMAT parquet, COMPRESSION zstd)")
        with part.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        files.append(TableFile(name=f"{name}/{part.name}", rows=rows, bytes=part.stat().st_size, sha256=digest))
    con.close()
    manifest = Manifest(
        program="bench",
        input=(InputFile(name="bench", bytes=0, sha256=hashlib.sha256(b"").hexdigest(), form="ocds-lines", records=procedures),),
        tables=tuple(files),
        counts=Counts(records=procedures, procedures=procedures),
        data_on="2026-11-23",
    )
    (folder / MANIFEST).write_bytes(manifest.canonical())


def fill(procedures: int) -> dict[str, str | int]:
    """The dataset, and the session of somebody who may see it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from tests.bench.filling_findings import session_of
    from yantar.core import clock
    from yantar.core.actions import System
    from yantar.core.models import User
    from yantar.engine.savings.dataset import open_dataset
    from yantar.qms.organisation import actions as organisation
    from yantar.qms.organisation.models import Role, RoleHolding
    from yantar.qms.organisation.models.validity import BEGINNING
    from yantar.qms.procurement.actions.loading import ITSELF, keep_dataset
    from yantar.qms.procurement.deriving import derive
    from yantar.qms.procurement.folders import records_of
    from yantar.qms.procurement.models import Dataset

    call_command("migrate", interactive=False, verbosity=0)
    organisation.open_government(by=System("bench"), name_ru="Правительство образца", name_en="Government of the Sample")
    reader = User.objects.create(email=READER, full_name="Образцов Пример")
    RoleHolding.objects.create(user=reader, role=Role.ANALYST, valid_from=BEGINNING)
    dataset = Dataset.objects.create(title="Bench", origin="Bench", loaded_at=clock.now(), loaded_by=reader)
    tables(records_of(dataset), procedures)
    manifest = open_dataset(records_of(dataset)).manifest
    keep_dataset(by=ITSELF, dataset=dataset, computed=derive(dataset, manifest, wanted=lambda: True))
    return {"dataset": dataset.pk, "cookie": session_of(reader)}


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]))))
