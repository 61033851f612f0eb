"""Every text that the house shows, read from its sources: the basis of the translation test and of `python -m tests.architecture.catalogue`.

Run as a program it brings `src/yantar/locale/ru` up to date: new texts are added untranslated, gone ones are dropped; with names
of .po files their translations are merged in.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[2] / "src" / "yantar"
PO = SOURCE / "locale" / "ru" / "LC_MESSAGES" / "django.po"
PLURAL = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "_": None,
    "_g": None,
}
"""The functions that mark a text. A test holds that none is imported under a name that is not here."""

Text = tuple[str, str | tuple[str, ...], str | None]


def texts() -> Iterator[Text]:
    """(where, message or (singular, plural), context) of every translatable text in Python files and templates."""
    from django.utils.translation.template import templatize

    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        content = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What is left of the page around the texts is no Python: without its indentation it can be read as such.
            content = "\n".join(line.strip() for line in templatize(content, origin=str(path)).splitlines())
        where = str(path.relative_to(SOURCE))
        for _line, message, _comments, context in extract("python", io.BytesIO(content.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}):
            if message and message != ("", ""):
                yield where, message, context


def load(path: Path = PO) -> Catalog:
    """The catalogue as it is; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale="ru", domain="django", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="ru", domain="django")


def _write(catalog: Catalog) -> None:
    with PO.open("wb") as file:
        write_po(file, catalog, omit_header=False, sort_output=True, width=150, no_location=True)


def main(extra: list[str]) -> None:
    """Bring the catalogue up to date and say what has no translation."""
    import django

    django.setup()
    old = load()
    known = {(m.id if isinstance(m.id, str) else m.id[0], m.context): m.string for m in old if m.id}
    for name in extra:
        with Path(name).open("rb") as file:
            for message in read_po(file, locale="ru", domain="django"):
                if message.id and any(message.string if isinstance(message.string, tuple) else [message.string]):
                    known.setdefault((message.id if isinstance(message.id, str) else message.id[0], message.context), message.string)
                    if not known[message.id if isinstance(message.id, str) else message.id[0], message.context]:
                        known[message.id if isinstance(message.id, str) else message.id[0], message.context] = message.string
    fresh = Catalog(
        locale="ru",
        domain="django",
        project="Yantar",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Russian texts of Yantar.",
        msgid_bugs_address="",
        last_translator="Yantar",
        language_team="Yantar",
        creation_date=datetime(2026, 11, 23, tzinfo=UTC),
        revision_date=datetime(2026, 11, 23, tzinfo=UTC),
    )
    missing = []
    for where, message, context in texts():
        single = message if isinstance(message, str) else message[0]
        string = known.get((single, context), "")
        if not isinstance(message, str) and isinstance(string, str):
            string = (string, string, string) if string else ""
        if isinstance(message, str) and isinstance(string, tuple):
            string = string[0]
        fresh.add(message, string, context=context)
        if not (all(string) if isinstance(string, tuple) else string) or not string:
            missing.append((where, single))
    _write(fresh)
    for where, single in missing:
        print(f"{where}: {single!r}")
    print(f"{len(fresh)} texts, {len(missing)} without a translation")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yantar.config.settings.building")
    main(sys.argv[1:])
