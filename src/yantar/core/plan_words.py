"""Sentences for the codes of the planner and its checker, for the command line and the workspace alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.utils.translation import gettext

from yantar.engine.planner.reasons import DAYS, KEYS


def gettext_noop(message: str) -> str:
    """Mark a message for translation. Django's own asks for settings, which the command line has not got here."""
    return message


SENTENCES: dict[str, str] = {
    # Independence.
    "own_unit": gettext_noop("%(auditor)s would audit their own unit."),
    "own_process": gettext_noop("%(auditor)s would audit the process %(process)s, which they own or perform, or did until lately."),
    "conflict": gettext_noop("%(auditor)s must not audit %(authority)s: conflict of interest."),
    "pair_too_long": gettext_noop("%(auditor)s has led the audits of %(authority)s for the last %(years)s years; it is another lead's turn."),
    # The team.
    "auditor_unknown": gettext_noop("The auditor %(auditor)s is not known."),
    "team_size": gettext_noop("Lead and members wanted: %(expected)s; sent: %(found)s."),
    "person_twice": gettext_noop("%(auditor)s is in the team twice."),
    "lead_not_qualified": gettext_noop("%(auditor)s is not qualified to lead an audit."),
    "lead_not_competent": gettext_noop("The lead %(auditor)s has no valid competence for %(edition)s on these days."),
    "lead_covers_no_field": gettext_noop("The lead %(auditor)s is competent in none of the fields of this audit."),
    "member_not_qualified": gettext_noop("%(auditor)s is a trainee and can't be a member."),
    "member_not_competent": gettext_noop("%(auditor)s has no valid competence for %(edition)s on these days."),
    "field_not_covered": gettext_noop("Nobody in the team is competent in the field %(field)s."),
    "trainee_not_trainee": gettext_noop("%(auditor)s is not a trainee."),
    "trainees_over_places": gettext_noop("Places for trainees: %(limit)s; sent: %(found)s."),
    "trainees_over_auditors": gettext_noop("More trainees (%(found)s) than auditors to learn from (%(limit)s)."),
    "language_not_spoken": gettext_noop("%(auditor)s does not speak the language of the audit (%(language)s)."),
    # Days.
    "days_count": gettext_noop("The audit takes %(expected)s working days; planned: %(found)s."),
    "day_not_worked": gettext_noop("%(authority)s does not work on %(day)s (days: %(count)s)."),
    "days_not_consecutive": gettext_noop("%(day)s does not follow the audit day before it."),
    "outside_window": gettext_noop("The audit must take place from %(first)s to %(last)s."),
    "authority_closed": gettext_noop("%(authority)s can't receive an audit on %(day)s (days: %(count)s)."),
    "authority_booked": gettext_noop("%(authority)s has another audit (%(other)s) on %(day)s (days: %(count)s)."),
    "auditor_day_not_worked": gettext_noop("%(auditor)s does not work on %(day)s by the calendar (days: %(count)s)."),
    "auditor_absent": gettext_noop("%(auditor)s is absent on %(day)s (days: %(count)s)."),
    "auditor_booked": gettext_noop("%(auditor)s is in another audit (%(other)s) on %(day)s (days: %(count)s)."),
    "month_full": gettext_noop("%(auditor)s: audit days in %(month)s: %(found)s; at most %(limit)s."),
    "fixed_changed": gettext_noop("This audit is fixed; its days and its team can't be changed."),
    # The answer as a whole.
    "year_wrong": gettext_noop("The plan is for %(found)s, not for %(expected)s."),
    "wish_unknown": gettext_noop("The audit %(wish)s was not asked for."),
    "wish_twice": gettext_noop("The audit %(wish)s is there more than once."),
    "wish_missing": gettext_noop("The audit %(wish)s is neither planned nor left out."),
    "wish_planned_and_dropped": gettext_noop("The audit %(wish)s is both planned and left out."),
    "fixed_dropped": gettext_noop("The audit %(wish)s is fixed; it can't be left out."),
    "drop_unexplained": gettext_noop("The audit %(wish)s is left out without a reason."),
    "drop_reason_unknown": gettext_noop("The audit %(wish)s is left out for a reason that is not known: %(code)s."),
    # Figures.
    "audit_cost_wrong": gettext_noop("Costs (%(part)s) should be %(expected)s, not %(found)s."),
    "audit_load_impossible": gettext_noop("The share of the load should be %(limit)s at most, not %(found)s."),
    "load_shares_wrong": gettext_noop("The audits' shares of the load should add up to %(expected)s, not to %(found)s."),
    "part_wrong": gettext_noop("Costs of the plan (%(part)s) should be %(expected)s, not %(found)s."),
    "objective_wrong": gettext_noop("The objective should be %(expected)s, not %(found)s."),
    "unavoidable_wrong": gettext_noop("The unavoidable load should be %(expected)s, not %(found)s."),
    "bound_above_objective": gettext_noop("The bound %(bound)s can't be right: the objective is %(objective)s."),
    "gap_wrong": gettext_noop("The gap should be %(expected)s, not %(found)s."),
    "optimum_not_proven": gettext_noop("The plan is called optimal, but the bound is %(bound)s and the objective %(objective)s."),
    # What a move by hand changes in the costs.
    "cost_risk": gettext_noop("Risky audits early: %(before)s → %(after)s points."),
    "cost_load": gettext_noop("Even load: %(before)s → %(after)s points."),
    "cost_travel": gettext_noop("Travel: %(before)s → %(after)s points."),
    "cost_rotation": gettext_noop("Rotation of leads: %(before)s → %(after)s points."),
    "cost_change": gettext_noop("Changes against the present plan: %(before)s → %(after)s points."),
    "cost_dropped": gettext_noop("Audits left out: %(before)s → %(after)s points."),
    # Files that aren't of the form.
    "not_utf8": gettext_noop("The file is not text in UTF-8 (byte %(byte)s)."),
    "not_json": gettext_noop("The file is not valid JSON (line %(line)s, column %(column)s)."),
    "name_twice": gettext_noop("The field “%(value)s” is given twice."),
    "form_unknown": gettext_noop("This form is not known; expected: %(expected)s."),
    "missing": gettext_noop("This field is missing."),
    "not_known": gettext_noop("This field is not known."),
    "not_object": gettext_noop("Named fields in braces are expected here."),
    "not_list": gettext_noop("A list is expected here."),
    "not_text": gettext_noop("A text is expected here."),
    "not_number": gettext_noop("A number is expected here."),
    "not_whole": gettext_noop("A whole number is expected here."),
    "not_flag": gettext_noop("true or false is expected here."),
    "not_day": gettext_noop("A date like 2027-03-31 is expected here."),
    "not_choice": gettext_noop("One of these is expected here: %(options)s."),
    "too_small": gettext_noop("The number must be %(limit)s at least."),
    "too_large": gettext_noop("The number must be %(limit)s at most."),
    "too_short": gettext_noop("The text must have %(limit)s characters at least."),
    "too_long": gettext_noop("The text must have %(limit)s characters at most."),
    "days_reversed": gettext_noop("The last day is before the first."),
    "fixed_to_nothing": gettext_noop("A fixed audit needs its present days and team."),
    "unreadable": gettext_noop("This can't be read (%(type)s)."),
    # Instances that don't fit together.
    "id_twice": gettext_noop("%(list)s: the key %(id)s is used more than once."),
    "authority_unknown": gettext_noop("The audit %(wish)s names the authority %(authority)s, which is not in the list."),
    "calendar_unknown": gettext_noop("The calendar %(calendar)s is named, but not in the list."),
    "present_unknown": gettext_noop("The present plan of the audit %(wish)s names %(auditor)s, who is not in the list of auditors."),
    "travel_twice": gettext_noop("The travel between %(site)s and %(to)s is given twice."),
    # Why a wish was left out.
    "window_too_short": gettext_noop("From %(first)s to %(last)s there are %(found)s working days; the audit takes %(expected)s in a row."),
    "closed_throughout": gettext_noop("From %(first)s to %(last)s %(authority)s has too few days in a row to receive an audit."),
    "nobody_speaks": gettext_noop("Too few auditors speak the language of the audit (%(language)s)."),
    "too_few_competent": gettext_noop("Too few auditors are competent in %(edition)s; wanted: %(expected)s."),
    "field_uncovered": gettext_noop("Nobody who could be sent is competent in the field %(field)s of %(edition)s."),
    "fields_together_uncovered": gettext_noop("No team of %(expected)s covers all the fields of this audit (%(edition)s)."),
    "too_few_independent": gettext_noop("Too few auditors are independent of %(authority)s; wanted: %(expected)s."),
    "no_lead": gettext_noop("Nobody who could be sent may lead an audit by %(edition)s."),
    "leads_too_long": gettext_noop("Everyone who could lead has led the audits of %(authority)s for the last %(years)s years."),
    "month_too_small": gettext_noop("The audit takes %(expected)s days; too few auditors may work so many in one month."),
    "all_absent": gettext_noop("Too few auditors are at work on enough days from %(first)s to %(last)s."),
    "fixed_day": gettext_noop("The audit is fixed, but can't begin on %(day)s."),
    "fixed_team": gettext_noop("The audit is fixed with a team of %(found)s; wanted: %(expected)s."),
    "fixed_auditor": gettext_noop("The audit is fixed, but %(auditor)s can't take part in it from %(day)s."),
    "fixed_lead": gettext_noop("The audit is fixed, but %(auditor)s may not lead it."),
    "fixed_trainee": gettext_noop("The audit is fixed, but the trainee %(auditor)s can't take part in it from %(day)s."),
    "crowded_out": gettext_noop("There is no room for it beside the audit %(other)s."),
    "no_room_found": gettext_noop("No room was found beside the other audits in the time given."),
}
"""A sentence in English for every code of `reasons.REASONS`; the same texts are the keys of the translations."""

