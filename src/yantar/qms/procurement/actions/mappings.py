"""Mappings of the lists that agencies keep. A change is a new version; what was loaded by an old one keeps it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem
from yantar.qms.findings.recording import person, refuse, required

from ..models import ListMapping


@action("procurement.add_mapping", permission="procurement.load")
def add_mapping(*, by: Actor, key: str, title_ru: str, content: dict[str, Any], title_en: str = "") -> ListMapping:
    """Keep a mapping under a code: its first version, or the next one. Raises Refused with everything that is wrong with its content."""
    problems = [*required(key, "key", _("Enter a code.")), *required(title_ru, "title_ru", _("Enter a title."))]
    key = key.strip().lower()
    if key and not all(char.isascii() and (char.isalnum() or char in "-_") for char in key):
        problems.append(Problem(_("A code has Latin letters, digits, hyphens and underscores only."), "code", "key", value=key))
    titles = {"ru": title_ru.strip(), "en": title_en.strip() or title_ru.strip()}
    if not problems:
        content = {**content, "id": key, "title": titles}
    refuse([*problems, *content_problems(content)])
    last = ListMapping.objects.filter(key=key).order_by("-version").values_list("version", flat=True).first() or 0
    return ListMapping.objects.create(
        key=key,
        version=last + 1,
        title_ru=title_ru.strip(),
        title_en=title_en.strip(),
        content={**content, "version": last + 1},
        entered_by=person(by),
        entered_at=clock.now(),
    )


def content_problems(content: dict[str, Any]) -> list[Problem]:
    """What is wrong with a mapping, by the engine's form, in the reader's language."""
    from yantar.engine.savings.mapping import MappingUnreadable, made_mapping

    try:
        made_mapping(content)
    except MappingUnreadable as unreadable:
        language = "en" if get_language() == "en" else "ru"
        return [Problem(f"{one.where or '—'}: {one.said(language)}", "mapping", "content") for one in unreadable.problems]
    return []
