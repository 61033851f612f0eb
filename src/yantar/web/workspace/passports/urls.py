"""Addresses of services, their passports, and the limits of the law."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import limits, lists, steps, versions

urlpatterns: list[URLPattern] = [
    path("limits/", limits.limits, name="limits"),
    path("limits/<slug:kind>/<slug:key>/<slug:variant>/change/", limits.change, name="limit_change"),
    path("limits/<slug:kind>/<slug:key>/<slug:variant>/confirm/", limits.confirm, name="limit_confirm"),
    path("services/", lists.services, name="services"),
    path("services/new/", steps.new, name="service_new"),
    path("services/of/<slug:code>/", lists.service, name="service"),
    path("services/of/<slug:code>/compare/", versions.compare, name="service_compare"),
    path("services/of/<slug:code>/draw/", steps.draw, name="service_draw"),
    path("services/of/<slug:code>/versions/<int:version>/", versions.version, name="passport"),
    path("services/of/<slug:code>/versions/<int:version>/edit/", versions.edit, name="passport_edit"),
    path("services/of/<slug:code>/versions/<int:version>/<slug:step>/", steps.passport_step, name="passport_step"),
    path("services/of/<slug:code>/<slug:step>/", steps.service_step, name="service_step"),
]
