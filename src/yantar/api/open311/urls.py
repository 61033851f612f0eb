"""Addresses below `/open311/v2/`; the ending says the format."""

from django.urls import re_path

from . import views

FORM = r"\.(?P<form>json|xml)$"
app_name = "open311"
urlpatterns = [
    re_path(rf"^services{FORM}", views.services, name="services"),
    re_path(rf"^services/(?P<code>[-\w]{{1,40}}){FORM}", views.service, name="service"),
    re_path(rf"^requests{FORM}", views.requests, name="requests"),
    re_path(rf"^requests/(?P<number>[-\w]{{1,40}}){FORM}", views.one, name="request"),
    re_path(rf"^tokens/(?P<token>[-\w]{{1,60}}){FORM}", views.token, name="token"),
]
