"""What citizens say: ratings of services, appeals and remarks; their personal data apart, sealed."""

from .answers import Answer, AnswerTemplate, Attachment, AttachmentState
from .appeal import Appeal, AppealKind, AppealOutcome, AppealState, AppealStep, StepKind, Way
from .categories import RemarkCategory
from .limits import Admission, SpentChallenge
from .personal import AppealPerson, InternalNote, PersonalFile, RatingPerson
from .ratings import Rating, RatingChannel, RatingCount, RatingState

__all__ = [
    "Admission",
    "Answer",
    "AnswerTemplate",
    "Appeal",
    "AppealStep",
    "AppealKind",
    "AppealOutcome",
    "AppealPerson",
    "AppealState",
    "Attachment",
    "AttachmentState",
    "StepKind",
    "InternalNote",
    "PersonalFile",
    "Rating",
    "RatingChannel",
    "RatingCount",
    "RatingPerson",
    "RatingState",
    "RemarkCategory",
    "SpentChallenge",
    "Way",
]
