"""Addresses of audits. Words that are no numbers of audits come first."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import audit, audits, external, meetings, prepare, raising, report, spot, steps

_ONE = "audits/<str:number>/"

urlpatterns: list[URLPattern] = [
    path("audits/", audits.audits, name="audits"),
    path("audits/bank/", prepare.question_bank, name="question_bank"),
    path("audits/spot-worker.js", spot.spot_worker, name="audit_spot_worker"),
    path("audits/external/new/", external.external_new, name="external_new"),
    path("audits/external/findings.xlsx", external.external_template, name="external_template"),
    path(_ONE, audit.audit, name="audit"),
    path(f"{_ONE}steps/<slug:step>/", steps.audit_step, name="audit_step"),
    path(f"{_ONE}checklist/", prepare.audit_prepare, name="audit_prepare"),
    path(f"{_ONE}checklist/new/", prepare.question_new, name="question_new"),
    path(f"{_ONE}checklist/<int:pk>/", prepare.line_correct, name="line_correct"),
    path(f"{_ONE}agenda/", meetings.audit_agenda, name="audit_agenda"),
    path(f"{_ONE}agenda/new/", meetings.agenda_item, name="agenda_new"),
    path(f"{_ONE}agenda/<int:pk>/", meetings.agenda_item, name="agenda_item"),
    path(f"{_ONE}agenda/<int:pk>/remove/", meetings.agenda_remove, name="agenda_remove"),
    path(f"{_ONE}meetings/<slug:kind>/", meetings.audit_meeting, name="audit_meeting"),
    path(f"{_ONE}people/new/", meetings.person_met_new, name="person_met_new"),
    path(f"{_ONE}people/<int:pk>/remove/", meetings.person_met_remove, name="person_met_remove"),
    path(f"{_ONE}spot/", spot.audit_spot, name="audit_spot"),
    path(f"{_ONE}answers/", spot.audit_answers, name="audit_answers"),
    path(f"{_ONE}evidence/", spot.audit_evidence_add, name="audit_evidence_add"),
    path(f"{_ONE}evidence/<int:pk>/", spot.audit_evidence, name="audit_evidence"),
    path(f"{_ONE}evidence/<int:pk>/remove/", spot.audit_evidence_remove, name="audit_evidence_remove"),
    path(f"{_ONE}findings/new/", raising.finding_new, name="audit_finding_new"),
    path(f"{_ONE}findings/<str:finding>/", raising.finding_correct, name="audit_finding"),
    path(f"{_ONE}findings/<str:finding>/drop/", raising.finding_drop, name="audit_finding_drop"),
    path(f"{_ONE}report/", report.audit_report, name="audit_report"),
    path(f"{_ONE}report/dispute/", report.report_dispute, name="report_dispute"),
    path(f"{_ONE}report.<str:language>.pdf", report.audit_report_pdf, name="audit_report_pdf"),
    path(f"{_ONE}external/days/", external.external_days, name="external_days"),
    path(f"{_ONE}external/report/", external.external_report, name="external_report"),
    path(f"{_ONE}external/findings/new/", external.external_finding_new, name="external_finding_new"),
    path(f"{_ONE}external/findings/import/", external.external_import, name="external_import"),
]
