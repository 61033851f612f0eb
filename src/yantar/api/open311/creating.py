"""From the form of a program to a remark: every parameter is checked, everything wrong is said at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from yantar.core.actions import System
from yantar.core.problems import Problem, Refused
from yantar.core.secrecy import blind
from yantar.qms.feedback import admission, spam
from yantar.qms.feedback.actions.appeals import receive_appeal
from yantar.qms.feedback.actions.appeals.receiving import person_problems, tidy_person
from yantar.qms.feedback.models import Appeal, AppealKind, AppealState, RemarkCategory, Way
from yantar.qms.feedback.queries.remarks import category_named
from yantar.qms.organisation.models import AccessKey, KeyPurpose
from yantar.qms.organisation.queries import key_of

from .formats import Wrong

BY = System("open311")
OF_KEY, IN_ALL = 600, 5_000
"""Remarks taken in an hour: of one key, of all together."""
LONGEST_TEXT = 4_000
LONGEST_ADDRESS_OF_MEDIA = 500
_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,60})\](?:\[\])?")


def key_in(data: Mapping[str, Any]) -> AccessKey:
    """The key of the program. Raises Wrong 403, as the standard says, where it is missing or opens nothing."""
    key = key_of(str(data.get("api_key", "")), KeyPurpose.OPEN311)
    if key is None:
        raise Wrong(403, _("api_key is missing or not valid."))
    return key


def create(request: HttpRequest) -> tuple[Appeal, str]:
    """Take the remark of a form in. Raises Wrong with everything that is wrong."""
    data = request.POST
    key = key_in(data)
    if not admission.admitted("open311", blind("open311 key", str(key.pk)), OF_KEY, IN_ALL, admission.HOUR):
        raise Wrong(429, _("Too many requests of this key: try again in an hour."))
    code = _text(data, "service_code")
    if not code:
        raise Wrong(400, _("service_code is missing."))
    category = category_named(code)
    if category is None:
        raise Wrong(404, _("There is no such service_code."))
    problems: list[Problem] = []
    attributes = attributes_in(data, category, problems)
    given = _given(data, category, problems)
    if problems:
        raise Wrong(400, *(_described(one) for one in problems))
    text = given["person"]["text"]
    try:
        return receive_appeal(
            by=BY,
            kind=AppealKind.REMARK,
            category=category,
            way=Way.OPEN311,
            language=translation.get_language()[:2],
            attributes=attributes,
            spam_score=spam.judge(text).score,
            token=secrets.token_urlsafe(24),
            **given,
        )
    except Refused as refused:
        raise Wrong(400, *(_described(one) for one in refused.problems)) from refused


_NAMES = {"text": "description", "place": "address_string", "latitude": "lat", "longitude": "long", "name": "first_name"}


def _described(problem: Problem) -> str:
    name = problem.field
    if name.startswith("attributes."):
        name = f"attribute[{name.removeprefix('attributes.')}]"
    name = _NAMES.get(name, name)
    return f"{name}: {problem.message}" if name else str(problem.message)


def _given(data: QueryDict, category: RemarkCategory, problems: list[Problem]) -> dict[str, Any]:
    text = _text(data, "description")
    if len(text) > LONGEST_TEXT:
        problems.append(Problem(_("At most %(most)s characters, please.") % {"most": LONGEST_TEXT}, "too_long", "text"))
    media = _text(data, "media_url")
    if media and (len(media) > LONGEST_ADDRESS_OF_MEDIA or not re.fullmatch(r"https?://\S+", media)):
        problems.append(Problem(_("Write an address that begins with http:// or https://."), "media_url", "media_url"))
    lat, long = _text(data, "lat"), _text(data, "long")
    place = (_text(data, "address_string") or _text(data, "address_id"))[:1000]
    if bool(lat) != bool(long):
        problems.append(Problem(_("Give both coordinates or none."), "place", "latitude"))
    for value, most, field in ((lat, 90, "latitude"), (long, 180, "longitude")):
        if value and not _is_number(value, most):
            problems.append(Problem(_("This is no place on Earth."), "place", field))
    if category.needs_place and not (lat and long) and not place:
        problems.append(Problem(_("Say where it is: lat and long, address_string or address_id."), "required", "place"))
    # The address of a picture is kept as a text for the officer. Nothing is ever fetched from it.
    person = {
        "name": f"{data.get('first_name', '').strip()} {data.get('last_name', '').strip()}".strip(),
        "email": _text(data, "email"),
        "phone": _text(data, "phone"),
        "text": f"{text}\n\nmedia_url: {media}" if media else text,
    }
    problems += person_problems(AppealKind.REMARK, tidy_person(person if text else person | {"text": ""}))
    return {"person": person, "place": place, "latitude": lat, "longitude": long}


def _text(data: QueryDict, name: str) -> str:
    return _tidy(data.get(name, ""))


def _tidy(value: str) -> str:
    # Neither the database nor XML takes control characters.
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", value.replace("\r\n", "\n")).strip()


def _is_number(value: str, most: float | None = None) -> bool:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and (most is None or abs(number) <= most)


def attributes_in(data: QueryDict, category: RemarkCategory, problems: list[Problem]) -> dict[str, Any]:
    """The answers `attribute[CODE]=…` of a form (repeated for several values), checked against the subject; adds what is wrong."""
    known = {str(one["code"]): one for one in category.attributes}
    given: dict[str, list[str]] = {}
    for name, values in data.lists():
        if not name.startswith("attribute"):
            continue
        found = _ATTRIBUTE.fullmatch(name)
        if found is None or found[1] not in known:
            problems.append(Problem(_("This is not asked for this subject."), "attribute", name[:80]))
            continue
        given.setdefault(found[1], []).extend(tidy for value in values if (tidy := _tidy(value)))
    answers: dict[str, Any] = {}
    for code, one in known.items():
        values = given.get(code, [])
        field = f"attributes.{code}"
        if not values:
            if one.get("required"):
                problems.append(Problem(_("This is needed."), "required", field))
            continue
        several = one.get("datatype") == "multivaluelist"
        if len(values) > 1 and not several:
            problems.append(Problem(_("Give one value."), "attribute", field))
        problems += [Problem(message, "attribute", field) for message in _value_problems(one, values)]
        answers[code] = values if several else values[0]
    return answers


def _value_problems(one: Mapping[str, Any], values: list[str]) -> list[Any]:
    keys = {str(option["key"]) for option in one.get("values") or []}
    match one.get("datatype"):
        case "number":
            return [] if all(_is_number(value) for value in values) else [_("Write a number.")]
        case "datetime":
            return [] if all(_moment(value) for value in values) else [_("Write a moment like 2026-03-15T10:00:00+02:00.")]
        case "singlevaluelist" | "multivaluelist":
            return [] if set(values) <= keys else [_("Choose one of the answers offered.")]
        case _:
            return [] if all(len(value) <= 1000 for value in values) else [_("At most %(most)s characters, please.") % {"most": 1000}]


def _moment(value: str) -> bool:
    try:
        return parse_datetime(value) is not None
    except ValueError:
        return False


def is_held(appeal: Appeal) -> bool:
    """Whether a moderator looks first: the program gets a token then, and asks for the number later."""
    return bool(appeal.state == AppealState.SUSPECTED)
