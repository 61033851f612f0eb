"""E-mails to citizens who want them: what happened to an appeal, in the language that it came in.

A mail is queued within the transaction of the step, so it goes when the step is committed and not otherwise; what fails is tried again.
The address is read, sealed as it is, only when the mail is made. No mail has the number or the code in a link.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from yantar.core import messages
from yantar.core.actions import Actor, action, current
from yantar.core.secrecy import unseal
from yantar.qms.organisation.queries import names_on

from .models import Appeal, AppealPerson, AppealStep
from .telling import FOLLOW_PAGE


def mail_later(step: AppealStep) -> None:
    """Queue the mail of a step, in this transaction."""
    from .appeal_tasks import mail_step

    mail_step.defer(step_id=step.pk)


@action("feedback.mail_citizen", permission="feedback.handle", target="appeal")
def mail_citizen(*, by: Actor, appeal: Appeal, step: int) -> bool:
    """Mail the citizen one public step of an appeal, if they wanted mails. Returns whether a mail went.

    Raises OSError or SMTPException when the mail can't be handed over; nothing is noted then.
    """
    root = appeal.part_of or appeal
    row = AppealStep.objects.select_related("authority", "to_authority").get(pk=step, appeal=appeal, public=True)
    person = AppealPerson.objects.filter(appeal=root).first()
    if person is None or root.erased_at is not None:
        return False
    known = unseal("appeal", bytes(person.sealed))
    email = str(known.get("email", ""))
    if not email or not known.get("wants_mail"):
        return False
    with translation.override(appeal.language):
        _mail(root, row, email)
    current().decided["sent"] = True
    return True


def words_of(appeal: Appeal, row: AppealStep) -> dict[str, Any]:
    """What a mail says, in the language that is active."""
    names = names_on([row.authority_id, row.to_authority_id or row.authority_id], row.at.date())
    place = names.get(row.to_authority_id or row.authority_id)
    return {
        "number": appeal.number,
        "step": row.get_kind_display(),
        "reason": row.reason,
        "authority": place.name if place else "",
        "due_on": _day(row.due_on),
        "url": messages.address(FOLLOW_PAGE),
        "language": appeal.language,
    }


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _mail(appeal: Appeal, row: AppealStep, email: str) -> None:
    words = words_of(appeal, row)
    mail = EmailMultiAlternatives(
        subject=_("Your appeal %(number)s: %(step)s") % words,
        body=render_to_string("feedback/step.txt", words),
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("feedback/step.html", words), "text/html")
    mail.send()
