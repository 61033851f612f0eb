"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import changes, maps, process, template

urlpatterns: list[URLPattern] = [
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
