"""Documents that the state seems to hold already: it may not ask for them (210-FZ art. 7; general knowledge), so whoever agrees is warned."""

from __future__ import annotations

from django.contrib.postgres.search import SearchConfig, SearchVector
from django.db.models import Func, TextField, Value

from .models import DocumentSource, PassportDocument, PassportState, ServicePassport


class _Lexemes(Func):
    """The words of a text without their endings, in order, as one text: word forms of one name are the same."""

    function = "tsvector_to_array"
    template = "array_to_string(%(function)s(%(expressions)s), ' ')"
    output_field = TextField()


def _named(column: str) -> _Lexemes:
    return _Lexemes(SearchVector(column, config=SearchConfig(Value("russian"))))


def held_by_the_state(passport: ServicePassport) -> list[PassportDocument]:
    """Documents that this passport wants from the applicant and that another passport in force asks between authorities. Two queries."""
    brought = list(
        PassportDocument.objects.filter(passport=passport, source=DocumentSource.APPLICANT).annotate(words=_named("name_ru")).order_by("position")
    )
    words = {row.words for row in brought if row.words}
    if not words:
        return []
    elsewhere = PassportDocument.objects.filter(source=DocumentSource.INTERAGENCY, passport__state=PassportState.IN_FORCE)
    known = set(elsewhere.annotate(words=_named("name_ru")).filter(words__in=words).values_list("words", flat=True))
    return [row for row in brought if row.words in known]
