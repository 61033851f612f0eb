"""What the files of a load are, told before anything of them is read: lists or records, and by which mapping lists are read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from yantar.core import files as kept_files
from yantar.core.models import StoredFile
from yantar.core.problems import Problem
from yantar.core.savings_words import SENTENCES

from .models import ListMapping

if TYPE_CHECKING:
    from yantar.engine.savings.mapping import Mapping
    from yantar.engine.savings.mapping.recognising import Assigned

NAMED = 10
"""Files that a sentence names at most."""


@dataclass(slots=True)
class Sorted:
    """Names of what is given: lists and records; a zip may be both. `plain`: lists that can be looked into as they lie."""

    lists: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    plain: dict[Path, str] = field(default_factory=dict)
    packed: bool = False


def recognised(given: Sequence[StoredFile], mapping: ListMapping | None) -> tuple[ListMapping | None, list[Problem]]:
    """The mapping that reads these files, where one is needed, and everything that keeps them from being loaded together.

    mapping: the one that was chosen; without it the government's own mappings come before those that ship, where all their columns are
    there. None is answered for records, for lists that a shipped mapping reads, and for lists in archives: those are looked into later.
    """
    found = _sorted(given)
    if found.lists and found.records:
        words = _("Lists and OCDS records can't be loaded together. Lists: %(lists)s. Records: %(records)s. Load them one after the other.")
        return mapping, [Problem(words % {"lists": _named(found.lists), "records": _named(found.records)}, "mixed", "files")]
    if found.records and mapping is not None:
        words = _("A mapping reads lists (CSV, XLSX), and these are none: %(names)s.")
        return mapping, [Problem(words % {"names": _named(found.records)}, "not_lists", "mapping")]
    if not found.lists or found.packed or not all(path.is_file() for path in found.plain):
        return mapping, []
    return _by_headings(found, mapping)


def own_mapping(path: Path) -> ListMapping | None:
    """The government's own mapping that all columns of a list stand for, the latest version; None: there is none."""
    found = _own([path])
    return found[0] if found is not None else None


def _sorted(given: Iterable[StoredFile]) -> Sorted:
    found = Sorted()
    for one in given:
        kinds = _kinds(one)
        found.packed = found.packed or one.content_type in (kept_files.GZIP, kept_files.ZIP)
        if "list" in kinds:
            found.lists.append(one.name)
            found.plain[kept_files.place_of(one)] = one.name
        if "records" in kinds:
            found.records.append(one.name)
    return found


def _kinds(one: StoredFile) -> set[str]:
    lists = kept_files.EXTENSIONS[kept_files.CSV] + kept_files.EXTENSIONS[kept_files.XLSX]
    if one.content_type == kept_files.ZIP:
        records = kept_files.EXTENSIONS[kept_files.JSON]
        try:
            with zipfile.ZipFile(kept_files.place_of(one)) as archive:
                names = [name.lower() for name in archive.namelist()]
        except (zipfile.BadZipFile, OSError, NotImplementedError):
            # Who reads it says what is wrong with it.
            return set()
        return {kind for kind, ends in (("list", lists), ("records", records)) if any(name.endswith(ends) for name in names)}
    if one.content_type == kept_files.GZIP:
        return {"list"} if one.name.lower().removesuffix(".gz").endswith(lists) else {"records"}
    return {"list"} if one.content_type in (kept_files.CSV, kept_files.XLSX) else {"records"}


def _by_headings(found: Sorted, mapping: ListMapping | None) -> tuple[ListMapping | None, list[Problem]]:
    from yantar.engine.savings.mapping import made_mapping, shipped
    from yantar.engine.savings.mapping.recognising import assign, best

    paths = list(found.plain)
    assigned: Assigned | None
    if mapping is not None:
        assigned = assign(made_mapping(mapping.content), paths)
        code = "list_other"
    else:
        own = _own(paths)
        if own is not None:
            return own[0], []
        assigned = best(paths, [*_mappings().values(), *shipped().values()])
        code = "list_unknown"
    names = _named(found.lists)
    if assigned is None or not assigned.files:
        return mapping, [_problem(code, names=names, mapping=str(mapping.title) if mapping is not None else "")]
    problems = []
    if assigned.strangers:
        words = _("These files have other columns than the list “%(mapping)s”, which the others are: %(names)s. Load each kind of list by itself.")
        others = _named(found.plain[path] for path, _reason in assigned.strangers)
        problems.append(Problem(words % {"mapping": _title(assigned.mapping), "names": others}, "strangers", "files"))
    if assigned.lacking:
        missing = ", ".join(one.id for one in assigned.lacking)
        problems.append(_problem("list_incomplete", mapping=_title(assigned.mapping), files=missing))
    if mapping is None:
        mapping = next((row for row, one in _mappings().items() if one == assigned.mapping), None)
    return mapping, problems


def _own(paths: Sequence[Path]) -> tuple[ListMapping, Assigned] | None:
    """The government's own mapping that takes every file and finds every column of it."""
    from yantar.engine.savings.mapping.recognising import assign

    found = None
    for row, mapping in _mappings().items():
        assigned = assign(mapping, paths)
        if assigned.strangers or assigned.lacking or assigned.known < sum(len(one.columns) for _path, one in assigned.files):
            continue
        if found is None or assigned.known > found[1].known:
            found = row, assigned
    return found


def _mappings() -> dict[ListMapping, Mapping]:
    """The latest version of each mapping that can still be read."""
    from yantar.engine.savings.mapping import MappingUnreadable, made_mapping

    found = {}
    for row in ListMapping.objects.order_by("key", "-version").distinct("key"):
        try:
            found[row] = made_mapping(row.content)
        except MappingUnreadable:
            continue
    return found


def _title(mapping: Mapping) -> str:
    from django.utils.translation import get_language

    return mapping.title.en if get_language() == "en" else mapping.title.ru


def _problem(code: str, **params: str) -> Problem:
    return Problem(_g(SENTENCES[code]) % params, code, "files")


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - NAMED
    said = ", ".join(listed[:NAMED])
    return said if more <= 0 else _g("%(names)s and %(n)s more") % {"names": said, "n": more}
