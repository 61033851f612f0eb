"""Who may open and do what: sign-in everywhere, 404 for another authority's internals, 403 for those who only read, 405 for a wrong method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.factories import with_role
from yantar.core.models import User
from yantar.qms.certification.models import Certificate
from yantar.qms.organisation.models import Role
from yantar.web.workspace.certification.urls import urlpatterns

As = Callable[[User], Client]

SECRET_ADDRESS = {"calendar_feed": "calendar programs can't sign in; the address itself is the secret"}

LISTS = [
    "/workspace/",
    "/workspace/certificates/",
    "/workspace/certificates/export.csv",
    "/workspace/certificates/export.xlsx",
    "/workspace/calendar/",
    "/workspace/calendar/mine/",
    "/workspace/late/",
    "/workspace/bodies/",
    "/workspace/notifications/",
]
OF_ONE = ["", "decisions/new/", "decisions/new/?kind=confirm", "audits/new/", "correct/", "exclusions/", "superseded/", "scan/attach/"]
FORMS = OF_ONE[1:]


def address(pattern: URLPattern) -> str:
    values = {"number": "YA-0001", "pk": 1, "code": "body-x", "token": "wrong", "format": "csv"}
    arguments = {name: values[name] for name in pattern.pattern.converters}
    return reverse(f"workspace:{pattern.name}", kwargs=arguments)


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda one: one.name)
def test_every_address_asks_for_a_sign_in_or_says_why_not(client: Client, pattern: URLPattern) -> None:
    for prefix in ("", "/en"):
        path = prefix + address(pattern)
        answer = client.get(path)
        if pattern.name in SECRET_ADDRESS:
            assert answer.status_code == 404
        elif pattern.name == "notifications_read":
            assert client.post(path).headers["Location"] == f"{prefix}/accounts/login/?next={path}"
        else:
            assert answer.status_code == 302
            assert answer.headers["Location"] == f"{prefix}/accounts/login/?next={path}"


@pytest.mark.parametrize("path", LISTS)
def test_without_a_role_a_page_says_whom_to_ask(as_: As, nobody: User, path: str) -> None:
    administrator = with_role(Role.ADMINISTRATOR)
    answer = as_(nobody).get(path)
    assert answer.status_code == 403
    assert administrator.email in answer.content.decode()
    assert "workspace/no_role.html" in [template.name for template in answer.templates]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_lists_open_for_everyone_with_a_role(as_: As, stranger: User, certificate: Certificate, path: str, prefix: str) -> None:
    answer = as_(stranger).get(prefix + path)
    assert answer.status_code == 200
    assert "no-cache" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("rest", OF_ONE)
def test_another_authority_s_certificate_is_not_there(as_: As, stranger: User, certificate: Certificate, rest: str) -> None:
    client = as_(stranger)
    path = f"/workspace/certificates/YA-0001/{rest}"
    assert client.get(path).status_code == 404
    if rest:
        assert client.post(path, {"kind": "confirm", "reason": "x"}).status_code == 404
    assert client.get("/workspace/certificates/YA-0001/scan/").status_code == 404


@pytest.mark.parametrize("rest", FORMS)
def test_who_only_reads_changes_nothing(as_: As, certifier: User, certificate: Certificate, rest: str) -> None:
    client = as_(certifier)
    before = certificate.decisions.count()
    assert client.get("/workspace/certificates/YA-0001/").status_code == 200
    path = f"/workspace/certificates/YA-0001/{rest}"
    assert client.get(path).status_code == 403
    assert client.post(path, {"kind": "confirm", "decided_on": "2026-11-01", "reason": "x"}).status_code == 403
    assert certificate.decisions.count() == before


def test_who_only_reads_takes_nothing_back_and_enters_nothing(as_: As, certifier: User, certificate: Certificate) -> None:
    client = as_(certifier)
    decision, audit = certificate.decisions.get(), certificate.external_audits.first()
    assert audit is not None
    assert client.post(f"/workspace/certificates/YA-0001/decisions/{decision.pk}/reverse/", {"reason": "x"}).status_code == 403
    assert client.post(f"/workspace/certificates/YA-0001/audits/{audit.pk}/take-back/", {"reason": "x"}).status_code == 403
    assert client.get("/workspace/certificates/new/").status_code == 403
    assert client.post("/workspace/bodies/new/", {"code": "x"}).status_code == 403
    assert client.post(f"/workspace/bodies/{certificate.body.code}/", {}).status_code == 403


def test_decisions_and_audits_of_others_are_not_there(as_: As, stranger: User, certificate: Certificate) -> None:
    client = as_(stranger)
    decision, audit = certificate.decisions.get(), certificate.external_audits.first()
    assert audit is not None
    assert client.post(f"/workspace/certificates/YA-0001/decisions/{decision.pk}/reverse/", {"reason": "x"}).status_code == 404
    assert client.post(f"/workspace/certificates/YA-0001/audits/{audit.pk}/take-back/", {"reason": "x"}).status_code == 404
    assert not certificate.decisions.filter(reverses__isnull=False).exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", path) for path in LISTS if path != "/workspace/calendar/mine/"]
    + [("get", "/workspace/notifications/read/"), ("put", "/workspace/certificates/YA-0001/correct/"), ("delete", "/workspace/bodies/new/")],
)
def test_wrong_methods(as_: As, head: User, certificate: Certificate, method: str, path: str) -> None:
    call: Any = getattr(as_(head), method)
    assert call(path).status_code == 405


def test_numbers_that_are_not_recorded(as_: As, head: User) -> None:
    client = as_(head)
    for rest in OF_ONE:
        assert client.get(f"/workspace/certificates/YA-9999/{rest}").status_code == 404
