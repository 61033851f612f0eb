"""The spine."""

from __future__ import annotations

import json
import threading
import time

import pytest
import rules
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from pghistory.models import Events

from tests.factories import AuthorityFactory, UserFactory
from yantar.core.actions import REGISTRY, System, action, current
from yantar.core.models import JournalEntry, Notification, User
from yantar.core.notifications import notify
from yantar.core.problems import Refused
from yantar.qms.organisation.models import Authority


@rules.predicate
def _is_open(user: User, obj: Authority | None) -> bool:
    return obj is not None and obj.inn == ""


rules.add_perm("spine.close", _is_open)


@action("spine.close", permission="spine.close", target="authority")
def close(*, by: User | System, authority: Authority, inn: str, fail: bool = False, pause: float = 0) -> Authority:
    """Closes what is open. Only a test of the spine."""
    authority.inn = inn
    time.sleep(pause)
    authority.save()
    if isinstance(by, User):
        notify([by], "spine.closed", url="/")
    if fail:
        raise Refused("broken in the middle")
    return authority


@action("spine.add", permission=None, private=("email",))
def add(*, by: User | System, email: str, note: str) -> User:
    """Makes something new. Only a test of the spine."""
    current().decided["more"] = 1
    return User.objects.create(email=email, full_name=note)


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


def test_one_journal_row_with_the_canonical_decision(user: User) -> None:
    authority = AuthorityFactory()
    close(by=user, authority=authority, inn="7707083893")
    entry = JournalEntry.objects.get()
    assert (entry.actor, entry.action, entry.target_type, entry.target_id) == (
        user,
        "spine.close",
        "organisation.authority",
        str(authority.pk),
    )
    assert entry.authority_id == authority.pk
    assert json.loads(entry.decided)["inn"] == "7707083893"
    assert entry.decided == json.dumps(json.loads(entry.decided), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_row_history_is_tied_to_the_journal_row(user: User) -> None:
    authority = AuthorityFactory()
    close(by=user, authority=authority, inn="7707083893")
    entry = JournalEntry.objects.get()
    event = Events.objects.tracks(authority).get(pgh_context_id=entry.history)
    assert event.pgh_diff == {"inn": ["", "7707083893"]}


def test_private_parameters_never_reach_the_journal_and_the_body_may_add(db: None) -> None:
    made = add(by=System("test"), email="secret@example.org", note="n")
    entry = JournalEntry.objects.get()
    assert json.loads(entry.decided) == {"more": 1, "note": "n"}
    assert (entry.system, entry.actor, entry.target_id) == ("test", None, str(made.pk))


def test_a_body_that_raises_leaves_nothing(user: User) -> None:
    authority = AuthorityFactory()
    with pytest.raises(Refused):
        close(by=user, authority=authority, inn="1", fail=True)
    authority.refresh_from_db()
    assert authority.inn == ""
    assert not JournalEntry.objects.exists()
    assert not Notification.objects.exists()


def test_what_was_told_appears_with_the_change(user: User) -> None:
    close(by=user, authority=AuthorityFactory(), inn="1")
    told = Notification.objects.get()
    assert (told.recipient, told.kind, told.journal) == (user, "spine.closed", JournalEntry.objects.get())


def test_permission_is_checked_on_the_locked_row_not_on_what_the_caller_holds(user: User) -> None:
    stale = AuthorityFactory()
    Authority.objects.filter(pk=stale.pk).update(inn="closed meanwhile"[:12])
    assert stale.inn == ""
    with pytest.raises(PermissionDenied):
        close(by=user, authority=stale, inn="1")
    assert not JournalEntry.objects.exists()


def test_what_is_gone_is_refused(user: User) -> None:
    authority = AuthorityFactory()
    authority.versions.all().delete()
    Authority.objects.filter(pk=authority.pk).delete()
    with pytest.raises(Refused):
        close(by=user, authority=authority, inn="1")


@pytest.mark.django_db(transaction=True)
def test_two_actions_on_one_object_serialise() -> None:
    user, authority = UserFactory(), AuthorityFactory()
    outcomes: list[str] = []

    def go(inn: str) -> None:
        try:
            close(by=user, authority=authority, inn=inn, pause=0.3)
            outcomes.append("done")
        except PermissionDenied:
            outcomes.append("denied")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(inn,)) for inn in ("1", "2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The second one waited for the lock and saw what the first had done.
    assert sorted(outcomes) == ["denied", "done"]
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("sql", ["UPDATE core_journalentry SET action = 'x'", "DELETE FROM core_journalentry", "TRUNCATE core_journalentry CASCADE"])
@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_change_the_journal(sql: str) -> None:
    close(by=UserFactory(), authority=AuthorityFactory(), inn="1")
    with pytest.raises(DatabaseError, match="annot|append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert JournalEntry.objects.get().action == "spine.close"


def test_who_comes_second_with_the_same_is_told_so(db: None) -> None:
    add(by=System("test"), email="one@example.org", note="first")
    with pytest.raises(Refused) as refused:
        add(by=System("test"), email="one@example.org", note="second")
    assert refused.value.problems[0].code == "meanwhile"
    assert JournalEntry.objects.count() == 1


def test_an_action_takes_keywords_only() -> None:
    with pytest.raises(TypeError, match="keyword"):

        @action("spine.bad", permission=None)
        def bad(by: User) -> None: ...

    assert "spine.bad" not in REGISTRY


def test_writing_notifications_needs_an_action(user: User) -> None:
    with pytest.raises(RuntimeError):
        notify([user], "spine.closed")
