"""Units as a tree, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from ..models import Authority, Unit, UnitVersion
from .access import internal_authority_ids


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit in its place. `depth`: 0 at the top; `personnel`: None also where the viewer may not know it."""

    unit_id: int
    code: str
    version: UnitVersion
    parent_id: int | None
    depth: int
    units_below: int
    personnel: int | None

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.version.name


def units_tree(viewer: Any, authority: Authority, on: date) -> list[UnitNode]:
    """The units of an authority on a day from the top down, each followed by those below it, siblings by name. One query.

    Names are public, numbers of staff are for those who may see the authority's internals.
    """
    allowed = internal_authority_ids(viewer)
    inside = allowed is None or authority.pk in allowed
    children: dict[int | None, list[UnitVersion]] = {}
    for version in UnitVersion.objects.on(on).filter(authority=authority).select_related("unit").order_by("name_ru", "pk"):
        children.setdefault(version.parent_id, []).append(version)
    nodes: list[UnitNode] = []
    todo = [(version, 0) for version in reversed(children.get(None, []))]
    while todo:
        version, depth = todo.pop()
        below = children.get(version.unit_id, [])
        nodes.append(
            UnitNode(
                unit_id=version.unit_id,
                code=version.unit.code,
                version=version,
                parent_id=version.parent_id,
                depth=depth,
                units_below=len(below),
                personnel=version.personnel if inside else None,
            )
        )
        todo += [(one, depth + 1) for one in reversed(below)]
    return nodes


SUBTREE = """
WITH RECURSIVE below(unit_id) AS (
    SELECT %(unit)s::bigint
    UNION
    SELECT v.unit_id FROM organisation_unitversion v JOIN below b ON v.parent_id = b.unit_id
    WHERE v.valid_from <= %(day)s AND (v.valid_to IS NULL OR v.valid_to > %(day)s)
)
SELECT unit_id FROM below
"""


def subtree_unit_ids(unit: Unit, on: date) -> set[int]:
    """A unit and all that stood under it on a day, by key. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SUBTREE, {"unit": unit.pk, "day": on})
        return {row[0] for row in cursor.fetchall()}
