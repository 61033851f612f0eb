"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import categories, data, keys, readings

urlpatterns: list[URLPattern] = [
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/revoke/", keys.revoke, name="key_revoke"),
    path("personal-data/", data.find, name="personal_data"),
    path("personal-data/readings/", readings.register, name="personal_readings"),
    path("personal-data/export/", data.export, name="personal_export"),
    path("personal-data/erase/", data.erase, name="personal_erase"),
    path("remark-subjects/", categories.categories, name="remark_subjects"),
    path("remark-subjects/new/", categories.add, name="remark_subject_add"),
    path("remark-subjects/<slug:code>/", categories.change, name="remark_subject"),
    path("remark-subjects/<slug:code>/end/", categories.end, name="remark_subject_end"),
]
