"""What is the same everywhere. Values that a place decides come from its environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pghistory
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from yantar.core.places import CHECKOUT, PACKAGE, data_folder

DATA = data_folder()
"""Everything that must survive: database, files, keys, outgoing mail."""

DEMO_ALLOWED = False
"""Demonstration accounts and the simulation can exist only where this is true; production settings never set it."""

SETUP_OPEN = False
"""Whether whoever comes first may set up the government in the browser. Only on one's own machine."""

DEBUG = False
SECRET_KEY = ""
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "yantar.web.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "yantar.core",
    "yantar.qms.organisation",
    "yantar.qms.standards",
    "yantar.qms.people",
    "yantar.qms.services",
    "yantar.qms.findings",
    "yantar.qms.certification",
    "yantar.qms.audits",
    "yantar.qms.feedback",
    "yantar.qms.procurement",
    "yantar.web.portal",
    "yantar.web.workspace",
    "yantar.api",
]

MIDDLEWARE = [
    "yantar.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yantar.web.ui.middleware.LanguageByAddressMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yantar.web.ui.middleware.FirstRunMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yantar.config.urls"
WSGI_APPLICATION = "yantar.config.wsgi.application"
SITE_ID = 1

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "yantar.web.ui.context.house",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "yantar.web.ui.templatetags.ui"],
        },
    }
]

# --- people who sign in -----------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "yantar.core.accounts.Backend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "yantar.core.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "yantar.core.accounts.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Yantar"
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip"}
"""Wrong passwords of one account are counted by axes, in the database and so for all web processes; this bounds one address, which may
be a whole building's."""
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "yantar.core.accounts.login_name"
AXES_CLIENT_IP_CALLABLE = "yantar.core.clients.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "ui/locked_out.html"
AXES_VERBOSE = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if os.environ.get("YANTAR_OIDC_ISSUER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "government",
                "name": os.environ.get("YANTAR_OIDC_NAME", "Single sign-on"),
                "client_id": os.environ.get("YANTAR_OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("YANTAR_OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": os.environ["YANTAR_OIDC_ISSUER"]},
            }
        ]
    }

# --- language, time -------------------------------------------------------------------------
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("YANTAR_TIME_ZONE", "Europe/Kaliningrad")
FORMAT_MODULE_PATH = ["yantar.web.ui.formats"]

# --- files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("YANTAR_STATIC") or CHECKOUT / "staticfiles")
NODE_MODULES = CHECKOUT / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "yantar.web.ui.finders.NodePackagesFinder",
]
MEDIA_ROOT = DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_LIMIT = 50 * 1024 * 1024
PERSONAL_ROOT = DATA / "personal"
"""Files with personal data, sealed."""
PERSONAL_KEYS: list[str] = [key for key in os.environ.get("YANTAR_PERSONAL_KEYS", "").split(",") if key]
"""Keys that seal personal data, each of 32 or more characters: the first seals, all open, so that a key can be replaced."""
SIGNING_P12 = os.environ.get("YANTAR_SIGNING_P12", "")
"""The certificate by which answers to citizens are signed (PKCS#12); without one they say that they are not signed."""
SIGNING_PASSWORD = os.environ.get("YANTAR_SIGNING_PASSWORD", "")
DEMO_SIGNING_P12: Path | None = None
"""Where a demonstration keeps the certificate it makes for itself and signs by while no other is named; production never names a place."""
RETENTION = os.environ.get("YANTAR_RETENTION", "")
"""The government's own file of how long personal data are kept, in the form of yantar/library/retention.yaml; empty: that one."""
CLAMAV_SOCKET = os.environ.get("YANTAR_CLAMAV_SOCKET", "")
"""Where clamd checks files of citizens: a path, or host:port. Empty: nothing is checked. Set but not reached: files wait for it."""
RECORDS_LIMIT = 8 * 1024**3
"""Bytes of one file of procurement records."""
PROCUREMENT_ROOT = DATA / "procurement"
"""Datasets, a folder each."""
KEPT_FOLDERS = {"procurement": PROCUREMENT_ROOT}
"""What a backup keeps beside the database and the uploaded files: folders of folders that never change once they hold a manifest.json."""
KEPT_FILES = {"personal": PERSONAL_ROOT}
"""And folders of files that never change once they are there; a name with a dot before it is being written."""
"""Bytes of one uploaded file, at most."""

# --- security --------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "yantar_session"
CSRF_COOKIE_NAME = "yantar_csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
FRESH_SECONDS = 0.1
"""How long a process may go on with the version of the data it last asked for: public answers are at most so late."""
CALENDAR_REGION = os.environ.get("YANTAR_CALENDAR", "RU")
"""Whose official calendar of working days is the base: a country, as in ISO 3166-1, with a subdivision where one is known ("DE-BY")."""
PUBLIC_RATE = os.environ.get("YANTAR_PUBLIC_RATE", "600/minute")
"""Requests of one client to the public pages, per web process."""
JURISDICTION = os.environ.get("YANTAR_JURISDICTION", "")
"""The jurisdiction_id of Open311 that is answered for; empty: none is asked for, any is answered."""
MAP_TILES = os.environ.get("YANTAR_MAP_TILES", "")
"""Address of map tiles with {z}, {x}, {y}, e.g. https://tiles.example.org/{z}/{x}/{y}.png; empty: places are shown in words and numbers."""
MAP_ATTRIBUTION = os.environ.get("YANTAR_MAP_ATTRIBUTION", "")
"""Whose map it is, as its licence wants it said; plain text."""
MAP_CENTRE = os.environ.get("YANTAR_MAP_CENTRE", "54.71,20.51,9")
"""Where an empty map begins: latitude, longitude, zoom."""
CAPTCHA_COST = int(os.environ.get("YANTAR_CAPTCHA_COST", "5000"))
"""Work of one try of the proof of work (rounds of PBKDF2): a browser needs some 256 tries, about a second."""
RATING_LIMITS = (30, 5000)
"""Ratings taken in an hour from one network, and from all together."""
TRUSTED_PROXIES = int(os.environ.get("YANTAR_TRUSTED_PROXIES", "0"))
"""How many proxies of the government stand before the web process and add to X-Forwarded-For; 0: none, the header is not believed."""

# --- mail --------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("YANTAR_MAIL_FROM", "yantar@localhost")
if os.environ.get("YANTAR_MAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = os.environ["YANTAR_MAIL_HOST"]
    EMAIL_PORT = int(os.environ.get("YANTAR_MAIL_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("YANTAR_MAIL_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("YANTAR_MAIL_PASSWORD", "")
    EMAIL_USE_TLS = os.environ.get("YANTAR_MAIL_TLS", "1") == "1"

# --- look ---------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- database habits ------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_LEVEL: Any = pghistory.Statement  # type: ignore[has-type]
"""Row history is taken once per statement: row by row, a thousand rows written together cost a hundred times more."""

PUBLIC_URL = os.environ.get("YANTAR_URL", "")
"""The address others reach this Yantar by; QR codes and mails carry it. Empty: the address of the request."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("YANTAR_LOG", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
