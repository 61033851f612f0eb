"""Processes as the browser sees them."""

from tests.qms.services.conftest import add, edition, finance, health, today
from tests.web.workspace.certification.conftest import as_, coordinator, head, nobody, stranger

__all__ = ["add", "as_", "coordinator", "edition", "finance", "head", "health", "nobody", "stranger", "today"]
