"""Limits of the law by day: the library's, with what the government changed or confirmed over them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import with_role
from tests.qms.organisation.conftest import refused
from yantar.core.models import JournalEntry
from yantar.engine.deadlines import Case, clock
from yantar.library.deadlines import load_deadlines
from yantar.qms.organisation.actions import change_calendar
from yantar.qms.organisation.models import Role
from yantar.qms.services import limits
from yantar.qms.services.actions import limits as actions
from yantar.qms.services.models import LegalLimit

from .conftest import BY, TODAY


def test_without_changes_the_library_holds() -> None:
    for key in limits.kind_keys():
        assert limits.rules_on(key, TODAY) == load_deadlines().kind(key)
    with pytest.raises(KeyError):
        limits.rules_on("letter", TODAY)


def test_changed_from_a_day_on() -> None:
    changed = date(2027, 1, 1)
    actions.change_limit(by=BY, kind="appeal", key="answer", days=20, unit="working", last_day="none", valid_from=changed, source="Закон, ст. 1")
    assert limits.rules_on("appeal", date(2026, 12, 31)).term("answer") == load_deadlines().kind("appeal").term("answer")
    after = limits.rules_on("appeal", changed).term("answer")
    assert after is not None
    assert (after.days, after.unit, after.source("ru"), after.source("en"), after.to_confirm) == (20, "working", "Закон, ст. 1", "Закон, ст. 1", True)
    # The other limits of the kind, and other kinds, stay.
    assert limits.rules_on("appeal", changed).term("forward") == load_deadlines().kind("appeal").term("forward")
    row = JournalEntry.objects.get(action="services.change_limit")
    assert json.loads(row.decided)["was"]["days"] == 30


def test_a_variant_and_an_extension_are_changed_alone() -> None:
    actions.change_limit(by=BY, kind="service_complaint", key="answer", variant="intake_refused", days=3, source="a")
    kind = limits.rules_on("service_complaint", TODAY)
    assert [(t.variant, t.days) for t in kind.terms if t.key == "answer"] == [("", 15), ("intake_refused", 3), ("not_corrected", 5)]
    actions.change_limit(by=BY, kind="appeal", key="extension", days=10, source="b", confirmed=True)
    extension = limits.rules_on("appeal", TODAY).extension
    assert extension is not None and (extension.most_days, extension.confirmed) == (10, True)


def test_the_clock_follows_the_changed_limit_and_the_calendar() -> None:
    case = Case(received=date(2026, 11, 23), registered=date(2026, 11, 23))
    before = clock(case, limits.rules_on("service_complaint", TODAY), limits.working_calendar())
    assert before.due == date(2026, 12, 14)
    actions.change_limit(by=BY, kind="service_complaint", key="answer", days=2, source="a")
    change_calendar(by=BY, day=date(2026, 11, 25), kind="off", reason="праздник", source="указ")
    assert clock(case, limits.rules_on("service_complaint", TODAY), limits.working_calendar()).due == date(2026, 11, 26)


def test_confirmed_by_the_lawyer() -> None:
    shown = actions.known_limit("appeal", "forward", "", TODAY)
    assert shown.to_confirm and shown.row is None
    row = actions.confirm_limit(by=BY, kind="appeal", key="forward", source="59-ФЗ, ст. 8 ч. 3")
    shown = actions.known_limit("appeal", "forward", "", TODAY)
    assert (shown.to_confirm, shown.days, shown.source("en"), shown.row) == (False, 7, "59-ФЗ, ст. 8 ч. 3", row)
    with refused("nothing_changed"):
        actions.confirm_limit(by=BY, kind="appeal", key="forward")
    # A change that nobody confirmed is to be confirmed again; that row is confirmed in place.
    changed = actions.change_limit(by=BY, kind="appeal", key="forward", days=5, source="проект")
    assert changed.pk == row.pk and limits.rules_on("appeal", TODAY).term("forward").to_confirm  # type: ignore[union-attr]
    actions.confirm_limit(by=BY, kind="appeal", key="forward")
    assert LegalLimit.objects.count() == 1 and not actions.known_limit("appeal", "forward", "", TODAY).to_confirm


def test_everything_wrong_at_once() -> None:
    with refused("out_of_range", "source_missing", "invalid_choice", "invalid_choice"):
        actions.change_limit(by=BY, kind="appeal", key="answer", days=4_000, unit="moons", last_day="never", source=" ")
    with refused("by_passport"):
        actions.change_limit(by=BY, kind="service_request", key="answer", days=10, source="a")
    with refused("unknown_limit"):
        actions.change_limit(by=BY, kind="appeal", key="measures", days=10, source="a")
    for language in ("ru", "en"):
        with refused("nothing_changed"):
            source = load_deadlines().kind("appeal").term("forward").source(language)  # type: ignore[union-attr]
            actions.change_limit(by=BY, kind="appeal", key="forward", days=7, source=source)
    assert not LegalLimit.objects.exists()


def test_a_source_that_ships_stays_in_both_languages() -> None:
    shipped = load_deadlines().kind("appeal").term("forward")
    assert shipped is not None and shipped.source("ru") != shipped.source("en")
    actions.change_limit(by=BY, kind="appeal", key="forward", days=5, source=shipped.source("en"))
    changed = limits.rules_on("appeal", TODAY).term("forward")
    assert changed is not None and (changed.days, changed.source("ru"), changed.source("en")) == (5, shipped.source("ru"), shipped.source("en"))
    actions.confirm_limit(by=BY, kind="appeal", key="forward")
    assert actions.known_limit("appeal", "forward", "", TODAY).source("ru") == shipped.source("ru")


def test_the_passport_keeps_setting_the_days() -> None:
    actions.change_limit(by=BY, kind="service_request", key="answer", last_day="none", source="a", confirmed=True)
    term = limits.rules_on("service_request", TODAY).term("answer")
    assert term is not None and term.by_passport and term.last_day == "none" and not term.to_confirm


def test_only_those_who_may() -> None:
    with pytest.raises(PermissionDenied):
        actions.change_limit(by=with_role(Role.ANALYST), kind="appeal", key="answer", days=20, source="a")
    head = with_role(Role.HEAD_OF_QUALITY)
    assert actions.change_limit(by=head, kind="appeal", key="answer", days=20, source="a").recorded_by == head


def test_every_limit_is_listed_once_in_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    future = date(2027, 1, 1)
    actions.change_limit(by=BY, kind="appeal", key="answer", days=20, valid_from=future, source="a")
    with django_assert_num_queries(1):
        shown = limits.all_limits(TODAY)
    keys = [(limit.kind, limit.key, limit.variant) for one in shown for limit in one.limits]
    assert len(keys) == len(set(keys)) == sum(len(k.terms) + bool(k.extension) + bool(k.suspension) for k in load_deadlines().kinds)
    answer = next(limit for one in shown for limit in one.limits if (limit.kind, limit.key) == ("appeal", "answer"))
    assert answer.row is None and [row.valid_from for row in answer.to_come] == [future] and answer.title("ru") == "Ответ"


def test_kept_while_nothing_changes(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    actions.change_limit(by=BY, kind="appeal", key="answer", days=20, source="a")
    first = limits.rules_on("appeal", TODAY)
    actions.change_limit(by=BY, kind="appeal", key="answer", days=10, source="a")
    assert first.term("answer").days == 20  # type: ignore[union-attr]
    assert limits.rules_on("appeal", TODAY).term("answer").days == 10  # type: ignore[union-attr]
    with django_assert_num_queries(1):  # the version of everything
        limits.rules_on("appeal", TODAY)
