"""Claims: what somebody said the savings were, with the source. Never a computed value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem
from yantar.qms.findings.recording import person, refuse, required
from yantar.qms.organisation.models import Authority

from ..models import Claim, Figure, FigureState

_TEXTS = ("text_ru", "text_en", "said_by", "source", "needed_ru", "needed_en", "currency")
CLEARABLE = frozenset({"said_on", "about_from", "about_to", "authority", "figure"})


@action("procurement.add_claim", permission="procurement.change_claim")
def add_claim(
    *,
    by: Actor,
    text_ru: str,
    amount: Decimal,
    said_by: str,
    source: str,
    text_en: str = "",
    currency: str = "RUB",
    said_on: date | None = None,
    about_from: date | None = None,
    about_to: date | None = None,
    authority: Authority | None = None,
    states_base: bool = False,
    states_list: bool = False,
    states_method: bool = False,
    needed_ru: str = "",
    needed_en: str = "",
    figure: Figure | None = None,
) -> Claim:
    """Store what was claimed: the words, the amount, who said it, the source, what it states of base, list and method.

    Raises Refused with everything that is wrong. Nobody but the staff sees it until it is published.
    """
    claim = Claim(
        text_ru=text_ru.strip(),
        text_en=text_en.strip(),
        amount=amount,
        currency=currency.strip().upper(),
        said_by=said_by.strip(),
        said_on=said_on,
        about_from=about_from,
        about_to=about_to,
        source=source.strip(),
        authority=authority,
        states_base=states_base,
        states_list=states_list,
        states_method=states_method,
        needed_ru=needed_ru.strip(),
        needed_en=needed_en.strip(),
        figure=figure,
        entered_by=person(by),
        entered_at=clock.now(),
    )
    refuse(_problems(claim))
    claim.save()
    return claim


@action("procurement.change_claim", permission="procurement.change_claim", target="claim")
def change_claim(
    *,
    by: Actor,
    claim: Claim,
    text_ru: str | None = None,
    text_en: str | None = None,
    amount: Decimal | None = None,
    currency: str | None = None,
    said_by: str | None = None,
    said_on: date | None = None,
    about_from: date | None = None,
    about_to: date | None = None,
    source: str | None = None,
    authority: Authority | None = None,
    states_base: bool | None = None,
    states_list: bool | None = None,
    states_method: bool | None = None,
    needed_ru: str | None = None,
    needed_en: str | None = None,
    figure: Figure | None = None,
    clear: tuple[str, ...] = (),
) -> Claim:
    """Change a claim that is not shown to the public. None leaves a value as it is; `clear` names those of CLEARABLE to be empty.

    Refused for a public claim: what was published is not edited in place; hide it first.
    """
    if unknown := set(clear) - CLEARABLE:
        raise TypeError(f"a claim has no {', '.join(sorted(unknown))} to empty")
    if claim.public:
        refuse([Problem(_("This claim is shown to the public. Hide it first; the journal keeps what was shown."), "public")])
    given = {
        "text_ru": text_ru,
        "text_en": text_en,
        "amount": amount,
        "currency": currency.upper() if currency is not None else None,
        "said_by": said_by,
        "said_on": said_on,
        "about_from": about_from,
        "about_to": about_to,
        "source": source,
        "authority": authority,
        "states_base": states_base,
        "states_list": states_list,
        "states_method": states_method,
        "needed_ru": needed_ru,
        "needed_en": needed_en,
        "figure": figure,
    }
    for name, value in given.items():
        if value is not None:
            setattr(claim, name, value.strip() if name in _TEXTS and isinstance(value, str) else value)
    for name in clear:
        setattr(claim, name, None)
    refuse(_problems(claim))
    claim.save()
    return claim


@action("procurement.publish_claim", permission="procurement.change_claim", target="claim")
def publish_claim(*, by: Actor, claim: Claim) -> Claim:
    """Show a claim to everybody, beside the published figure where one is named. Refused for a figure that is not published."""
    problems = []
    if claim.public:
        problems.append(Problem(_("This claim is public already."), "already"))
    if claim.figure is not None and claim.figure.state != FigureState.PUBLISHED:
        problems.append(Problem(_("Its figure is not published."), "figure", "figure"))
    refuse(problems)
    claim.public = True
    claim.save(update_fields=["public"])
    return claim


@action("procurement.hide_claim", permission="procurement.change_claim", target="claim")
def hide_claim(*, by: Actor, claim: Claim, reason: str) -> Claim:
    """Take a claim back from the public, with the reason; the journal keeps that it was shown."""
    problems = required(reason, "reason", _("Give the reason."))
    if not claim.public:
        problems.append(Problem(_("This claim is not public."), "already"))
    refuse(problems)
    claim.public = False
    claim.save(update_fields=["public"])
    return claim


def _problems(claim: Claim) -> list[Problem]:
    problems = [
        *required(claim.text_ru, "text_ru", _("Say what was claimed.")),
        *required(claim.said_by, "said_by", _("Say who claimed it.")),
        *required(claim.source, "source", _("Name the source: without one it is a rumour.")),
    ]
    if claim.amount is None or claim.amount <= 0 or claim.amount >= Decimal(10) ** 16:
        problems.append(Problem(_("Enter an amount above zero."), "amount", "amount", value=str(claim.amount)))
    if len(claim.currency) != 3 or not claim.currency.isascii() or not claim.currency.isalpha():
        problems.append(Problem(_("A currency is three letters, e.g. RUB."), "currency", "currency", value=claim.currency))
    if claim.about_from is not None and claim.about_to is not None and claim.about_to < claim.about_from:
        problems.append(Problem(_("The period ends before it begins."), "period", "about_to", value=claim.about_to.isoformat()))
    if claim.said_on is not None and claim.said_on > clock.today():
        problems.append(Problem(_("The day has not come yet."), "future", "said_on", value=claim.said_on.isoformat()))
    return problems
