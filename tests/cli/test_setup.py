"""`yantar setup`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from typer.testing import CliRunner, Result

from yantar.cli.main import app
from yantar.core.models import JournalEntry, User
from yantar.qms.organisation.models import Government, Role

GOOD = ["--name-ru", "Правительство Озёрного края", "--name-en", "Government of Lake Territory", "--email", "vera@example.org"]


@pytest.fixture(autouse=True)
def _language_put_back() -> Iterator[None]:
    with translation.override(translation.get_language()):
        yield


def setup(*arguments: str, password: str = "correct horse battery") -> Result:
    return CliRunner().invoke(app, ["setup", *arguments, "--password-file", "-"], input=password + "\n")


@pytest.mark.django_db
def test_the_government_and_its_first_administrator() -> None:
    done = setup(*GOOD, "--full-name", "Вымыслова Вера")
    assert done.exit_code == 0, done.output
    user = User.objects.get(email="vera@example.org")
    assert user.check_password("correct horse battery")
    assert set(user.roles.values_list("role", flat=True)) == {Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY}
    assert Government.objects.get().name_en == "Government of Lake Territory"
    assert JournalEntry.objects.get(action="organisation.set_up").system == "operator"
    again = setup(*GOOD, "--full-name", "Вымыслова Вера")
    assert again.exit_code == 3


@pytest.mark.django_db
def test_what_is_missing_is_named_and_nothing_is_made() -> None:
    refused = setup("--name-ru", "Правительство Озёрного края")
    assert refused.exit_code == 2
    assert all(option in refused.output for option in ("--name-en", "--email", "--full-name"))
    assert not Government.objects.exists()


@pytest.mark.django_db
def test_a_weak_password_is_refused_and_nothing_is_made() -> None:
    refused = setup(*GOOD, "--full-name", "Вымыслова Вера", password="123")
    assert refused.exit_code == 3
    assert not Government.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_password_can_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("correct horse battery\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["setup", *GOOD, "--full-name", "Вымыслова Вера", "--password-file", str(file)])
    assert done.exit_code == 0, done.output
    assert User.objects.get().check_password("correct horse battery")
