"""Addresses of this part of the workspace. A number may hold a stroke where it is of a part."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import answering, appeal, figures, intake, queue, steps, templates_pages

urlpatterns: list[URLPattern] = [
    path("appeals/", queue.appeals, name="appeals"),
    path("appeals/new/", intake.appeal_intake, name="appeal_intake"),
    path("appeals/table.<str:fmt>", queue.appeal_table, name="appeal_table"),
    path("appeals/figures/", figures.appeal_figures, name="appeal_figures"),
    path("appeals/templates/", templates_pages.answer_templates, name="answer_templates"),
    path("appeals/templates/new/", templates_pages.answer_template_new, name="answer_template_new"),
    path("appeals/templates/<int:pk>/", templates_pages.answer_template, name="answer_template"),
    path("appeals/templates/<int:pk>/retire/", templates_pages.answer_template_retire, name="answer_template_retire"),
    path("appeals/<path:number>/personal/", appeal.appeal_personal, name="appeal_personal"),
    path("appeals/<path:number>/files/<int:pk>/", appeal.appeal_file, name="appeal_file"),
    path("appeals/<path:number>/answers/<int:pk>/", appeal.appeal_answer_file, name="appeal_answer_file"),
    path("appeals/<path:number>/answer/", answering.appeal_answer, name="appeal_answer"),
    path("appeals/<path:number>/do/<str:step>/", steps.appeal_step, name="appeal_step"),
    path("appeals/<path:number>/", appeal.appeal, name="appeal"),
]
