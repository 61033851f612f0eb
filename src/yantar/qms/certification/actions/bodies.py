"""Certification bodies: who they are, by whom accredited, their own time limits."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.utils.translation import gettext_lazy as _

from yantar.core.actions import Actor, action
from yantar.core.problems import Problem, Refused
from yantar.qms.certification import projections
from yantar.qms.certification.models import Certificate, CertificationBody, Decision

TEXTS = ("name_ru", "name_en", "country", "address", "accreditation_body", "accreditation_number", "website")


@action("certification.add_body", permission="certification.change_body")
def add_body(
    *,
    by: Actor,
    code: str,
    name_ru: str,
    name_en: str,
    country: str = "RU",
    address: str = "",
    accreditation_body: str = "",
    accreditation_number: str = "",
    accredited_from: date | None = None,
    accredited_to: date | None = None,
    website: str = "",
    major_days: int = 90,
    minor_plan_days: int = 90,
    recert_start_days: int = 180,
) -> CertificationBody:
    """Enter a certification body. Raises Refused with everything that is wrong; a code is given once."""
    body = CertificationBody(
        code=code.strip().lower(),
        name_ru=name_ru.strip(),
        name_en=name_en.strip(),
        country=country.strip().upper(),
        address=address.strip(),
        accreditation_body=accreditation_body.strip(),
        accreditation_number=accreditation_number.strip(),
        accredited_from=accredited_from,
        accredited_to=accredited_to,
        website=website.strip(),
        major_days=major_days,
        minor_plan_days=minor_plan_days,
        recert_start_days=recert_start_days,
    )
    problems = _problems(body)
    if CertificationBody.objects.filter(code=body.code).exists():
        problems.append(Problem(_("The code is taken. Choose another."), "taken", "code", value=body.code))
    if problems:
        raise Refused(problems)
    body.save()
    return body


@action("certification.correct_body", permission="certification.change_body", target="body")
def correct_body(
    *,
    by: Actor,
    body: CertificationBody,
    name_ru: str | None = None,
    name_en: str | None = None,
    country: str | None = None,
    address: str | None = None,
    accreditation_body: str | None = None,
    accreditation_number: str | None = None,
    accredited_from: date | None = None,
    accredited_to: date | None = None,
    website: str | None = None,
    major_days: int | None = None,
    minor_plan_days: int | None = None,
    recert_start_days: int | None = None,
) -> CertificationBody:
    """Correct what is entered of a body; what is None stays. New time limits move the obligations of its certificates."""
    given = {
        "name_ru": name_ru,
        "name_en": name_en,
        "country": country.upper() if country else country,
        "address": address,
        "accreditation_body": accreditation_body,
        "accreditation_number": accreditation_number,
        "accredited_from": accredited_from,
        "accredited_to": accredited_to,
        "website": website,
        "major_days": major_days,
        "minor_plan_days": minor_plan_days,
        "recert_start_days": recert_start_days,
    }
    before = body.recert_start_days
    for name, value in given.items():
        if value is not None:
            setattr(body, name, value.strip() if isinstance(value, str) else value)
    problems = _problems(body)
    if problems:
        raise Refused(problems)
    body.save()
    if body.recert_start_days != before:
        taken_over = Decision.objects.filter(body=body).values("certificate_id")
        own = Certificate.objects.filter(body=body).order_by("pk")
        projections.refresh(own)
        projections.refresh(Certificate.objects.filter(pk__in=taken_over).exclude(body=body).order_by("pk"))
    return body


def _problems(body: CertificationBody) -> list[Problem]:
    problems = []
    try:
        validate_slug(body.code)
    except ValidationError:
        problems.append(Problem(_("A code is made of Latin letters, digits and hyphens."), "code", "code", value=body.code))
    for name in ("name_ru", "name_en"):
        if not getattr(body, name):
            problems.append(Problem(_("Fill this in."), "required", name))
    if len(body.country) != 2 or not body.country.isascii() or not body.country.isalpha():
        problems.append(Problem(_("A country is given by its two Latin letters, for example RU."), "country", "country", value=body.country))
    if body.accredited_from and body.accredited_to and body.accredited_to < body.accredited_from:
        problems.append(Problem(_("Accreditation ends before it begins."), "order", "accredited_to"))
    if body.website:
        try:
            URLValidator(schemes=["http", "https"])(body.website)
        except ValidationError:
            problems.append(Problem(_("This is no address of a website."), "website", "website", value=body.website))
    for name in ("major_days", "minor_plan_days", "recert_start_days"):
        if not 1 <= getattr(body, name) <= 1000:
            problems.append(Problem(_("Between 1 and 1000 days."), "range", name, value=str(getattr(body, name))))
    for name in TEXTS:
        longest = getattr(CertificationBody._meta.get_field(name), "max_length", None)
        if longest and len(getattr(body, name)) > longest:
            problems.append(Problem(_("At most %(count)s characters.") % {"count": longest}, "length", name))
    return problems
