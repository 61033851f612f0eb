"""A server of a government. Everything secret comes from the environment; what is missing stops the start with its name."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from yantar.core.database import configure

from .base import *  # noqa: F403
from .base import DATA

_missing = [name for name in ("YANTAR_SECRET_KEY", "YANTAR_PERSONAL_KEYS", "YANTAR_HOSTS", "YANTAR_URL") if not os.environ.get(name)]
if _missing:
    raise ImproperlyConfigured("Set these environment variables: " + ", ".join(_missing))

SECRET_KEY = os.environ["YANTAR_SECRET_KEY"]
ALLOWED_HOSTS = [host.strip() for host in os.environ["YANTAR_HOSTS"].split(",")]
CSRF_TRUSTED_ORIGINS = [os.environ["YANTAR_URL"].rstrip("/")]
DEMO_ALLOWED = False
DATABASES = {"default": configure(DATA)}

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-yantar_session"
CSRF_COOKIE_NAME = "__Host-yantar_csrf"
