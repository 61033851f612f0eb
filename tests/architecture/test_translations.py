"""Two languages: every text has a Russian translation with the same parameters."""

from __future__ import annotations

import re

from .catalogue import KEYWORDS, SOURCE, load, texts

PARAMETER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def test_every_text_is_translated() -> None:
    have = {(m.id if isinstance(m.id, str) else m.id[0], m.context): m for m in load() if m.id}
    missing = []
    for where, message, context in texts():
        single = message if isinstance(message, str) else message[0]
        found = have.get((single, context))
        strings = [] if found is None else [found.string] if isinstance(found.string, str) else list(found.string)
        if found is None or found.fuzzy or not all(strings) or (not isinstance(message, str) and len(strings) != 3):
            missing.append(f"{where}: {single!r}")
    assert not missing, "run `python -m tests.architecture.catalogue` and translate:\n" + "\n".join(sorted(set(missing)))


def test_translations_keep_their_parameters() -> None:
    wrong = []
    for message in load():
        if not message.id:
            continue
        wanted = set(PARAMETER.findall(message.id if isinstance(message.id, str) else message.id[-1]))
        for string in [message.string] if isinstance(message.string, str) else message.string:
            if set(PARAMETER.findall(string)) != wanted and not (not isinstance(message.id, str) and set(PARAMETER.findall(string)) < wanted):
                wrong.append(f"{message.id!r} → {string!r}")
    assert not wrong, "\n".join(wrong)


def test_no_text_is_marked_under_a_name_that_nobody_looks_for() -> None:
    imports = re.compile(r"^from django\.utils\.translation import (?:\([^)]*\)|.*)", re.MULTILINE)
    strange = {
        f"{file.relative_to(SOURCE)}: {alias}"
        for file in SOURCE.rglob("*.py")
        for line in imports.findall(file.read_text(encoding="utf-8"))
        for alias in re.findall(r"gettext\w* as (\w+)", line)
        if alias not in KEYWORDS
    }
    assert strange == set()


def test_texts_are_found_at_all() -> None:
    assert sum(1 for _ in texts()) > 300
