"""What commands print, inside documents: `python -m yantar.cli.documenting docs/savings.md …` runs them and writes the answers anew.

A block that begins with "```console" and "$ yantar …" holds a command and what it printed. The language is that of the document
(`name.ru.md` is Russian). Commands run in the project's folder, so they name files as a reader would. The tests compare.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"^```console\n\$ (?P<command>yantar [^\n]+)\n(?P<said>.*?)^```$", re.MULTILINE | re.DOTALL)
HASH = re.compile(r"\b[0-9a-f]{64}\b")
"""Shown as an ellipsis: the hash of a dataset is another one with each version of a library that writes it."""
WIDTH = "110"


def said_by(command: str, language: str) -> str:
    """What a command prints on a terminal of 110 columns without colours.

    Raises subprocess.CalledProcessError when it ends otherwise than well or "checked and found wrong" (exit code 1).
    """
    locale = "ru_RU.UTF-8" if language == "ru" else "en_GB.UTF-8"
    surroundings = {**os.environ, "LC_ALL": locale, "COLUMNS": WIDTH, "NO_COLOR": "1"}
    words = shlex.split(command)[1:]
    ran = subprocess.run([sys.executable, "-m", "yantar.cli", *words], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode > 1:
        raise subprocess.CalledProcessError(ran.returncode, command, ran.stdout, ran.stderr)
    return "".join(f"{HASH.sub('…', line).rstrip()}\n" for line in ran.stdout.rstrip().splitlines())


def renewed(document: Path) -> str:
    """The document with every command's answer as it is now."""
    language = "ru" if document.name.endswith(".ru.md") else "en"

    def again(found: re.Match[str]) -> str:
        return f"```console\n$ {found['command']}\n{said_by(found['command'], language)}```"

    return BLOCK.sub(again, document.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(renewed(path), encoding="utf-8")
