"""An answer as a PDF: government, authority, number, date, text; signed where a certificate is set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yantar.core.pdf import compile_pdf
from yantar.qms.organisation.models import Government
from yantar.qms.organisation.queries import names_on

from ..models import Answer, Appeal, AppealOutcome
from .signing import Signer, sign

TEMPLATE = Path(__file__).parent / "answer.typ"


def content(answer: Answer, appeals: Sequence[Appeal], text: str, by: Signer | None) -> dict[str, Any]:
    """What the paper says, in the language that is active. A joint answer names no number but its own: each citizen knows theirs."""
    government = Government.objects.first()
    english = answer.language == "en"
    version = names_on([answer.authority_id], answer.given_on).get(answer.authority_id)
    day = date_format(answer.given_on, "DATE_FORMAT")
    if len(appeals) == 1:
        regards = _("To appeal %(number)s of %(day)s") % {
            "number": appeals[0].number,
            "day": date_format(appeals[0].received_at.date(), "SHORT_DATE_FORMAT"),
        }
    else:
        regards = ngettext("Joint answer to %(count)s appeal", "Joint answer to %(count)s appeals", len(appeals)) % {"count": len(appeals)}
    signature = _("Signed electronically. Certificate of: %(name)s") % {"name": by.name} if by else _("This copy bears no electronic signature.")
    person = answer.given_by
    return {
        "title": _("Answer"),
        "government": (government.name_en if english else government.name_ru) if government else "",
        "authority": version.name if version else "",
        "number": answer.number,
        "number_words": _("No. %(number)s") % {"number": answer.number},
        "date": day,
        "regards": regards,
        "outcome": str(AppealOutcome(answer.outcome).label),
        "paragraphs": [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if part.strip()],
        "post": person.post if person else "",
        "name": person.full_name if person else "",
        "signature": signature,
        "page_of": _("Page {n} of {total}"),
    }


def answer_pdf(answer: Answer, appeals: Sequence[Appeal], text: str, by: Signer | None) -> bytes:
    """The paper of an answer in its language, a PDF/A, signed when `by` is given."""
    with translation.override(answer.language):
        data = content(answer, appeals, text, by)
        pdf = compile_pdf(TEMPLATE, data, answer.language)
        return sign(pdf, by, reason=data["title"]) if by else pdf
