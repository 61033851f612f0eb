"""Pages of ratings in the workspace: who sees what, figures, moderation, posters; exact numbers of queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.feedback.rating_things import BAD, a_service, cells, rated
from yantar.core.models import JournalEntry
from yantar.qms.feedback.models import Rating, RatingState
from yantar.qms.organisation.models import Authority, Role

pytestmark = pytest.mark.django_db
BACKEND = "yantar.core.accounts.Backend"
QUEUE = "/workspace/ratings/moderation/"


@pytest.fixture
def home() -> Authority:
    GovernmentFactory()
    made: Authority = AuthorityFactory(code="minlov")
    AuthorityFactory(code="minother")
    return made


def entered(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_figures_of_an_authority(home: Authority) -> None:
    service, (site,) = a_service(authority=home)
    a_service("unrated", authority=home)
    for number in range(6):
        rated(service, BAD if number == 0 else None, site=site)
    client = entered(with_role(Role.COORDINATOR, home))
    # Who sees one authority comes to it at once.
    assert client.get("/workspace/ratings/")["Location"] == "/workspace/ratings/of/minlov/"
    page = client.get("/workspace/ratings/of/minlov/").content.decode()
    assert "83,3" in page and "Центр 1" in page and "Выдача билета unrated" in page
    assert "83.3" in client.get("/en/workspace/ratings/of/minlov/").content.decode()
    assert client.get("/workspace/ratings/of/minother/").status_code == 404
    everywhere = entered(with_role(Role.HEAD_OF_QUALITY)).get("/workspace/ratings/").content.decode()
    assert "/workspace/ratings/of/minlov/" in everywhere


def test_few_ratings_are_counted_and_not_shown(home: Authority) -> None:
    service, _sites = a_service(authority=home)
    for _time in range(4):
        rated(service)
    page = entered(with_role(Role.STAFF, home)).get("/workspace/ratings/of/minlov/").content.decode()
    assert "100,0" not in page


def test_moderation_several_at_once(home: Authority) -> None:
    service, _sites = a_service(authority=home)
    elsewhere, _sites = a_service("elsewhere")
    mine = [rated(service, elapsed=1.0, text=f"Текст {number}") for number in range(3)]
    other = rated(elsewhere, elapsed=1.0)
    officer = with_role(Role.CITIZENS_OFFICER, home)
    client = entered(officer)
    page = client.get(QUEUE).content.decode()
    assert page.count('name="rating"') == 3 and "Текст 1" not in page
    asked = {"state": "quarantined", "rating": [one.pk for one in (*mine[:2], other)]}
    shown = client.post(f"{QUEUE}texts/", asked).content.decode()
    assert "Текст 0" in shown and "Текст 1" in shown and "Текст 2" not in shown
    assert JournalEntry.objects.filter(action="feedback.read_rating_text", actor=officer).count() == 2
    # Rejecting needs a reason; nothing of it happens without.
    assert client.post(f"{QUEUE}decide/", {**asked, "decision": "reject"}).status_code == 422
    assert client.post(f"{QUEUE}decide/", {"state": "quarantined", "decision": "release"}).status_code == 422
    assert client.post(f"{QUEUE}decide/", {**asked, "decision": "release"}).status_code == 302
    assert cells(service)["overall", 5] == 2
    # Another authority's stays as it was, whatever is posted.
    assert Rating.objects.get(pk=other.pk).state == RatingState.QUARANTINED
    client.post(f"{QUEUE}decide/", {"state": "quarantined", "rating": mine[2].pk, "decision": "reject", "reason": "Реклама"})
    assert Rating.objects.get(pk=mine[2].pk).decided_reason == "Реклама"
    assert "Реклама" in client.get(f"{QUEUE}?state=rejected").content.decode()


def test_who_comes_in(home: Authority) -> None:
    a_service(authority=home)
    paths = ["/workspace/ratings/", QUEUE, "/workspace/ratings/of/minlov/", "/workspace/ratings/services/hunting-ticket/"]
    for path in paths:
        assert Client().get(path).status_code == 302
    staff, stranger = entered(with_role(Role.STAFF, home)), entered(with_role(Role.CITIZENS_OFFICER, Authority.objects.get(code="minother")))
    assert [staff.get(path).status_code for path in paths] == [302, 403, 200, 200]
    assert [stranger.get(path).status_code for path in paths] == [302, 200, 404, 404]
    assert staff.post(f"{QUEUE}decide/", {"decision": "release"}).status_code == 403
    assert staff.post(f"{QUEUE}texts/").status_code == 403


def test_poster_snippet_and_kiosk(home: Authority) -> None:
    a_service(authority=home)
    client = entered(with_role(Role.COORDINATOR, home))
    page = client.get("/workspace/ratings/services/hunting-ticket/").content.decode()
    assert "&lt;iframe src=&quot;http://testserver/widget/services/hunting-ticket/&quot;" in page
    assert "http://testserver/kiosk/hunting-ticket/hunting-ticket-1/" in page
    poster = client.get("/workspace/ratings/services/hunting-ticket/poster/?site=hunting-ticket-1").content.decode()
    assert "/services/hunting-ticket/rate/qr.svg?site=hunting-ticket-1" in poster and "Центр 1" in poster
    assert client.get("/workspace/ratings/services/hunting-ticket/poster/?site=no").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_same_however_long(home: Authority, number: int, django_assert_num_queries: Any) -> None:
    for one in range(number):
        service, _sites = a_service(f"service-{one}", authority=home)
        for _time in range(5):
            rated(service)
        rated(service, elapsed=1.0)
    client = entered(with_role(Role.CITIZENS_OFFICER, home))
    client.get(QUEUE)
    with django_assert_num_queries(QUERIES[QUEUE]):
        assert client.get(QUEUE).content.decode().count('name="rating"') == number
    with django_assert_num_queries(QUERIES["authority"]):
        client.get("/workspace/ratings/of/minlov/")


QUERIES = {QUEUE: 10, "authority": 17}
