"""The government itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, action
from yantar.core.problems import Problem, Refused

from ..models import Government
from .checks import clean_text, field_problems, refuse_if
from .locks import one_at_a_time

LANGUAGES = ("ru", "en")


def _language_problems(languages: Sequence[str]) -> list[Problem]:
    if not languages or len(set(languages)) != len(languages) or not set(languages) <= set(LANGUAGES):
        return [Problem(_("Choose Russian, English or both."), code="languages", field="languages")]
    return []


@action("organisation.open_government", permission="organisation.change_government")
def open_government(
    *,
    by: Actor,
    name_ru: str,
    name_en: str,
    languages: Sequence[str] = LANGUAGES,
    inhabitants: int | None = None,
    is_demo: bool = False,
) -> Government:
    """Finish the set-up: from now on this Yantar runs for this government.

    Only the set-up itself (System) may do so, once. Raises Refused for a second one and for missing names.
    """
    if not isinstance(by, System):
        raise PermissionDenied("organisation.open_government")
    one_at_a_time("government")
    if Government.objects.exists():
        raise Refused(Problem(_("The government is already set up."), code="already_open"))
    row = Government(
        name_ru=clean_text(name_ru),
        name_en=clean_text(name_en),
        languages=list(languages),
        inhabitants=inhabitants,
        is_demo=is_demo,
        opened_at=clock.now(),
    )
    refuse_if([*field_problems(row, besides=("languages",)), *_language_problems(languages)])
    row.save()
    return row


@action("organisation.change_government", permission="organisation.change_government", target="government")
def change_government(
    *,
    by: Actor,
    government: Government,
    name_ru: str | None = None,
    name_en: str | None = None,
    languages: Sequence[str] | None = None,
    inhabitants: int | None = None,
) -> Government:
    """Change what the government is called, its languages or its number of inhabitants; None leaves a fact as it is."""
    problems: list[Problem] = []
    if name_ru is not None:
        government.name_ru = clean_text(name_ru)
    if name_en is not None:
        government.name_en = clean_text(name_en)
    if languages is not None:
        government.languages = list(languages)
        problems += _language_problems(languages)
    if inhabitants is not None:
        government.inhabitants = inhabitants
    refuse_if([*field_problems(government, besides=("languages",)), *problems])
    government.save()
    return government
