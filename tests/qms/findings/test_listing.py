"""What of the findings a viewer sees, finds and keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import JournalEntry, User
from yantar.core.problems import Refused
from yantar.qms.findings import queries, rules
from yantar.qms.findings.actions.filters import delete_filter, rename_filter, save_filter
from yantar.qms.findings.models import Finding, GovernmentCase, PlannedAction, SavedFilter
from yantar.qms.findings.queries import Wanted, words
from yantar.qms.organisation.models import Role, Unit, UnitVersion

from .support import HAND, Cast, cast, clause, process, raised

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def numbers(viewer: object, page: int = 1, **wanted: object) -> list[str]:
    return [row.number for row in queries.page(viewer, Wanted(**wanted), page).rows]  # type: ignore[arg-type]


def test_the_condition_says_what_the_rule_says(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """`findings.view`, person by person and finding by finding."""
    elsewhere = AuthorityFactory()
    found = [
        raised(people),
        raised(people, grade="strength", gap="Единое окно отвечает в тот же день", shared=True),
        raised(people, authority=elsewhere, process=None, owner=people.owner),
        raised(people, authority=elsewhere, process=None),
        raised(people, authority=elsewhere, process=None, origin_id="8"),
        raised(people, by=HAND, authority=elsewhere, process=None, origin_kind="staff", raised_by=people.staff),
        raised(people, authority=elsewhere, process=None, opened=False),
    ]
    Finding.objects.filter(pk=found[3].pk).update(verifier=people.verifier)
    PlannedAction.objects.create(finding=found[3], text="Исправить", assignee=people.assignee, due_on=TODAY, measure="м", target="0")
    PlannedAction.objects.create(
        finding=found[4], text="Снято", assignee=people.assignee, due_on=TODAY, measure="м", target="0", withdrawn_at=clock.now()
    )
    on_the_team = UserFactory()
    monkeypatch.setitem(rules.SEES_ORIGIN, "audit", lambda user: ["8"] if user.pk == on_the_team.pk else [])
    auditor = with_role(Role.INTERNAL_AUDITOR, elsewhere)
    nobody, away = UserFactory(), with_role(Role.COORDINATOR, people.authority, is_active=False)
    viewers = [one for one in vars(people).values() if isinstance(one, User)]
    viewers += [on_the_team, nobody, away, auditor]
    seen_at_all = 0
    for viewer in viewers:
        viewer = User.objects.get(pk=viewer.pk)
        seen = set(queries.visible(viewer).values_list("pk", flat=True))
        assert seen == {one.pk for one in Finding.objects.all() if viewer.has_perm("findings.view", one)}, viewer
        seen_at_all += bool(seen)
    assert seen_at_all == len(viewers) - 2
    assert not queries.visible(AnonymousUser()).exists()
    assert queries.visible(System("test")).count() == len(found)


def test_the_authority_next_door_sees_nothing_but_what_is_shared(people: Cast) -> None:
    raised(people)
    shared = raised(people, grade="strength", gap="Единое окно отвечает в тот же день", shared=True)
    raised(people, grade="strength", gap="Архив без единой потери")
    assert numbers(people.stranger) == [shared.number]
    assert len(numbers(people.coordinator)) == 3
    assert queries.find_visible(people.stranger, shared.number) == shared
    assert numbers(people.stranger, q="архив") == []


def test_each_filter(people: Cast) -> None:
    lead, other = people.lead, AuthorityFactory(code="other")
    unit = Unit.objects.create(code="letters", valid_from=date(2020, 1, 1))
    UnitVersion.objects.create(unit=unit, authority=people.authority, valid_from=date(2020, 1, 1), name_ru="Отдел писем")
    first = raised(people, unit=unit, owner=people.owner)
    second = raised(people, authority=other, grade="major", clause=clause("7.2"), process=None, origin_kind="staff", origin_id="")
    third = raised(people, grade="strength", gap="Хорошо", clause=clause("8.5"), process=process(people.authority, "more"), repeats=None)
    case = GovernmentCase.objects.create(number="C-1", cause_category="rules", title="Общее", opened_on=TODAY)
    Finding.objects.filter(pk=second.pk).update(repeats=first, case=case, raised_on=date(2025, 5, 5))
    Finding.objects.filter(pk=first.pk).update(due_on=TODAY - timedelta(days=1), raised_on=date(2026, 1, 1))
    assert numbers(lead) == [third.number, first.number, second.number]
    expected = {
        "authority": ("other", [second]),
        "unit": (unit.pk, [first]),
        "process": (people.process.pk, [first]),
        "grade": ("strength", [third]),
        "source": ("staff", [second]),
        "state": ("noted", [third]),
        "owner": (people.owner.full_name.rpartition(" ")[2], [first]),
        "late": (True, [first]),
        "since": (date(2026, 6, 1), [third]),
        "until": (date(2025, 12, 31), [second]),
        "case": ("C-1", [second]),
        "repeated": (True, [second]),
    }
    for name, (value, found) in expected.items():
        assert numbers(lead, **{name: value}) == [one.number for one in found], name
    assert numbers(lead, clause="8.5") == [third.number, first.number]
    assert numbers(lead, clause="8") == [third.number, first.number]
    assert numbers(lead, state=queries.OPEN) == [first.number, second.number]
    assert numbers(people.owner, mine=True) == [first.number]
    assert numbers(lead, mine=True) == []
    assert numbers(lead, authority="nobody", clause="1.2.3") == []


def test_orders(people: Cast) -> None:
    minor, major = raised(people), raised(people, grade="major")
    Finding.objects.filter(pk=minor.pk).update(raised_on=date(2026, 1, 1), due_on=date(2026, 12, 31), state="plan")
    for order in ("raised", "-due", "-grade", "-state"):
        assert numbers(people.lead, order=order) == [minor.number, major.number], order
    for order in ("-raised", "due", "grade", "state", "nonsense"):
        assert numbers(people.lead, order=order) == [major.number, minor.number], order


@pytest.mark.parametrize("common", [0, 20_000], ids=["words last", "words first"])
def test_words_are_found_by_their_stems(people: Cast, common: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "COMMON", common)
    first = raised(people, gap="Журналы учёта не велись отделами", evidence="Дело 114, кабинет 3")
    second = raised(people, gap="Registers were kept late", evidence="File 7, room 2")
    lead = people.lead
    assert numbers(lead, q="журнал отдел") == [first.number]
    assert numbers(lead, q="учета") == [first.number]
    assert numbers(lead, q="register") == [second.number]
    assert numbers(lead, q="«журналы учёта»") == [first.number]
    assert numbers(lead, q="журналы -отдел") == []
    assert numbers(lead, q="отделы и журналов") == [first.number]
    assert numbers(lead, q="журнал", grade="minor", state=queries.OPEN) == [first.number]
    assert numbers(lead, q=first.number) == [first.number]
    assert set(numbers(lead, q=f"{first.number[:4]}-0")) == {first.number, second.number}
    Finding.objects.filter(pk=first.pk).update(gap_en="Logs of records were not kept")
    assert numbers(lead, q="record logs") == [first.number]
    assert numbers(lead, q="и") == numbers(lead, q="'\"\\%s") == []


def test_pages_and_the_limit_of_counting(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yantar.qms.findings.queries.listing.PER_PAGE", 2)
    monkeypatch.setattr("yantar.qms.findings.queries.listing.COUNTED", 4)
    made = [raised(people).number for _ in range(3)]
    assert numbers(people.lead, 2) == made[:1]
    assert numbers(people.lead, 99) == made[:1]
    last = queries.page(people.lead, Wanted(), 2)
    assert (last.count, last.more, last.num_pages, last.has_next, last.has_previous) == (3, False, 2, False, True)
    made += [raised(people).number for _ in range(2)]
    page = queries.page(people.lead, Wanted())
    assert (page.count, page.more, page.num_pages) == (4, True, 2)
    assert [row.number for row in queries.all_rows(people.lead, Wanted())] == made[::-1]
    assert queries.page(people.stranger, Wanted()).count == 0


def queries_for(viewer: User, wanted: Wanted) -> int:
    viewer = User.objects.get(pk=viewer.pk)
    with CaptureQueriesContext(connection) as asked:
        queries.page(viewer, wanted)
    return len(asked)


@pytest.mark.parametrize(("wanted", "expected"), [(Wanted(), (4, 6)), (Wanted(q="ответ"), (5, 7)), (Wanted(late=True, order="due"), (4, 6))])
def test_as_many_queries_for_three_as_for_one(people: Cast, wanted: Wanted, expected: tuple[int, int]) -> None:
    """For the head of quality, and for a coordinator (whose authorities are looked up)."""
    with clock.at(date(2020, 1, 1)):
        raised(people)
    one = queries_for(people.lead, wanted), queries_for(people.coordinator, wanted)
    with clock.at(date(2020, 1, 2)):
        raised(people)
        raised(people, owner=people.owner)
    assert (queries_for(people.lead, wanted), queries_for(people.coordinator, wanted)) == one == expected


def test_saved_filters_are_ones_own(people: Cast) -> None:
    saved = save_filter(by=people.owner, name="  Мои  просроченные ", query={"late": "on", "mine": "on"})
    assert saved.name == "Мои просроченные"
    assert JournalEntry.objects.get(action="findings.save_filter").actor == people.owner
    assert list(queries.saved_filters(people.owner)) == [saved]
    assert list(queries.saved_filters(people.lead)) == []
    with pytest.raises(Refused):
        save_filter(by=people.owner, name="Мои просроченные", query={})
    for name in ("", "x" * 101):
        with pytest.raises(Refused):
            save_filter(by=people.owner, name=name, query={})
    rename_filter(by=people.owner, saved=saved, name="Мои просроченные")
    assert rename_filter(by=people.owner, saved=saved, name="Поздние").name == "Поздние"
    with pytest.raises(PermissionDenied):
        rename_filter(by=people.lead, saved=saved, name="Чужой")
    with pytest.raises(PermissionDenied):
        delete_filter(by=people.lead, saved=saved)
    delete_filter(by=people.owner, saved=saved)
    assert not SavedFilter.objects.exists()
