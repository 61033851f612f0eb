"""Datasets by hand, kept as a load keeps them, for tests of what comes after."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.engine.savings import given
from tests.factories import AuthorityFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.procurement import actions
from yantar.qms.procurement.deriving import derive
from yantar.qms.procurement.folders import records_of
from yantar.qms.procurement.forms import Derived
from yantar.qms.procurement.models import BuyerMatch, Dataset

BY = System("test")
INN = "3900000001"
_MADE: dict[str, tuple[Derived, Path]] = {}


def analyst() -> User:
    return with_role(Role.ANALYST)


def ready(title: str = "Закупки 2025 года", *, currency: str = "", law: str = "44-FZ", **rows: Sequence[dict[str, Any]]) -> Dataset:
    """A dataset of these rows that is loaded: `ready(procedures=[…], bids=[…], awards=[…])`, as tests/engine/savings/given.py writes them."""
    dataset = Dataset.objects.create(title=title, origin="by hand", loaded_at=clock.now(), currency=currency, law=law)
    # Deriving takes seconds; the same rows give the same files.
    same = repr((currency, law, sorted(rows.items())))
    if same in _MADE:
        computed, folder = _MADE[same]
        shutil.copytree(folder, records_of(dataset))
    else:
        made = given.dataset(records_of(dataset), **rows)
        computed = derive(dataset, made.manifest, wanted=lambda: True)
        _MADE[same] = (computed, shutil.copytree(records_of(dataset), Path(settings.DATA) / "made" / str(dataset.key)))
    actions.keep_dataset(by=BY, dataset=dataset, computed=computed)
    dataset.refresh_from_db()
    return dataset


def tender(key: str, amount: Any, awarded: Any, bidders: int = 2, **more: Any) -> dict[str, list[dict[str, Any]]]:
    """Rows of one plain procedure: tender, an active award (none where `awarded` is None), its contract, valid bids."""
    found: dict[str, list[dict[str, Any]]] = {"procedures": [{"procedure_id": key, "amount": amount, "title": f"Закупка {key}", **more}]}
    if awarded is not None:
        found["awards"] = [{"procedure_id": key, "award_id": "1", "amount": awarded, "supplier_id": "s1", "awarded_on": date(2025, 3, 20)}]
        found["contracts"] = [{"procedure_id": key, "contract_id": "1", "award_id": "1", "amount": awarded, "signed_on": date(2025, 4, 1)}]
    found["bids"] = [{"procedure_id": key, "bid_id": str(n), "bidder_id": f"b{n}", "amount": awarded} for n in range(bidders)]
    return found


def joined(*tenders: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Several of them as the rows of one dataset."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in tenders:
        for name, rows in one.items():
            found.setdefault(name, []).extend(rows)
    return found


def small() -> Dataset:
    """Four procedures: E1 saves 100 of 1,000; one bid saves 50 of 500; one above its baseline; one cancelled."""
    return ready(
        **joined(
            tender("a", 1000, 900),
            tender("b", 500, 450, bidders=1, published_on=date(2025, 6, 1)),
            tender("c", 100, 130),
            tender("d", 200, None, bidders=0, status="cancelled"),
        )
    )


def authority_of(inn: str = INN, code: str = "minfin", **more: Any) -> Authority:
    return AuthorityFactory(code=code, inn=inn, **more)


def confirmed(dataset: Dataset, authority: Authority, buyer_id: str = f"RU-INN-{INN}") -> BuyerMatch:
    return actions.match_buyer(by=BY, buyer_id=buyer_id, authority=authority)
