"""Cases of services from the systems of authorities, in batches: `POST /api/v1/service-cases` with a key in the Authorization header."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import ConfigDict

from yantar.core.actions import System
from yantar.qms.organisation.lines import line_of
from yantar.qms.organisation.models import AccessKey, KeyPurpose
from yantar.qms.organisation.queries.keys import key_of
from yantar.qms.services.actions.cases import MOST_ROWS, load_cases
from yantar.qms.services.models import Outcome

from .schemas import ProblemBody

router = Router(tags=["service-cases"])
FEED = System("case feed")

Short = Annotated[str, Field(max_length=60)]
DayText = Annotated[str, Field(max_length=10, description="A day like 2026-03-15.")]


class Case(Schema):
    """One request for a service. Numbers and dates only: there is no field for a name, and a number that looks like one is rejected."""

    model_config = ConfigDict(extra="forbid")

    service: Short = Field(description="Code of the service.")
    number: Short = Field(description="Number of the case in the authority's own system: Latin letters, digits and / _ . -")
    site: Short | None = Field(None, description="Code of the site (service centre).")
    received: DayText
    registered: DayText | None = None
    suspended_days: int = Field(0, description="Days that don't count, in the unit of the passport's limit.")
    done: DayText | None = None
    outcome: Outcome
    waiting_minutes: int | None = Field(None, description="Wait in the queue.")


class CaseBatch(Schema):
    """Cases, known by service and number: sending them again changes nothing, sending them changed changes them."""

    model_config = ConfigDict(extra="forbid")

    cases: list[Case] = Field(min_length=1, max_length=MOST_ROWS)


class RejectedCase(Schema):
    """Something wrong with a case that was therefore not taken. `line`: its place in the batch, from 1."""

    line: int
    field: str
    value: str = Field(description="The value, where it can't be anything personal.")
    code: str
    message: str


class CasesTaken(Schema):
    """What became of a batch."""

    rows: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    rejects: list[RejectedCase]


class CaseKey(HttpBearer):
    """A key for cases, given by the administrator of Yantar."""

    def authenticate(self, request: HttpRequest, token: str) -> AccessKey | None:
        key = key_of(token, KeyPurpose.CASES)
        if key is None and any(key_of(token, other) for other in KeyPurpose if other != KeyPurpose.CASES):
            raise HttpError(403, _("This key is for something else."))
        return key


REFUSED: dict[int, Any] = dict.fromkeys((401, 403, 413, 422, 429), ProblemBody)


@router.post(
    "",
    response={200: CasesTaken, **REFUSED},
    auth=CaseKey(),
    operation_id="load_service_cases",
    summary="Cases of services",
    url_name="service-cases",
)
def service_cases(request: HttpRequest, batch: CaseBatch) -> dict[str, Any]:
    """Take in up to 10,000 cases. Good ones are taken, wrong ones rejected with everything wrong in them; the same batch twice is harmless.

    A key of one authority knows its services (and those of its predecessors) alone.
    """
    key: AccessKey = request.auth  # type: ignore[attr-defined]
    rows = [one.dict(exclude_none=True) for one in batch.cases]
    known = None if key.authority_id is None else line_of([key.authority_id])
    done = load_cases(by=FEED, rows=rows, origin=f"{key.name} {key.start}…"[:200], authority_ids=known)
    counted = {name: getattr(done.load, name) for name in ("rows", "added", "changed", "unchanged", "rejected")}
    return {**counted, "rejects": [one.as_dict() for one in done.rejects]}
