"""What the documents say is there, is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
SECTIONS = ["Status", "Context", "Decision", "Consequences"]
TWINS = ["README.md", "docs/deploy.md", "docs/own-government.md", "docs/planner/README.md", "docs/yearly-cycle.md"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) +(.+)$", re.MULTILINE)
VARIABLE = re.compile(r"\bYANTAR_[A-Z_]*[A-Z]\b")
ON_ONE_PAGE = 60
"""Lines of a printed page."""


def documents() -> list[str]:
    """Every page of text, by its path from the root."""
    return sorted(
        str(path.relative_to(ROOT))
        for folder in (ROOT, ROOT / "docs", ROOT / "docs" / "adr", ROOT / "docs" / "planner")
        for path in folder.glob("*.md")
    )


def prose(path: str) -> str:
    """A page without its examples."""
    return FENCE.sub("", (ROOT / path).read_text(encoding="utf-8"))


def headings(path: str) -> list[tuple[int, str]]:
    return [(len(marks), title) for marks, title in HEADING.findall(prose(path))]


def russian(path: str) -> str:
    return path.removesuffix(".md") + ".ru.md"


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_four_sections_on_one_page(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    (level, title), *rest = headings(name)
    assert (level, title.split(".")[0]) == (1, str(int(path.name[:4])))
    assert rest == [(2, section) for section in SECTIONS]
    parts = re.split(r"^## .+$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert all(part.strip() for part in parts)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= ON_ONE_PAGE


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert LINK.findall(prose("docs/adr/README.md")) == [path.name for path in DECISIONS]


@pytest.mark.parametrize("path", TWINS)
def test_the_russian_twin_has_the_same_outline_and_examples(path: str) -> None:
    assert [level for level, _title in headings(path)] == [level for level, _title in headings(russian(path))]
    english, twin = (FENCE.findall((ROOT / one).read_text(encoding="utf-8")) for one in (path, russian(path)))
    assert [language for language, _text in english] == [language for language, _text in twin]
    assert VARIABLE.findall(prose(path)) == VARIABLE.findall(prose(russian(path)))


@pytest.mark.parametrize("path", documents())
def test_links_lead_somewhere(path: str) -> None:
    broken = [
        target
        for target in LINK.findall(prose(path))
        if "://" not in target and not target.startswith(("#", "mailto:")) and not (ROOT / path).parent.joinpath(target.split("#")[0]).exists()
    ]
    assert not broken


def test_every_variable_of_the_environment_is_documented_and_no_other() -> None:
    """Those of the tests' settings are for contributors, the others for operators."""
    read: dict[str, set[str]] = {"docs/deploy.md": set(), "CONTRIBUTING.md": set()}
    for source in (ROOT / "src").rglob("*.py"):
        page = "CONTRIBUTING.md" if source.name == "test.py" else "docs/deploy.md"
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value):
                read[page].add(node.value)
    of_tests = {name for name in read["docs/deploy.md"] if name.startswith("YANTAR_TEST_")}
    assert set(VARIABLE.findall(prose("docs/deploy.md"))) == read["docs/deploy.md"] - of_tests
    assert read["CONTRIBUTING.md"] | of_tests <= set(VARIABLE.findall(prose("CONTRIBUTING.md")))


def examples() -> list[tuple[str, str]]:
    """The pieces of code that CONTRIBUTING shows: where they are from, and the piece. `...` stands for what is left out."""
    found = []
    for language, text in FENCE.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
        first, _newline, code = text.partition("\n")
        if language == "python":
            found += [(first.removeprefix("# "), piece.strip("\n")) for piece in re.split(r"^\.\.\.$", code, flags=re.MULTILINE)]
    return found


@pytest.mark.parametrize(("path", "piece"), examples())
def test_the_worked_example_is_the_code(path: str, piece: str) -> None:
    assert piece in (ROOT / path).read_text(encoding="utf-8")


def commands() -> list[tuple[str, str]]:
    """`yantar …` in the examples of any page: which page, and the words of the command up to its first argument or option."""
    found = []
    for path in documents():
        for _language, text in FENCE.findall((ROOT / path).read_text(encoding="utf-8")):
            for said in re.findall(r"(?:^|bin/)yantar ((?:[a-z-]+ ?)+)", text, re.MULTILINE):
                found.append((path, said.strip()))
    return sorted(set(found))


@pytest.mark.parametrize(("path", "said"), commands())
def test_commands_exist(path: str, said: str) -> None:
    import typer

    from yantar.cli.main import app

    known = typer.main.get_command(app)
    for word in said.split():
        members = getattr(known, "commands", None)
        if members is None:
            break  # an argument
        assert word in members, f"{path}: yantar {said}"
        known = members[word]


def test_the_examples_name_commands_at_all() -> None:
    assert {"migrate", "worker"} <= {said.split()[0] for _path, said in commands()}
    assert len(examples()) >= 5
