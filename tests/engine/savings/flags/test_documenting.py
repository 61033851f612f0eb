"""The document says what the data say."""

from pathlib import Path

import pytest

from yantar.engine.savings.flags import RULES
from yantar.engine.savings.flags.documenting import document, write

DOCS = Path(__file__).resolve().parents[4] / "docs" / "savings"


@pytest.mark.parametrize(("language", "name"), [("en", "flags.md"), ("ru", "flags.ru.md")])
def test_the_document_is_that_of_the_data(language: str, name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == document(language), "python -m yantar.engine.savings.flags.documenting docs/savings"


def test_every_rule_and_every_value_is_there(tmp_path: Path) -> None:
    write(tmp_path)
    russian = (tmp_path / "flags.ru.md").read_text(encoding="utf-8")
    for rule in RULES.values():
        assert f"## {rule.code}. {rule.words('ru').title}" in russian
        assert rule.words("ru").definition in russian
    unconfirmed = sum(not row.confirmed for rule in RULES.values() for one in rule.data.thresholds.values() for row in one.values)
    assert russian.count("⚠ не подтверждено") == unconfirmed > 10
    assert "R048" in russian.partition("## Здесь невозможны")[2]
