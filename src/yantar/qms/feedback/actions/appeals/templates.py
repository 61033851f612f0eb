"""Templates of answers: texts to begin an answer with, of one authority or of the whole government."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, action
from yantar.core.problems import Problem
from yantar.qms.organisation.models import Authority

from ...models import AnswerTemplate, AppealKind
from .recording import TEXT_LENGTH, refuse, required

TITLE_LENGTH = 200


def _problems(title: str, text_ru: str, text_en: str, kind: str) -> list[Problem]:
    problems = required(title, "title", _("Give it a title."), most=TITLE_LENGTH)
    problems += required(text_ru, "text_ru", _("Write the text."), most=TEXT_LENGTH)
    if len(text_en.strip()) > TEXT_LENGTH:
        problems.append(Problem(_("At most %(most)s characters, please.") % {"most": TEXT_LENGTH}, "too_long", "text_en"))
    if kind and kind not in AppealKind.values:
        problems.append(Problem(_("There is no such kind."), "kind", "kind"))
    return problems


def _title_problems(authority: Authority | None, title: str, *, but: int = 0) -> list[Problem]:
    taken = AnswerTemplate.objects.filter(authority=authority, title=title.strip(), retired_on__isnull=True).exclude(pk=but).exists()
    return [Problem(_("There is a template of this title already."), "twice", "title")] if taken else []


@action("feedback.add_template", permission=None)
def add_template(*, by: Actor, authority: Authority | None, title: str, text_ru: str, text_en: str = "", kind: str = "") -> AnswerTemplate:
    """Add a template for an authority, or (None) for the whole government. Permission: feedback.change_template on the template to be."""
    template = AnswerTemplate(authority=authority, title=title.strip(), text_ru=text_ru.strip(), text_en=text_en.strip(), kind=kind)
    if not isinstance(by, System) and not by.has_perm("feedback.change_template", template):
        raise PermissionDenied("feedback.change_template")
    refuse([*_problems(title, text_ru, text_en, kind), *_title_problems(authority, title)])
    template.save()
    return template


@action("feedback.change_template", permission="feedback.change_template", target="template")
def change_template(*, by: Actor, template: AnswerTemplate, title: str, text_ru: str, text_en: str = "", kind: str = "") -> AnswerTemplate:
    """Change what a template says. Answers given by it stay as they are."""
    problems = _problems(title, text_ru, text_en, kind) + _title_problems(template.authority, title, but=template.pk)
    if template.retired_on is not None:
        problems.append(Problem(_("This template is retired."), "retired"))
    refuse(problems)
    template.title, template.text_ru, template.text_en, template.kind = title.strip(), text_ru.strip(), text_en.strip(), kind
    template.save(update_fields=["title", "text_ru", "text_en", "kind"])
    return template


@action("feedback.retire_template", permission="feedback.change_template", target="template")
def retire_template(*, by: Actor, template: AnswerTemplate) -> AnswerTemplate:
    """Offer a template no longer."""
    if template.retired_on is None:
        template.retired_on = clock.today()
        template.save(update_fields=["retired_on"])
    return template
