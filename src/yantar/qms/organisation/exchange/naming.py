"""What a name says of its authority: the kind, and whether it heads a group of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..models import AuthorityKind


@dataclass(frozen=True, slots=True)
class Inferred:
    """A kind told from a name; not `sure` where the word is used for different kinds of authorities."""

    kind: str
    sure: bool = True


_WORDS: tuple[tuple[str, str, bool], ...] = (
    (r"министерство|ministry", AuthorityKind.MINISTRY, True),
    (r"агентство|agency", AuthorityKind.AGENCY, True),
    (r"служба|service", AuthorityKind.SERVICE, True),
    (r"инспекция|госинспекция|inspectorate|inspection", AuthorityKind.INSPECTORATE, True),
    (r"аппарат|управление делами|секретариат|канцелярия|администрация (?:губернатора|главы|президента)|apparatus", AuthorityKind.APPARATUS, True),
    (
        r"учреждение|учреждения|г[кба]у(?:з|к|со)?|о?г[кб]у|мку|мбу|мау|предприятие|гуп|institution",
        AuthorityKind.INSTITUTION,
        True,
    ),
    (
        r"городск\w* округ\w*|муниципальн\w* (?:округ|район|образовани)\w*|(?:городск|сельск)\w* поселени\w*|"
        r"го|мо|мр|мокруг|municipality|municipal (?:okrug|district)|urban (?:okrug|district)",
        AuthorityKind.MUNICIPALITY,
        True,
    ),
    (r"департамент|department", AuthorityKind.MINISTRY, False),
    (r"комитет|committee", AuthorityKind.AGENCY, False),
    (r"представительство", AuthorityKind.APPARATUS, False),
    (r"центр|дирекция|фонд|архив|centre|center|directorate", AuthorityKind.INSTITUTION, False),
    (r"администрация|administration", AuthorityKind.MUNICIPALITY, False),
    (r"управление|office", AuthorityKind.SERVICE, False),
)
_PATTERNS = tuple((re.compile(rf"(?<!\w)(?:{words})(?!\w)"), kind, sure) for words, kind, sure in _WORDS)
_GROUPS = re.compile(
    r"(?:(?:исполнительные|государственные|подведомственные|краевые|областные|республиканские) )*"
    r"(?:министерства|агентства|службы|инспекции|органы(?: (?:исполнительной |государственной )?власти)?|учреждения|"
    r"муниципальные (?:образования|округа|районы)|городские округа|муниципалитеты|"
    r"ministries|agencies|services|inspectorates|municipalities|institutions|authorities)(?!\w)[^«\"]*"
)


def infer_kind(name: str) -> Inferred | None:
    """The kind that the first telling word of a name means; a sure word counts before a doubtful one. None where no word tells."""
    text = name.casefold().replace("ё", "е")
    best: tuple[bool, int, str] | None = None
    for pattern, kind, sure in _PATTERNS:
        match = pattern.search(text)
        if match and (best is None or (not sure, match.start()) < best[:2]):
            best = (not sure, match.start(), kind)
    return Inferred(best[2], not best[0]) if best else None


def is_group_heading(text: str) -> bool:
    """Whether a lone cell heads the rows beneath it («Министерства», «Муниципальные образования:»)."""
    plain = text.casefold().replace("ё", "е").strip().rstrip(":").strip()
    return bool(_GROUPS.fullmatch(plain)) and len(plain) < 120
