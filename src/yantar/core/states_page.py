"""The page of the documentation that shows the states of something: a diagram and the table behind it, in English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

COMMAND = "python -m yantar.cli.states_pages docs/states"


def page(title: str, mermaid: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a page in Markdown: the title, how it is made, a Mermaid diagram, a table."""
    return "\n".join(
        [
            f"# {title}",
            "",
            f"Written by `{COMMAND}`; a test compares it with the table in the code.",
            "",
            "```mermaid",
            mermaid.rstrip("\n"),
            "```",
            "",
            f"| {' | '.join(heads)} |",
            f"|{'---|' * len(heads)}",
            *(f"| {' | '.join(row)} |" for row in rows),
            "",
        ]
    )
