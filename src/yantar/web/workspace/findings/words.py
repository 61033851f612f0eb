"""The steps of a finding in words: what the button says, what is to be known before it is pressed."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    """`button`: what is done; `note`: what comes of it."""

    button: Any
    note: Any = ""


WORDS: dict[str, Words] = {
    "issue": Words(_("Issue the draft"), _("The statement is checked; the time limits begin and the authority is told.")),
    "correct-draft": Words(_("Change the draft")),
    "drop": Words(_("Drop the draft"), _("It stays as cancelled; its number is not given again.")),
    "acknowledge": Words(_("Acknowledge"), _("Your authority has taken notice; the next day is that of the correction.")),
    "assign": Words(_("Name an owner"), _("The finding goes on to its correction, and the owner is told.")),
    "hand-over": Words(_("Change the owner"), _("The new owner is told; the time limits stay.")),
    "reject": Words(_("Reject the finding"), _("There is nothing to it. The reason is told to everybody concerned.")),
    "correct": Words(_("Record the correction"), _("What was done about the found case itself; the cause comes next.")),
    "why": Words(_("Ask why"), _("One answer at a time; further answers beside it make further branches.")),
    "bone": Words(_("Add a supposed cause"), _("It is drawn on its bone of the cause-and-effect diagram.")),
    "elsewhere": Words(_("Answer: could it be elsewhere?"), _("Look at other units, processes and sites before planning.")),
    "plan": Words(_("The analysis is done"), _("Asked for: a root cause with evidence, and an answer to “could it be elsewhere?”.")),
    "action": Words(_("Plan an action"), _("Who, by when, how its success is measured, what is aimed at.")),
    "effect": Words(_("Fix the measure of the effect"), _("Fixed before acting, compared afterwards by somebody independent.")),
    "submit": Words(_("Submit for approval"), _("The plan can't be changed while it waits.")),
    "approve": Words(_("Approve the plan"), _("Everybody with an action is told; the verifier is named.")),
    "send-back": Words(_("Send the plan back"), _("The owner mends it and submits it again.")),
    "done": Words(_("Submit for verification"), _("All actions are done; the verifier looks at the proof.")),
    "accept": Words(_("Accept the proof"), _("The effect is judged on the day that is set now.")),
    "refuse-proof": Words(_("Refuse the proof"), _("The actions named are to be done again; what was written stays.")),
    "judge": Words(
        _("Judge the effect"), _("The rule gives the verdict from what you observed. If it is not effective, the finding goes back to its cause.")
    ),
    "postpone": Words(_("Judge later"), _("E.g. because there were too few cases so far.")),
    "ask": Words(_("Ask other authorities"), _("Their answers are followed up; a yes raises a finding there.")),
    "cancel": Words(_("Cancel the finding"), _("It ends without a verdict; the reason is told.")),
    "request-cancel": Words(_("Ask for the cancelling"), _("A major nonconformity is cancelled by two: somebody else confirms.")),
    "confirm-cancel": Words(_("Confirm the cancelling"), _("The finding ends without a verdict.")),
    "refuse-cancel": Words(_("Refuse the cancelling"), _("The finding goes on.")),
    "reopen": Words(_("Reopen"), _("It came again: back to the cause, in another round.")),
    "take-up": Words(_("Take it up"), _("Treated like a nonconformity: with a cause, actions and a proven effect.")),
    "share": Words(_("Share with all authorities"), _("Everybody in the government may learn from it.")),
    "unshare": Words(_("Share no longer"), _("Only your authority and the whole-government roles see it.")),
    "translate": Words(_("English wording"), _("For readers and reports in English. What the finding says itself stays.")),
    "attach": Words(_("Attach a file")),
    "verifier": Words(_("Name a verifier"), _("Independent of the owner and of the actions.")),
}
"""Steps of the finding itself."""

CAUSE_WORDS: dict[str, Words] = {
    "why": Words(_("Ask why"), _("An answer below this one. Ask until you reach something that you can change.")),
    "change": Words(_("Change the answer"), _("A marked root has to be marked again.")),
    "reject": Words(_("Reject the supposed cause"), _("It stays in the tree, crossed out, with the reason.")),
    "root": Words(_("This is the root"), _("Two questions are answered before it is marked.")),
    "remove": Words(_("Remove the answer"), _("For what was entered by mistake. What turned out wrong is rejected instead.")),
}
"""Steps of one answer in the analysis."""

ACTION_WORDS: dict[str, Words] = {
    "complete": Words(_("Record it as done"), _("With what shows it; a file helps whoever verifies.")),
    "change": Words(_("Change the action")),
    "assignee": Words(_("Give it to somebody else")),
    "withdraw": Words(_("Withdraw the action"), _("It is taken out of the plan.")),
}
"""Steps of one action of the plan."""
