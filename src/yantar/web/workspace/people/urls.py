"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import auditors, changes

urlpatterns: list[URLPattern] = [
    path("auditors/", auditors.auditors, name="auditors"),
    path("auditors/new/", changes.new, name="auditor_new"),
    path("auditors/<slug:code>/", auditors.auditor, name="auditor"),
    path("auditors/<slug:code>/competences/<int:pk>/correct/", changes.correct_competence, name="competence_correct"),
    path("auditors/<slug:code>/competences/<int:pk>/withdraw/", changes.withdraw_competence, name="competence_withdraw"),
    path("auditors/<slug:code>/competences/<int:pk>/scan/", auditors.scan, name="competence_scan"),
    path("auditors/<slug:code>/absences/<int:pk>/cancel/", changes.cancel_absence, name="absence_cancel"),
    path("auditors/<slug:code>/conflicts/<int:pk>/end/", changes.end_conflict, name="conflict_end"),
    path("auditors/<slug:code>/<slug:step>/", changes.step, name="auditor_step"),
]
