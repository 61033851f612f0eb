"""Proof of work instead of pictures: the browser computes for about a second what makes floods dear, and nobody is asked anything.

Our own server sets and checks the task (the altcha library); nothing is asked of others. A task is signed with a key of this
government, is for one purpose, runs out, and an answer opens one door once.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
from django.conf import settings
from django.db import connection

from yantar.core import clock
from yantar.core.secrecy import blind

ALGORITHM = "PBKDF2/SHA-256"
PREFIX = "00"
"""What the derived key begins with: one of 256 tries does."""
VALID = timedelta(minutes=30)
LONGEST = 4000
"""Characters of an answer; ours have some 600."""


class Unproven(Exception):
    """No proof: `code` says why (missing, malformed, forged, expired, wrong)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Proof:
    """A right answer, not yet spent. `print` is of the task, not of the answer: another answer to the same task is the same proof."""

    print: str
    expires_at: datetime


def _key() -> str:
    return blind("captcha", "signature of tasks")


def challenge(purpose: str) -> dict[str, Any]:
    """A new task as the widget takes it. `purpose`: "rating", "appeal" and the like; the answer opens nothing else."""
    made = altcha.create_challenge(
        ALGORITHM,
        settings.CAPTCHA_COST,
        key_prefix=PREFIX,
        expires_at=clock.now() + VALID,
        data={"purpose": purpose},
        hmac_secret=_key(),
    )
    return dict(made.to_dict())


def _parsed(payload: str) -> Any:
    if not payload:
        raise Unproven("missing")
    if len(payload) > LONGEST:
        raise Unproven("malformed")
    try:
        found = json.loads(b64decode(payload, validate=True))
        if not isinstance(found["challenge"]["parameters"], dict):
            raise Unproven("malformed")
        return altcha.Payload.from_dict(found)
    except (NotBase64, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unproven("malformed") from error


def verify(purpose: str, payload: str) -> Proof:
    """Check an answer (what the widget puts into the form). Raises Unproven. It is still to be spent, in the transaction that it opens."""
    answer = _parsed(payload)
    parameters = answer.challenge.parameters
    expires = parameters.expires_at
    if not isinstance(expires, int) or isinstance(expires, bool):
        raise Unproven("malformed")
    # By the clock of the house: the library asks the machine's.
    if expires < clock.now().timestamp():
        raise Unproven("expired")
    # The signature holds what was asked; only then is the answer worth computing.
    result = altcha.verify_solution(answer, _key())
    if not result.verified:
        raise Unproven("expired" if result.expired else "forged" if result.invalid_signature else "wrong")
    if (parameters.data or {}).get("purpose") != purpose or parameters.algorithm != ALGORITHM:
        raise Unproven("forged")
    return Proof(hashlib.sha256(f"captcha {parameters.nonce}".encode()).hexdigest(), datetime.fromtimestamp(expires, tz=UTC))


def form_proof(nonce: str, expires_at: datetime) -> Proof:
    """A form that may be sent once, by its nonce: spent like an answer."""
    return Proof(hashlib.sha256(f"form {nonce}".encode()).hexdigest(), expires_at)


def spend(proofs: Sequence[Proof]) -> set[str]:
    """Spend proofs, in one statement; returns the prints of those that were not spent before. Belongs into the transaction that they open.

    Of two who spend the same proof at once the second waits for the first: what the first rolls back is not spent.
    """
    rows = sorted({proof.print: proof.expires_at for proof in proofs}.items())
    if not rows:
        return set()
    values = ", ".join(["(%s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO feedback_spentchallenge (print, expires_at) VALUES {values} ON CONFLICT (print) DO NOTHING RETURNING print",  # noqa: S608
            [value for row in rows for value in row],
        )
        return {row[0] for row in cursor.fetchall()}
