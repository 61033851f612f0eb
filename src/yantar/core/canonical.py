"""Values as canonical JSON (RFC 8785): the same decision is always the same bytes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

import rfc8785
from django.core.files.base import File
from django.db import models
from django.utils.functional import Promise


def plain(value: Any) -> Any:
    """A value as plain JSON: dates in ISO 8601, decimals as strings, models as their type and key, files as their name and size.

    Raises TypeError for what has no plain form, so that nothing is recorded by accident.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        # RFC 8785 numbers are IEEE doubles; larger integers keep all their digits as text.
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value
    if isinstance(value, (Decimal, uuid.UUID, Promise)):
        return str(value)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, models.Model):
        return {"type": value._meta.label_lower, "id": str(value.pk)}
    if isinstance(value, File):
        return {"file": value.name or "", "size": value.size}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (list, tuple, set, frozenset, models.QuerySet)):
        items = [plain(item) for item in value]
        return sorted(items, key=str) if isinstance(value, (set, frozenset)) else items
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value: Any) -> str:
    """Canonical JSON text of `plain(value)`."""
    return rfc8785.dumps(plain(value)).decode()
