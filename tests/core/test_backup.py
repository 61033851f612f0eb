"""Backups: whole, proven, refused when they can't be trusted."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from tests.core.test_files import a_picture
from tests.factories import AuthorityFactory, GovernmentFactory, UserFactory
from yantar.core import backup, files
from yantar.core.actions import System
from yantar.core.backup import manifest as manifests
from yantar.core.backup.manifest import Manifest
from yantar.core.models import JournalEntry, StoredFile, User
from yantar.core.problems import Refused
from yantar.qms.organisation.models import Authority

pytestmark = pytest.mark.django_db(transaction=True)
BY = System("test")
KEPT: list[bytes] = []


@pytest.fixture
def place(tmp_path: Path, settings) -> Path:
    """Somewhere to put backups, and a folder of files of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DATA = tmp_path
    settings.KEPT_FOLDERS = {"procurement": tmp_path / "procurement"}
    settings.KEPT_FILES = {"personal": tmp_path / "personal"}
    return tmp_path / "one.backup"


def some_data() -> StoredFile:
    GovernmentFactory()
    AuthorityFactory(code="minfin")
    UserFactory(email="minister@example.org")
    return files.store_upload(by=BY, upload=SimpleUploadedFile("scan.png", a_picture()))


@pytest.fixture
def kept(place: Path) -> Path:
    """A backup of `some_data`, made once for all tests that only look at the file; the data themselves are there each time."""
    some_data()
    if not KEPT:
        backup.make(place)
        KEPT.append(place.read_bytes())
    place.write_bytes(KEPT[0])
    return place


def scratch_databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, current_database() || '_scratch')")
        return [row[0] for row in cursor.fetchall()]


def code(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    assert scratch_databases() == []
    return refused.value.problems[0].code


def rewrite(path: Path, change) -> None:
    """Write the archive anew with `change(name, content) -> content or None`; the manifest's own hash is kept right."""
    with tarfile.open(path) as tar:
        parts = [(entry.name, tar.extractfile(entry).read()) for entry in tar]
    changed = [(name, change(name, content)) for name, content in parts]
    said = dict(changed)[manifests.NAME]
    with tarfile.open(path, "w") as tar:
        for name, content in changed:
            if content is not None:
                content = sha256(said).hexdigest().encode() if name == manifests.HASH else content
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))


def change_manifest(path: Path, **values) -> None:
    rewrite(path, lambda name, content: json.dumps({**json.loads(content), **values}).encode() if name == manifests.NAME else content)


def test_what_was_kept_comes_back_and_what_came_later_goes(place: Path) -> None:
    stored = some_data()
    made = backup.make(place)
    assert (made.files, made.missing) == (1, [])
    assert made.rows > 50
    assert place.stat().st_mode & 0o077 == 0
    assert [path.name for path in place.parent.iterdir() if path.name.startswith(".")] == []
    AuthorityFactory(code="later")
    User.objects.filter(email="minister@example.org").update(full_name="changed")
    later = files.store_upload(by=BY, upload=SimpleUploadedFile("later.png", a_picture(size=(30, 30))))
    files.place_of(stored).unlink()
    said = backup.restore(place, by=BY, replace_data=True)
    assert sum(said.rows.values()) == made.rows
    assert list(Authority.objects.values_list("code", flat=True)) == ["minfin"]
    assert User.objects.get(email="minister@example.org").full_name != "changed"
    assert files.is_whole(StoredFile.objects.get(pk=stored.pk))
    assert not files.place_of(later).exists()
    assert JournalEntry.objects.latest("seq").action == "backup.note_restored"
    assert scratch_databases() == []


def test_folders_that_never_change_are_kept_once_they_are_complete(place: Path) -> None:
    some_data()
    root = place.parent / "procurement"
    for name in ("whole", "half"):
        (root / name / "lots").mkdir(parents=True)
        (root / name / "lots" / "part-00001.parquet").write_bytes(name.encode())
    (root / "whole" / "manifest.json").write_bytes(b"{}")
    made = backup.make(place)
    (root / "whole" / "lots" / "part-00001.parquet").unlink()
    (root / "later").mkdir()
    (root / "later" / "manifest.json").write_bytes(b"{}")
    said = backup.restore(place, by=BY, replace_data=True)
    assert sorted(name for name in said.parts if name.startswith("procurement/")) == [
        "procurement/whole/lots/part-00001.parquet",
        "procurement/whole/manifest.json",
    ]
    assert made.files == 1
    assert sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()) == [
        "whole/lots/part-00001.parquet",
        "whole/manifest.json",
    ]
    assert (root / "whole" / "lots" / "part-00001.parquet").read_bytes() == b"whole"


def test_sealed_files_are_kept_as_they_are_and_half_written_ones_are_not(place: Path) -> None:
    some_data()
    root = place.parent / "personal" / "ab"
    root.mkdir(parents=True)
    (root / "abc").write_bytes(b"sealed")
    (root / ".half").write_bytes(b"half")
    backup.make(place)
    (root / "abc").unlink()
    (root / "later").write_bytes(b"later")
    said = backup.restore(place, by=BY, replace_data=True)
    assert [name for name in said.parts if name.startswith("personal/")] == ["personal/ab/abc"]
    assert sorted(path.name for path in root.iterdir()) == ["abc"]
    assert (root / "abc").read_bytes() == b"sealed"


