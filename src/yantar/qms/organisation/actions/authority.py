"""Authorities: create one, correct what is wrong about it, record what changes without a reorganisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem, Refused

from ..models import Authority, AuthorityVersion, Reorganisation, ReorganisationKind, Unit
from ..models.reorganisation import Affected
from ..models.validity import BEGINNING
from . import timeline
from .checks import (
    clean_text,
    day_text,
    field_problems,
    living_problems,
    refuse_if,
    requisite_problems,
    span_problems,
    taken_problems,
)
from .locks import one_at_a_time

VERSION_TEXTS = ("name_ru", "name_en", "short_ru", "short_en", "head_post_ru", "head_post_en", "legal_basis")


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """An authority that an action is to create. `units`: units at the top of what a split gives to it, each with all below it."""

    code: str
    kind: str
    name_ru: str
    name_en: str
    short_ru: str = ""
    short_en: str = ""
    inn: str = ""
    ogrn: str = ""
    head_post_ru: str = ""
    head_post_en: str = ""
    personnel: int | None = None
    legal_basis: str = ""
    supervisor: Authority | None = None
    units: tuple[Unit, ...] = ()


@dataclass(slots=True)
class Prepared:
    """An authority that is not in the database yet, its first version, and what is wrong with them."""

    authority: Authority
    version: AuthorityVersion
    problems: list[Problem]

    def save(self) -> Authority:
        self.authority.save()
        self.version.authority = self.authority
        self.version.save()
        return self.authority


def prepare(new: NewAuthority, valid_from: date, valid_to: date | None = None, prefix: str = "") -> Prepared:
    """Make the rows and find everything wrong with them; `prefix` goes before the names of the fields in the problems."""
    authority = Authority(
        code=clean_text(new.code),
        inn="".join(new.inn.split()),
        ogrn="".join(new.ogrn.split()),
        supervisor=new.supervisor,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    version = AuthorityVersion(
        kind=new.kind,
        personnel=new.personnel,
        valid_from=valid_from,
        valid_to=valid_to,
        **{name: clean_text(getattr(new, name)) for name in VERSION_TEXTS},
    )
    problems = [
        *field_problems(authority, prefix),
        *field_problems(version, prefix),
        *requisite_problems(authority.inn, authority.ogrn, prefix),
        *taken_problems(code=authority.code, inn=authority.inn, ogrn=authority.ogrn, prefix=prefix),
        *span_problems(valid_from, valid_to, prefix + "valid_to"),
    ]
    if new.supervisor is not None:
        problems += living_problems(new.supervisor, valid_from, prefix + "supervisor")
    return Prepared(authority, version, problems)


@action("organisation.create_authority", permission="organisation.reorganise")
def create_authority(
    *,
    by: Actor,
    code: str,
    kind: str,
    name_ru: str,
    name_en: str,
    valid_from: date,
    valid_to: date | None = None,
    short_ru: str = "",
    short_en: str = "",
    inn: str = "",
    ogrn: str = "",
    head_post_ru: str = "",
    head_post_en: str = "",
    personnel: int | None = None,
    legal_basis: str = "",
    supervisor: Authority | None = None,
) -> Authority:
    """Create an authority with its first version. `valid_to` only for what is already history.

    Raises Refused for bad or taken numbers, missing names, reversed dates, a supervisor that does not exist on that day.
    """
    new = NewAuthority(
        code=code,
        kind=kind,
        name_ru=name_ru,
        name_en=name_en,
        short_ru=short_ru,
        short_en=short_en,
        inn=inn,
        ogrn=ogrn,
        head_post_ru=head_post_ru,
        head_post_en=head_post_en,
        personnel=personnel,
        legal_basis=legal_basis,
        supervisor=supervisor,
    )
    prepared = prepare(new, valid_from, valid_to)
    refuse_if(prepared.problems)
    authority = prepared.save()
    if valid_from > BEGINNING:
        # What has always been so was not created by anybody on a day.
        event = Reorganisation.objects.create(
            kind=ReorganisationKind.CREATE, effective_on=valid_from, legal_basis=prepared.version.legal_basis, recorded_at=clock.now()
        )
        Affected.objects.create(reorganisation=event, authority=authority)
    return authority


def supervisor_problems(authority: Authority, supervisor: Authority) -> list[Problem]:
    """An authority above itself, at any distance. Call it under `one_at_a_time("supervisors")`."""
    above = dict(Authority.objects.filter(supervisor__isnull=False).values_list("pk", "supervisor_id"))
    step: int | None = supervisor.pk
    seen: set[int] = set()
    while step is not None and step not in seen:
        if step == authority.pk:
            return [Problem(_("An authority can't be subordinate to itself, directly or through others."), code="cycle", field="supervisor")]
        seen.add(step)
        step = above.get(step)
    return []


@action("organisation.correct_authority", permission="organisation.change_authority", target="authority")
def correct_authority(
    *,
    by: Actor,
    authority: Authority,
    on: date | None = None,
    kind: str | None = None,
    name_ru: str | None = None,
    name_en: str | None = None,
    short_ru: str | None = None,
    short_en: str | None = None,
    inn: str | None = None,
    ogrn: str | None = None,
    head_post_ru: str | None = None,
    head_post_en: str | None = None,
    personnel: int | None = None,
    legal_basis: str | None = None,
    supervisor: Authority | None = None,
    no_personnel: bool = False,
    no_supervisor: bool = False,
) -> AuthorityVersion:
    """Correct a wrong entry in place: in the version that held on `on` (today; of an abolished authority the last one).

    It was never true, so no new version begins; row history keeps what stood there before. None leaves a fact as it
    is, an empty text clears it. For what did change on a day see `change_personnel` and `rename`.
    """
    versions = list(authority.versions.order_by("valid_from"))
    version = timeline.version_at(versions, on) if on else timeline.nearest_version(versions, clock.today())
    if version is None:
        raise Refused(living_problems(authority, on or clock.today(), "on"))
    texts = {"name_ru": name_ru, "name_en": name_en, "short_ru": short_ru, "short_en": short_en, "legal_basis": legal_basis}
    texts |= {"head_post_ru": head_post_ru, "head_post_en": head_post_en}
    for name, value in texts.items():
        if value is not None:
            setattr(version, name, clean_text(value))
    version.kind = version.kind if kind is None else kind
    version.personnel = None if no_personnel else version.personnel if personnel is None else personnel
    authority.inn = authority.inn if inn is None else "".join(inn.split())
    authority.ogrn = authority.ogrn if ogrn is None else "".join(ogrn.split())
    problems = [
        *field_problems(authority),
        *field_problems(version),
        *requisite_problems(authority.inn if inn is not None else "", authority.ogrn if ogrn is not None else ""),
        *taken_problems(inn=authority.inn if inn is not None else "", ogrn=authority.ogrn if ogrn is not None else "", besides=authority),
    ]
    if supervisor is not None:
        one_at_a_time("supervisors")
        problems += supervisor_problems(authority, supervisor)
        authority.supervisor = supervisor
    elif no_supervisor:
        authority.supervisor = None
    refuse_if(problems)
    authority.save()
    version.save()
    return version


def change_problems(authority: Authority, version: AuthorityVersion | None, effective_on: date) -> list[Problem]:
    """Whether a new version of an authority can begin on a day."""
    problems = living_problems(authority, effective_on)
    if not problems and (version is None or effective_on == authority.valid_from):
        message = _("The authority itself begins on %(day)s: correct its facts instead.") % {"day": day_text(authority.valid_from)}
        problems.append(Problem(message, code="first_day", field="effective_on"))
    return problems


@action("organisation.change_personnel", permission="organisation.change_authority", target="authority")
def change_personnel(
    *,
    by: Actor,
    authority: Authority,
    effective_on: date,
    personnel: int | None = None,
    head_post_ru: str | None = None,
    head_post_en: str | None = None,
    legal_basis: str | None = None,
) -> AuthorityVersion:
    """Record what changed on a day without a reorganisation: effective personnel, the head's post. None leaves it as it was.

    The new version lasts as long as the one it changes would have. Raises Refused before the authority's second
    day, after its end, and when nothing is given.
    """
    version = timeline.version_at(authority.versions.all(), effective_on)
    changes: dict[str, Any] = {"personnel": personnel, "head_post_ru": head_post_ru, "head_post_en": head_post_en}
    changes = {name: value if isinstance(value, int) else clean_text(value) for name, value in changes.items() if value is not None}
    problems = change_problems(authority, version, effective_on)
    if not changes:
        problems.append(Problem(_("Say what changed: the personnel or the head's post."), code="nothing", field="personnel"))
    if legal_basis is not None:
        changes["legal_basis"] = clean_text(legal_basis)
    if version is None:
        raise Refused(problems)
    changed = timeline.changed_from(version, effective_on, changes)
    refuse_if([*problems, *field_problems(changed)])
    return timeline.save_from(version, changed)
