"""What a program hears when it can't be answered: `application/problem+json` (RFC 9457) in the language of its Accept-Language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from yantar.core.problems import Problem

MOST = 10_000
SHOWN = 100
"""Characters of a value that are given back."""


def problem(status: int, title: str, problems: Iterable[Problem] = ()) -> JsonResponse:
    """An answer that says what is wrong; `problems` names every wrong parameter at once."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if said := [one.as_dict() for one in problems]:
        body["problems"] = said
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


def wrong_parameters(request: HttpRequest, error: Any) -> JsonResponse:
    """422: every parameter that is wrong; `error` is a ValidationError of ninja."""
    return problem(422, _("Some parameters are wrong"), [_described(request, one) for one in error.errors])


def _described(request: HttpRequest, error: Mapping[str, Any]) -> Problem:
    where = error["loc"]
    name = next((str(part) for part in reversed(where) if isinstance(part, str)), "")
    # A place in a list is a row, counted from 1.
    row = next((part + 1 for part in where if isinstance(part, int)), None)
    return Problem(_message(error), code=str(error["type"]), field=name, row=row, value=request.GET.get(name, "")[:SHOWN])


def _message(error: Mapping[str, Any]) -> str:
    """What is wrong and how to mend it; the checker's own words are English only."""
    context = error.get("ctx", {})
    match error["type"]:
        case "unknown":
            return _("There is no such parameter. There are: %(names)s.") % {"names": context["names"]}
        case "day":
            return _("Write the day like 2026-03-15.")
        case "enum":
            return _("Choose one of these: %(values)s.") % {"values": str(context["expected"]).replace("'", "").replace(" or ", ", ")}
        case "int_parsing" | "int_parsing_size" | "int_from_float" | "int_type":
            return _("Write a whole number.")
        case "greater_than_equal":
            return _("Not less than %(number)s.") % {"number": context["ge"]}
        case "less_than_equal":
            return _("Not more than %(number)s.") % {"number": context["le"]}
        case "string_too_long":
            return _("At most %(number)s characters.") % {"number": context["max_length"]}
        case "missing":
            return _("This is missing.")
        case "extra_forbidden":
            return _("There is no such field here.")
        case "string_type":
            return _("Write a text.")
        case "too_long" | "too_short":
            return _("From %(least)s to %(most)s.") % {"least": 1, "most": context.get("max_length", MOST)}
        case "string_pattern_mismatch":
            return _("Only characters that can be printed.")
        case _other:
            return _("This value is not understood.")
