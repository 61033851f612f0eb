"""Categories of causes as bones of a cause-and-effect diagram, and how many whys a chain takes."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from yantar.library.problems import LibraryError, Problem
from yantar.library.tables import close_table, open_table, unique

CODE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class CauseCategory:
    """A cause that is usual on a bone; `key` is what findings keep."""

    key: str
    title_en: str
    title_ru: str


@dataclass(frozen=True, slots=True)
class Bone:
    """One bone of the diagram with its usual causes."""

    key: str
    title_en: str
    title_ru: str
    causes: tuple[CauseCategory, ...]


@dataclass(frozen=True, slots=True)
class CauseTable:
    """All bones in their order. `least_whys`: levels that a chain of whys has at least."""

    bones: tuple[Bone, ...]
    least_whys: int

    def codes(self) -> frozenset[str]:
        """Every code that a cause may have: of a bone, or of a cause on it."""
        return frozenset(bone.key for bone in self.bones) | frozenset(one.key for bone in self.bones for one in bone.causes)

    def title(self, code: str, language: str) -> str:
        """The name of a bone or of a cause in "en" or "ru"; the code itself where it is not known."""
        for bone in self.bones:
            for one in (CauseCategory(bone.key, bone.title_en, bone.title_ru), *bone.causes):
                if one.key == code:
                    return one.title_en if language == "en" else one.title_ru
        return code

    def bone_of(self, code: str) -> str:
        """The bone that a code belongs to; "" for an unknown one."""
        return next((bone.key for bone in self.bones if code == bone.key or any(one.key == code for one in bone.causes)), "")


def parse_causes(text: str) -> CauseTable:
    """Read the categories in their order; raises LibraryError with everything wrong in the file."""
    top, _source, _checked_on = open_table(text)
    bones, seen = [], set[str]()
    least_whys = top.integer("least_whys", least=1)
    for row in top.rows("bones", required=True):
        key = row.key("key")
        unique(row, key, seen)
        title, causes = row.pair("title"), []
        for inner in row.rows("causes", required=True):
            code = inner.key("key")
            unique(inner, code, seen)
            if len(code) > CODE_LENGTH:
                inner.problem("too_long", "key", limit=str(CODE_LENGTH))
            causes.append(CauseCategory(code, *inner.pair("title")))
            inner.finish()
        bones.append(Bone(key, *title, tuple(causes)))
        row.finish()
    close_table(top)
    return CauseTable(tuple(bones), least_whys)


@lru_cache(maxsize=1)
def load_causes() -> CauseTable:
    """The categories that ship; read once. Raises LibraryError."""
    path = files("yantar.library") / "causes.yaml"
    try:
        return parse_causes(path.read_text(encoding="utf-8"))
    except LibraryError as error:
        raise LibraryError([Problem(f"{path.name}: {p.where}", p.code, p.params, p.line) for p in error.problems]) from error
