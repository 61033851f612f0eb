"""Addresses of the programmes, `/workspace/programmes/…`."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import exports, move, plan_runs, programmes, risks, wanted, year

urlpatterns: list[URLPattern] = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/plan/", programmes.plan_year, name="plan_year"),
    path("programmes/<int:year>/", programmes.programme, name="programme"),
    path("programmes/<int:year>/texts/", programmes.texts, name="programme_texts"),
    path("programmes/<int:year>/review/", programmes.review, name="programme_review"),
    path("programmes/<int:year>/do/<slug:what>/", programmes.step, name="programme_step"),
    path("programmes/<int:year>/plan/", plan_runs.start, name="plan_start"),
    path("programmes/<int:year>/runs/", plan_runs.runs, name="plan_runs"),
    path("programmes/<int:year>/runs/<int:pk>/", plan_runs.run, name="plan_run"),
    path("programmes/<int:year>/runs/<int:pk>/progress/", plan_runs.progress, name="plan_progress"),
    path("programmes/<int:year>/runs/<int:pk>/cancel/", plan_runs.cancel, name="plan_cancel"),
    path("programmes/<int:year>/runs/<int:pk>/apply/", plan_runs.apply, name="plan_apply"),
    path("programmes/<int:year>/calendar/", year.calendar, name="programme_calendar"),
    path("programmes/<int:year>/chart/", year.chart, name="programme_chart"),
    path("programmes/<int:year>/risks/", risks.risks, name="programme_risks"),
    path("programmes/<int:year>/coverage/", risks.coverage, name="programme_coverage"),
    path("programmes/<int:year>/add/", wanted.add, name="programme_add"),
    path("programmes/<int:year>/audits/<slug:number>/", move.audit, name="programme_audit"),
    path("programmes/<int:year>/audits/<slug:number>/wanted/", wanted.change, name="programme_wanted"),
    path("programmes/<int:year>/audits/<slug:number>/move/", move.move, name="programme_move"),
    path("programmes/<int:year>/audits/<slug:number>/move/check/", move.check, name="move_check"),
    path("programmes/<int:year>/audits/<slug:number>/do/<slug:what>/", move.hold, name="programme_hold"),
    path("programmes/<int:year>/programme.ics", exports.ics, name="programme_ics"),
    path("programmes/<int:year>/programme.xlsx", exports.xlsx, name="programme_xlsx"),
    path("programmes/<int:year>/programme.pdf", exports.pdf, name="programme_pdf"),
]
