"""Planted personal data, searched for everywhere: in each public page, feed and export, in the workspace of those who may not read them,
and in every table of the database as it is stored, with journal, history of rows, notifications, queue and sessions."""

from __future__ import annotations

import base64
import itertools
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.feedback import citizens
from tests.qms.feedback.rating_things import GOOD, a_service
from tests.qms.feedback.test_files import pdf
from yantar.core.clients import forget_requests
from yantar.core.models import JournalEntry, User
from yantar.qms.feedback import files
from yantar.qms.feedback.actions import appeals as acts
from yantar.qms.feedback.actions import personal
from yantar.qms.feedback.actions.ratings import rate_service
from yantar.qms.feedback.models import Appeal, AppealKind, Attachment, Rating
from yantar.qms.organisation.models import Role

pytestmark = pytest.mark.django_db

ANSWER, NOTE, DISPUTE = "Ответпланктонированный", "Заметкапланктонированная", "Спорпланктонированный"
RATED, RATER = "Оценкапланктонированная", "ocenshchik"
FILE, PLACE = "Файлпланктонированный", "Местопланктонированное"
SECRET = (*citizens.PLANTED, ANSWER, NOTE, DISPUTE, RATED, RATER, FILE)
"""What lies in no table readable."""
NOWHERE = (*SECRET, PLACE)
"""What no page shows to those whom it does not concern; a place that is not published is one of these."""


@dataclass
class Planted:
    """What was planted, and what addresses are filled with."""

    officer: User
    appeals: list[Appeal]
    codes: list[str] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)


@pytest.fixture
def planted(settings: Any, tmp_path: Any) -> Planted:
    """Papers of every kind through their life, ratings in every way, all with planted words."""
    settings.PERSONAL_ROOT = tmp_path / "personal"
    settings.PUBLIC_RATE = "100000/minute"
    forget_requests()
    GovernmentFactory()
    home, other = AuthorityFactory(code="home"), AuthorityFactory(code="other")
    officer = with_role(Role.CITIZENS_OFFICER, home)
    service, sites = a_service("ticket", home)
    subject = citizens.category(home, attributes=[])
    codes = []

    def send(kind: str, **more: Any) -> Appeal:
        made, code = acts.receive_appeal(by=citizens.PORTAL, kind=kind, person=citizens.person(wants_mail=True), **({"authority": home} | more))
        codes.append(code)
        return made

    kept = files.take_file(SimpleUploadedFile(f"{FILE}.pdf", pdf()))
    answered = send(AppealKind.APPEAL, files=[kept])
    rows = [answered, send(AppealKind.SERVICE_COMPLAINT, service=service), send(AppealKind.INFORMATION_REQUEST)]
    remarks = [send(AppealKind.REMARK, category=subject, place=PLACE, latitude="54.7", longitude="20.5") for _time in range(2)]
    shown = send(AppealKind.REMARK, category=subject, place="у моста")
    acts.publish_remark(by=officer, appeal=shown, public_text="Слова сотрудника")
    suspected = send(AppealKind.APPEAL, spam_score=90)
    acts.register_appeal(by=officer, appeal=answered)
    acts.assign_appeal(by=officer, appeal=answered, to=officer)
    acts.add_note(by=officer, appeal=answered, text=f"{NOTE} {citizens.NAME}")
    personal.read_person(by=officer, appeal=answered)
    personal.read_notes(by=officer, appeal=answered)
    personal.read_attachment(by=officer, attachment=Attachment.objects.get())
    acts.answer_appeals(by=officer, appeals=[answered], outcome="upheld", text=f"{ANSWER} {citizens.NAME}")
    acts.dispute_appeal(by=citizens.PORTAL, appeal=answered, reason=f"{DISPUTE} {citizens.EMAIL}")
    acts.forward_appeal(by=officer, appeal=rows[2], to=[home, other], reason="По компетенции")
    rate_service(by=citizens.PORTAL, service=service, site=sites[0], channel="kiosk", scores=GOOD, text=RATED, kiosk=True)
    rate_service(by=citizens.PORTAL, service=service, channel="link", scores=GOOD, text=RATED, email=f"{RATER}@example.org")
    personal.read_rating_text(by=with_role(Role.HEAD_OF_QUALITY), rating=Rating.objects.latest("pk"))
    personal.export_person(by=with_role(Role.DATA_OFFICER), email=citizens.EMAIL)
    everything = [*rows, *remarks, shown, suspected]
    values = {
        "code": ["ticket", "home", "holes"],
        "number": [one.number for one in (answered, rows[2], remarks[0], shown)],
        "token": [shown.token or "x" * 30],
        "site": ["ticket-1"],
        "pk": [1, answered.pk, Rating.objects.latest("pk").pk],
        "slug": ["home"],
        "form": ["json", "xml"],
        "what": ["services", "ratings", "appeals"],
    }
    return Planted(officer, everything, codes, values)


# --- addresses ---------------------------------------------------------------------------------------------
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def _patterns(resolver: Any = None, before: str = "") -> Iterator[str]:
    for one in (resolver or get_resolver()).url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one, here)
        elif isinstance(one, URLPattern):
            yield here


