"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import changes, delivery, delivery_cases, maps, process, template

urlpatterns: list[URLPattern] = [
    path("deliveries/", delivery.deliveries, name="deliveries"),
    path("deliveries/of/<slug:code>/", delivery.service, name="delivery"),
    path("deliveries/of/<slug:code>/month/", delivery.month, name="delivery_month"),
    path("deliveries/of/<slug:code>/remove/", delivery.remove, name="delivery_remove"),
    path("deliveries/cases/", delivery_cases.loads, name="case_loads"),
    path("deliveries/cases/load/", delivery_cases.load, name="case_load_new"),
    path("deliveries/cases/<int:pk>/", delivery_cases.one, name="case_load"),
    path("deliveries/cases/<int:pk>/progress/", delivery_cases.progress, name="case_load_progress"),
    path("deliveries/cases/<int:pk>/cancel/", delivery_cases.cancel, name="case_load_cancel"),
    path("deliveries/cases/<int:pk>/continue/", delivery_cases.go_on, name="case_load_continue"),
    path("processes/", maps.processes, name="processes"),
    path("processes/template/", template.template, name="process_template"),
    path("processes/template/new/", template.new, name="process_template_new"),
    path("processes/of/<slug:code>/", maps.process_map, name="process_map"),
    path("processes/of/<slug:code>/new/", changes.new, name="process_new"),
    path("processes/of/<slug:code>/adopt/", template.adopt, name="process_adopt"),
    path("processes/<int:pk>/", process.process, name="process"),
    path("processes/<int:pk>/take-over/", changes.take_over, name="process_take_over"),
    path("processes/<int:pk>/parts/<int:part>/end/", changes.end_part, name="process_part_end"),
    path("processes/<int:pk>/<slug:step>/", changes.step, name="process_step"),
]
