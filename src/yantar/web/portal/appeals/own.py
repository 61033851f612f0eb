"""What a visitor's session remembers: a receipt for some minutes, and which appeal the code opened. Sealed, and soon forgotten."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from yantar.core import clock
from yantar.core.secrecy import Unreadable, seal, unseal
from yantar.qms.feedback.models import Appeal

RECEIPT, FOLLOWED = "appeal_receipt", "appeal_followed"
RECEIPT_FOR = timedelta(minutes=15)
FOLLOWED_FOR = timedelta(minutes=30)
"""After so long without a look the code is asked again."""


def _sealed(data: dict[str, Any]) -> str:
    return base64.b64encode(seal("visitor", data)).decode()


def _open(session: SessionBase, name: str) -> dict[str, Any] | None:
    kept = session.get(name)
    if not isinstance(kept, str):
        return None
    try:
        data = unseal("visitor", base64.b64decode(kept))
        return data if datetime.fromisoformat(data["until"]) >= clock.now() else None
    except (Unreadable, ValueError, KeyError):
        return None


def ready(request: HttpRequest) -> None:
    """Give the visitor a session before the form is sent, so that a form sent twice at once finds the receipt of the first."""
    if request.session.session_key is None:
        request.session.save()


def keep_receipt(request: HttpRequest, appeal: Appeal, code: str, nonce: str) -> None:
    """Keep number and code for the page that shows them once. Written at once, within the transaction that makes the appeal."""
    until = clock.now() + RECEIPT_FOR
    request.session[RECEIPT] = _sealed({"number": appeal.number, "code": code, "nonce": nonce, "pk": appeal.pk, "until": until.isoformat()})
    request.session.save()


def receipt(request: HttpRequest, nonce: str = "") -> dict[str, Any] | None:
    """The receipt that is still to be shown; with `nonce` only that of this very form, looked up anew."""
    session = request.session
    if nonce and session.session_key:
        session = type(session)(session.session_key)
    found = _open(session, RECEIPT)
    return found if found is not None and nonce in ("", found.get("nonce")) else None


def remember(request: HttpRequest, appeal: Appeal) -> None:
    """The code was right: this visitor may read the appeal for a while. The session gets a new key."""
    request.session.cycle_key()
    request.session.pop(RECEIPT, None)
    _refresh(request, appeal.pk)


def _refresh(request: HttpRequest, pk: int) -> None:
    request.session[FOLLOWED] = _sealed({"pk": pk, "until": (clock.now() + FOLLOWED_FOR).isoformat()})


def followed(request: HttpRequest) -> int | None:
    """Key of the appeal that this visitor may read; every look lets it last a little longer."""
    found = _open(request.session, FOLLOWED)
    if found is None:
        return None
    pk = int(found["pk"])
    _refresh(request, pk)
    return pk


def forget(request: HttpRequest) -> None:
    """Leave: nothing of the appeal stays in this browser. Somebody who signed in stays signed in."""
    for name in (RECEIPT, FOLLOWED):
        request.session.pop(name, None)
    if not request.user.is_authenticated:
        request.session.flush()
