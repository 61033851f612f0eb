"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import exports, figures, listing

urlpatterns: list[URLPattern] = [
    path("findings/", listing.findings, name="findings"),
    path("findings/export.<str:format>", exports.findings_export, name="findings_export"),
    path("findings/figures/", figures.finding_figures, name="finding_figures"),
    path("findings/filters/save/", listing.filter_save, name="finding_filter_save"),
    path("findings/filters/<int:pk>/rename/", listing.filter_rename, name="finding_filter_rename"),
    path("findings/filters/<int:pk>/delete/", listing.filter_delete, name="finding_filter_delete"),
]