def addresses(planted: Planted, starts: tuple[str, ...], but: tuple[str, ...] = ()) -> list[str]:
    """Every address of the house, its parameters filled with what was planted, in Russian; unknown parameters leave an address out."""
    found = []
    for pattern in _patterns():
        plain = pattern.replace("^", "").replace("$", "").replace("\\", "").replace(r"\Z", "")
        if not plain.startswith(starts) or any(plain.startswith(one) for one in but):
            continue
        names = [a or b for a, b in _PARAMETER.findall(plain)]
        if not set(names) <= set(planted.values):
            continue
        for chosen in itertools.product(*(planted.values[name] for name in names)):
            values = iter(chosen)
            found.append("/" + _PARAMETER.sub(lambda _found, values=values: str(next(values)), plain))
    return found


def leaked(body: bytes, words: tuple[str, ...] = NOWHERE) -> list[str]:
    """Planted words in an answer, also as JSON and addresses write them."""
    text = body.decode("utf-8", "replace")
    told = {word: (word, word.encode("unicode_escape").decode(), base64.b64encode(word.encode()).decode()[:-4]) for word in words}
    return [word for word, forms in told.items() if any(form.casefold() in text.casefold() for form in forms)]


def visit(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code < 500, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body + repr(sorted(answer.headers.items())).encode()


PUBLIC_BUT = ("workspace/", "accounts/", "setup/", "static/")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_public_page_feed_or_export_shows_it(planted: Planted, client: Client, prefix: str) -> None:
    tried = addresses(planted, ("",), PUBLIC_BUT)
    assert len(tried) > 40 and {"/", "/remarks/", "/appeals/", "/open311/v2/requests.json"} <= set(tried)
    if prefix:
        tried = [prefix + one for one in tried if not one.startswith(("/api/", "/open311/", "/healthz"))]
    asked = [*tried, *(f"{one}?q={word}" for one in (f"{prefix}/services/", f"{prefix}/remarks/") for word in ("качели", PLACE[:4]))]
    found = {one: words for one in asked if (words := leaked(visit(client, one).replace(PLACE[:4].encode(), b"")))}
    assert not found


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DATA_OFFICER, Role.ANALYST, Role.CERTIFIER])
def test_nobody_who_may_not_read_it_meets_it_in_the_workspace(planted: Planted, client: Client, role: Role) -> None:
    client.force_login(with_role(role))
    tried = addresses(planted, ("workspace/",))
    assert len(tried) > 60
    found = {one: words for one in tried if (words := leaked(visit(client, one), SECRET))}
    assert not found


def test_an_officer_of_another_authority_does_not_meet_it_either(planted: Planted, client: Client) -> None:
    client.force_login(with_role(Role.CITIZENS_OFFICER, AuthorityFactory(code="third")))
    found = {one: words for one in addresses(planted, ("workspace/",)) if (words := leaked(visit(client, one)))}
    assert not found


def test_no_address_carries_a_code_or_an_e_mail(planted: Planted, client: Client) -> None:
    client.force_login(planted.officer)
    bodies = [visit(client, one).decode("utf-8", "replace") for one in addresses(planted, ("workspace/appeals", "appeals"))]
    read = client.post(reverse("workspace:appeal_personal", args=[planted.appeals[0].number]))
    assert {ANSWER, NOTE, "Секретоплантированный"} <= set(leaked(read.content)), "who may read it does, and the search finds what is there"
    links = [link for body in bodies for link in re.findall(r'(?:href|action|src)="([^"]*)"', body)]
    assert len(links) > 100
    for code in planted.codes:
        assert not any(code in body or code.replace("-", "") in body for body in bodies), "staff never see a secret code"
    assert not any("@" in link and not link.startswith("mailto:") or "example.org" in link for link in links)


def test_no_table_holds_it_readable(planted: Planted, client: Client) -> None:
    client.force_login(planted.officer)
    client.post(reverse("workspace:appeal_personal", args=[planted.appeals[0].number]))
    words = [*SECRET, *planted.codes, *(code.replace("-", "") for code in planted.codes)]
    hexadecimal = {word: word.encode().hex() for word in words}
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall()]
        assert {"core_journalentry", "feedback_appealevent", "core_notification", "procrastinate_jobs", "django_session"} <= set(tables)
        for table in tables:
            for word in words:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" AS t WHERE t::text ILIKE %s OR t::text ILIKE %s LIMIT 1', [f"%{word}%", f"%{hexadecimal[word]}%"]
                )
                if cursor.fetchone():
                    found.setdefault(table, []).append(word)
    assert not found
    assert JournalEntry.objects.filter(action__startswith="feedback.").count() > 15


def test_no_file_on_the_disk_holds_it_readable(planted: Planted, settings: Any) -> None:
    kept = [path for path in settings.PERSONAL_ROOT.rglob("*") if path.is_file()]
    assert len(kept) >= 2, "the attachment and the paper of the answer"
    for path in kept:
        assert not leaked(path.read_bytes() + path.name.encode(), SECRET) and b"%PDF" not in path.read_bytes()


def test_no_log_line_and_no_mail_to_others_has_it(planted: Planted, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        for address in ("/appeals/", "/remarks/", "/nowhere/"):
            client.get(address)
        client.post("/appeals/follow/", {"number": planted.appeals[0].number, "code": planted.codes[0]})
        client.post("/open311/v2/requests.json", {"service_code": "holes", "description": citizens.TEXT, "email": citizens.EMAIL, "api_key": "x"})
    lines = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert not leaked(lines.encode()) and planted.codes[0] not in lines
    others = [one for one in mail.outbox if not {citizens.EMAIL, f"{RATER}@example.org"} & set(one.to)]
    assert not any(leaked(str(one.message()).encode()) for one in others)
