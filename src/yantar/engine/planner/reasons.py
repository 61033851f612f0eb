"""Every code that the planner and its checker speak in, with the parameters that belong to it. Surfaces make sentences of them.

The one list for all speakers: the checker (what a plan breaks), the solver (why a wish was left out) and the readers of files
(what isn't of the form, what doesn't fit together). `yantar.core.plan_words` has a sentence for each; a test holds the two lists together.

Parameters are texts or whole numbers. Their names say what they hold: `auditor`, `authority`, `wish`, `other` (another wish), `calendar`,
`process`, `field`, `edition`, `language`, `site` and `to` (another site) are keys of the instance; `day`, `first`, `last` are dates as in
ISO 8601; `month` is like 2027-03; everything else is a number or one of the parts of the costs (`part`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

KEYS = frozenset({"auditor", "authority", "wish", "other", "calendar", "process", "field", "edition", "language", "site", "to"})
"""Parameters that hold a key of the instance, so that a surface can put the name in its place."""
DAYS = frozenset({"day", "first", "last"})
"""Parameters that hold a date."""


class Kind(StrEnum):
    """Who says it. Everything but COST and OBSTACLE is an error."""

    RULE = "rule"
    """A hard rule that an audit of a plan, or a move by hand, breaks."""
    WHOLE = "whole"
    """The plan doesn't answer the wishes: one is missing, there twice, or not known."""
    SUM = "sum"
    """A figure of the plan isn't what its audits give."""
    COST = "cost"
    """Not an error: what a move by hand changes in the costs."""
    OBSTACLE = "obstacle"
    """Why a wish was left out."""
    FORM = "form"
    """What in a file can't be read as the form it claims to be."""
    INSTANCE = "instance"
    """What in an instance doesn't fit together; nothing can be planned from it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What belongs to a code."""

    kind: Kind
    params: frozenset[str] = frozenset()


def _reason(kind: Kind, params: str = "") -> Reason:
    return Reason(kind, frozenset(params.split()))


