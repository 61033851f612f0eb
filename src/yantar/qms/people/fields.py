"""Fields of audit in the reader's language."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.library.audit_fields import ANY, AuditField, load_audit_fields

__all__ = ["ANY", "choices", "field_title", "known"]


@lru_cache(maxsize=1)
def _fields() -> dict[str, AuditField]:
    return {field.code: field for field in load_audit_fields()}


def known() -> tuple[str, ...]:
    """Codes of the fields in their order; "*" is not among them."""
    return tuple(_fields())


def field_title(code: str) -> str:
    """The name of a field; of "*" that it is every field; an unknown code stays as it is."""
    if code == ANY:
        return _("every field")
    field = _fields().get(code)
    if field is None:
        return code
    return field.title_en if get_language() == "en" else field.title_ru


def choices() -> list[tuple[str, str]]:
    """(code, name) of every field in the reader's language, in the order of the list."""
    return [(code, field_title(code)) for code in known()]
