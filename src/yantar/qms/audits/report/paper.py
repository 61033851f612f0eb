"""The report as a PDF: words and figures go to the template as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from yantar.core.pdf import compile_pdf
from yantar.qms.audits.models import Audit, Report
from yantar.qms.organisation.queries import government

from .facts import Coverage, FindingFact, ReportFacts, facts

TEMPLATE = Path(__file__).with_name("audit_report.typ")


def pdf(audit: Audit, report: Report, language: str) -> bytes:
    """The report of an audit in a language ("ru" or "en"), with the figures of `facts`."""
    with override(language):
        return compile_pdf(TEMPLATE, content(facts(audit), report), language)


def content(found: ReportFacts, report: Report) -> dict[str, Any]:
    """Everything the template prints, in the language that is active; all values are text, numbers as text too."""
    audit = found.audit
    name = found.authority.name if found.authority is not None else audit.authority.code
    house = government()
    return {
        "title": _("Audit report %(number)s") % {"number": audit.number},
        "government": (house.name_en if get_language() == "en" else house.name_ru) if house is not None else "",
        "subtitle": name,
        "page_of": _("page %(n)s of %(total)s") % {"n": "{n}", "total": "{total}"},
        "facts": [pair for pair in _facts(found) if pair[1]],
        "figures_title": _("In figures"),
        "figures": [[str(grade.label), str(count)] for grade, count in found.by_grade],
        "coverage_title": _("Coverage"),
        "coverage": [
            _covered(_("Clauses of the standard"), found.clauses),
            _covered(_("Processes"), found.processes),
            _covered(_("Questions"), found.questions),
        ],
        "coverage_heads": [_("What"), _("In scope"), _("Checked"), "%", _("Not checked")],
        "effort": _("Person-days planned: %(planned)s; auditor-days of the audit: %(days)s; pieces of evidence: %(evidence)s")
        % {"planned": found.person_days, "days": found.auditor_days, "evidence": found.evidence},
        "texts": [
            {"title": title, "text": text}
            for title, text in (
                (_("Conclusion"), report.conclusion),
                (_("Degree of fulfilment"), report.fulfilment),
                (_("Not covered"), report.uncovered),
                (_("Disagreements"), report.disagreements),
            )
            if text
        ],
        "findings_title": _("Findings"),
        "no_findings": "" if found.findings else _("No findings were raised."),
        "findings": [_finding(one) for one in found.findings],
        "team_title": _("Audit team"),
        "team": [[str(member.get_role_display()), member.auditor.name] for member in found.team],
        "distribution_title": _("Distribution"),
        "distribution": report.distribution,
        "confidentiality": audit.confidentiality,
        "signed": _signed(report),
        "rule": _("Figures are computed from the checklist and the findings of the audit as they were on the day of signing."),
    }


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day is not None else "—"


def _signed(report: Report) -> str:
    if report.signed_on is None:
        return _("Draft, not signed yet")
    return _("Signed off by the lead auditor: %(name)s, %(day)s") % {"name": str(report.signed_by or "—"), "day": _day(report.signed_on)}


def _facts(found: ReportFacts) -> Iterable[list[str]]:
    audit = found.audit
    days = f"{_day(audit.first_day)} – {_day(audit.last_day)}" if audit.first_day != audit.last_day else _day(audit.first_day)
    certificate = f"{audit.certificate.number}, {audit.certificate.scope}" if audit.certificate is not None else ""
    yield [_("Authority"), found.authority.name if found.authority is not None else audit.authority.code]
    yield [_("Days"), days]
    yield [_("Standard"), str(audit.edition)]
    yield [_("Certificate"), certificate.rstrip(", ")]
    yield [_("Objective"), audit.objective]
    yield [_("Criteria"), audit.criteria]
    yield [_("Method"), str(audit.get_method_display()) + (f": {audit.remote_tools}" if audit.remote_tools else "")]


def _covered(title: str, one: Coverage) -> list[str]:
    shown = ", ".join(one.left[:40])
    if len(one.left) > 40:
        more = len(one.left) - 40
        shown += " " + ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return [title, str(one.total), str(one.checked), str(one.percent), shown or "—"]


def _finding(fact: FindingFact) -> dict[str, Any]:
    one = fact.finding
    where = [fact.unit, one.process.name if one.process is not None else "", one.site.name if one.site is not None else ""]
    clause = f"{one.clause.edition} · {one.clause.number} {one.clause.title}" if one.clause is not None else one.regulation
    return {
        "number": one.number,
        "grade": str(one.get_grade_display()),
        "code": one.grade,
        "gap": one.gap_said,
        "rows": [
            pair
            for pair in (
                [_("Clause"), clause],
                [_("Requirement"), one.requirement_said],
                [_("Evidence"), one.evidence_said],
                [_("Where"), ", ".join(part for part in where if part)],
                [_("Repeats"), one.repeats.number if one.repeats is not None else ""],
            )
            if pair[1]
        ],
    }
