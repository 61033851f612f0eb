"""The steps of an appeal in words: what the button says, what is to be known before it is pressed."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    """`button`: what is done; `note`: what comes of it."""

    button: Any
    note: Any = ""


WORDS: dict[str, Words] = {
    "release": Words(_("Let it through"), _("It is an appeal like others; its time has run since it came.")),
    "reject": Words(_("Reject it"), _("It is no appeal. It stays, is counted in public, and whoever has the code reads why.")),
    "register": Words(_("Register"), _("From the next day on the time of the answer runs. The citizen is told.")),
    "assign": Words(_("Give it to a person"), _("The person is told.")),
    "name-concerned": Words(
        _("Name who is complained about"),
        _("That person no longer sees it. If it is the head of the authority, it goes to the authority above (59-FZ art. 8 part 6)."),
    ),
    "forward": Words(
        _("Forward"), _("To the competent authority, or to several, each for its part. It is received there anew; the citizen is told.")
    ),
    "extend": Words(_("Extend the time"), _("Once, by at most the days of the law. The citizen is told why and until when.")),
    "answer": Words(_("Answer"), _("The citizen reads the text and gets it as a PDF.")),
    "decline": Words(_("Leave it without an answer"), _("Only on a ground of the law; the citizen is told which.")),
    "reopen": Words(_("Take it up again"), _("A new time runs from tomorrow; the earlier answer stays.")),
    "keep": Words(_("Let the answer stand"), _("The citizen is told why, and it is closed.")),
    "measures": Words(_("Record the measures"), _("What was done after the complaint was upheld; the citizen reads it.")),
    "finding": Words(_("Make a finding of it"), _("With a correction, a cause and a proven effect. Write no personal data here.")),
    "publish": Words(_("Publish the remark"), _("In your own words and without personal data; an empty text takes it back.")),
    "note": Words(_("Add a note"), _("For colleagues; the citizen never sees it.")),
    "close": Words(_("Close"), _("The time to dispute is over and the measures are taken.")),
}
"""By the name in the address."""
