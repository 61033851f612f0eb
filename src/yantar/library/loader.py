"""Everything the library ships, loaded and checked.

Files stand beside this module: editions in ``standards/iso*.yaml``, tables next to them. Every function reads its files anew, so
a caller that loads often keeps the result; loading the same content gives equal results with equal digests.
"""

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from yantar.library.audit_facts import CoverageRules, InternalNorm, RiskTable, StatementWords, Timers
from yantar.library.audit_tables import parse_coverage, parse_internal_norm, parse_risk, parse_statement_words, parse_timers
from yantar.library.editions import EditionFile, parse_edition_file, resolve
from yantar.library.facts import AuditTimeTable, Correspondence, Edition, Sector, Transitions
from yantar.library.problems import LibraryError, Problem
from yantar.library.tables import parse_audit_time, parse_correspondence, parse_sectors, parse_transitions

_Parsed = TypeVar("_Parsed")


def _library() -> Traversable:
    return files("yantar.library")


def _named(name: str, problems: Iterable[Problem]) -> list[Problem]:
    return [Problem(f"{name}: {p.where}" if p.where else name, p.code, p.params, p.line) for p in problems]


def _load(path: Traversable, parse: Callable[[str], _Parsed]) -> _Parsed:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except LibraryError as error:
        raise LibraryError(_named(path.name, error.problems)) from error


def load_editions() -> list[Edition]:
    """All shipped editions in the order of publication, each with a whole tree of its own.

    Raises LibraryError with the problems of all files at once.
    """
    standards = _library() / "standards"
    return resolve_all({p.name: p.read_text(encoding="utf-8") for p in standards.iterdir() if p.name.startswith("iso")})


def resolve_all(texts: Mapping[str, str]) -> list[Edition]:
    """Editions from the texts of their files, by file name; a file may be built on any other of them, in whatever order they come.

    Raises LibraryError with the problems of all files at once; a problem's `where` begins with the file's name.
    """
    problems: list[Problem] = []
    waiting: dict[str, tuple[str, EditionFile]] = {}
    for name in sorted(texts):
        try:
            file = parse_edition_file(texts[name])
        except LibraryError as error:
            problems += _named(name, error.problems)
            continue
        if file.edition.key in waiting:
            problems.append(Problem(f"{name}: key", "key_taken", {"key": file.edition.key}))
        waiting[file.edition.key] = (name, file)
    if problems:
        raise LibraryError(problems)
    done: dict[str, Edition] = {}
    while waiting:
        ready = [key for key, (_, file) in waiting.items() if file.edition.base_key not in waiting]
        if not ready:
            problems += [Problem(name, "base_cycle", {"key": key}) for key, (name, _) in waiting.items()]
            break
        for key in ready:
            name, file = waiting.pop(key)
            try:
                done[key] = resolve(file, done.get(file.edition.base_key))
            except LibraryError as error:
                problems += _named(name, error.problems)
    if problems:
        raise LibraryError(problems)
    return sorted(done.values(), key=lambda e: (e.standard, str(e.published_on or "9999"), e.key))


def parse_standard(text: str, known: Mapping[str, Edition] | None = None) -> Edition:
    """An edition of a government's own standard from the text of its file (docs/standards-format.md).

    `known`: editions by key that it may be built on, the shipped ones by default. Raises LibraryError with everything that is
    wrong. Whether the key is free is for the caller to check.
    """
    file = parse_edition_file(text)
    if not file.edition.base_key:
        return resolve(file, None)
    if known is None:
        known = {edition.key: edition for edition in load_editions()}
    if file.edition.base_key == file.edition.key:
        raise LibraryError([Problem("key", "base_cycle", {"key": file.edition.key})])
    return resolve(file, known.get(file.edition.base_key))


def load_correspondence() -> Correspondence:
    """Where the clauses of ISO 9001:2008 went in ISO 9001:2015 (ISO/TC 176/SC 2/N1293)."""
    return _load(_library() / "standards" / "correspondence-2008-2015.yaml", parse_correspondence)


def load_transitions() -> Transitions:
    """When one edition gives way to another."""
    return _load(_library() / "standards" / "transitions.yaml", parse_transitions)


def load_audit_time() -> AuditTimeTable:
    """The audit-time table of quality management systems (IAF MD 5, table QMS 1)."""
    return _load(_library() / "standards" / "audit-time-qms.yaml", parse_audit_time)


def load_sectors() -> tuple[Sector, ...]:
    """IAF codes of the economic sectors of a government."""
    return _load(_library() / "iaf_sectors.yaml", parse_sectors)


def load_timers() -> Timers:
    """Time limits of findings, escalation and what an effect is judged on."""
    return _load(_library() / "timers.yaml", parse_timers)


def load_statement_words() -> StatementWords:
    """Words that make a statement vague, and marks of time and place, by language."""
    return _load(_library() / "statement_words.yaml", parse_statement_words)


def load_risk() -> RiskTable:
    """Factors of the risk of a process and how often each band is audited."""
    return _load(_library() / "risk.yaml", parse_risk)


def load_coverage() -> CoverageRules:
    """How the years of a cycle are covered by internal audits."""
    return _load(_library() / "coverage.yaml", parse_coverage)


def load_internal_norm() -> InternalNorm:
    """The norm of person-days of internal audits."""
    return _load(_library() / "internal_norm.yaml", parse_internal_norm)