PARTS: dict[str, str] = {
    "risk": gettext_noop("risky audits early"),
    "load": gettext_noop("even load"),
    "travel": gettext_noop("travel"),
    "rotation": gettext_noop("rotation of leads"),
    "change": gettext_noop("changes against the present plan"),
    "dropped": gettext_noop("audits left out"),
}
"""What an objective is made of."""

LISTS: dict[str, str] = {
    "calendars": gettext_noop("Calendars"),
    "authorities": gettext_noop("Authorities"),
    "auditors": gettext_noop("Auditors"),
    "wishes": gettext_noop("Wanted audits"),
}
"""The lists of an instance."""


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def words(
    code: str,
    params: Mapping[str, str | int],
    *,
    name: Callable[[str, str], str] = lambda kind, key: key,
    day: Callable[[date], str] = date.isoformat,
    translate: Callable[[str], str] = gettext,
) -> str:
    """A code as a sentence in the reader's language. A code without a sentence (of a newer plan) is said as it is.

    name: the name of a key, by what it is the key of (auditor, authority, wish, other, process …; see `reasons.KEYS`).
    day: a date as the reader writes it. translate: another way than Django's to the sentence, for programs without Django.
    """
    sentence = SENTENCES.get(code)
    if sentence is None:
        return code

    def shown(key: str, value: str | int) -> str:
        text = str(value)
        if key in KEYS:
            return name(key, text)
        if key in DAYS:
            try:
                return day(date.fromisoformat(text))
            except ValueError:  # a plan from elsewhere
                return text
        known = {"part": PARTS, "list": LISTS}.get(key, {}).get(text)
        return translate(known) if known else text

    return translate(sentence) % _Shown({key: shown(key, value) for key, value in params.items()})
