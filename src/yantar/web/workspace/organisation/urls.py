"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import authorities, belongings, imports, journal, people, profile, settings, standards, working_days

urlpatterns: list[URLPattern] = [
    path("authorities/", authorities.authorities, name="authorities"),
    path("authorities/new/", authorities.create, name="authority_create"),
    path("authorities/<slug:code>/", authorities.authority, name="authority"),
    path("authorities/<slug:code>/<slug:step>/", authorities.change, name="authority_step"),
    path("authorities/<slug:code>/units/<int:pk>/<slug:step>/", belongings.unit, name="unit_step"),
    path("authorities/<slug:code>/sites/<int:pk>/<slug:step>/", belongings.site, name="site_step"),
    path("import/", imports.imports, name="imports"),
    path("import/jobs/<uuid:pk>/", imports.job, name="import_job"),
    path("import/jobs/<uuid:pk>/progress/", imports.progress, name="import_progress"),
    path("import/jobs/<uuid:pk>/take-in/", imports.take_in, name="import_take_in"),
    path("import/jobs/<uuid:pk>/cancel/", imports.cancel, name="import_cancel"),
    path("import/jobs/<uuid:pk>/problems.csv", imports.problems, name="import_problems"),
    path("import/<slug:what>/", imports.upload, name="import_upload"),
    path("import/<slug:what>/template/", imports.template, name="import_template"),
    path("import/<slug:what>/export/", imports.export, name="import_export"),
    path("me/", profile.profile, name="profile"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add, name="person_add"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", people.change, name="person_change"),
    path("people/<int:pk>/activity/", people.activity, name="person_activity"),
    path("people/<int:pk>/roles/<int:holding>/take/", people.take_role, name="role_take"),
    path("journal/", journal.journal, name="journal"),
    path("settings/", settings.settings, name="settings"),
    path("settings/working-days/", working_days.working_days, name="working_days"),
    path("standards/", standards.editions, name="standards"),
    path("standards/own/", standards.own, name="own_standard"),
    path("standards/transitions/<int:pk>/", standards.transition, name="transition"),
    path("standards/<str:old>/to/<str:new>/", standards.correspondence, name="correspondence"),
    path("standards/<str:key>/", standards.edition, name="edition"),
    path("standards/<str:key>/<str:number>/", standards.clause, name="clause"),
]
