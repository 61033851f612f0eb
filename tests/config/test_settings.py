"""Settings for servers: safe, complete, and loud about what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "yantar.config.settings.production",
    "YANTAR_SECRET_KEY": "k3y-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "YANTAR_PERSONAL_KEYS": "p3r5onal-" + "0123456789abcdef" * 4,
    "YANTAR_HOSTS": "yantar.example.org, www.yantar.example.org",
    "YANTAR_URL": "https://yantar.example.org",
}


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("YANTAR_", "DJANGO_", "DATABASE_"))}
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**clean, "DATABASE_URL": url, **environment}, capture_output=True, text=True, check=False
    )


def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, YANTAR_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    nothing = {"YANTAR_PERSONAL_KEYS": "", "YANTAR_HOSTS": "", "YANTAR_URL": ""}
    done = python("manage.py", "check", **{**PRODUCTION, **nothing}, YANTAR_DATA=str(tmp_path))
    assert done.returncode != 0
    assert "Set these environment variables: YANTAR_PERSONAL_KEYS, YANTAR_HOSTS, YANTAR_URL" in done.stderr


def values(names: list[str], tmp_path: Path, **environment: str) -> dict:
    code = f"import json; from django.conf import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}, default=str))"
    done = python("-W", "error", "-c", code, **PRODUCTION, YANTAR_DATA=str(tmp_path), **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_production_allows_no_demonstration_and_sends_cookies_over_tls_only(tmp_path: Path) -> None:
    cookies = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME"]
    said = values(["DEMO_ALLOWED", "DEBUG", *cookies, "ALLOWED_HOSTS", "SOCIALACCOUNT_PROVIDERS"], tmp_path)
    assert said == {
        "DEMO_ALLOWED": False,
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-yantar_session",
        "ALLOWED_HOSTS": ["yantar.example.org", "www.yantar.example.org"],
        "SOCIALACCOUNT_PROVIDERS": {},
    }


def test_single_sign_on_and_mail_come_from_the_environment(tmp_path: Path) -> None:
    said = values(
        ["SOCIALACCOUNT_PROVIDERS", "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS"],
        tmp_path,
        YANTAR_OIDC_ISSUER="https://sso.example.org/realms/gov",
        YANTAR_OIDC_CLIENT_ID="yantar",
        YANTAR_OIDC_CLIENT_SECRET="s",
        YANTAR_OIDC_NAME="Вход правительства",
        YANTAR_MAIL_HOST="mail.example.org",
        YANTAR_MAIL_PORT="2525",
    )
    [application] = said["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert (application["name"], application["client_id"], application["settings"]) == (
        "Вход правительства",
        "yantar",
        {"server_url": "https://sso.example.org/realms/gov"},
    )
    assert (said["EMAIL_BACKEND"].rsplit(".", 1)[1], said["EMAIL_HOST"], said["EMAIL_PORT"], said["EMAIL_USE_TLS"]) == (
        "EmailBackend",
        "mail.example.org",
        2525,
        True,
    )


@pytest.mark.django_db  # The other process reads the sites of this test's database.
def test_the_sign_in_page_offers_single_sign_on(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); from django.test import RequestFactory; from allauth.socialaccount.adapter import get_adapter;"
        "print([p.sub_id for p in get_adapter().list_providers(RequestFactory().get('/'))])"
    )
    done = python("-c", code, **PRODUCTION, YANTAR_DATA=str(tmp_path), YANTAR_OIDC_ISSUER="https://sso.example.org")
    assert "['government']" in done.stdout, done.stderr
