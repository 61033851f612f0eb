"""Loading: a job reads what was kept, all of it or nothing; it is watched, cancelled, survives, and changes nothing that was loaded before."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import UserFactory
from yantar.core import jobs
from yantar.core.models import Job, JournalEntry, Notification, StoredFile
from yantar.core.problems import Refused
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.folders import derived_of, folder_of, work_of
from yantar.qms.procurement.models import BuyerMatch, Dataset
from yantar.qms.procurement.verifying import verify

from .support import BY, analyst, authority_of, small

pytestmark = pytest.mark.django_db


def release(number: int, amount: float = 1000, awarded: float = 900) -> dict:
    return {
        "ocid": f"ocds-yantar-{number}",
        "id": str(number),
        "date": "2026-02-01T00:00:00Z",
        "tag": ["compiled"],
        "buyer": {"id": "RU-INN-3900000001", "name": "Минфин"},
        "tender": {
            "id": str(number),
            "title": f"Закупка {number}",
            "status": "complete",
            "procurementMethod": "open",
            "value": {"amount": amount, "currency": "RUB"},
            "tenderPeriod": {"startDate": "2025-03-03T10:00:00+03:00", "endDate": "2025-03-20T10:00:00+03:00"},
            "numberOfTenderers": 3,
        },
        "awards": [{"id": "1", "status": "active", "value": {"amount": awarded, "currency": "RUB"}, "suppliers": [{"id": "S"}]}],
    }


def lines(*numbers: int) -> bytes:
    return b"".join(json.dumps(release(number), ensure_ascii=False).encode() + b"\n" for number in numbers)


def stored(name: str, content: bytes, by: object = BY) -> StoredFile:
    return actions.store_records(by=by, upload=SimpleUploadedFile(name, content))


def started(*files: tuple[str, bytes], by: object = None, **more: object) -> Dataset:
    by = by or analyst()
    kept = [stored(name, content) for name, content in files]
    return actions.load_dataset(by=by, title="Закупки", origin="Портал, выгрузка 23.11.2026", files=kept, **more)


def carried_out(dataset: Dataset) -> Dataset:
    jobs.carry_out(dataset.job_id)
    return Dataset.objects.select_related("job").get(pk=dataset.pk)


def test_records_are_loaded_with_everything_their_pages_need() -> None:
    authority, by = authority_of(), analyst()
    dataset = started(("records.jsonl", lines(1, 2, 3)), by=by)
    assert (dataset.state, dataset.standing) == ("loading", "loading")
    assert queries.glance(by, dataset) is None
    done = carried_out(dataset)
    assert (done.state, done.job.state, done.records, done.procedures, done.rejected) == ("ready", "done", 3, 3, 0)
    assert done.job.result["value"] == {"dataset": done.pk, "procedures": 3, "rejected": 0, "suggested": 1}
    assert done.job.result["notes"]["records"] == 3
    assert done.manifest["input"][0]["name"] == "records.jsonl"
    assert {path.name for path in derived_of(done).iterdir()} == {"outcome.parquet", "flags.parquet", "buyers.parquet"}
    assert not work_of(done).exists()
    assert BuyerMatch.objects.get().authority == authority
    found = queries.glance(by, done)
    assert found is not None
    assert str(found.e1.saved) == "300.00"
    assert Notification.objects.get(kind="procurement.loaded").recipient == by
    assert verify(done).whole
    entry = JournalEntry.objects.get(action="procurement.keep_dataset")
    assert json.loads(entry.decided) == {"sha256": done.sha256, "records": 3, "procedures": 3, "rejected": 0}


def test_the_record_as_it_was_published_is_read_from_the_kept_file() -> None:
    by = analyst()
    done = carried_out(started(("records.jsonl", lines(1, 2))))
    page = queries.procedure(by, done, "ocds-yantar-2")
    assert page is not None
    assert page.has_record
    record = queries.procedure_record(by, done, "ocds-yantar-2")
    assert record is not None
    assert json.loads(record)["ocid"] == "ocds-yantar-2"
    packed = carried_out(started(("records.jsonl.gz", gzip.compress(lines(1)))))
    assert queries.procedure_record(by, packed, "ocds-yantar-1") is None


def test_what_cant_be_read_fails_with_all_problems_in_words_and_leaves_nothing() -> None:
    by = analyst()
    dataset = carried_out(started(("records.jsonl", b"{broken\n[also\n"), by=by))
    assert (dataset.state, dataset.job.state, dataset.sha256) == ("failed", "refused", "")
    assert dataset.failure
    assert not derived_of(dataset).exists()
    assert Notification.objects.get(kind="procurement.not_loaded").recipient == by
    assert queries.glance(by, dataset) is None
    assert queries.procedures(by, dataset) is None
    assert [problem.code for problem in verify(dataset).problems] == ["state"]


def test_cancelled_while_it_waits() -> None:
    dataset = started(("records.jsonl", lines(1)))
    actions.cancel_loading(by=analyst(), dataset=dataset)
    dataset.refresh_from_db()
    assert (dataset.state, dataset.job.state) == ("cancelled", "cancelled")
    jobs.carry_out(dataset.job_id)
    dataset.refresh_from_db()
    assert dataset.state == "cancelled"


def test_cancelled_while_it_reads_and_loaded_again(monkeypatch) -> None:
    dataset = started(("records.jsonl", lines(1, 2)))
    real = jobs._Watch.wanted

    def cancel(self: jobs._Watch, done: int | None = None, total: int | None = None) -> bool:
        if Dataset.objects.get(pk=dataset.pk).state == "loading" and not self._cancelled:
            self._cancelled = True
        return real(self, done, total)

    with monkeypatch.context() as patch:
        patch.setattr(jobs._Watch, "wanted", cancel)
        stopped = carried_out(dataset)
    assert (stopped.state, stopped.job.state) == ("cancelled", "cancelled")
    with pytest.raises(Refused):
        actions.cancel_loading(by=BY, dataset=stopped)
    again = actions.load_again(by=analyst(), dataset=stopped)
    assert again.job_id != dataset.job_id
    assert carried_out(again).state == "ready"
    with pytest.raises(Refused):
        actions.load_again(by=analyst(), dataset=again)


def test_a_fault_of_the_program_is_kept_too(monkeypatch, caplog) -> None:
    dataset = started(("records.jsonl", lines(1)))
    monkeypatch.setattr("yantar.qms.procurement.deriving.derive", lambda *args, **kwargs: 1 / 0)
    broken = carried_out(dataset)
    assert (broken.state, broken.job.state) == ("failed", "failed")
    assert "failed" in caplog.text


def test_what_was_cut_off_goes_on(monkeypatch) -> None:
    """A worker that dies leaves its queue entry; the next one begins the job again and finds what was read."""
    dataset = started(("records.jsonl", lines(1, 2, 3)))

    class Died(BaseException):
        pass

    def die(*args: object, **kwargs: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr("yantar.qms.procurement.deriving.derive", die)
        with pytest.raises(Died):
            jobs.carry_out(dataset.job_id)
    dataset.refresh_from_db()
    assert dataset.state == "loading"
    assert (folder_of(dataset) / "manifest.json").exists()
    assert carried_out(dataset).state == "ready"


def test_a_load_that_was_given_up_is_said_to_have_failed() -> None:
    dataset = started(("records.jsonl", lines(1)))
    Job.objects.filter(pk=dataset.job_id).update(state="failed", finished_at="2026-11-23T10:00Z")
    shown = queries.dataset(analyst(), dataset.pk)
    assert shown is not None
    assert (shown.state, shown.standing, bool(shown.standing_words)) == ("loading", "failed", True)
    assert actions.load_again(by=analyst(), dataset=shown).state == "loading"


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(Refused) as refused:
        actions.load_dataset(by=analyst(), title=" ", origin="", files=[], currency="рубль")
    assert [problem.field for problem in refused.value.problems] == ["title", "origin", "files", "currency"]
    assert not Dataset.objects.exists()


def test_only_who_may_loads(tmp_path: Path) -> None:
    for person in (UserFactory(),):
        with pytest.raises(PermissionDenied):
            stored("records.jsonl", lines(1), by=person)
        with pytest.raises(PermissionDenied):
            actions.load_dataset_from_path(by=person, title="x", origin="y", paths=[tmp_path])


def test_from_a_folder_of_the_server(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(lines(2))
    (tmp_path / "a.jsonl").write_bytes(lines(1))
    dataset = actions.load_dataset_from_path(by=BY, title="Папка", origin="Сервер", paths=[tmp_path])
    assert [one.file.name for one in dataset.files.all()] == ["a.jsonl", "b.jsonl"]
    (tmp_path / "a.jsonl").unlink()
    assert carried_out(dataset).procedures == 2
    with pytest.raises(Refused) as refused:
        actions.load_dataset_from_path(by=BY, title="Папка", origin="Сервер", paths=[tmp_path / "none.json"])
    assert refused.value.problems[0].code == "missing"


def test_a_changed_dataset_is_seen() -> None:
    dataset = small()
    part = next((folder_of(dataset) / "awards").iterdir())
    content = bytearray(part.read_bytes())
    content[20] ^= 1
    part.write_bytes(bytes(content))
    assert [problem.value for problem in verify(dataset).problems] == [f"awards/{part.name}"]
    other = small()
    outcome = derived_of(other) / "outcome.parquet"
    outcome.write_bytes(outcome.read_bytes() + b"x")
    assert [problem.value for problem in verify(other).problems] == ["outcome.parquet"]
    third = small()
    Dataset.objects.filter(pk=third.pk).update(manifest={**third.manifest, "program": "another"})
    third.refresh_from_db()
    assert [problem.value for problem in verify(third).problems] == ["manifest.json"]


def test_a_loaded_dataset_is_never_changed_by_a_load() -> None:
    dataset = small()
    for again in (actions.load_again, actions.cancel_loading):
        with pytest.raises(Refused):
            again(by=BY, dataset=dataset)
    with pytest.raises(Refused):
        actions.keep_failure(by=BY, dataset=dataset, state="failed", words=["x"])


def test_a_file_is_kept_in_pieces_and_never_held_whole(tmp_path: Path, settings) -> None:
    asked: list[int] = []

    class Stream(io.FileIO):
        def read(self, size: int = -1) -> bytes:
            asked.append(size)
            return super().read(size) or b""

    path = tmp_path / "records.jsonl"
    path.write_bytes(lines(*range(500)))
    with Stream(path) as stream:
        kept = actions.store_records(by=BY, upload=File(stream, name=path.name))
    assert (kept.size, kept.content_type) == (path.stat().st_size, "application/json")
    assert 0 < min(asked) <= max(asked) <= 64 * 1024 < kept.size
    settings.RECORDS_LIMIT = 100
    with pytest.raises(Refused) as refused:
        stored("records.jsonl", path.read_bytes())
    assert refused.value.problems[0].code == "too_large"
