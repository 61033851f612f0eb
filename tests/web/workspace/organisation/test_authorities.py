"""Authorities through the browser: the list as of a day, one from the inside, every step of correction and reorganisation."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.certification.support import granted
from yantar.core.models import JournalEntry
from yantar.qms.organisation.models import Authority, AuthorityVersion, Reorganisation, Role, Site, Succession, Unit, UnitVersion

DAY = "2026-12-01"
ON = date(2026, 12, 1)


@pytest.fixture
def admin(db: None, client: Client):
    GovernmentFactory()
    user = with_role(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.fixture
def finance(admin) -> Authority:
    return AuthorityFactory(code="finance", version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")


def unit_of(authority: Authority, code: str, parent: Unit | None = None) -> Unit:
    unit = Unit.objects.create(code=code, valid_from=date(2010, 1, 1))
    UnitVersion.objects.create(unit=unit, authority=authority, parent=parent, name_ru=f"Отдел {code}", valid_from=date(2010, 1, 1))
    return unit


def do(client: Client, of: str, step: str, /, **data: object) -> None:
    """Fill the form as the browser shows it, change what is given, send it; it must be accepted."""
    answer = send(client, of, step, **data)
    assert answer.status_code == 302, (answer.context["form"].errors, answer.context["problems"])
    assert client.get(answer["Location"]).status_code == 200


def send(client: Client, of: str, step: str, /, **data: object):
    url = f"/workspace/authorities/{of}/{step}/"
    form = client.get(url).context["form"]
    filled = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    return client.post(url, {**filled, **data})


# --- the list -----------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(admin, client: Client, rows: int, django_assert_num_queries) -> None:
    AuthorityFactory.create_batch(rows)
    client.get("/workspace/authorities/")
    with django_assert_num_queries(6):
        answer = client.get("/workspace/authorities/")
    assert len(answer.context["rows"]) == rows


def test_as_of_a_day_and_by_name_and_kind(admin, client: Client) -> None:
    AuthorityFactory(code="old", version__name_ru="Комитет по печати", valid_from=date(2000, 1, 1), valid_to=date(2015, 1, 1))
    AuthorityFactory(code="new", version__name_ru="Агентство по печати", version__kind="agency", valid_from=date(2015, 1, 1))

    def codes(query: str) -> list[str]:
        return [v.authority.code for v, _inside in client.get(f"/workspace/authorities/?{query}").context["rows"]]

    assert codes("") == ["new"]
    assert codes("on=2010-05-01") == codes("on=01.05.2010") == ["old"]
    assert codes("q=печати агентство") == ["new"]
    assert codes("q=комитет") == []
    assert codes("kind=ministry") == [] and codes("kind=agency") == ["new"]
    assert client.get("/workspace/authorities/?on=31.02.2020").status_code == 400


def test_others_are_led_to_the_public_page(admin, client: Client, finance: Authority) -> None:
    AuthorityFactory(code="health")
    client.force_login(with_role(Role.STAFF, finance))
    page = client.get("/workspace/authorities/").content.decode()
    assert 'href="/workspace/authorities/finance/"' in page
    assert 'href="/workspace/authorities/health/"' not in page
    assert 'href="/authorities/health/"' in page
    assert "/workspace/authorities/new/" not in page


# --- one authority --------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_one_authority_asks_the_same_number_of_queries(admin, client: Client, finance: Authority, rows: int, django_assert_num_queries) -> None:
    for number in range(rows):
        unit_of(finance, f"u{number}")
        Site.objects.create(code=f"s{number}", authority=finance, name_ru="Здание", address_ru="ул. Сосновая", valid_from=date(2010, 1, 1))
        granted(f"YA-{number}", authority=finance)
    client.get("/workspace/authorities/finance/")
    with django_assert_num_queries(17):
        answer = client.get("/workspace/authorities/finance/")
    assert len(answer.context["units"]) == len(answer.context["sites"]) == len(answer.context["certificates"]) == rows


def test_one_authority_as_of_a_day(admin, client: Client, finance: Authority) -> None:
    do(client, "finance", "rename", effective_on="2020-01-01", name_ru="Министерство бюджета", name_en="Ministry of Budget")
    assert "Министерство бюджета" in client.get("/workspace/authorities/finance/").content.decode()
    before = client.get("/workspace/authorities/finance/?on=2019-12-31")
    assert before.context["version"].name_ru == "Министерство финансов"
    assert client.get("/workspace/authorities/finance/?on=2001-01-01").context["exists"] is False
    assert client.get("/workspace/authorities/nowhere/").status_code == 404


def test_create(admin, client: Client) -> None:
    url = "/workspace/authorities/new/"
    data = {"code": "arch", "kind": "agency", "name_ru": "Архивное агентство", "name_en": "Archive Agency", "valid_from": "01.02.2026"}
    wrong = client.post(url, {**data, "inn": "1234567890", "ogrn": "1", "name_en": ""})
    assert wrong.status_code == 422
    assert "name_en" in wrong.context["form"].errors
    wrong = client.post(url, {**data, "inn": "1234567890", "ogrn": "1"})
    assert {"inn", "ogrn"} == set(wrong.context["form"].errors)
    assert 'value="Архивное агентство"' in wrong.content.decode() and 'value="1234567890"' in wrong.content.decode()
    assert not Authority.objects.exists()
    answer = client.post(url, data)
    assert answer["Location"] == "/workspace/authorities/arch/"
    assert Authority.objects.get().valid_from == date(2026, 2, 1)


# --- steps ------------------------------------------------------------------------------------------
def test_correct(finance: Authority, client: Client) -> None:
    above = AuthorityFactory(code="above")
    do(client, "finance", "correct", name_en="Ministry of Finances", supervisor="above", personnel="")
    version = AuthorityVersion.objects.get(authority=finance)
    assert (version.name_en, version.personnel) == ("Ministry of Finances", None)
    finance.refresh_from_db()
    assert finance.supervisor == above
    do(client, "finance", "correct", supervisor="")
    finance.refresh_from_db()
    assert finance.supervisor is None


def test_a_correction_is_of_today_s_facts_not_of_what_is_recorded_for_later(finance: Authority, client: Client) -> None:
    do(client, "finance", "rename", effective_on="2030-01-01", name_ru="Министерство будущего", name_en="Ministry of the Future")
    do(client, "finance", "correct", name_en="Ministry of Finances")
    assert list(AuthorityVersion.objects.filter(authority=finance).order_by("valid_from").values_list("name_en", flat=True)) == [
        "Ministry of Finances",
        "Ministry of the Future",
    ]


def test_a_supervisor_that_is_over_is_not_lost_by_a_correction(finance: Authority, client: Client) -> None:
    over = AuthorityFactory(code="over", valid_to=date(2020, 1, 1))
    Authority.objects.filter(pk=finance.pk).update(supervisor=over)
    do(client, "finance", "correct", short_ru="Минфин")
    finance.refresh_from_db()
    assert finance.supervisor == over


def test_personnel(finance: Authority, client: Client) -> None:
    do(client, "finance", "personnel", effective_on=DAY, personnel="150")
    assert list(AuthorityVersion.objects.filter(authority=finance).order_by("valid_from").values_list("personnel", flat=True)) == [120, 150]
    answer = send(client, "finance", "personnel", effective_on="2027-01-01")
    assert answer.status_code == 422 and "personnel" in answer.context["form"].errors


def test_rename(finance: Authority, client: Client) -> None:
    do(client, "finance", "rename", effective_on=DAY, name_ru="Министерство бюджета", name_en="Ministry of Budget", legal_basis="Указ № 7")
    event = Reorganisation.objects.get(kind="rename")
    assert (event.effective_on, event.legal_basis) == (ON, "Указ № 7")
    again = send(client, "finance", "rename", effective_on=DAY, name_ru="Министерство денег", name_en="Ministry of Money")
    assert "effective_on" in again.context["form"].errors
    assert 'value="Министерство денег"' in again.content.decode()


def test_abolish_with_a_successor(finance: Authority, client: Client) -> None:
    heir = AuthorityFactory(code="heir")
    unit = unit_of(finance, "u1")
    do(client, "finance", "abolish", effective_on=DAY, successor="heir")
    finance.refresh_from_db()
    assert finance.valid_to == ON
    assert Succession.objects.get().successor == heir
    assert unit.versions.get(valid_to__isnull=True).authority == heir
    page = client.get("/workspace/authorities/finance/?on=2026-12-02").content.decode()
    assert "01.12.2026" in page
    assert "/rename/" not in page


def test_merge_into_a_new_one(finance: Authority, client: Client) -> None:
    AuthorityFactory(code="economy")
    wrong = send(client, "finance", "merge", effective_on=DAY, others=["economy"])
    assert "into" in wrong.context["form"].errors
    wrong = send(client, "finance", "merge", effective_on=DAY, code="finance", name_ru="Министерство развития", name_en="")
    assert {"code", "name_en", "others"} <= set(wrong.context["form"].errors)
    new = {"code": "growth", "kind": "ministry", "name_ru": "Министерство развития", "name_en": "Ministry of Growth"}
    do(client, "finance", "merge", effective_on=DAY, others=["economy"], **new)
    assert set(Succession.objects.values_list("predecessor__code", "successor__code")) == {("finance", "growth"), ("economy", "growth")}


def test_merge_into_one_that_exists(finance: Authority, client: Client) -> None:
    AuthorityFactory(code="economy")
    do(client, "finance", "merge", effective_on=DAY, into="economy")
    assert Succession.objects.get().successor.code == "economy"
    both = send(client, "economy", "merge", effective_on="2027-05-05", into="finance", code="x", name_ru="Х", name_en="X")
    assert both.status_code == 422


def test_split_off_a_part(finance: Authority, client: Client) -> None:
    treasury = unit_of(finance, "treasury")
    inner = unit_of(finance, "inner", treasury)
    stays = unit_of(finance, "stays")
    part = {"code": "treasury", "kind": "agency", "name_ru": "Казначейство", "name_en": "Treasury", "units": [treasury.pk]}
    wrong = send(client, "finance", "split", effective_on=DAY, **{**part, "code": "finance"})
    assert "code" in wrong.context["form"].errors
    do(client, "finance", "split", effective_on=DAY, **part)
    assert {u.versions.get(valid_to__isnull=True).authority.code for u in (treasury, inner)} == {"treasury"}
    assert stays.versions.get().authority == finance
    assert not Succession.objects.get().is_main


def test_split_in_two(finance: Authority, client: Client) -> None:
    one = {"code": "taxes", "kind": "ministry", "name_ru": "Министерство налогов", "name_en": "Ministry of Taxes"}
    wrong = send(client, "finance", "split", effective_on=DAY, **one, second_code="taxes", second_ru="Министерство бюджета")
    assert {"second_code", "second_en"} <= set(wrong.context["form"].errors)
    do(client, "finance", "split", effective_on=DAY, **one, second_code="budget", second_ru="Министерство бюджета", second_en="Ministry of Budget")
    finance.refresh_from_db()
    assert finance.valid_to == ON
    assert dict(Succession.objects.values_list("successor__code", "is_main")) == {"taxes": False, "budget": True}


def test_move_a_unit(finance: Authority, client: Client) -> None:
    AuthorityFactory(code="health")
    unit, other = unit_of(finance, "u1"), unit_of(finance, "u2")
    do(client, "finance", "move-unit", unit=unit.pk, to_authority="finance", parent=other.pk, effective_on="2026-11-01")
    assert unit.versions.get(valid_to__isnull=True).parent == other
    do(client, "finance", "move-unit", unit=unit.pk, to_authority="health", effective_on=DAY)
    assert unit.versions.get(valid_to__isnull=True).authority.code == "health"


def test_units_and_sites(finance: Authority, client: Client) -> None:
    do(client, "finance", "unit", code="f1", name_ru="Отдел бюджета", valid_from="2020-01-01", personnel=7)
    again = send(client, "finance", "unit", code="f1", name_ru="Отдел бюджета", valid_from="2020-01-01")
    assert "code" in again.context["form"].errors
    half = send(client, "finance", "site", code="s1", name_ru="Дом", address_ru="ул. Сосновая, 1", valid_from="2020-01-01", latitude="54.7")
    assert "longitude" in half.context["form"].errors
    place = {"latitude": "54.7", "longitude": "20.5"}
    do(client, "finance", "site", code="s1", name_ru="Дом", address_ru="ул. Сосновая, 1", valid_from="2020-01-01", **place)
    unit, site = Unit.objects.get(), Site.objects.get()
    do(client, "finance", f"units/{unit.pk}/correct", name_ru="Отдел бюджетов")
    do(client, "finance", f"units/{unit.pk}/rename", name_ru="Отдел финансов", effective_on="2024-01-01")
    do(client, "finance", f"units/{unit.pk}/close", effective_on=DAY)
    assert list(unit.versions.order_by("valid_from").values_list("name_ru", "personnel")) == [("Отдел бюджетов", 7), ("Отдел финансов", 7)]
    do(client, "finance", f"sites/{site.pk}/correct", address_ru="ул. Янтарная, 2", latitude="", longitude="")
    do(client, "finance", f"sites/{site.pk}/close", effective_on=DAY)
    site.refresh_from_db()
    assert (site.address_ru, site.latitude, site.valid_to) == ("ул. Янтарная, 2", None, ON)
    closed = send(client, "finance", f"sites/{site.pk}/close", effective_on=DAY)
    assert "effective_on" in closed.context["form"].errors
    other = AuthorityFactory(code="other")
    assert client.get(f"/workspace/authorities/{other.code}/units/{unit.pk}/correct/").status_code == 404
    assert client.get(f"/workspace/authorities/finance/units/{unit.pk}/explode/").status_code == 404


def test_a_step_that_is_none(finance: Authority, client: Client) -> None:
    assert client.get("/workspace/authorities/finance/explode/").status_code == 404


def test_a_coordinator_corrects_the_own_authority_only(finance: Authority, client: Client) -> None:
    person = with_role(Role.COORDINATOR, finance)
    client.force_login(person)
    do(client, "finance", "correct", name_en="Finance Ministry")
    assert JournalEntry.objects.filter(action="organisation.correct_authority", actor=person).exists()
    steps = {name for name, _heading in client.get("/workspace/authorities/finance/").context["steps"]}
    assert steps == {"correct", "personnel", "unit", "site"}
