"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import cases, elsewhere, exports, figures, finding, listing, raise_page, steps

urlpatterns: list[URLPattern] = [
    path("findings/", listing.findings, name="findings"),
    path("findings/export.<str:format>", exports.findings_export, name="findings_export"),
    path("findings/figures/", figures.finding_figures, name="finding_figures"),
    path("findings/filters/save/", listing.filter_save, name="finding_filter_save"),
    path("findings/filters/<int:pk>/rename/", listing.filter_rename, name="finding_filter_rename"),
    path("findings/filters/<int:pk>/delete/", listing.filter_delete, name="finding_filter_delete"),
    path("findings/new/", raise_page.finding_new, name="finding_new"),
    path("findings/elsewhere/", elsewhere.elsewhere, name="elsewhere"),
    path("findings/elsewhere/<int:pk>/", elsewhere.elsewhere_answer, name="elsewhere_answer"),
    path("findings/cases/", cases.cases, name="cases"),
    path("findings/cases/<str:number>/", cases.case, name="case"),
    path("findings/cases/<str:number>/decide/", cases.case_decide, name="case_decide"),
    path("findings/cases/<str:number>/close/", cases.case_close, name="case_close"),
    path("findings/<str:number>/", finding.finding, name="finding"),
    path("findings/<str:number>/correct-draft/", raise_page.finding_correct, name="finding_correct"),
    path("findings/<str:number>/files/<int:pk>/", steps.finding_file, name="finding_file"),
    path("findings/<str:number>/causes/<int:pk>/<str:step>/", steps.finding_cause_step, name="finding_cause_step"),
    path("findings/<str:number>/actions/<int:pk>/<str:step>/", steps.finding_action_step, name="finding_action_step"),
    path("findings/<str:number>/do/<str:step>/", steps.finding_step, name="finding_step"),
]
