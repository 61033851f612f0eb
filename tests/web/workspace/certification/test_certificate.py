"""One certificate: everything about it, on any day; its entry, correction, exclusions, scan, the certificate that takes its place."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.factories import with_role
from yantar.core.models import JournalEntry, User
from yantar.qms.certification.actions import record_decision
from yantar.qms.certification.models import Certificate, CertificationBody
from yantar.qms.organisation.actions import create_site
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.standards.models import Edition

from .conftest import SYSTEM, queries_of

As = Callable[[User], Client]
PAGE = "/workspace/certificates/YA-0001/"
QUERIES = (31, 8)
"""Just after a change, and without one."""


def test_the_page_tells_everything(as_: As, head: User, certificate: Certificate) -> None:
    answer = as_(head).get(PAGE)
    context, text = answer.context, answer.content.decode()
    assert context["public"].status == "active"
    assert [one.breach.code for one in context["wrong"]] == ["surveillance_late"]
    assert [duty.kind for duty in context["ahead"]][0] == "surveillance"
    assert all(duty.kind != "restoration_window" for duty in context["ahead"])
    assert "line-of-dates" in text
    assert "R4:" in text
    assert [entry.action for entry, _words, _decided in context["entries"]] == ["certification.grant_certificate"]


def test_the_journal_is_for_those_who_may_read_it(as_: As, coordinator: User, certificate: Certificate) -> None:
    assert as_(coordinator).get(PAGE).context["entries"] == []


def test_any_day(as_: As, head: User, certificate: Certificate) -> None:
    record_decision(by=SYSTEM, certificate=certificate, kind="suspend", reason_code="S3", decided_on=date(2026, 5, 4))
    client = as_(head)
    now, then = client.get(PAGE), client.get(f"{PAGE}?on=2026-01-15")
    assert now.context["public"].status == "suspended"
    assert then.context["public"].status == "active"
    assert len(now.context["decisions"]) == 2
    assert len(then.context["decisions"]) == 1
    assert "15.01.2026" in then.content.decode()
    early = client.get(f"{PAGE}?on=2020-01-01")
    assert early.status_code == 200
    assert early.context["public"].status == "draft"


def test_expected_audit_days_say_how_they_were_reached(as_: As, head: User, certificate: Certificate, library: None) -> None:
    page = as_(head).get(PAGE)
    assert str(page.context["page"].days.days) == "2.5"
    assert "IAF MD 5" in page.content.decode()


def picture() -> bytes:
    """A small PNG."""
    target = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def library() -> None:
    from yantar.qms.standards.actions import load_library

    load_library(by=SYSTEM)


def test_numbers_with_slashes_and_letters_beyond_latin(as_: As, head: User, enter, finance: Authority) -> None:
    enter(finance, "СМК/2025 № 7")
    client = as_(head)
    path = "/workspace/certificates/%D0%A1%D0%9C%D0%9A/2025%20%E2%84%96%207/"
    assert client.get(path).context["public"].number == "СМК/2025 № 7"
    assert client.get(f"{path}decisions/new/?kind=confirm").status_code == 200
    assert client.post(f"{path}decisions/new/", {"kind": "confirm", "decided_on": "2026-11-20"}).status_code == 302


def test_as_many_queries_for_three_decisions_as_for_one(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    one = queries_of(client, PAGE)
    for day in (date(2026, 3, 2), date(2026, 10, 5)):
        record_decision(by=SYSTEM, certificate=certificate, kind="confirm", decided_on=day)
    assert queries_of(client, PAGE) == one == QUERIES


# --- entering -----------------------------------------------------------------------------------------------------------


def test_a_certificate_is_entered(as_: As, coordinator: User, finance: Authority, body: CertificationBody, edition: Edition) -> None:
    client = as_(coordinator)
    path = "/workspace/certificates/new/"
    assert client.get(path).context["form"] is not None
    given = {
        "number": "YA-0500",
        "body": body.pk,
        "edition": edition.pk,
        "scope_ru": "Бюджет",
        "stage1_on": "2026-08-01",
        "stage2_on": "2026-09-01",
        "decided_on": "2026-10-01",
        "iaf_sector": "36",
    }
    wrong = client.post(path, {**given, "number": "", "scope_ru": "", "stage1_on": "2026-09-20", "note": "Примечание остаётся"})
    assert wrong.status_code == 422
    assert "number" in wrong.context["form"].errors
    assert "Примечание остаётся" in wrong.content.decode()
    refused = client.post(path, {**given, "scope_ru": "", "stage1_on": "2026-09-20"})
    assert set(refused.context["form"].errors) == {"scope_ru", "stage1_on"}
    done = client.post(path, given)
    assert done.headers["Location"] == "/workspace/certificates/YA-0500/"
    made = Certificate.objects.get(number="YA-0500")
    assert (made.authority, made.decisions.get().kind, made.external_audits.count()) == (finance, "grant", 2)
    again = client.post(path, given)
    assert again.status_code == 422
    assert "number" in again.context["form"].errors


def test_entering_against_a_rule_asks_for_a_reason(as_: As, coordinator: User, body: CertificationBody, edition: Edition) -> None:
    client = as_(coordinator)
    given = {"number": "YA-0500", "body": body.pk, "edition": edition.pk, "scope_ru": "Бюджет", "decided_on": "2026-10-01"}
    warned = client.post("/workspace/certificates/new/", given)
    assert warned.status_code == 422
    assert not Certificate.objects.exists()
    reason = {"breach_reason": "Отчёты утрачены", "breaches_seen": warned.context["form"].breaches_told}
    assert client.post("/workspace/certificates/new/", {**given, **reason}).status_code == 302
    assert Certificate.objects.get().decisions.get().breach_reason == "Отчёты утрачены"


def test_the_head_of_quality_chooses_the_authority_first(as_: As, head: User, finance: Authority, health: Authority) -> None:
    client = as_(head)
    assert len(client.get("/workspace/certificates/new/").context["authorities"]) == 2
    assert client.get("/workspace/certificates/new/?authority=minzdrav").context["form"] is not None
    assert client.get("/workspace/certificates/new/?authority=nowhere").status_code == 404


def test_a_coordinator_enters_only_for_the_own_authority(as_: As, coordinator: User, health: Authority) -> None:
    assert as_(coordinator).post("/workspace/certificates/new/?authority=minzdrav", {"number": "X"}).status_code == 404


def test_several_sites_and_their_sample(as_: As, head: User, finance: Authority, body: CertificationBody, edition: Edition) -> None:
    sites = [
        create_site(
            by=SYSTEM,
            authority=finance,
            code=f"site-{n}",
            name_ru=f"Отделение {n}",
            address_ru="Янтарьград",
            personnel=40,
            is_head_office=n == 0,
            valid_from=date(2010, 1, 1),
        )
        for n in range(5)
    ]
    client = as_(head)
    given = {
        "number": "YA-0600",
        "body": body.pk,
        "edition": edition.pk,
        "scope_ru": "Приём",
        "stage1_on": "2025-01-10",
        "stage2_on": "2025-02-10",
        "decided_on": "2025-03-01",
        "sites": [site.pk for site in sites],
        "central": sites[0].pk,
    }
    assert client.post("/workspace/certificates/new/?authority=minfin", given).status_code == 302
    page = client.get("/workspace/certificates/YA-0600/")
    assert len(page.context["public"].sites) == 5
    assert page.context["page"].sample.kind == "surveillance"
    assert "IAF MD 1" in page.content.decode()
    audit = client.get("/workspace/certificates/YA-0600/audits/new/").context["form"]
    assert len(audit.fields["sites"].queryset) == 5


# --- changing -----------------------------------------------------------------------------------------------------------


def test_a_correction_needs_a_reason_and_keeps_what_was_typed(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    shown = client.get(f"{PAGE}correct/").context["form"]
    given = {name: shown[name].value() or "" for name in shown.fields if name not in ("covid_extension", "reason", "original_issue_on")}
    wrong = client.post(f"{PAGE}correct/", {**given, "scope_ru": "Новая область"})
    assert wrong.status_code == 422
    assert "reason" in wrong.context["form"].errors
    assert "Новая область" in wrong.content.decode()
    right = {**given, "number": "YA-0001A", "scope_ru": "Новая область", "reason": "Опечатка"}
    assert client.post(f"{PAGE}correct/", right).headers["Location"] == "/workspace/certificates/YA-0001A/"
    certificate.refresh_from_db()
    assert certificate.scope_ru == "Новая область"
    assert JournalEntry.objects.filter(action="certification.correct_certificate").count() == 1


def test_exclusions_by_the_terms_of_the_edition(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    frame = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}
    one = {
        "form-0-clause_number": "8.3",
        "form-0-justification": "Не проектируем",
        "form-0-approved_by": "Министр",
        "form-0-approved_on": "2025-02-01",
    }
    half = client.post(f"{PAGE}exclusions/", {**frame, **one, "form-1-clause_number": "8.3", "form-1-justification": "Дважды"})
    assert half.status_code == 422
    assert {"approved_by", "approved_on"} <= set(half.context["formset"].forms[1].errors)
    assert "Дважды" in half.content.decode()
    twice = {**one, **{name.replace("-0-", "-1-"): value for name, value in one.items()}}
    refused = client.post(f"{PAGE}exclusions/", {**frame, **twice})
    assert refused.status_code == 422
    assert "clause_number" in refused.context["formset"].forms[1].errors
    assert client.post(f"{PAGE}exclusions/", {**frame, **one}).status_code == 302
    assert certificate.exclusions.get().clause_number == "8.3"
    gone = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "1", **one, "form-0-DELETE": "on"}
    assert client.post(f"{PAGE}exclusions/", gone).status_code == 302
    assert not certificate.exclusions.exists()


def test_a_scan_is_told_by_its_content_and_given_only_as_a_download(as_: As, coordinator: User, certificate: Certificate, finance: Authority) -> None:
    client = as_(coordinator)
    assert client.get(f"{PAGE}scan/").status_code == 404
    content = picture()
    lie = client.post(f"{PAGE}scan/attach/", {"file": SimpleUploadedFile("scan.pdf", b"<html><script>alert(1)</script>")})
    assert lie.status_code == 422
    assert client.post(f"{PAGE}scan/attach/", {}).status_code == 422
    assert client.post(f"{PAGE}scan/attach/", {"file": SimpleUploadedFile("скан.png", content)}).status_code == 302
    answer = client.get(f"{PAGE}scan/")
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(as_(with_role(Role.CERTIFIER)).get(f"{PAGE}scan/").streaming_content) == content


def test_superseded_and_not_after_all(as_: As, coordinator: User, certificate: Certificate, enter, finance: Authority) -> None:
    enter(finance, "YA-0002", decided_on=date(2026, 4, 1))
    client = as_(coordinator)
    unknown = client.post(f"{PAGE}superseded/", {"by_certificate": "YA-7777", "on": "2026-04-01"})
    assert unknown.status_code == 422
    assert "by_certificate" in unknown.context["form"].errors
    itself = client.post(f"{PAGE}superseded/", {"by_certificate": "YA-0001", "on": "2026-04-01"})
    assert itself.status_code == 422
    assert client.post(f"{PAGE}superseded/", {"by_certificate": "YA-0002", "on": "2026-04-01"}).status_code == 302
    page = client.get(PAGE)
    assert page.context["public"].status == "superseded"
    assert "YA-0002" in page.content.decode()
    assert client.post(f"{PAGE}superseded/", {"reason": ""}).status_code == 422
    assert client.post(f"{PAGE}superseded/", {"reason": "Ошибка"}).status_code == 302
    assert client.get(PAGE).context["public"].status == "active"
