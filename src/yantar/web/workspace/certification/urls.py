"""Addresses of this part of the workspace. A certificate's number may hold slashes, so what stands below it comes first."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import bodies, calendar, certificate, certificates, decisions, export, home, notifications, register

_ONE = "certificates/<path:number>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("certificates/", register.certificates, name="certificates"),
    path("certificates/new/", certificates.certificate_new, name="certificate_new"),
    path("certificates/export.<str:format>", export.certificates_export, name="certificates_export"),
    path(f"{_ONE}decisions/new/", decisions.decision_new, name="decision_new"),
    path(f"{_ONE}decisions/<int:pk>/reverse/", decisions.decision_reverse, name="decision_reverse"),
    path(f"{_ONE}audits/new/", decisions.audit_new, name="audit_new"),
    path(f"{_ONE}audits/<int:pk>/take-back/", decisions.audit_take_back, name="audit_take_back"),
    path(f"{_ONE}correct/", certificates.certificate_correct, name="certificate_correct"),
    path(f"{_ONE}exclusions/", certificates.exclusions, name="exclusions"),
    path(f"{_ONE}superseded/", certificates.certificate_supersede, name="certificate_supersede"),
    path(f"{_ONE}scan/", certificate.scan, name="scan"),
    path(f"{_ONE}scan/attach/", certificates.scan_attach, name="scan_attach"),
    path(_ONE, certificate.certificate, name="certificate"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/mine/", notifications.my_calendar, name="my_calendar"),
    path("calendar/<str:token>.ics", notifications.calendar_feed, name="calendar_feed"),
    path("late/", calendar.late, name="late"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/new/", bodies.body_new, name="body_new"),
    path("bodies/<slug:code>/", bodies.body_correct, name="body_correct"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
]
