"""Signing in, and counting what a page asks the database."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yantar.core.models import User


def as_(user: User) -> Client:
    """A client signed in as a person."""
    client = Client()
    client.force_login(user)
    return client


def queries_of(client: Client, path: str) -> int:
    """How many queries a page takes, once everything that a process keeps is known to it."""
    for _round in range(2):
        assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
