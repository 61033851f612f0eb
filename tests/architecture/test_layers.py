"""The rules of the house: who may import whom, who may write, how large a file may be."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "yantar"
LONGEST = 400
LONGER = {"engine/certification/history.py": 480, "qms/certification/queries/public.py": 480}
"""Files that have asked to become packages and may not grow further."""


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders or ("",):
        for path in sorted((SOURCE / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def test_imports_run_downwards_only() -> None:
    done = subprocess.run([Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_grows_too_long() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGER.get(name, LONGEST)} == {}


def test_no_module_is_named_utils() -> None:
    assert [name_of(path) for path in modules() if re.fullmatch(r"(utils?|helpers?|misc|common)", path.stem)] == []


WRITES = {"create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "abulk_create", "acreate", "raw_delete"}
MANAGER_WRITES = WRITES | {"update", "delete"}


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Calls that write to the database: `x.save()`, `x.delete()`, `….objects.….create(…)` and so on."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        called = node.func.attr
        chain = ast.unparse(node.func.value)
        through_manager = re.search(r"\bobjects\b|_default_manager|_base_manager|_set\b", chain) is not None
        if (called in {"save", "delete"} and not through_manager and _is_a_row(chain, node)) or (called in MANAGER_WRITES and through_manager):
            yield node.lineno, f"{chain}.{called}"


def _is_a_row(chain: str, node: ast.Call) -> bool:
    """Workbooks, pictures, caches and sessions have a `save` or `delete` too; they are given a file or a key."""
    return not node.args and not re.search(r"session|cache|workbook|book|image|storage|bar|writer|cookie|super\(\)", chain)


def test_surfaces_and_queries_never_write() -> None:
    found = []
    for path in modules():
        name = name_of(path)
        is_surface = name.startswith(("web/", "api/", "cli/"))
        if is_surface or path.stem in {"queries", "tasks", "rules", "states"} or "queries" in path.parts:
            found += [f"{name}:{line} {what}" for line, what in writes(ast.parse(path.read_text()))]
    assert found == []


@pytest.mark.parametrize("code", ["x.save()", "row.delete()", "M.objects.create(a=1)", "M.objects.filter(a=1).update(b=2)", "a.b_set.all().delete()"])
def test_a_write_is_recognised(code: str) -> None:
    assert len(list(writes(ast.parse(code)))) == 1


@pytest.mark.parametrize("code", ["d.update(a=1)", "request.session.save()", "book.save(path)", "M.objects.filter(a=1).count()"])
def test_what_is_no_write_is_not(code: str) -> None:
    assert list(writes(ast.parse(code))) == []


def test_the_day_is_asked_of_the_clock() -> None:
    """date.today() and timezone.now() would not see the day that a simulation or an "as of" has set."""
    asked = re.compile(r"\b(date\.today|datetime\.now|datetime\.today|timezone\.now|timezone\.localdate|localdate)\(")
    # The clock itself; a backup's own time stamp is the machine's, whatever day is played.
    allowed = {"core/clock.py", "core/backup/making.py"}
    found = [name_of(path) for path in modules() if asked.search(path.read_text()) and name_of(path) not in allowed]
    assert found == []


def test_no_signals_of_our_own() -> None:
    found = [name_of(path) for path in modules() if re.search(r"@receiver\(|Signal\(\)|post_save|pre_save", path.read_text())]
    assert found == []
