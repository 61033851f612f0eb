"""Who can sign in to a demonstration: shown on the sign-in page of a demonstration and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.web.ui.context import House


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration account as the sign-in page lists it."""

    role: str
    email: str
    password: str


def accounts(house: House) -> list[Account]:
    """Those of the demonstration's accounts that exist; none for a real government or where the settings forbid the demonstration."""
    if not (settings.DEMO_ALLOWED and house.is_demo):
        return []
    from yantar.demo.build import PASSWORD, SIGN_INS

    known = set(User.objects.filter(is_demo=True, is_active=True, email__in=[one.email for one in SIGN_INS]).values_list("email", flat=True))
    return [Account(str(Role(one.role).label), one.email, PASSWORD) for one in SIGN_INS if one.email in known]
