"""Addresses of this part of the workspace."""

from __future__ import annotations

from django.urls import URLPattern

from .audit_urls import urlpatterns as audits
from .programme_urls import urlpatterns as programmes

# Addresses of the programme name audits too; their own words come before the number of an audit.
urlpatterns: list[URLPattern] = [*programmes, *audits]
