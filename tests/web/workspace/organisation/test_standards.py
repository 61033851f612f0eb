"""Standards in the workspace: read by everybody, dates edited by who leads quality, certificates computed anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import GovernmentFactory, with_role
from tests.qms.certification.support import granted
from yantar.core.actions import System
from yantar.core.models import JournalEntry, User
from yantar.qms.certification.models import Obligation
from yantar.qms.organisation.models import Role
from yantar.qms.standards.actions import load_library
from yantar.qms.standards.models import Edition, Transition


@pytest.fixture
def head(db: None, client: Client) -> User:
    GovernmentFactory()
    user = with_role(Role.HEAD_OF_QUALITY)
    client.force_login(user)
    return user


@pytest.fixture
def library(head: User) -> None:
    load_library(by=System("test"))


def test_browse_the_library(library: None, client: Client) -> None:
    client.force_login(with_role(Role.ANALYST))
    assert len(client.get("/workspace/standards/").context["editions"]) == Edition.objects.count() >= 5
    for edition in Edition.objects.all():
        answer = client.get(f"/en/workspace/standards/{edition.key}/")
        assert answer.status_code == 200
        assert len(answer.context["clauses"]) == edition.clauses.count()
    page = client.get("/en/workspace/standards/2015/8.4/").content.decode()
    assert "8.4" in page and "/workspace/standards/2008/" in page
    assert len(client.get("/workspace/standards/2008/to/2015/").context["rows"]) > 20
    for path in ("1999/", "2015/99.9/", "2015/to/1999/"):
        assert client.get(f"/workspace/standards/{path}").status_code == 404
    transition = Transition.objects.first()
    assert client.get(f"/workspace/standards/transitions/{transition.pk}/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(head: User, client: Client, rows: int, django_assert_num_queries) -> None:
    editions = [Edition.objects.create(key=f"e{n}", designation=f"E {n}", published_on=date(2000 + n, 1, 1)) for n in range(rows + 1)]
    for old, new in zip(editions, editions[1:], strict=False):
        Transition.objects.create(old=old, new=new)
    client.get("/workspace/standards/")
    with django_assert_num_queries(7):
        answer = client.get("/workspace/standards/")
    assert len(answer.context["transitions"]) == rows


def test_dates_of_a_transition_move_the_certificates(head: User, client: Client) -> None:
    certificate = granted("YA-1", date(2026, 3, 15))
    transition = Transition.objects.get(old__key="2015", new__key="2026")

    def ends() -> set[date]:
        return set(Obligation.objects.filter(certificate=certificate, kind__icontains="transition").values_list("due_on", flat=True))

    before = ends()
    url = f"/workspace/standards/transitions/{transition.pk}/"
    data = {"published_on": "2026-09-01", "new_until": "2027-09-30", "ends_on": "2028-02-29", "confirmed": "on", "source": "Сообщение органа"}
    wrong = client.post(url, {**data, "ends_on": "2028-02-30"})
    assert wrong.status_code == 422
    assert 'value="2028-02-30"' in wrong.content.decode() and "Сообщение органа" in wrong.content.decode()
    assert ends() == before
    assert client.post(url, data).status_code == 302
    assert ends() != before
    transition.refresh_from_db()
    assert transition.edited and transition.ends_on == date(2028, 2, 29)
    assert JournalEntry.objects.filter(action="certification.change_transition", actor=head).exists()
    assert client.get("/workspace/standards/transitions/999999/").status_code == 404


def test_a_government_s_own_standard(head: User, client: Client) -> None:
    sample = Path("docs/standards-format.md").read_text(encoding="utf-8")
    text = sample.partition("```yaml\n")[2].partition("```")[0]
    url = "/workspace/standards/own/"
    for upload in (
        SimpleUploadedFile("x.yaml", b"\xff\xfe\x00bad"),
        SimpleUploadedFile("x.yaml", b"edition: ["),
        SimpleUploadedFile("x.yaml", b"a" * 1_100_000),
    ):
        wrong = client.post(url, {"file": upload})
        assert wrong.status_code == 422
        assert wrong.context["form"].errors or wrong.context["problems"]
    assert "file" in client.post(url, {}).context["form"].errors
    answer = client.post(url, {"file": SimpleUploadedFile("own.yaml", text.encode())})
    assert answer.status_code == 302, (answer.context["form"].errors, answer.context["problems"])
    own = Edition.objects.get(own=True)
    assert answer["Location"] == f"/workspace/standards/{own.key}/"
