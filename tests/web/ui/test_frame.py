"""Files, languages, menus: what stands around every page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import get_language

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from yantar.qms.organisation.models import Role
from yantar.web.ui.context import house
from yantar.web.ui.finders import SERVED, NodePackagesFinder
from yantar.web.ui.middleware import LanguageByAddressMiddleware
from yantar.web.ui.navigation import PORTAL

# --- files -----------------------------------------------------------------------------------


def test_only_the_few_files_are_served_from_the_packages() -> None:
    assert {name for name, _storage in NodePackagesFinder().list([])} == set(SERVED)
    assert finders.find("vendor/tabler/tabler.min.css")
    assert finders.find("vendor/tabler/tabler.min.css.map") is None
    assert NodePackagesFinder().find("vendor/tabler/../htmx/htmx.min.js") == []


def test_files_are_collected_under_names_with_their_hash(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    styles = next(tmp_path.glob("vendor/tabler/tabler.min.*.css")).read_text()
    assert "sourceMappingURL" not in styles
    fonts = next(tmp_path.glob("vendor/golos/wght.*.css")).read_text()
    addresses = re.findall(r"url\(\"?([^)\"]+)", fonts)
    assert len(addresses) == 4
    assert all((tmp_path / "vendor/golos" / address).exists() for address in addresses)
    assert re.search(r"hero\.[0-9a-f]{12}\.svg", next(tmp_path.glob("ui/yantar.*.css")).read_text())


def test_without_packages_the_failure_names_the_remedy(tmp_path: Path, settings: Any) -> None:
    settings.NODE_MODULES = tmp_path
    with pytest.raises(ImproperlyConfigured, match="make setup"):
        list(NodePackagesFinder().list([]))
    with pytest.raises(ImproperlyConfigured, match="make setup"):
        NodePackagesFinder().find("vendor/htmx/htmx.min.js")


def test_our_own_pages_need_no_inline_script_or_style() -> None:
    folder = Path(finders.find("ui/yantar.css")).parents[2] / "templates"
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", text), path


# --- language ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "language"), [("/", "ru"), ("/en", "en"), ("/en/", "en"), ("/en/x", "en"), ("/english/", "ru"), ("/static/en/x", "ru"), ("/x/en/", "ru")]
)
def test_the_address_decides_the_language(path: str, language: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{get_language()} {request.LANGUAGE_CODE}")

    before = get_language()
    response = LanguageByAddressMiddleware(view)(RequestFactory().get(path, headers={"Accept-Language": "de"}))
    assert response.content.decode() == f"{language} {language}"
    assert response.headers["Content-Language"] == language and "Vary" not in response.headers
    assert get_language() == before


def test_a_streamed_answer_keeps_its_language_to_the_end() -> None:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(str(get_language()) for _ in range(3))

    before = get_language()
    response = LanguageByAddressMiddleware(view)(RequestFactory().get("/en/x"))
    assert b"".join(response.streaming_content) == b"enenen"
    assert get_language() == before


@pytest.mark.django_db
def test_a_letter_is_in_its_reader_s_language(client: Any, mailoutbox: list[Any]) -> None:
    GovernmentFactory()
    for language, path in (("ru", "/en/accounts/password/reset/"), ("en", "/accounts/password/reset/")):
        user = with_role(Role.ADMINISTRATOR, language=language)
        user.set_password("amber-and-pine-2026")
        user.save()
        client.post(path, {"email": user.email})
        assert bool(re.search("[а-я]{5}", mailoutbox[-1].body)) == (language == "ru")


# --- menus ---------------------------------------------------------------------------------------

pages = pytest.mark.urls("tests.journeys.gallery.urls")


def _request(path: str, user: Any = None) -> HttpRequest:
    request = RequestFactory().get(path)
    if user is not None:
        request.user = user
    return request


@pages
@pytest.mark.django_db
def test_a_menu_shows_what_the_person_may_open_and_where_they_are() -> None:
    staff = with_role(Role.STAFF, AuthorityFactory())
    menu = house(_request("/w/certificates/5/", staff))["house"].workspace_nav
    names = [item.icon for item in menu]
    assert "certificate" in names and not {"journal", "people", "settings", "import"} & set(names)
    assert [item.icon for item in menu if item.active] == ["certificate"]
    administrator = with_role(Role.ADMINISTRATOR)
    assert {"journal", "people", "settings"} <= {item.icon for item in house(_request("/w/", administrator))["house"].workspace_nav}


@pages
def test_nobody_signed_in_sees_no_menu_of_the_workspace() -> None:
    assert house(_request("/w/home/"))["house"].workspace_nav == []
    assert [item.active for item in house(_request("/p/home/"))["house"].portal_nav] == [True] + [False] * (len(PORTAL) - 1)


@pages
@pytest.mark.django_db
def test_the_government_is_asked_for_once_and_only_if_shown(django_assert_num_queries: Any) -> None:
    GovernmentFactory(is_demo=True)
    request = _request("/p/home/")
    with django_assert_num_queries(0):
        values = house(request)
    with django_assert_num_queries(1):
        for _ in range(2):
            shown = Template("{{ house.government_name }}{{ house.is_demo }}").render(Context(house(request)))
    assert shown == "Правительство Янтарного краяTrue"
    assert values["house"] is house(request)["house"]


@pytest.mark.django_db
def test_before_the_set_up_there_is_no_government() -> None:
    found = house(_request("/"))["house"]
    assert (found.government, found.government_name, found.is_demo, found.unread) == (None, "", False, 0)
