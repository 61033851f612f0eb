"""Pages of services, their passports and the limits of the law: who sees them, what is typed, what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, UserFactory, with_role
from tests.qms.services.promises import BY, SINCE, content, enacted, service_of
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.organisation.actions import abolish, create_site
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.services import actions
from yantar.qms.services.limits import rules_on
from yantar.qms.services.models import Service, ServicePassport

TODAY = date(2026, 11, 23)
HOME = "/workspace/services/of/income/"


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[date]:
    GovernmentFactory()
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def finance() -> Authority:
    return AuthorityFactory(code="minfin", version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")


@pytest.fixture
def service(finance: Authority) -> Service:
    one = service_of(finance)
    enacted(one, SINCE)
    return one


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def coordinator(finance: Authority) -> Client:
    return signed_in(with_role(Role.COORDINATOR, finance))


@pytest.fixture
def head(finance: Authority) -> Client:
    return signed_in(with_role(Role.HEAD_OF_AUTHORITY, finance))


def typed(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back of a draft's page as it is."""
    page = client.get(url)
    assert page.status_code == 200
    draft = page.context["draft"]
    data: dict[str, Any] = {}
    for form in (draft.form, *(row for rows in draft.sets.values() for row in rows.forms)):
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = "on" if value is True else value
    for rows in draft.sets.values():
        for bound in rows.management_form:
            data[bound.html_name] = bound.value()
    return data


PAGES = [
    "/workspace/services/",
    "/workspace/services/new/",
    HOME,
    f"{HOME}compare/",
    f"{HOME}versions/1/",
    f"{HOME}versions/2/",
    f"{HOME}versions/2/edit/",
    f"{HOME}versions/2/drop/",
    f"{HOME}change/",
    f"{HOME}places/",
    f"{HOME}end/",
    "/workspace/limits/",
]


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_what(page: str, service: Service, coordinator: Client) -> None:
    actions.draw_passport(by=BY, service=service, content=content())
    assert coordinator.get(page).status_code == 200 and coordinator.get("/en" + page).status_code == 200
    assert "account" in Client().get(page)["Location"] or Client().get(page).status_code == 302
    assert signed_in(UserFactory()).get(page).status_code == 403
    staff = signed_in(with_role(Role.STAFF, service.authority)).get(page).status_code
    changes = page.endswith(("/new/", "/edit/", "/drop/", "/change/", "/places/", "/end/"))
    assert staff == (403 if changes else 200)
    stranger = signed_in(with_role(Role.COORDINATOR, AuthorityFactory())).get(page).status_code
    assert stranger == (404 if "/of/" in page else 200)


def test_from_a_draft_to_force(service: Service, coordinator: Client, head: Client) -> None:
    drawn = coordinator.post(f"{HOME}draw/")
    assert drawn.status_code == 302 and drawn["Location"] == f"{HOME}versions/2/edit/"
    data = typed(coordinator, drawn["Location"])
    data |= {"limit_days": "8", "documents-0-name_ru": "Паспорт гражданина", "documents-1-DELETE": "on", "change_note": "Быстрее"}
    assert coordinator.post(drawn["Location"], data)["Location"] == f"{HOME}versions/2/"
    draft = ServicePassport.objects.get(version=2)
    assert (draft.limit_days, [row.name_ru for row in draft.documents.all()]) == (8, ["Паспорт гражданина"])
    assert (draft.variants.count(), draft.steps.count(), draft.channels, draft.change_note) == (1, 2, ["person", "portal"], "Быстрее")
    assert coordinator.get(f"{HOME}versions/2/agree/").status_code == 403
    assert head.post(f"{HOME}versions/2/agree/").status_code == 302
    assert head.post(f"{HOME}versions/2/enact/", {"valid_from": "2020-05-01"}).status_code == 422
    assert head.post(f"{HOME}versions/2/enact/", {"valid_from": "2026-12-01"}).status_code == 302
    # Pressed twice, it is done once and said so.
    assert head.post(f"{HOME}versions/2/enact/", {"valid_from": "2026-12-01"}).status_code == 422
    compared = coordinator.get(f"/en{HOME}compare/?older=1&newer=2").content.decode()
    assert "Time limit" in compared and "Паспорт гражданина" in compared
    assert coordinator.get(f"{HOME}versions/1/edit/").status_code == 302 and coordinator.get(f"{HOME}versions/9/").status_code == 404


def test_called_back_before_its_day(service: Service, coordinator: Client, head: Client) -> None:
    enacted(service, date(2027, 1, 1), limit_days=8)
    step, page = f"{HOME}versions/2/call-back/", f"/en{HOME}versions/2/"
    assert "To come into force" in head.get(page).content.decode() and step in head.get(page).content.decode()
    home = head.get(f"/en{HOME}").content.decode()
    assert step in home and f"/en{HOME}draw/" not in coordinator.get(HOME).content.decode()
    assert "Draw a new version" in coordinator.get(f"/en{HOME}").content.decode()
    assert coordinator.get(step).status_code == 403 and step not in coordinator.get(page).content.decode()
    assert head.post(step, {"reason": " "}).status_code == 422
    assert head.post(step, {"reason": "Постановление отменено"}).status_code == 302
    assert head.post(step, {"reason": "Постановление отменено"}).status_code == 422
    assert "Постановление отменено" in head.get(page).content.decode()
    assert head.get(f"{HOME}versions/1/call-back/").status_code == 200, "said by the form: it holds already"
    assert head.post(f"{HOME}versions/1/call-back/", {"reason": "поздно"}).status_code == 422
    assert ServicePassport.objects.get(version=1).valid_to is None


