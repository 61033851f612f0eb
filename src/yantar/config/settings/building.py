"""Set-up and checks that need the code but no database: assets, messages, the check of migrations."""

from .base import *  # noqa: F403

SECRET_KEY = "only-for-building"  # noqa: S105
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}}
