"""The kinds of paper in plain words: which is for what, how long it takes by the law of today, what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from yantar.core import clock
from yantar.library.deadlines import LegalTerm, PaperKind
from yantar.qms.feedback.models import AppealKind
from yantar.qms.services.limits import rules_on


@dataclass(frozen=True, slots=True)
class Plain:
    """A kind as a citizen knows it: when to choose it, what becomes of it."""

    title: Any
    when: Any
    then: Any
    icon: str


PLAIN: dict[str, Plain] = {
    AppealKind.SERVICE_COMPLAINT: Plain(
        gettext_lazy("A complaint about a service"),
        gettext_lazy("You applied for a state or municipal service and it was late, refused without reason, or more was asked of you than allowed."),
        gettext_lazy("The authority decides whether you are right. If so, it puts things right, with the result of the service."),
        "late",
    ),
    AppealKind.APPEAL: Plain(
        gettext_lazy("An appeal: a request, proposal or complaint"),
        gettext_lazy("You want an authority to look into something, to decide or to change something."),
        gettext_lazy("If another authority is competent, yours is forwarded there and you are told. You get a written answer."),
        "document",
    ),
    AppealKind.INFORMATION_REQUEST: Plain(
        gettext_lazy("A question about what an authority does"),
        gettext_lazy("You want information or a document of an authority: what it decided, spent or plans."),
        gettext_lazy("You get the information, or learn where it is published, or on which ground it can't be given."),
        "info",
    ),
    AppealKind.REMARK: Plain(
        gettext_lazy("A remark"),
        gettext_lazy("You saw something that should be put right: a broken lamp, a wrong sign, a closed counter."),
        gettext_lazy("It may be sent without a name. What is done about it may be published, never who wrote it."),
        "finding",
    ),
}
"""In the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind as it is offered today: with its limits in words, its law."""

    key: str
    plain: Plain
    limits: list[tuple[str, str]]
    law: str
    anonymous: bool


def days_said(days: int, unit: str) -> str:
    """A number of days in words."""
    if unit == "working":
        return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}
    return ngettext("%(n)s calendar day", "%(n)s calendar days", days) % {"n": days}


def _terms(kind: PaperKind) -> list[LegalTerm]:
    return [term for term in kind.terms if term.key in ("registration", "forward", "answer", "measures")]


def limits_said(kind: PaperKind) -> list[tuple[str, str]]:
    """Each limit of a kind and how long it is, in words; the extension, where one is possible."""
    language = (get_language() or "ru")[:2]
    said = [(term.title_en if language == "en" else term.title_ru, days_said(term.days, term.unit)) for term in _terms(kind)]
    answer = kind.term("answer")
    if kind.extension is not None and answer is not None:
        most = days_said(kind.extension.most_days, answer.unit)
        said.append((_("May be extended once, and you are told why"), _("by at most %(days)s") % {"days": most}))
    return said


def offered(key: str) -> Offered:
    """A kind as the law has it today. KeyError for an unknown one."""
    kind = rules_on(key, clock.today())
    law = kind.law_en if (get_language() or "ru").startswith("en") else kind.law_ru
    return Offered(key, PLAIN[AppealKind(key)], limits_said(kind), law, kind.anonymous)


def all_offered() -> list[Offered]:
    """All kinds in their order."""
    return [offered(key) for key in PLAIN]
