"""People who sign in and the roles they hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, action
from yantar.core.models import User, calendar_token
from yantar.core.problems import Problem, Refused

from .. import rules
from ..models import AUTHORITY_ONLY, WHOLE_GOVERNMENT_ONLY, Authority, Role, RoleHolding
from .checks import clean_text, day_text, field_problems, refuse_if, span_problems
from .locks import one_at_a_time

PERSONAL = ("email", "full_name", "post", "password")
"""What of a person never reaches the journal; the history of the row, which only administrators read, has it (but no password)."""


def _email_taken(user: User) -> list[Problem]:
    if User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        return [Problem(_("A person with this e-mail is already registered."), code="taken", field="email")]
    return []


def _password_problems(user: User, password: str) -> list[Problem]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [Problem(message, code="password", field="password") for message in error.messages]
    return []


@action("organisation.add_person", permission="organisation.change_person", private=PERSONAL)
def add_person(
    *,
    by: Actor,
    email: str,
    full_name: str,
    post: str = "",
    language: str = "ru",
    password: str | None = None,
    is_demo: bool = False,
) -> User:
    """Register a person. Without a password they sign in through single sign-on or ask for one by e-mail.

    A demonstration account only where the settings allow the demonstration, and only by Yantar itself; its
    password may be simple. Raises Refused for a bad or taken e-mail, a missing name, a weak password.
    """
    if is_demo and not (isinstance(by, System) and settings.DEMO_ALLOWED):
        raise PermissionDenied("organisation.add_person")
    user = User(email=email.strip(), full_name=clean_text(full_name), post=clean_text(post), language=language, is_demo=is_demo)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    problems = [*field_problems(user), *_email_taken(user)]
    if password is not None and not is_demo:
        problems += _password_problems(user, password)
    refuse_if(problems)
    user.save()
    return user


@action("organisation.change_person", permission="organisation.change_person", target="user", private=PERSONAL)
def change_person(
    *,
    by: Actor,
    user: User,
    email: str | None = None,
    full_name: str | None = None,
    post: str | None = None,
    language: str | None = None,
) -> User:
    """Change how a person is named and reached; None leaves a fact as it is. Raises Refused for a bad or taken e-mail, an empty name."""
    user.email = user.email if email is None else email.strip()
    user.full_name = user.full_name if full_name is None else clean_text(full_name)
    user.post = user.post if post is None else clean_text(post)
    user.language = user.language if language is None else language
    refuse_if([*field_problems(user), *_email_taken(user)])
    user.save(update_fields=["email", "full_name", "post", "language"])
    return user


def _last_administrator(without_holdings: set[int], without_user: int, day: date) -> list[Problem]:
    """Somebody must stay administrator without an end date, from the day on. Call it under `one_at_a_time("administrators")`."""
    others = RoleHolding.objects.filter(role=Role.ADMINISTRATOR, valid_to__isnull=True, valid_from__lte=day, user__is_active=True)
    if others.exclude(pk__in=without_holdings).exclude(user_id=without_user).exists():
        return []
    message = _("This is the last administrator. Make somebody else administrator first.")
    return [Problem(message, code="last_administrator")]


@action("organisation.deactivate_person", permission="organisation.change_person", target="user")
def deactivate_person(*, by: Actor, user: User) -> User:
    """A person may no longer sign in; what they did stays theirs. Raises Refused for the last administrator."""
    one_at_a_time("administrators")
    if user.is_active and user.roles.filter(role=Role.ADMINISTRATOR, valid_to__isnull=True).exists():
        refuse_if(_last_administrator(set(), user.pk, clock.today()))
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


@action("organisation.activate_person", permission="organisation.change_person", target="user")
def activate_person(*, by: Actor, user: User) -> User:
    """A person may sign in again. Raises Refused for a demonstration account where the demonstration is not allowed."""
    if user.is_demo and not settings.DEMO_ALLOWED:
        raise Refused(Problem(_("Demonstration accounts are not allowed here."), code="demo"))
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


@action("organisation.give_role", permission="organisation.give_role", target="user")
def give_role(
    *,
    by: Actor,
    user: User,
    role: str,
    valid_from: date,
    authority: Authority | None = None,
    valid_to: date | None = None,
) -> RoleHolding:
    """A person holds a role from a day on, for an authority or (None) for the whole government.

    Raises Refused for an unknown role, reversed dates, the same role held at the same time, a role of the whole
    government given for one authority or the other way round, a certifier without a last day.
    """
    problems: list[Problem] = span_problems(valid_from, valid_to)
    if role not in Role.values:
        problems.append(Problem(_("There is no such role."), code="unknown", field="role", value=role))
    if role in WHOLE_GOVERNMENT_ONLY and authority is not None:
        problems.append(Problem(_("This role is held for the whole government only."), code="whole_government", field="authority"))
    if role in AUTHORITY_ONLY and authority is None:
        problems.append(Problem(_("This role is held for one authority: choose it."), code="authority_needed", field="authority"))
    if role == Role.CERTIFIER and valid_to is None:
        message: Any = _("A certification body's auditor has access for a period: give its end.")
        problems.append(Problem(message, code="end_needed", field="valid_to"))
    if not user.is_active:
        problems.append(Problem(_("This person may not sign in."), code="inactive", field="user"))
    same = RoleHolding.objects.filter(user=user, role=role, authority=authority).exclude(valid_to__lte=valid_from)
    if valid_to is not None:
        same = same.filter(valid_from__lt=valid_to)
    for held in same:
        message = _("The person already holds this role from %(day)s.") % {"day": day_text(held.valid_from)}
        problems.append(Problem(message, code="overlap", field="valid_from"))
    refuse_if(problems)
    holding = RoleHolding.objects.create(user=user, role=role, authority=authority, valid_from=valid_from, valid_to=valid_to)
    rules.forget_roles(user)
    return holding


@action("organisation.take_role", permission="organisation.give_role", target="holding")
def take_role(*, by: Actor, holding: RoleHolding, on: date) -> RoleHolding | None:
    """A person no longer holds a role from a day on. A role that would begin on that day or later is cancelled (returns None).

    Raises Refused for a past day, if the role is over by then, and for the last administrator.
    """
    if on < clock.today():
        raise Refused(Problem(_("A role ends today at the earliest: what was done with it stays done."), code="past", field="on"))
    if holding.valid_to is not None and holding.valid_to <= on:
        message = _("The role already ends on %(day)s.") % {"day": day_text(holding.valid_to)}
        raise Refused(Problem(message, code="over", field="on"))
    if holding.role == Role.ADMINISTRATOR and holding.valid_to is None:
        one_at_a_time("administrators")
        refuse_if(_last_administrator({holding.pk}, 0, on))
    if on <= holding.valid_from:
        RoleHolding.objects.filter(pk=holding.pk).delete()
        return None
    holding.valid_to = on
    holding.save(update_fields=["valid_to"])
    return holding


@action("organisation.new_calendar_token", permission=None)
def new_calendar_token(*, by: Actor) -> User:
    """Give oneself a new address of the private calendar; the old one stops working at once."""
    if not isinstance(by, User):
        raise PermissionDenied("organisation.new_calendar_token")
    by.calendar_token = calendar_token()
    by.save(update_fields=["calendar_token"])
    return by


@action("organisation.change_own_settings", permission=None)
def change_own_settings(*, by: Actor, language: str, mail_digest: bool) -> User:
    """Choose for oneself the language of letters, and whether the daily digest comes. Raises Refused for an unknown language."""
    if not isinstance(by, User):
        raise PermissionDenied("organisation.change_own_settings")
    by.language, by.mail_digest = language, mail_digest
    refuse_if(field_problems(by, besides=("password",)))
    by.save(update_fields=["language", "mail_digest"])
    return by
