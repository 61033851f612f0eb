"""What is committed: complete, reproducible, without addresses of any one machine."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_change_of_a_model_has_its_migration(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("name", ["uv", "base", "dev"])
def test_requirements_are_pinned_by_hash_and_name_no_index(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_every_wanted_package_is_locked() -> None:
    for name in ("base", "dev"):
        locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements" / f"{name}.txt").read_text(), re.M))
        wanted = re.findall(r"^([A-Za-z0-9][A-Za-z0-9_-]*)", (ROOT / "requirements" / f"{name}.in").read_text(), re.M)
        assert {re.sub(r"[-_.]+", "-", one).lower() for one in wanted} <= locked


def test_packages_of_the_browser_are_locked_without_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name


def test_nothing_is_committed_that_only_one_machine_knows() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|home|root)/[\w.-]+|/tmp/(?!yantar)[\w-]+/")
    found = []
    for path in tracked():
        if path.suffix in {".png", ".ico", ".woff2", ".mo", ".xlsx"} or path.name in {"test_repository.py", "package-lock.json"}:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if machine.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}")
    assert found == []


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "adr"
    listed = (folder / "README.md").read_text()
    decisions = sorted(folder.glob("[0-9]*.md"))
    assert len(decisions) >= 10
    for path in decisions:
        assert path.name in listed, path.name
        assert re.match(r"# \d{4}|# .+", path.read_text()), path.name
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers)


def test_make_offers_what_the_readme_promises() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in ("run", "test", "bench", "lint", "setup", "lock"):
        assert re.search(rf"^{target}:", makefile, re.M), target
    assert "make" in (ROOT / ".ci" / "run").read_text()
