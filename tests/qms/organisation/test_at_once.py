"""Several people at the same structure at the same time: nobody waits for ever, nothing is left in disorder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from yantar.core.problems import Refused
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.actions import NewAuthority
from yantar.qms.organisation.models import Authority, RoleHolding, Unit

from .conftest import BY, START

DAY = date(2012, 1, 1)


def together(*calls: Callable[[], Any]) -> list[str]:
    """Run the calls at the same moment; "done", "refused" or the error of each, in their order."""
    outcomes = [""] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait()
            call()
            outcomes[number] = "done"
        except Refused:
            outcomes[number] = "refused"
        except Exception as error:
            outcomes[number] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def _authority(code: str) -> Authority:
    made: Authority = actions.create_authority(by=BY, code=code, kind="ministry", name_ru=code, name_en=code, valid_from=START)
    return made


@pytest.mark.django_db(transaction=True)
def test_reorganisations_that_touch_the_same_authorities() -> None:
    for n in range(4):
        a, b = _authority(f"a{n}"), _authority(f"b{n}")
        unit: Unit = actions.create_unit(by=BY, authority=a, code=f"u{n}", name_ru="Отдел", valid_from=START)
        outcomes = together(
            lambda a=a, b=b: actions.abolish(by=BY, authority=a, effective_on=DAY, successor=b),
            lambda a=a, b=b: actions.abolish(by=BY, authority=b, effective_on=DAY, successor=a),
            lambda a=a, b=b, n=n: actions.merge(by=BY, authorities=[b, a], new=NewAuthority(f"c{n}", "agency", "Ц", "C"), effective_on=DAY),
            lambda b=b, unit=unit: actions.move_unit(by=BY, unit=unit, to_authority=b, effective_on=date(2011, 1, 1)),
            lambda unit=unit: actions.rename_unit(by=BY, unit=unit, effective_on=date(2010, 1, 1), name_ru="Управление"),
            lambda a=a, unit=unit, n=n: actions.create_unit(
                by=BY, authority=a, code=f"v{n}", name_ru="Отдел", parent=unit, valid_from=START, valid_to=date(2010, 6, 1)
            ),
        )
        assert set(outcomes) <= {"done", "refused"}, outcomes
        # Only one of the three ends can have happened.
        assert outcomes[:3].count("done") == 1
        version = unit.versions.get(valid_to__isnull=True)
        assert version.authority.valid_to is None
        assert [node.code for node in queries.units_tree(None, version.authority, date(2040, 1, 1))] == [unit.code]


@pytest.mark.django_db(transaction=True)
def test_a_unit_gets_no_child_while_it_is_closed() -> None:
    home = _authority("a")
    for n in range(4):
        top: Unit = actions.create_unit(by=BY, authority=home, code=f"top{n}", name_ru="Отдел", valid_from=START)
        outcomes = together(
            lambda top=top: actions.close_unit(by=BY, unit=top, effective_on=DAY),
            lambda top=top, n=n: actions.create_unit(by=BY, authority=home, code=f"below{n}", name_ru="Отдел", parent=top, valid_from=START),
        )
        assert sorted(outcomes) == ["done", "refused"], outcomes


@pytest.mark.django_db(transaction=True)
def test_two_administrators_can_t_take_each_other_away() -> None:
    holdings = []
    for n in range(2):
        person = actions.add_person(by=BY, email=f"p{n}@example.org", full_name="Пример")
        holdings.append(actions.give_role(by=BY, user=person, role="administrator", valid_from=START))
    on = date(2090, 1, 1)
    outcomes = together(*(lambda h=h: actions.take_role(by=BY, holding=h, on=on) for h in holdings))
    assert sorted(outcomes) == ["done", "refused"], outcomes
    assert RoleHolding.objects.filter(role="administrator", valid_to__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_authorities_can_t_be_put_under_each_other() -> None:
    a, b = _authority("a"), _authority("b")
    outcomes = together(
        lambda: actions.correct_authority(by=BY, authority=a, supervisor=b),
        lambda: actions.correct_authority(by=BY, authority=b, supervisor=a),
    )
    assert sorted(outcomes) == ["done", "refused"], outcomes
