"""Subjects of remarks: whose they are, and what is asked besides. An ended one takes no new remarks; its old ones stay."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem
from yantar.core.tabular.messages import said
from yantar.qms.organisation.actions.checks import clean_text, field_problems, refuse_if
from yantar.qms.organisation.models import Authority

from ..models import RemarkCategory

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
"""As in Open311."""
LISTS = ("singlevaluelist", "multivaluelist")
MOST_ATTRIBUTES = 20
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


def tidy_attributes(rows: Sequence[Mapping[str, Any]], problems: list[Problem]) -> list[dict[str, Any]]:
    """Questions in the form that is kept, numbered in their order; adds everything wrong to `problems`."""
    found: list[dict[str, Any]] = []
    for order, row in enumerate(rows, 1):
        one = {
            "code": str(row.get("code", "")).strip(),
            "datatype": str(row.get("datatype", "")).strip(),
            "required": bool(row.get("required")),
            "description_ru": clean_text(row.get("description_ru")),
            "description_en": clean_text(row.get("description_en")),
            "order": order,
            "values": [_value(value) for value in row.get("values") or []],
        }
        wrong = _attribute_problem(one, {other["code"] for other in found})
        if wrong:
            problems.append(Problem(said(_("Question %(number)d: %(what)s"), number=order, what=wrong), "attribute", "attributes"))
        found.append(one)
    if len(rows) > MOST_ATTRIBUTES:
        problems.append(Problem(said(_("At most %(most)d questions."), most=MOST_ATTRIBUTES), "too_many", "attributes"))
    return found


def _value(value: Mapping[str, Any]) -> dict[str, str]:
    return {name: clean_text(str(value.get(name) or "")) for name in ("key", "name_ru", "name_en")}


def _attribute_problem(one: Mapping[str, Any], taken: set[str]) -> Any:
    keys = [value["key"] for value in one["values"]]
    if not _CODE.fullmatch(one["code"]):
        return _("the code consists of Latin letters, digits, _ and -.")
    if one["code"] in taken:
        return _("this code is used twice.")
    if one["datatype"] not in DATATYPES:
        return _("there is no such kind of answer.")
    if not one["description_ru"] or len(one["description_ru"]) > 200 or len(one["description_en"]) > 200:
        return _("write the question in Russian, in at most 200 characters.")
    if (one["datatype"] in LISTS) != bool(keys):
        return _("answers to choose from belong to lists, and lists need them.")
    if len(set(keys)) != len(keys) or not all(_CODE.fullmatch(key) for key in keys) or not all(value["name_ru"] for value in one["values"]):
        return _("every answer needs a code of its own and a name in Russian.")
    return None


def _fill(category: RemarkCategory, facts: Mapping[str, Any], problems: list[Problem]) -> None:
    for name in ("name_ru", "name_en", "group_ru", "group_en", "keywords"):
        setattr(category, name, clean_text(facts[name]))
    for name in ("note_ru", "note_en"):
        setattr(category, name, facts[name].strip())
    category.needs_place = facts["needs_place"]
    category.attributes = tidy_attributes(facts["attributes"], problems)
    problems += field_problems(category, besides=("attributes", "valid_to"))


@action("feedback.add_category", permission="feedback.change_category")
def add_category(
    *,
    by: Actor,
    code: str,
    authority: Authority,
    name_ru: str,
    name_en: str = "",
    note_ru: str = "",
    note_en: str = "",
    group_ru: str = "",
    group_en: str = "",
    keywords: str = "",
    needs_place: bool = True,
    attributes: Sequence[Mapping[str, Any]] = (),
) -> RemarkCategory:
    """Add a subject from today on. attributes: code, datatype of Open311, required, description_ru/en, values (key, name_ru/en).

    Raises Refused with everything wrong: empty or taken code, no name, a bad question, an authority that is no more.
    """
    today, problems = clock.today(), list[Problem]()
    category = RemarkCategory(code=code.strip(), authority=authority, valid_from=today)
    facts = {"name_ru": name_ru, "name_en": name_en, "note_ru": note_ru, "note_en": note_en, "group_ru": group_ru, "group_en": group_en}
    _fill(category, facts | {"keywords": keywords, "needs_place": needs_place, "attributes": attributes}, problems)
    if RemarkCategory.objects.filter(code=category.code).exists():
        problems.append(Problem(_("Another subject already has this code."), "taken", "code"))
    problems += _authority_problems(authority)
    refuse_if(problems)
    category.save()
    return category


@action("feedback.change_category", permission="feedback.change_category", target="category")
def change_category(
    *,
    by: Actor,
    category: RemarkCategory,
    authority: Authority,
    name_ru: str,
    name_en: str = "",
    note_ru: str = "",
    note_en: str = "",
    group_ru: str = "",
    group_en: str = "",
    keywords: str = "",
    needs_place: bool = True,
    attributes: Sequence[Mapping[str, Any]] = (),
) -> RemarkCategory:
    """Change what a subject says, asks, and whose it is; remarks that came before stay where they are. Raises Refused as `add_category`."""
    problems: list[Problem] = []
    category.authority = authority
    facts = {"name_ru": name_ru, "name_en": name_en, "note_ru": note_ru, "note_en": note_en, "group_ru": group_ru, "group_en": group_en}
    _fill(category, facts | {"keywords": keywords, "needs_place": needs_place, "attributes": attributes}, problems)
    refuse_if(problems + _authority_problems(authority))
    category.save()
    return category


def _authority_problems(authority: Authority) -> list[Problem]:
    if authority.holds_on(clock.today()):
        return []
    return [Problem(_("This authority is no more: choose who follows it."), "abolished", "authority")]


@action("feedback.end_category", permission="feedback.change_category", target="category")
def end_category(*, by: Actor, category: RemarkCategory, on: date | None = None) -> RemarkCategory:
    """From a day on (today) nobody can send remarks on this subject. Raises Refused when it ended already.

    A subject that was added today and was not used yet ends tomorrow: a span of no days is none.
    """
    on = on or clock.today()
    if category.valid_to is not None and category.valid_to <= on:
        refuse_if([Problem(_("This subject has ended already."), "ended")])
    category.valid_to = max(on, date.fromordinal(category.valid_from.toordinal() + 1))
    category.save(update_fields=["valid_to"])
    return category