def test_the_authority_of_a_draft_is_chosen_for_the_whole_government(service: Service, coordinator: Client, finance: Authority) -> None:
    heir = AuthorityFactory(code="heir", version__name_en="Agency of Heirs")
    abolish(by=BY, authority=finance, effective_on=TODAY, successor=heir)
    quality = signed_in(with_role(Role.HEAD_OF_QUALITY))
    actions.draw_passport(by=BY, service=service, base=ServicePassport.objects.get(), content={})
    page = f"/en{HOME}versions/2/edit/"
    assert "Agency of Heirs" in quality.get(page).content.decode()
    data = typed(quality, page)
    assert data["authority"] == "minfin"
    assert quality.post(page, data | {"authority": "elsewhere"}).status_code == 422
    assert quality.post(page, data | {"authority": "heir"}).status_code == 302
    assert ServicePassport.objects.get(version=2).authority == heir
    mine = signed_in(with_role(Role.COORDINATOR, heir))
    assert "authority" not in mine.get(page).context["form"].fields
    assert mine.post(page, typed(mine, page) | {"limit_days": "6"}).status_code == 302
    draft = ServicePassport.objects.get(version=2)
    assert (draft.authority, draft.limit_days) == (heir, 6)


def test_words_are_found_in_any_form(service: Service, coordinator: Client) -> None:
    page = coordinator.get("/en/workspace/services/?q=справок").content.decode()
    assert "Certificate of income" in page and "Shown for “справки”" in page


def test_nothing_typed_is_lost_and_problems_stand_at_their_rows(service: Service, coordinator: Client) -> None:
    page = coordinator.post(f"{HOME}draw/")["Location"]
    data = typed(coordinator, page) | {"limit_days": "0", "steps-1-limit_days": "40", "name_ru": "Новое название", "fee": "много"}
    assert coordinator.post(page, data).status_code == 422
    answer = coordinator.post(page, data | {"fee": "10", "limit_days": "10"})
    assert answer.status_code == 422 and "Новое название" in answer.content.decode()
    rows = answer.context["draft"].sets["steps"].forms
    assert "limit_days" in rows[1].errors and not rows[0].errors
    more = coordinator.post(page, data | {"add": "steps"})
    assert more.status_code == 200 and len(more.context["draft"].sets["steps"].forms) == 5
    documents = coordinator.post(page, data | {"add": "documents"}).context["draft"].sets["documents"].forms
    assert [row["required"].value() for row in documents] == [True] * 5
    assert ServicePassport.objects.get(version=2).name_ru == "Выдача справки о доходах"


def test_a_new_service_and_its_places(finance: Authority, coordinator: Client) -> None:
    site = create_site(by=BY, authority=finance, code="one", name_ru="Приёмная", address_ru="ул. Примерная, 1", valid_from=SINCE)
    data = {"authority": "minfin", "code": "tax", "level": "state", "valid_from": "2026-11-01"}
    assert coordinator.post("/workspace/services/new/", data)["Location"] == "/workspace/services/of/tax/"
    assert coordinator.post("/workspace/services/new/", data).status_code == 422
    home = "/workspace/services/of/tax/"
    assert coordinator.post(f"{home}places/", {"sites": [site.pk], "valid_from": "2026-11-23"}).status_code == 302
    assert "Приёмная" in coordinator.get(home).content.decode()
    assert coordinator.post(f"{home}draw/")["Location"] == f"{home}versions/1/edit/"
    assert coordinator.post(f"{home}end/", {"effective_on": "2026-11-23"}).status_code == 302
    assert coordinator.get(home).status_code == 200 and coordinator.get(f"{home}nothing/").status_code == 404


def test_filters_of_the_list(service: Service, coordinator: Client) -> None:
    assert "Выдача справки" in coordinator.get("/workspace/services/?q=справку&state=in_force&page=x").content.decode()
    assert "Выдача справки" not in coordinator.get("/workspace/services/?level=municipal").content.decode()


def test_limits_are_changed_and_confirmed() -> None:
    lead = signed_in(with_role(Role.HEAD_OF_QUALITY))
    page = lead.get("/en/workspace/limits/").content.decode()
    assert "to be confirmed by the lawyer" in page and "by the passport of the service" in page
    url = "/workspace/limits/appeal/answer/-/change/"
    assert lead.post(url, {"days": "0", "unit": "calendar", "last_day": "before", "valid_from": "2027-01-01", "source": ""}).status_code == 422
    data = {"days": "20", "unit": "calendar", "last_day": "before", "valid_from": "2027-01-01", "source": "Закон, ст. 12"}
    assert lead.post(url, data).status_code == 302
    assert rules_on("appeal", date(2027, 1, 1)).term("answer").days == 20  # type: ignore[union-attr]
    for one in ("appeal/extension/-", "service_request/answer/-", "service_request/suspension/-", "service_complaint/answer/intake_refused"):
        assert lead.get(f"/workspace/limits/{one}/change/").status_code == 200
    assert lead.post("/workspace/limits/appeal/forward/-/confirm/", {"source": "59-ФЗ, ст. 8"}).status_code == 302
    assert not rules_on("appeal", TODAY).term("forward").to_confirm  # type: ignore[union-attr]
    assert lead.get("/workspace/limits/appeal/measures/-/change/").status_code == 404
    assert signed_in(with_role(Role.ANALYST)).get(url).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_a_constant_number_of_queries(finance: Authority, number: int, django_assert_max_num_queries: Any) -> None:
    for n in range(number):
        one = service_of(finance, f"s{n}")
        enacted(one, SINCE)
    client = signed_in(with_role(Role.HEAD_OF_QUALITY))
    client.get("/workspace/services/")
    with django_assert_max_num_queries(16):
        assert client.get("/workspace/services/").status_code == 200