REASONS: dict[str, Reason] = {
    # Independence. They hold for trainees too.
    "own_unit": _reason(Kind.RULE, "auditor authority"),
    "own_process": _reason(Kind.RULE, "auditor process"),
    "conflict": _reason(Kind.RULE, "auditor authority"),
    "pair_too_long": _reason(Kind.RULE, "auditor authority years"),
    # The team.
    "auditor_unknown": _reason(Kind.RULE, "auditor"),
    "team_size": _reason(Kind.RULE, "expected found"),
    "person_twice": _reason(Kind.RULE, "auditor"),
    "lead_not_qualified": _reason(Kind.RULE, "auditor"),
    "lead_not_competent": _reason(Kind.RULE, "auditor edition"),
    "lead_covers_no_field": _reason(Kind.RULE, "auditor edition"),
    "member_not_qualified": _reason(Kind.RULE, "auditor"),
    "member_not_competent": _reason(Kind.RULE, "auditor edition"),
    "field_not_covered": _reason(Kind.RULE, "field edition"),
    "trainee_not_trainee": _reason(Kind.RULE, "auditor"),
    "trainees_over_places": _reason(Kind.RULE, "limit found"),
    "trainees_over_auditors": _reason(Kind.RULE, "limit found"),
    "language_not_spoken": _reason(Kind.RULE, "auditor language"),
    # Days. `count` is how many days are meant, `day` the first of them.
    "days_count": _reason(Kind.RULE, "expected found"),
    "day_not_worked": _reason(Kind.RULE, "authority day count"),
    "days_not_consecutive": _reason(Kind.RULE, "day"),
    "outside_window": _reason(Kind.RULE, "first last"),
    "authority_closed": _reason(Kind.RULE, "authority day count"),
    "authority_booked": _reason(Kind.RULE, "authority day count other"),
    "auditor_day_not_worked": _reason(Kind.RULE, "auditor day count"),
    "auditor_absent": _reason(Kind.RULE, "auditor day count"),
    "auditor_booked": _reason(Kind.RULE, "auditor day count other"),
    "month_full": _reason(Kind.RULE, "auditor month limit found"),
    "fixed_changed": _reason(Kind.RULE),
    # The answer as a whole.
    "year_wrong": _reason(Kind.WHOLE, "expected found"),
    "wish_unknown": _reason(Kind.WHOLE, "wish"),
    "wish_twice": _reason(Kind.WHOLE, "wish"),
    "wish_missing": _reason(Kind.WHOLE, "wish"),
    "wish_planned_and_dropped": _reason(Kind.WHOLE, "wish"),
    "fixed_dropped": _reason(Kind.WHOLE, "wish"),
    "drop_unexplained": _reason(Kind.WHOLE, "wish"),
    "drop_reason_unknown": _reason(Kind.WHOLE, "wish code"),
    # Figures. `part` is one of risk, load, travel, rotation, change, dropped.
    "audit_cost_wrong": _reason(Kind.SUM, "part expected found"),
    "audit_load_impossible": _reason(Kind.SUM, "limit found"),
    "load_shares_wrong": _reason(Kind.SUM, "expected found"),
    "part_wrong": _reason(Kind.SUM, "part expected found"),
    "objective_wrong": _reason(Kind.SUM, "expected found"),
    "unavoidable_wrong": _reason(Kind.SUM, "expected found"),
    "bound_above_objective": _reason(Kind.SUM, "bound objective"),
    "gap_wrong": _reason(Kind.SUM, "expected found"),
    "optimum_not_proven": _reason(Kind.SUM, "bound objective"),
    # What a move by hand changes in the costs.
    "cost_risk": _reason(Kind.COST, "before after change"),
    "cost_load": _reason(Kind.COST, "before after change"),
    "cost_travel": _reason(Kind.COST, "before after change"),
    "cost_rotation": _reason(Kind.COST, "before after change"),
    "cost_change": _reason(Kind.COST, "before after change"),
    "cost_dropped": _reason(Kind.COST, "before after change"),
    # Files that aren't of the form.
    "not_utf8": _reason(Kind.FORM, "byte"),
    "not_json": _reason(Kind.FORM, "line column"),
    "name_twice": _reason(Kind.FORM, "value"),
    "form_unknown": _reason(Kind.FORM, "expected"),
    "missing": _reason(Kind.FORM),
    "not_known": _reason(Kind.FORM),
    "not_object": _reason(Kind.FORM),
    "not_list": _reason(Kind.FORM),
    "not_text": _reason(Kind.FORM),
    "not_number": _reason(Kind.FORM),
    "not_whole": _reason(Kind.FORM),
    "not_flag": _reason(Kind.FORM),
    "not_day": _reason(Kind.FORM),
    "not_choice": _reason(Kind.FORM, "options"),
    "too_small": _reason(Kind.FORM, "limit"),
    "too_large": _reason(Kind.FORM, "limit"),
    "too_short": _reason(Kind.FORM, "limit"),
    "too_long": _reason(Kind.FORM, "limit"),
    "days_reversed": _reason(Kind.FORM),
    "fixed_to_nothing": _reason(Kind.FORM),
    "unreadable": _reason(Kind.FORM, "type"),
    # Instances that don't fit together.
    "id_twice": _reason(Kind.INSTANCE, "list id"),
    "authority_unknown": _reason(Kind.INSTANCE, "wish authority"),
    "calendar_unknown": _reason(Kind.INSTANCE, "calendar"),
    "present_unknown": _reason(Kind.INSTANCE, "wish auditor"),
    "travel_twice": _reason(Kind.INSTANCE, "site to"),
    # Why a wish was left out: what stands in its way even when nothing else is planned …
    "window_too_short": _reason(Kind.OBSTACLE, "first last expected found"),
    "closed_throughout": _reason(Kind.OBSTACLE, "authority first last"),
    "nobody_speaks": _reason(Kind.OBSTACLE, "language"),
    "too_few_competent": _reason(Kind.OBSTACLE, "edition expected"),
    "field_uncovered": _reason(Kind.OBSTACLE, "field edition"),
    "fields_together_uncovered": _reason(Kind.OBSTACLE, "edition expected"),
    "too_few_independent": _reason(Kind.OBSTACLE, "authority expected"),
    "no_lead": _reason(Kind.OBSTACLE, "edition"),
    "leads_too_long": _reason(Kind.OBSTACLE, "authority years"),
    "month_too_small": _reason(Kind.OBSTACLE, "expected"),
    "all_absent": _reason(Kind.OBSTACLE, "first last"),
    "fixed_day": _reason(Kind.OBSTACLE, "day"),
    "fixed_team": _reason(Kind.OBSTACLE, "expected found"),
    "fixed_auditor": _reason(Kind.OBSTACLE, "auditor day"),
    "fixed_lead": _reason(Kind.OBSTACLE, "auditor"),
    "fixed_trainee": _reason(Kind.OBSTACLE, "auditor day"),
    # … or what is planned instead.
    "crowded_out": _reason(Kind.OBSTACLE, "other"),
    "no_room_found": _reason(Kind.OBSTACLE),
}
