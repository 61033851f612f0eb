"""Half an ingest is never taken for a whole one, and starting again goes on: stopped, killed, out of room."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from yantar.engine.savings.dataset import NotADataset, open_dataset
from yantar.engine.savings.ingest import IngestRefused, Options, Stopped, ingest
from yantar.engine.savings.ingest.writing import JOURNAL

from .taken import Taken, lines, release, took

OPTIONS = Options(threads=2, chunk=1 << 16, part=1 << 18)


def many(path: Path, count: int = 800) -> Path:
    """Procedures, some given twice, some defective, one broken line."""
    records: list[Any] = [release(f"o-{n % (count - 50):05}", date=f"2025-01-01T00:00:{n % 60:02}Z") for n in range(count)]
    for n in range(0, count, 7):
        records[n]["tender"]["value"]["amount"] = str(n)
    records.insert(count // 2, "broken")
    path.write_bytes(lines(records))
    return path


class Impatient:
    """Looks on for a while, then wants no more."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.seen: list[tuple[int, int | None, int]] = []

    def progress(self, done_bytes: int, total_bytes: int | None, records: int) -> None:
        self.seen.append((done_bytes, total_bytes, records))

    def wanted(self) -> bool:
        self.looks -= 1
        return self.looks >= 0


def test_stopped_and_started_again_it_goes_on(tmp_path: Path) -> None:
    path = many(tmp_path / "a.jsonl")
    whole = took(tmp_path / "whole", path, options=OPTIONS)
    into, watch = tmp_path / "stopped", Impatient(9)
    with pytest.raises(Stopped):
        ingest([path], into, options=OPTIONS, watch=watch)
    with pytest.raises(NotADataset):
        open_dataset(into)
    assert watch.seen[-1][0] > 0 and watch.seen[-1][1] == path.stat().st_size and watch.seen[-1][2] > 0
    assert len((into / JOURNAL).read_bytes().splitlines()) > 1
    (into / "bids" / "part-00099.parquet").write_bytes(b"left behind")
    again = Impatient(10**6)
    manifest = ingest([path], into, options=OPTIONS, watch=again)
    assert again.seen[0][2] > 100, "it went on, it did not begin again"
    assert Taken(into).everything() == whole.everything()
    assert manifest == whole.manifest, "the same input makes the same files, to the byte"
    assert not (into / JOURNAL).exists() and not (into / "work").exists()


def test_it_does_not_go_on_with_another_input(tmp_path: Path) -> None:
    path = many(tmp_path / "a.jsonl")
    into = tmp_path / "into"
    with pytest.raises(Stopped):
        ingest([path], into, options=OPTIONS, watch=Impatient(9))
    with pytest.raises(IngestRefused) as refusal:
        ingest([path], into, options=replace(OPTIONS, law="44-FZ"))
    assert refusal.value.problems[0].code == "other_ingest"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"o-00001", b"o-00002", 1))
    with pytest.raises(IngestRefused) as refusal:
        ingest([path], into, options=OPTIONS)
    assert refusal.value.problems[0].code == "input_changed"


def test_a_second_input_goes_on_too(tmp_path: Path) -> None:
    first, second = many(tmp_path / "a.jsonl", 200), many(tmp_path / "b.jsonl", 500)
    whole = took(tmp_path / "whole", first, second, options=OPTIONS)
    looks = 4
    into = tmp_path / "into"
    for _ in range(40):
        try:
            ingest([first, second], into, options=OPTIONS, watch=Impatient(looks))
        except Stopped:
            looks += 4
        else:
            break
    assert Taken(into).everything() == whole.everything() and looks > 4


CHILD = """
import sys
from pathlib import Path
from yantar.engine.savings.ingest import Options, ingest
ingest([Path(sys.argv[1])], Path(sys.argv[2]), options=Options(threads=2, chunk=1 << 16, part=1 << 18))
"""


@pytest.mark.parametrize("parts", [1, 3])
def test_killed_at_any_moment_and_started_again(tmp_path: Path, parts: int) -> None:
    path = many(tmp_path / "a.jsonl", 1200)
    whole = took(tmp_path / "whole", path, options=OPTIONS)
    into = tmp_path / "killed"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(path), str(into)])
    until = time.monotonic() + 120
    while time.monotonic() < until and child.poll() is None:
        journal = into / JOURNAL
        if journal.exists() and journal.read_bytes().count(b"\n") > parts:
            break
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()
    if not (into / "manifest.json").exists():
        with pytest.raises(NotADataset):
            open_dataset(into)
    ingest([path], into, options=OPTIONS)
    assert Taken(into).everything() == whole.everything()


def test_a_journal_cut_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path = many(tmp_path / "a.jsonl")
    into = tmp_path / "into"
    with pytest.raises(Stopped):
        ingest([path], into, options=OPTIONS, watch=Impatient(12))
    journal = into / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-40])
    assert ingest([path], into, options=OPTIONS) == took(tmp_path / "whole", path, options=OPTIONS).manifest


FULL = """
import resource, signal, sys
from pathlib import Path
from yantar.engine.savings.ingest import IngestRefused, Options, ingest
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    ingest([Path(sys.argv[1])], Path(sys.argv[2]), options=Options(threads=2, chunk=1 << 16, part=1 << 18))
except IngestRefused as refusal:
    print(refusal.problems[0].code)
"""


def test_a_full_disk_is_said_plainly_and_can_be_gone_on_from(tmp_path: Path) -> None:
    path = many(tmp_path / "a.jsonl", 1200)
    whole = took(tmp_path / "whole", path, options=OPTIONS)
    into = tmp_path / "full"
    limit = max(file.stat().st_size for file in (tmp_path / "whole").rglob("*.parquet")) * 3 // 4
    done = subprocess.run([sys.executable, "-c", FULL, str(path), str(into), str(limit)], capture_output=True, text=True, timeout=300)
    assert done.stdout.strip() == "no_room", done.stderr[-2000:]
    assert not (into / "manifest.json").exists()
    ingest([path], into, options=OPTIONS)
    assert Taken(into).everything() == whole.everything()


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Three times the input, about the same memory."""
    used = []
    for times in (1, 3):
        path = tmp_path / f"{times}.jsonl"
        block = [release(f"o-{n:05}") for n in range(6000)]
        with path.open("wb") as out:
            for turn in range(times):
                out.write(lines([{**one, "ocid": f"{one['ocid']}-{turn}", "padding": "x" * 3000} for one in block]))
        code = CHILD.replace("chunk=1 << 16, part=1 << 18", "chunk=1 << 22, part=1 << 24") + (
            "\nimport json, resource\nprint(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
        )
        done = subprocess.run([sys.executable, "-c", code, str(path), str(tmp_path / str(times))], capture_output=True, text=True, timeout=300)
        used.append(json.loads(done.stdout))
    assert used[1] <= 1.25 * used[0], used
