"""Work in the background: its progress, its end, its survival."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.core import kinds
from tests.factories import UserFactory, with_role
from yantar.core import jobs, queries, tasks
from yantar.core.actions import System
from yantar.core.models import Job, JournalEntry
from yantar.core.problems import Refused
from yantar.qms.organisation.models import Authority

assert kinds
ROOT = Path(__file__).parents[2]


def wait_for(condition, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def start(**params) -> Job:
    return jobs.start_job(by=UserFactory(), kind="tests.slow", params={"steps": 2, "pause": 0, **params})


def test_starting_queues_the_work_and_is_journaled(db: None) -> None:
    job = start()
    assert ProcrastinateJob.objects.get(task_name="yantar.run_job").args == {"job_id": str(job.pk)}
    entry = JournalEntry.objects.get(action="jobs.start")
    assert (entry.target_id, entry.actor) == (str(job.pk), job.started_by)
    assert "steps" not in entry.decided


def test_nothing_is_queued_when_the_surrounding_change_fails(db: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        start()
        raise ZeroDivisionError
    assert not ProcrastinateJob.objects.exists()


def test_work_is_done_once(db: None) -> None:
    job = start(steps=3)
    jobs.carry_out(job.pk)
    jobs.carry_out(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.finished_at is not None) == ("done", {"value": {"steps": 3}}, True)
    assert Authority.objects.count() == 1


def test_a_refusal_keeps_all_problems_and_changes_nothing(db: None) -> None:
    job = jobs.start_job(by=UserFactory(), kind="tests.refused")
    jobs.carry_out(job.pk)
    job.refresh_from_db()
    assert job.state == "refused"
    assert job.result["problems"][0] == {"message": "wrong", "code": "invalid", "sheet": "Units", "row": 4, "column": "INN"}
    assert job.result["count"] == 2
    assert not Authority.objects.exists()


def test_a_fault_of_the_program_is_said_and_changes_nothing(db: None, caplog: pytest.LogCaptureFixture) -> None:
    job = jobs.start_job(by=System("test"), kind="tests.broken")
    jobs.carry_out(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["problems"][0]["code"]) == ("failed", "failed")
    assert "ZeroDivisionError" in caplog.text
    assert not Authority.objects.exists()


def test_a_kind_asks_for_its_permission(db: None) -> None:
    with pytest.raises(PermissionDenied):
        jobs.start_job(by=UserFactory(), kind="tests.broken")
    assert jobs.start_job(by=with_role("head_of_quality"), kind="tests.broken").state == "waiting"


def test_only_who_started_it_sees_and_cancels_it(db: None) -> None:
    job, other = start(), UserFactory()
    assert queries.job_for(job.started_by, job.pk) == job
    assert queries.job_for(other, job.pk) is None
    with pytest.raises(PermissionDenied):
        jobs.cancel_job(by=other, job=job)
    assert jobs.cancel_job(by=job.started_by, job=job).state == "cancelled"
    jobs.carry_out(job.pk)
    assert not Authority.objects.exists()
    with pytest.raises(Refused):
        jobs.cancel_job(by=job.started_by, job=job)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_before_the_work_is_committed_and_cancelling_undoes_it() -> None:
    job = start(steps=400, pause=0.05)

    def work() -> None:
        jobs.carry_out(job.pk)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        wait_for(lambda: Job.objects.get(pk=job.pk).done > 3)
        assert not Authority.objects.exists()
        with pytest.raises(jobs.StillRunning):
            jobs.carry_out(job.pk)
        jobs.cancel_job(by=job.started_by, job=job)
    finally:
        thread.join()
    job.refresh_from_db()
    assert (job.state, job.total) == ("cancelled", 400)
    assert not Authority.objects.exists()


def _worker(**settings: str) -> subprocess.Popen[bytes]:
    database = connection.settings_dict
    port = f"&port={database['PORT']}" if database["PORT"] else ""
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={database['HOST'] or 'localhost'}{port}"
    code = "import django; django.setup(); import tests.core.kinds; from yantar.cli.serving import serve_jobs; serve_jobs()"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "YANTAR_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yantar.config.settings.test", **settings},
    )


@pytest.mark.django_db(transaction=True)
def test_work_of_a_killed_worker_is_done_by_another() -> None:
    job = start(steps=40, pause=0.05)
    first = _worker()
    wait_for(lambda: Job.objects.get(pk=job.pk).done > 2, 30)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert Job.objects.get(pk=job.pk).state == "running"
    assert not Authority.objects.exists()
    time.sleep(1.1)
    # Scheduled work that the worker had just begun is given to others, too.
    assert async_to_sync(tasks.requeue_stalled)(app, seconds=1) >= 1
    second = _worker()
    try:
        wait_for(lambda: Job.objects.get(pk=job.pk).state == "done", 30)
    finally:
        second.terminate()
        assert second.wait(timeout=15) == 0
    assert Authority.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_work_that_keeps_killing_its_worker_is_given_up() -> None:
    job = start()
    Job.objects.filter(pk=job.pk).update(state="running")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", [jobs.ATTEMPTS - 1])
    assert jobs.give_up_abandoned() == 0
    async_to_sync(tasks.requeue_stalled)(app, seconds=1)
    assert jobs.give_up_abandoned() == 1
    job.refresh_from_db()
    assert (job.state, job.result["count"]) == ("failed", 1)


def start_apart(**params) -> Job:
    return jobs.start_job(by=UserFactory(), kind="tests.apart", params={"steps": 2, "pause": 0, **params})


def in_thread(job: Job) -> threading.Thread:
    def work() -> None:
        jobs.carry_out(job.pk)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_what_is_computed_apart_is_kept_once_with_its_last_notes(db: None) -> None:
    job = start_apart(steps=3)
    jobs.carry_out(job.pk)
    jobs.carry_out(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["value"], jobs.notes_of(job)["best"]) == ("done", {"kept": 3}, 2)
    assert list(Authority.objects.values_list("code", flat=True)) == ["kept-3"]


def test_what_can_no_longer_be_kept_is_refused_and_changes_nothing(db: None) -> None:
    job = start_apart(refuse=True)
    jobs.carry_out(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["problems"][0]["message"]) == ("refused", "not any more")
    assert not Authority.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_long_computing_holds_no_transaction_and_a_cancelled_one_keeps_what_it_found() -> None:
    job = start_apart(steps=400, pause=0.05)
    thread = in_thread(job)
    try:
        wait_for(lambda: jobs.notes_of(Job.objects.get(pk=job.pk)).get("best", 0) > 3)
        assert jobs.notes_of(Job.objects.get(pk=job.pk))["in_transaction"] is False
        jobs.cancel_job(by=job.started_by, job=Job.objects.get(pk=job.pk))
    finally:
        thread.join()
    job.refresh_from_db()
    assert job.state == "done"
    assert 3 < job.result["value"]["kept"] < 400
    assert Authority.objects.get().code == f"kept-{job.result['value']['kept']}"


@pytest.mark.django_db(transaction=True)
def test_computing_that_lets_the_cancelling_through_keeps_nothing() -> None:
    job = start_apart(steps=400, pause=0.05, obedient=True)
    thread = in_thread(job)
    try:
        wait_for(lambda: Job.objects.get(pk=job.pk).done > 2)
        jobs.cancel_job(by=job.started_by, job=Job.objects.get(pk=job.pk))
    finally:
        thread.join()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not Authority.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_computing_of_a_killed_worker_is_done_by_another() -> None:
    job = start_apart(steps=40, pause=0.05)
    first = _worker()
    wait_for(lambda: jobs.notes_of(Job.objects.get(pk=job.pk)).get("best", 0) > 2, 30)
    first.send_signal(signal.SIGKILL)
    first.wait()
    time.sleep(1.1)
    # Scheduled work that the worker had just begun is given to others, too.
    assert async_to_sync(tasks.requeue_stalled)(app, seconds=1) >= 1
    second = _worker()
    try:
        wait_for(lambda: Job.objects.get(pk=job.pk).state == "done", 30)
    finally:
        second.terminate()
        assert second.wait(timeout=15) == 0
    assert Authority.objects.get().code == "kept-40"