def test_the_journal_of_a_restored_database_is_still_append_only(place: Path) -> None:
    some_data()
    backup.make(place)
    backup.restore(place, by=BY, replace_data=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'core_journalentry'::regclass AND NOT tgisinternal")
        assert cursor.fetchone()[0] >= 2


def test_a_backup_never_overwrites(place: Path) -> None:
    place.write_text("precious")
    assert code(lambda: backup.make(place)) == "exists"
    assert place.read_text() == "precious"
    assert code(lambda: backup.make(place.parent / "no" / "folder")) == "write"


def test_data_are_replaced_only_when_that_is_said(kept: Path) -> None:
    assert code(lambda: backup.restore(kept, by=BY)) == "data"


def test_nobody_else_may_be_at_work(kept: Path) -> None:
    ready, done = threading.Event(), threading.Event()

    def other() -> None:
        connection.ensure_connection()
        ready.set()
        done.wait(20)
        connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    ready.wait(10)
    try:
        assert code(lambda: backup.restore(kept, by=BY, replace_data=True)) == "in_use"
    finally:
        done.set()
        thread.join()


def test_a_lost_or_changed_file_is_said(place: Path) -> None:
    stored = some_data()
    files.place_of(stored).write_bytes(b"changed")
    assert backup.make(place).missing == [stored.file.name]


def test_one_changed_byte_is_found_in_every_part(kept: Path) -> None:
    with tarfile.open(kept) as tar:
        entries = [entry for entry in tar if entry.size]
    assert len(entries) == 4
    for entry in entries:
        content = bytearray(KEPT[0])
        content[entry.offset_data + entry.size // 2] ^= 1
        kept.write_bytes(content)
        assert code(lambda: backup.restore(kept, by=BY, replace_data=True)) == "damaged"
    assert Authority.objects.count() == 1


def test_a_torn_or_foreign_file_is_refused(kept: Path) -> None:
    whole = kept.read_bytes()
    for content in (b"", b"nonsense", whole[:300], whole[: len(whole) // 2], whole[:-20_000]):
        kept.write_bytes(content)
        assert code(lambda: backup.restore(kept, by=BY, replace_data=True)) == "damaged"
    assert code(lambda: backup.restore(kept.with_name("none"), by=BY)) == "absent"


def test_a_part_that_does_not_belong_there_is_refused(kept: Path) -> None:
    with tarfile.open(kept, "a") as tar:
        entry = tarfile.TarInfo("../outside")
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    assert code(lambda: backup.restore(kept, by=BY, replace_data=True)) == "damaged"
    assert not (kept.parent / "outside").exists()


def test_a_path_that_leads_outside_is_refused_even_by_the_manifest(kept: Path) -> None:
    with backup.opened(kept) as one:
        parts = {name: {"size": part.size, "sha256": part.sha256} for name, part in one.manifest.parts.items()}
    parts["files/../../outside"] = {"size": 1, "sha256": sha256(b"x").hexdigest()}
    change_manifest(kept, parts=parts)
    with tarfile.open(kept, "a") as tar:
        entry = tarfile.TarInfo("files/../../outside")
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    assert code(lambda: backup.restore(kept, by=BY, replace_data=True)) == "damaged"


def test_what_a_newer_yantar_made_is_refused_with_the_reason(kept: Path) -> None:
    with backup.opened(kept) as one:
        migrations = one.manifest.migrations
    for values in ({"version": "99.0"}, {"migrations": [*migrations, "core.9999_future"]}, {"format": 2}):
        change_manifest(kept, **values)
        with pytest.raises(Refused) as refused:
            backup.restore(kept, by=BY, replace_data=True)
        assert refused.value.problems[0].code == "newer"
        change_manifest(kept, version=manifests.our_version(), migrations=migrations, format=1)


def test_rows_that_differ_after_the_test_restore_are_refused(kept: Path) -> None:
    with backup.opened(kept) as one:
        rows = {**one.manifest.rows, "core_user": 17}
    change_manifest(kept, rows=rows)
    with pytest.raises(Refused, match="core_user"):
        backup.restore(kept, by=BY, replace_data=True)
    assert scratch_databases() == []
    assert Authority.objects.count() == 1


@pytest.fixture
def limited_role() -> Iterator[None]:
    """The working database is reached by a role that may read everything and create no databases."""
    # Roles belong to the whole server, which other workers of the tests share.
    role = f"limited_{connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {role}")
        cursor.execute(f"CREATE ROLE {role} LOGIN NOCREATEDB IN ROLE pg_read_all_data")
    user = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    yield
    connection.close()
    connection.settings_dict["USER"] = user
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE {role}")


def test_a_role_that_may_not_create_databases_tests_the_backup_elsewhere(kept: Path, limited_role: None) -> None:
    assert backup.make(kept.with_name("other.backup")).rows > 50
    assert code(lambda: backup.restore(kept, by=BY, replace_data=True)) == "privilege"


def test_a_manifest_says_what_it_holds(kept: Path) -> None:
    with backup.opened(kept) as one:
        said = one.manifest
    assert Manifest.read(said.as_json()) == said
    assert said.rows["organisation_authority"] == 1
    assert "core.0001_initial" in said.migrations
    assert said.version == manifests.our_version()
