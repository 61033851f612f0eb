"""Steps of an audit as buttons and questions."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from yantar.qms.audits.states import Who


class StepWords(NamedTuple):
    """`button`: what is pressed; `note`: what it means; `danger`: it takes something away."""

    button: Any
    note: Any
    danger: bool = False


WHO: dict[Who, Any] = {
    Who.LEAD: _("Lead auditor"),
    Who.HEAD_OF_QUALITY: _("Head of quality of the government"),
    Who.AUTHORITY: _("Coordinator or head of the authority"),
    Who.COORDINATOR: _("Quality coordinator"),
}
"""Who takes a step, in words."""

STEPS: dict[str, StepWords] = {
    "audits.finish_preparation": StepWords(_("Preparation is finished"), _("The authority and the team are told of the days.")),
    "audits.prepare_again": StepWords(_("Back to preparation"), _("The checklist and the plan of the day are opened again.")),
    "audits.begin": StepWords(_("Begin the audit"), _("From now on the team answers questions on the spot.")),
    "audits.finish_on_the_spot": StepWords(_("Finish on the spot"), _("Answers are closed; the report is written.")),
    "audits.resume": StepWords(_("Back to the spot"), _("Answers are taken again.")),
    "audits.sign_report": StepWords(
        _("Sign the report"),
        _("Findings are issued and their time limits begin; the report can't be changed any more; the authority is asked to answer."),
    ),
    "audits.acknowledge_report": StepWords(_("Acknowledge the report"), _("The authority takes note of the report; the follow-up begins.")),
    "audits.answer_dispute": StepWords(_("Answer the dispute"), _("The answer stands beside the report; the follow-up begins.")),
    "audits.close": StepWords(_("Close the audit"), _("All majors and minors of the audit are closed.")),
    "audits.postpone": StepWords(_("Postpone"), _("The days are given back; the preparation stays."), danger=True),
    "audits.plan_again": StepWords(_("Plan again"), _("The audit is wanted within a new window.")),
    "audits.cancel": StepWords(_("Cancel the audit"), _("The audit is given up for good."), danger=True),
    "audits.report_external": StepWords(_("Record the audit"), _("The audit is over: it becomes a fact of the certificate.")),
}
"""Every step of the table."""
