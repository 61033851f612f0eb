"""Auditors as the browser sees them."""

from tests.qms.people.conftest import edition, enter, finance, health, today
from tests.web.workspace.certification.conftest import as_, coordinator, head, nobody, stranger

__all__ = ["as_", "coordinator", "edition", "enter", "finance", "head", "health", "nobody", "stranger", "today"]
