"""Words that the script of the questions needs, in the reader's language. `{n}` and the like are filled in by the script."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yantar.qms.audits.models import AnswerGrade


def words() -> dict[str, Any]:
    """Everything the script says."""
    return {
        "of": _("Question {n} of {total}"),
        "done": _("answered: {n} of {total}"),
        "saved": _("Everything is saved"),
        "saving": _("Saving…"),
        "offline": _("No connection. Kept on this device, not sent yet: {n}"),
        "lost": _("No connection, and this browser keeps nothing. Don't close the page. Not sent yet: {n}"),
        "signin": _("Sign in again to send. Kept on this device: {n}"),
        "stopped": _("The server does not take the answers. Kept on this device: {n}"),
        "over": _("This audit is not under way any more; answers are not taken."),
        "conflict": _("Question {n} was also changed on another device of yours. The newer answer stands; the other one said:"),
        "nothing": _("(nothing)"),
        "dropped": _("Question {n} was dropped from the checklist; your answer was not sent."),
        "close": _("Close"),
        "waiting": _("kept on this device, not sent yet"),
        "remove": _("Remove"),
        "permission": _("Ask for permission before you take a picture, and tick that you did."),
        "no_room": _("This browser could not keep the file. Free some space and choose it again."),
        "no_store": _("This browser keeps nothing on the device (a private window?): without a connection answers would be lost."),
        "raised": _("Findings raised: {numbers}"),
        "not_answered": _("not answered"),
        "answered_by_other": _("answered by another auditor"),
        "grades": {code: str(label) for code, label in AnswerGrade.choices},
    }
