"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import standards

urlpatterns: list[URLPattern] = [
    path("standards/", standards.editions, name="standards"),
    path("standards/own/", standards.own, name="own_standard"),
    path("standards/transitions/<int:pk>/", standards.transition, name="transition"),
    path("standards/<str:old>/to/<str:new>/", standards.correspondence, name="correspondence"),
    path("standards/<str:key>/", standards.edition, name="edition"),
    path("standards/<str:key>/<str:number>/", standards.clause, name="clause"),
]
