"""Keys by which programs of others write: given once, revoked for good."""

from __future__ import annotations

import hashlib
import secrets
import string
from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem, Refused

from ..models import AccessKey, Authority, KeyPurpose
from .checks import clean_text, field_problems, refuse_if

PREFIX = "yk_"
"""By it a secret is known for a key of Yantar, e.g. by programs that look for secrets in code."""
LETTERS = string.ascii_letters + string.digits
LENGTH = 40
"""Random letters and digits after the prefix: some 238 bits."""
SHOWN = 8
LONGEST = 5 * 366
"""Days that a key may be valid, at most."""


def print_of(secret: str) -> str:
    """The print under which a secret is kept: SHA-256. The secret is random and long, so nobody can try it out from its print."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


@action("organisation.give_key", permission="organisation.give_key")
def give_key(*, by: Actor, name: str, purpose: str, last_day: date, authority: Authority | None = None) -> tuple[AccessKey, str]:
    """Make a key for a program: `name` says whose it is, `authority` whose data it writes (None: all). Answers the key and its secret.

    The secret is answered this one time; only its print is kept. Raises Refused for an empty name, no such purpose, a day in the past or
    too far ahead.
    """
    secret = PREFIX + "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
    key = AccessKey(
        name=clean_text(name),
        purpose=purpose,
        authority=authority,
        start=secret[:SHOWN],
        print=print_of(secret),
        given_by=by if isinstance(by, User) else None,
        given_at=clock.now(),
        last_day=last_day,
    )
    problems = field_problems(key, besides=("revoked_at",))
    if last_day < clock.today():
        problems.append(Problem(_("The last day is in the past."), code="past", field="last_day"))
    elif (last_day - clock.today()).days > LONGEST:
        problems.append(Problem(_("A key is valid for five years at most: then another one is given."), code="too_long", field="last_day"))
    if purpose == KeyPurpose.OPEN311 and authority is not None:
        # The subject of a remark says whose it is, so such a key is for the whole government.
        problems.append(Problem(_("Remarks go to the authority of their subject: leave the authority empty."), code="whole", field="authority"))
    refuse_if(problems)
    key.save()
    current().target = key
    return key, secret


@action("organisation.revoke_key", permission="organisation.give_key", target="key")
def revoke_key(*, by: Actor, key: AccessKey) -> AccessKey:
    """From now on the key opens nothing. Raises Refused when it is revoked already."""
    if key.revoked_at is not None:
        raise Refused(Problem(_("This key is revoked already."), code="revoked"))
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    return key
