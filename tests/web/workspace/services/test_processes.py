"""Maps of processes in the workspace: who sees which, lists that ask no more for three than for one, every form, pressed twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.factories import GovernmentFactory, with_role
from tests.qms.services.conftest import BY, TODAY, Add
from tests.web.workspace.certification.conftest import queries_of
from yantar.core.models import JournalEntry, User
from yantar.qms.audits.models import RiskAssessment
from yantar.qms.audits.risk import assess, risk_table
from yantar.qms.organisation.actions import create_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people.actions import add_auditor
from yantar.qms.services import actions
from yantar.qms.services.models import Process, ProcessFacts, ProcessPart
from yantar.qms.standards.models import Clause, Edition
from yantar.web.workspace.services.urls import urlpatterns

As = Callable[[User], Client]
ROOT = "/workspace/processes/"
STEPS = ("change", "end", "facts", "part")


@pytest.fixture(autouse=True)
def government(db: None) -> None:
    GovernmentFactory()


@pytest.fixture
def one(add: Add) -> Process:
    return add("C1", ("8.1",))


def address(pattern: URLPattern) -> str:
    values = {"code": "minfin", "pk": 1, "part": 1, "step": "change"}
    return reverse(f"workspace:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters})


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda one: one.name)
def test_every_address_asks_for_a_sign_in_and_a_role(client: Client, as_: As, nobody: User, pattern: URLPattern) -> None:
    path = address(pattern)
    answer = client.get(path)
    if answer.status_code == 405:
        answer = client.post(path)
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
    assert as_(nobody).get(path).status_code in (403, 405)


def test_the_map_next_door_is_not_there(as_: As, stranger: User, one: Process) -> None:
    client = as_(stranger)
    for path in ("of/minfin/", "of/minfin/new/", "of/minfin/adopt/", "of/nowhere/", f"{one.pk}/", *(f"{one.pk}/{step}/" for step in STEPS)):
        assert client.get(ROOT + path).status_code == 404, path
    for path in (f"{one.pk}/take-over/", f"{one.pk}/change/", "of/minfin/adopt/"):
        assert client.post(ROOT + path).status_code == 404, path
    assert client.get(ROOT).headers["Location"] == f"{ROOT}of/minzdrav/"
    assert client.get(f"{ROOT}template/").status_code == 200


def test_who_only_reads_changes_nothing(as_: As, finance: Authority, one: Process, add: Add) -> None:
    client, common = as_(with_role(Role.STAFF, finance)), add("M1", authority=None)
    assert client.get(f"{ROOT}{one.pk}/").status_code == 200 and client.get(f"{ROOT}{common.pk}/").status_code == 200
    for path in (*(f"{one.pk}/{step}/" for step in STEPS), "of/minfin/new/", "of/minfin/adopt/", "template/new/", f"{common.pk}/change/"):
        assert client.get(ROOT + path).status_code == 403 and client.post(ROOT + path).status_code == 403, path
    assert client.post(f"{ROOT}{one.pk}/take-over/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(as_: As, head: User, add: Add, health: Authority, rows: int) -> None:
    for n in range(rows):
        actions.record_facts(by=BY, process=add(f"C{n}", ("8.1",)), changes=1)
    answer = as_(head).get(ROOT)
    counts = {row.one.version.authority.code: row.one.count for row in answer.context["rows"]}
    assert counts == {"minfin": rows, "minzdrav": 0} and answer.context["begun"] == 1
    assert queries_of(as_(head), ROOT) == LIST


LIST = (12, 12)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_map_asks_the_same_number_of_queries(as_: As, head: User, add: Add, finance: Authority, rows: int) -> None:
    for n in range(rows):
        unit = create_unit(by=BY, authority=finance, code=f"u{n}", name_ru="Отдел", valid_from=date(2010, 1, 1))
        actions.record_facts(by=BY, process=add(f"C{n}", ("8.1",), owner_unit=unit), changes=1)
    RiskAssessment.objects.bulk_create([one.row(TODAY, risk_table()) for one in assess(TODAY)])
    answer = as_(head).get(f"{ROOT}of/minfin/")
    assert len(answer.context["bands"][1][3]) == rows and answer.context["assessed"]
    assert queries_of(as_(head), f"{ROOT}of/minfin/") == MAP


MAP = (18, 18)


def test_the_map_of_a_day_and_an_edition(as_: As, coordinator: User, add: Add, one: Process) -> None:
    client = as_(coordinator)
    add("S1", kind="support", valid_from=date(2026, 6, 1))
    page = client.get(f"{ROOT}of/minfin/").content.decode()
    assert "Процесс C1" in page and "Процесс S1" in page and "8.2" in page and f"{ROOT}of/minfin/adopt/" in page
    before = client.get(f"{ROOT}of/minfin/?on=2026-01-01").content.decode()
    assert "Процесс S1" not in before and f"{ROOT}of/minfin/adopt/" not in before
    Edition.objects.create(key="2008", designation="ISO 9001:2008").clauses.create(number="7.4.1", order=1, title_ru="Закупки", title_en="Purchasing")
    old = client.get(f"/en{ROOT}of/minfin/?edition=2008")
    assert old.context["edition"].key == "2008" and "Purchasing" in old.content.decode()
    assert client.get(f"{ROOT}of/minfin/?edition=x&on=x").status_code == 200


def test_an_empty_map_says_where_to_begin(as_: As, coordinator: User, finance: Authority, edition: Edition) -> None:
    page = as_(coordinator).get(f"{ROOT}of/minfin/").content.decode()
    assert f'href="{ROOT}of/minfin/adopt/"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_one_process_asks_the_same_number_of_queries(as_: As, head: User, one: Process, finance: Authority, rows: int) -> None:
    for n in range(rows):
        actions.record_facts(by=BY, process=one, known_on=date(2026, 1, 1 + n), changes=1)
        made = add_auditor(by=BY, authority=finance, name=f"А {n}", code=f"a{n}", valid_from=date(2020, 1, 1))
        actions.set_part(by=BY, process=one, auditor=made)
    RiskAssessment.objects.bulk_create([row.row(TODAY, risk_table()) for row in assess(TODAY)])
    answer = as_(head).get(f"{ROOT}{one.pk}/")
    assert answer.context["risk"].factors and len(answer.context["parts"]) == rows
    assert queries_of(as_(head), f"{ROOT}{one.pk}/") == ONE


ONE = (12, 12)


def test_enter_change_end(as_: As, coordinator: User, finance: Authority, edition: Edition) -> None:
    client = as_(coordinator)
    clauses = f"clauses_{edition.pk}"
    given = {"code": "C1", "kind": "core", "name_ru": "Платежи", "order": "", clauses: "8.1, 9"}
    wrong = client.post(f"{ROOT}of/minfin/new/", {**given, "name_ru": "", clauses: "8.1; 77"})
    assert wrong.status_code == 422 and set(wrong.context["form"].errors) == {"name_ru", clauses}
    assert client.post(f"{ROOT}of/minfin/new/", given).status_code == 302
    made = Process.objects.get()
    assert (made.name_ru, made.order, [c.number for c in made.clauses.all()]) == ("Платежи", 1, ["8.1", "9"])
    twice = client.post(f"{ROOT}of/minfin/new/", given)
    assert twice.status_code == 422 and list(twice.context["form"].errors) == ["code"]
    other = Edition.objects.create(key="2008", designation="ISO 9001:2008")
    made.clauses.add(Clause.objects.create(edition=other, number="7", order=1))
    unit = create_unit(by=BY, authority=finance, code="u1", name_ru="Отдел", valid_from=date(2010, 1, 1))
    form = client.get(f"{ROOT}{made.pk}/change/").context["form"]
    assert form[clauses].value() == "8.1, 9" and form[f"clauses_{other.pk}"].value() == "7"
    changed = {**given, "owner_unit": unit.pk, "inputs_ru": "заявка", "field": "finance", clauses: "8", f"clauses_{other.pk}": "7"}
    assert client.post(f"{ROOT}{made.pk}/change/", changed).status_code == 302
    made = Process.objects.get()
    assert (made.owner_unit, made.inputs_ru, made.field) == (unit, "заявка", "finance")
    assert {(c.edition.key, c.number) for c in made.clauses.all()} == {("2015", "8"), ("2008", "7")}
    client.post(f"{ROOT}{made.pk}/change/", {**changed, "owner_unit": ""})
    assert Process.objects.get().owner_unit is None
    assert client.post(f"{ROOT}{made.pk}/end/", {"effective_on": "2026-11-24"}).status_code == 302
    assert client.post(f"{ROOT}{made.pk}/end/", {"effective_on": "2026-11-24"}).status_code == 422


def test_facts_and_parts(as_: As, coordinator: User, finance: Authority, one: Process) -> None:
    client = as_(coordinator)
    given = {"known_on": "2026-10-01", "cases_per_year": "1200", "legal_weight": "2", "complaints_per_1000": "1.5", "vulnerable": "on"}
    for _press in range(2):
        assert client.post(f"{ROOT}{one.pk}/facts/", given).status_code == 302
    facts = ProcessFacts.objects.get()
    assert (facts.cases_per_year, facts.legal_weight, facts.vulnerable, facts.breaches_percent) == (1200, 2, True, None)
    assert client.get(f"{ROOT}{one.pk}/facts/").context["form"]["cases_per_year"].value() == 1200
    assert client.post(f"{ROOT}{one.pk}/facts/", {"known_on": "2026-10-02"}).status_code == 422
    auditor = add_auditor(by=BY, authority=finance, name="Аудитор", valid_from=date(2020, 1, 1))
    part = {"auditor": auditor.pk, "part": "owner", "valid_from": "2026-01-01"}
    assert client.post(f"{ROOT}{one.pk}/part/", part).status_code == 302
    assert client.post(f"{ROOT}{one.pk}/part/", part).status_code == 422
    row = ProcessPart.objects.get()
    before = JournalEntry.objects.count()
    for _press in range(2):
        client.post(f"{ROOT}{one.pk}/parts/{row.pk}/end/")
    row.refresh_from_db()
    assert row.valid_to == TODAY and JournalEntry.objects.count() == before + 1
    assert client.post(f"{ROOT}{one.pk}/parts/{row.pk + 1}/end/").status_code == 404


def test_the_template_is_adopted_and_followed(as_: As, head: User, coordinator: User, add: Add, finance: Authority) -> None:
    common, core = add("M1", ("8",), authority=None, kind="management", field="administration"), add("C1", ("9",), authority=None)
    client = as_(coordinator)
    page = client.get(f"{ROOT}of/minfin/adopt/")
    assert page.context["form"].ticked == {str(common.pk), str(core.pk)}
    given = {"templates": [common.pk, core.pk], "field": "finance", "valid_from": "2026-11-01"}
    none = client.post(f"{ROOT}of/minfin/adopt/", {**given, "templates": []})
    assert none.status_code == 422 and "templates" in none.context["form"].errors
    assert client.post(f"{ROOT}of/minfin/adopt/", given).status_code == 302
    # Pressed again: what is adopted is no longer offered.
    assert client.post(f"{ROOT}of/minfin/adopt/", given).status_code == 422 or Process.objects.filter(authority=finance).count() == 2
    own = Process.objects.get(authority=finance, code="M1")
    actions.change_process(by=BY, process=own, texts={"name_ru": "По-своему"})
    assert f"{ROOT}{own.pk}/take-over/" in client.get(f"{ROOT}{own.pk}/").content.decode()
    client.post(f"{ROOT}{own.pk}/take-over/")
    own.refresh_from_db()
    assert own.name_ru == "Процесс M1"
    listed = as_(head).get(f"{ROOT}template/")
    assert [len(rows) for _kind, _label, rows in listed.context["bands"]] == [1, 1, 0] and "Министерство финансов" in listed.content.decode()
    assert as_(head).get(f"{ROOT}{common.pk}/facts/").status_code == 404
    made = as_(head).post(f"{ROOT}template/new/", {"code": "S9", "kind": "support", "name_ru": "Своё"})
    assert made.status_code == 302 and Process.objects.get(code="S9").authority is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_template_asks_the_same_number_of_queries(as_: As, head: User, add: Add, finance: Authority, rows: int) -> None:
    templates = [add(f"M{n}", ("8",), authority=None) for n in range(rows)]
    actions.adopt_template(by=BY, authority=finance, templates=templates)
    assert queries_of(as_(head), f"{ROOT}template/") == TEMPLATE


TEMPLATE = (8, 8)
