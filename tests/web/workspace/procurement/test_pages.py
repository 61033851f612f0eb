"""Pages of savings: who may open them, what they say, how much they ask of the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.factories import with_role
from tests.qms.procurement.support import confirmed, joined, ready, tender
from tests.web.workspace.findings.support import queries_of
from yantar.core.models import User
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.procurement.models import Dataset
from yantar.web.workspace.procurement.urls import urlpatterns

As = Callable[[User], Client]
ROOT = "/workspace/savings/"
READ = ["", "spread/", "procedures/", "procedure/?id=a", "outliers/", "flags/", "buyers/"]
"""Pages of a dataset that every viewer may open."""


def address(pattern: URLPattern) -> str:
    values = {"number": "YF-1", "pk": 1, "match": 1, "kind": "csv"}
    return reverse(f"workspace:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters})


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda one: one.name)
def test_every_address_asks_for_a_sign_in_and_a_role(client: Client, as_: As, nobody: User, pattern: URLPattern) -> None:
    path = address(pattern)
    answer = client.get(path)
    if answer.status_code == 405:
        answer = client.post(path)
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
    assert as_(nobody).get(path).status_code in (403, 405)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", READ)
def test_pages_of_a_dataset_open_in_both_languages(as_: As, analyst: User, dataset: Dataset, path: str, prefix: str) -> None:
    answer = as_(analyst).get(f"{prefix}{ROOT}{dataset.pk}/{path}")
    assert answer.status_code == 200
    assert answer["Content-Language"] == ("en" if prefix else "ru")
    page = answer.content.decode()
    assert "<style" not in page and " style=" not in page


@pytest.mark.parametrize("path", ["", "claims/", *(f"1/{rest}" for rest in READ), "figures/YF-1/"])
def test_an_authority_s_own_people_do_not_see_the_government_s_records(as_: As, coordinator: User, dataset: Dataset, path: str) -> None:
    assert as_(coordinator).get(ROOT + path.replace("1/", f"{dataset.pk}/", 1)).status_code == 403


@pytest.mark.parametrize(
    "rest", ["load/", "claims/new/", "{pk}/procedure/settle/?id=a", "{pk}/procedure/raise/?id=a", "{pk}/figure/", "{pk}/buyers/match/"]
)
def test_who_only_reads_changes_nothing(as_: As, dataset: Dataset, rest: str) -> None:
    client = as_(with_role(Role.CERTIFIER))
    path = ROOT + rest.format(pk=dataset.pk)
    seen = client.get(ROOT).status_code
    assert client.get(path).status_code == 403 and client.post(path).status_code == 403
    assert seen in (200, 403)


@pytest.mark.parametrize("rest", ["", "spread/", "procedures/", "procedure/?id=a", "outliers/", "flags/", "buyers/", "figure/", "loading/"])
def test_records_that_are_not_there(as_: As, analyst: User, rest: str) -> None:
    assert as_(analyst).get(f"{ROOT}999/{rest}").status_code == 404


@pytest.mark.parametrize(
    "rest", ["procedure/", "procedure/?id=nowhere", "procedure/?id=%00", "procedure/record/?id=a", "procedure/settle/?id=nowhere"]
)
def test_procedures_that_are_not_there(as_: As, analyst: User, dataset: Dataset, rest: str) -> None:
    assert as_(analyst).get(f"{ROOT}{dataset.pk}/procedure/{rest}").status_code == 404


def test_the_glance_says_the_figures_to_the_kopeck_and_leads_to_them(as_: As, analyst: User, dataset: Dataset) -> None:
    page = as_(analyst).get(f"{ROOT}{dataset.pk}/").content.decode()
    assert "100,00\u00a0₽" in page and "10,00\u00a0%" in page
    assert f'href="{ROOT}{dataset.pk}/procedures/?klass=E1"' in page
    assert f'href="{ROOT}{dataset.pk}/procedures/?reason=cancelled"' in page
    assert "Сходится до копейки" in page or "adds up to the kopeck" in page
    english = as_(analyst).get(f"/en{ROOT}{dataset.pk}/").content.decode()
    assert "100.00\u00a0₽" in english and "It adds up to the kopeck" in english


def test_three_steps_from_the_figure_to_the_procedure(as_: As, analyst: User, dataset: Dataset) -> None:
    client = as_(analyst)
    listed = client.get(f"{ROOT}{dataset.pk}/procedures/?klass=E1")
    assert [row.procedure_id for row in listed.context["page"].rows] == ["a"]
    assert f"{ROOT}{dataset.pk}/procedure/?id=a" in listed.content.decode()
    one = client.get(f"{ROOT}{dataset.pk}/procedure/?id=a")
    assert [step.result for step in one.context["steps"]][0] == "1\u202f000,00\u00a0₽"
    assert "100,00" in one.context["steps"][3].result


@pytest.mark.parametrize("asked", ["?sort=nonsense&page=x", "?page=99999999999", "?year=x&band=y&klass=z", "?q=%00%27", "?settled=open"])
def test_the_list_takes_whatever_is_asked(as_: As, analyst: User, dataset: Dataset, asked: str) -> None:
    assert as_(analyst).get(f"{ROOT}{dataset.pk}/procedures/{asked}").status_code == 200


def rows_of(count: int) -> Dataset:
    return ready(**joined(*(tender(f"p{n}", 1000 + n, 900, buyer_id=f"b{n}", buyer_name=f"Б {n}") for n in range(count))))


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_number_of_queries(as_: As, analyst: User, finance: Authority, count: int) -> None:
    dataset = rows_of(count)
    for n in range(count):
        confirmed(dataset, finance, f"b{n}")
    asked = {path: queries_of(as_(analyst), f"{ROOT}{dataset.pk}/{path.replace('=a', '=p0')}") for path in READ}
    asked["list"] = queries_of(as_(analyst), ROOT)
    assert asked == QUERIES


QUERIES = {
    "": 10,
    "spread/": 11,
    "procedures/": 9,
    "procedure/?id=a": 11,
    "outliers/": 11,
    "flags/": 12,
    "buyers/": 10,
    "list": 9,
}


def test_flags_are_told_by_authority_and_narrowed_by_one(as_: As, analyst: User, finance: Authority, dataset: Dataset) -> None:
    client = as_(analyst)
    place = f"/en{ROOT}{dataset.pk}/flags/"
    page = client.get(place).content.decode()
    assert "No buyer of these records is matched" in page
    confirmed(dataset, finance)
    page = client.get(place).content.decode()
    assert f'href="{place}?authority={finance.code}&amp;flag=R018#list"' in page and "1 bidder" in page
    for asked, rows in (("flag=R018", ["b"]), ("flag=R018&authority=nowhere", []), (f"flag=R018&authority={finance.code}", ["b"])):
        answer = client.get(f"{place}?{asked}")
        assert [row.procedure_id for row in answer.context["page"].rows] == rows
    assert f'<option value="{finance.code}" selected>' in answer.content.decode()


def test_an_empty_list_says_what_to_do_first(as_: As, analyst: User) -> None:
    page = as_(analyst).get(ROOT).content.decode()
    assert f'href="{ROOT}load/"' in page
