"""The cause analysis as it is shown: the tree of whys, and the same causes on the bones of a diagram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.library.causes import load_causes
from yantar.qms.findings.models import Cause, CauseMethod
from yantar.web.ui.charts.fishbone import BoneShown, Twig, fishbone_svg

DEEP = 6
"""Levels that are drawn further in than the one above; beyond, a narrow page would have no room for words."""


@dataclass(slots=True)
class Node:
    """One answer with those below it; `level` counts from 1."""

    cause: Cause
    level: int
    category: str
    children: list[Node] = field(default_factory=list)

    @property
    def look(self) -> str:
        """How it is drawn: root, gone or plain."""
        return look_of(self.cause)

    @property
    def deep(self) -> bool:
        return self.level > DEEP


@dataclass(frozen=True, slots=True)
class Bone:
    """One bone with its causes."""

    title: str
    causes: list[Cause]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The tree, the bones that have causes, the picture of all bones ("" when no cause has a category)."""

    tree: list[Node]
    loose: list[Cause]
    bones: list[Bone]
    picture: SafeString


def look_of(cause: Cause) -> str:
    """ "root", "gone" (rejected), or ""."""
    if cause.rejected_on is not None:
        return "gone"
    return "root" if cause.is_root else ""


def tree_of(rows: Sequence[Cause], language: str) -> list[Node]:
    """Whys below each other, in the order in which they were given. An answer whose parent is gone stands on top."""
    table = load_causes()
    whys = [row for row in rows if row.method == CauseMethod.WHY]
    keys = {row.pk for row in whys}
    below: dict[int | None, list[Cause]] = defaultdict(list)
    for row in whys:
        below[row.parent_id if row.parent_id in keys else None].append(row)

    def grow(parent: int | None, level: int) -> list[Node]:
        return [
            Node(row, level, table.title(row.category, language) if row.category else "", grow(row.pk, level + 1)) for row in below.get(parent, ())
        ]

    return grow(None, 1)


def analysis_of(rows: Sequence[Cause], effect: str) -> Analysis:
    """Everything about the causes of one finding, in the reader's language."""
    language = "en" if get_language() == "en" else "ru"
    table = load_causes()
    by_bone: dict[str, list[Cause]] = defaultdict(list)
    for row in rows:
        if row.category:
            by_bone[table.bone_of(row.category)].append(row)
    titles = [(bone.key, bone.title_en if language == "en" else bone.title_ru) for bone in table.bones]
    bones = [Bone(title, by_bone[key]) for key, title in titles if by_bone.get(key)]
    picture = SafeString("")
    if bones:
        shown = [BoneShown(title, [Twig(one.text, look_of(one)) for one in by_bone.get(key, ())]) for key, title in titles]
        picture = fishbone_svg(shown, effect, _("Causes and effect"), _told(bones))
    loose = [row for row in rows if row.method == CauseMethod.ISHIKAWA]
    return Analysis(tree_of(rows, language), loose, bones, picture)


def _told(bones: Iterable[Bone]) -> str:
    return "; ".join(f"{bone.title}: {', '.join(one.text for one in bone.causes)}" for bone in bones)
