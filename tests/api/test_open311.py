"""Open311 GeoReport v2 over a real server: read by an independent client, written to by plain HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from defusedxml import ElementTree
from django.test import Client
from georeport import GeoReport

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.feedback.citizens import EMAIL, NAME, PLANTED, PORTAL, TEXT, appeal, category, person
from yantar.core import clock
from yantar.core.clients import forget_requests
from yantar.core.models import JournalEntry
from yantar.qms.feedback.actions import personal
from yantar.qms.feedback.actions.appeals import publish_remark, receive_appeal, release_appeal
from yantar.qms.feedback.models import Appeal, AppealKind, AppealState
from yantar.qms.organisation.actions import give_key, revoke_key
from yantar.qms.organisation.models import Role

ROOT = "/open311/v2"
FORM = {"service_code": "holes", "description": TEXT, "lat": "54.71", "long": "20.51", "attribute[LANE]": "left", "attribute[DEPTH]": "12.5"}


@pytest.fixture
def ground(db: None) -> str:
    """A government, a subject of remarks, and the secret of a program."""
    forget_requests()
    GovernmentFactory()
    category(AuthorityFactory(version__name_ru="Агентство дорог", version__name_en="Road Agency"))
    _key, secret = give_key(by=PORTAL, name="Город", purpose="open311", last_day=clock.today() + timedelta(days=30))
    return secret


def remark(**more: Any) -> Appeal:
    from yantar.qms.feedback.models import RemarkCategory

    given = {"latitude": "54.7", "longitude": "20.5", "place": "у моста", "attributes": {"LANE": "left"}} | more
    made, _code = receive_appeal(by=PORTAL, kind=AppealKind.REMARK, person=person(), category=RemarkCategory.objects.get(), **given)
    return made


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_independent_client_reads_what_plain_http_wrote(ground: str, live_server: Any, form: str) -> None:
    client = GeoReport(f"{live_server.url}{ROOT}", output_format=form)
    listed = client.get_service_list()
    service = listed[0] if isinstance(listed, list) else listed
    assert (service["service_code"], service["service_name"], str(service["metadata"]).lower()) == ("holes", "Ямы на дорогах", "true")
    definition = client.get_service_definition("holes")
    asked = definition["attributes"] if form == "json" else definition["attributes"]["attribute"]
    assert [(one["code"], one["datatype"], str(one["required"]).lower()) for one in asked] == [
        ("DEPTH", "number", "false"),
        ("LANE", "singlevaluelist", "true"),
    ]
    written = requests.post(
        f"{live_server.url}{ROOT}/requests.{form}",
        data=FORM | {"api_key": ground, "first_name": NAME, "email": EMAIL, "media_url": "http://192.0.2.1/x.jpg"},
        timeout=30,
    )
    assert written.status_code == 201 and written.headers["Cache-Control"] == "no-store, private"
    made = Appeal.objects.get()
    number = (
        written.json()[0]["service_request_id"] if form == "json" else ElementTree.fromstring(written.content).find("request/service_request_id").text
    )
    assert number == made.number and made.way == "open311" and made.attributes == {"LANE": "left", "DEPTH": "12.5"}
    assert "media_url: http://192.0.2.1/x.jpg" in personal.read_person(by=PORTAL, appeal=made)["text"]
    publish_remark(by=PORTAL, appeal=made, public_text="Яма у моста")
    found = client.get_service_requests(service_code="holes", status="open")
    row = found[0] if isinstance(found, list) else found
    assert (row["service_request_id"], row["description"], row["status"], row["agency_responsible"]) == (
        number,
        "Яма у моста",
        "open",
        "Агентство дорог",
    )
    assert datetime.fromisoformat(row["requested_datetime"]).tzinfo is not None
    assert (float(row["lat"]), float(row["long"])) == (54.71, 20.51)
    single = client.get_service_request(number)
    assert (single[0] if isinstance(single, list) else single)["service_request_id"] == number
    token = client.get_service_request_id_from_token(made.token) if hasattr(client, "get_service_request_id_from_token") else None
    assert token is None or number in str(token)


def names(response: Any) -> list[str]:
    return [one["service_request_id"] for one in response.json()]


def test_nothing_of_a_person_is_given_out(ground: str, client: Client) -> None:
    hidden, shown = remark(), remark()
    publish_remark(by=PORTAL, appeal=shown, public_text="Вымыто")
    appeal()
    addresses = [f"{ROOT}/requests.json", f"{ROOT}/requests.xml", f"{ROOT}/requests/{hidden.number}.json?api_key={ground}"]
    for address in [*addresses, f"{ROOT}/tokens/{hidden.token}.xml"]:
        body = client.get(address).content.decode()
        assert not any(word in body for word in PLANTED)
    assert names(client.get(f"{ROOT}/requests.json")) == [shown.number]
    row = client.get(f"{ROOT}/requests/{hidden.number}.json?api_key={ground}").json()[0]
    assert (row["description"], row["address"], row["lat"]) == ("", "", None)
    assert not any(secret in entry.decided for entry in JournalEntry.objects.all() for secret in (*PLANTED, ground))


def test_numbers_can_t_be_tried_out(ground: str, client: Client) -> None:
    hidden, letter = remark(), appeal()
    for number in (hidden.number, letter.number, "26-00001-0", "nonsense"):
        assert client.get(f"{ROOT}/requests/{number}.json").status_code == 404
    assert client.get(f"{ROOT}/requests/{letter.number}.json?api_key={ground}").status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"api_key": ""}, 403, ["api_key"]),
        ({"api_key": "yk_" + "x" * 40}, 403, ["api_key"]),
        ({"service_code": ""}, 400, ["service_code"]),
        ({"service_code": "none"}, 404, ["service_code"]),
        (
            {
                "description": "",
                "lat": "954",
                "attribute[LANE]": "up",
                "attribute[DEPTH]": "deep",
                "attribute[NONE]": "1",
                "media_url": "file:///x",
                "email": "x",
            },
            400,
            ["description:", "lat:", "attribute[LANE]:", "attribute[DEPTH]:", "attribute[NONE]:", "media_url:", "email:"],
        ),
        ({"lat": "", "long": "", "attribute[LANE]": ""}, 400, ["address_string:", "attribute[LANE]:"]),
        ({"long": "nan"}, 400, ["long:"]),
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_everything_wrong_is_said_at_once_in_both_formats(
    ground: str, client: Client, form: str, change: dict[str, str], status: int, words: list[str]
) -> None:
    answer = client.post(f"{ROOT}/requests.{form}", FORM | {"api_key": ground} | change)
    assert answer.status_code == status
    if form == "json":
        said = [(one["code"], one["description"]) for one in answer.json()]
    else:
        said = [(int(one.findtext("code")), one.findtext("description")) for one in ElementTree.fromstring(answer.content)]
    assert {code for code, _text in said} == {status} and len(said) == len(words)
    assert all(any(word in text for _code, text in said) for word in words), said
    assert not Appeal.objects.exists()


def test_control_characters_do_no_harm(ground: str, client: Client) -> None:
    odd = {"description": "Я\x00ма", "address_string": "у\x00 моста", "attribute[DEPTH]": "1\x00", "attribute[LANE]": "le\x00ft"}
    assert client.post(f"{ROOT}/requests.json", FORM | odd | {"api_key": ground}).status_code == 201
    assert Appeal.objects.get().attributes == {"LANE": "left", "DEPTH": "1"}
    assert client.post(f"{ROOT}/requests.json", {"service_code": "\x00", "api_key": ground}).status_code in (400, 404)
    assert client.get(f"{ROOT}/requests.json", {"service_code": "\x00", "jurisdiction_id": "\x00"}).json() == []


def test_a_revoked_key_opens_nothing(ground: str, client: Client) -> None:
    from yantar.qms.organisation.models import AccessKey

    revoke_key(by=with_role(Role.ADMINISTRATOR), key=AccessKey.objects.get())
    assert client.post(f"{ROOT}/requests.json", FORM | {"api_key": ground}).status_code == 403


def test_spans_states_and_lists(ground: str, client: Client) -> None:
    rows = []
    for days in (200, 100, 5):
        with clock.at(clock.now() - timedelta(days=days)):
            rows.append(remark())
        publish_remark(by=PORTAL, appeal=rows[-1], public_text="Слова")
    old, middle, new = rows
    Appeal.objects.filter(pk=middle.pk).update(state=AppealState.CLOSED)
    assert names(client.get(f"{ROOT}/requests.json")) == [new.number]
    day = (clock.now() - timedelta(days=130)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert names(client.get(f"{ROOT}/requests.json", {"start_date": day})) == [middle.number]
    assert names(client.get(f"{ROOT}/requests.json", {"start_date": day, "status": "open"})) == []
    assert names(client.get(f"{ROOT}/requests.json", {"service_request_id": f"{old.number},{new.number}"})) == [new.number, old.number]
    assert names(client.get(f"{ROOT}/requests.json", {"service_code": "other,none"})) == []
    wrong = client.get(f"{ROOT}/requests.json", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z", "status": "lost"})
    assert wrong.status_code == 400 and len(wrong.json()) == 2
    for bad in ("yesterday", "2026-13-45T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert client.get(f"{ROOT}/requests.json", {"start_date": bad}).status_code == 400


def test_what_a_moderator_looks_at_has_a_token_first(ground: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from yantar.qms.feedback import spam

    monkeypatch.setattr(spam, "judge", lambda text: spam.Suspicion(90, ()))
    told = client.post(f"{ROOT}/requests.json", FORM | {"api_key": ground}).json()[0]
    assert "service_request_id" not in told and "extended_attributes" not in told
    assert client.get(f"{ROOT}/tokens/{told['token']}.json").status_code == 404
    made = Appeal.objects.get()
    release_appeal(by=PORTAL, appeal=made)
    assert client.get(f"{ROOT}/tokens/{told['token']}.json").json() == [{"service_request_id": made.number, "token": told["token"]}]
    assert client.get(f"{ROOT}/tokens/{'x' * 32}.json").status_code == 404


def test_languages_jurisdiction_methods_and_the_rate(ground: str, client: Client, settings: Any) -> None:
    assert client.get(f"{ROOT}/services.json", headers={"accept-language": "en"}).json()[0]["service_name"] == "Holes in roads"
    settings.JURISDICTION = "amber.example"
    assert client.get(f"{ROOT}/services.json?jurisdiction_id=amber.example").status_code == 200
    assert client.get(f"{ROOT}/services.json?jurisdiction_id=other").status_code == 404
    assert client.delete(f"{ROOT}/requests.json").status_code == 405
    assert client.get(f"{ROOT}/services/none.xml").status_code == 404
    settings.PUBLIC_RATE = "2/minute"
    forget_requests()
    codes = [client.get(f"{ROOT}/services.xml").status_code for _time in range(3)]
    forget_requests()
    assert codes == [200, 200, 429]


def test_characters_that_xml_does_not_know_do_not_break_it(ground: str, client: Client) -> None:
    made = remark()
    publish_remark(by=PORTAL, appeal=made, public_text="a\x0b<script>&\ufffe]]>")
    tree = ElementTree.fromstring(client.get(f"{ROOT}/requests.xml").content)
    assert tree.findtext("request/description") == "a\ufffd<script>&\ufffd]]>"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(ground: str, client: Client, rows: int, django_assert_num_queries: Callable[..., Any]) -> None:
    for _number in range(rows):
        publish_remark(by=PORTAL, appeal=remark(), public_text="Слова")
    client.get(f"{ROOT}/requests.json")
    with django_assert_num_queries(2):
        assert len(client.get(f"{ROOT}/requests.json").json()) == rows
