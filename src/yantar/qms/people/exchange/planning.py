"""From parsed rows to what would be done with auditors, without doing it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core.models import User
from yantar.core.tabular import Parsed, ParsedRow, Progress
from yantar.core.tabular.messages import said
from yantar.core.tabular.progress import EVERY
from yantar.core.tabular.report import Report, differences
from yantar.core.tabular.tables import heading_key
from yantar.qms.organisation.exchange.authorities import CODE, refer
from yantar.qms.organisation.exchange.state import State as Places
from yantar.qms.organisation.models.validity import BEGINNING
from yantar.qms.standards.models import Edition

from ..actions.auditors import LANGUAGES
from ..fields import ANY
from ..models import Absence, AbsenceKind, Auditor, Competence, CompetenceKind, Qualification

PLAIN = ("name", "qualification", "days_per_month", "audits_before", "note", "valid_from", "valid_to")
"""Fields of an auditor that a row gives as they are."""


@dataclass(slots=True, eq=False)
class AuditorItem:
    """An auditor that is recorded or will be; `row` speaks of it."""

    auditor: Auditor
    is_new: bool = False
    row: ParsedRow | None = None
    changed: set[str] = field(default_factory=set)
    spans: list[tuple[date, date]] = field(default_factory=list)
    proofs: dict[tuple[Any, ...], Competence] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What an import would do: rows to write, and the report on them."""

    report: Report
    auditors: list[AuditorItem] = field(default_factory=list)
    new_competences: list[tuple[AuditorItem, Competence]] = field(default_factory=list)
    changed_competences: list[tuple[Competence, set[str]]] = field(default_factory=list)
    absences: list[tuple[AuditorItem, Absence]] = field(default_factory=list)


def plan(parsed: Parsed, on: date, progress: Progress) -> Plan:
    """Compare the rows with what is recorded. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    work = _Planning(on, Plan(report))
    steps = (("auditors", work.auditor), ("competences", work.competence), ("absences", work.absence))
    total, done = parsed.count or 1, 0
    for table, take in steps:
        for row in parsed.tables[table]:
            if done % EVERY == 0:
                progress.at(done, total)
            done += 1
            take(row)
    work.finish()
    report.sort()
    return work.plan


def proof_key(one: Competence) -> tuple[Any, ...]:
    """By what a proof is known again."""
    return (one.kind, one.edition_id, one.field, one.obtained_on, one.evidence)


class _Planning:
    def __init__(self, on: date, plan: Plan) -> None:
        self.on, self.plan, self.report = on, plan, plan.report
        self.places = Places(on)
        self.places.load_units()
        self.places.load_sites()
        self.users = {user.email.casefold(): user for user in User.objects.all()}
        self.editions: dict[str, Edition] = {}
        for edition in Edition.objects.all():
            for name in (edition.key, edition.designation, edition.national):
                if name:
                    self.editions.setdefault(heading_key(name), edition)
        self.by_code: dict[str, AuditorItem] = {}
        self.by_user: dict[int, AuditorItem] = {}
        self.rejected: set[str] = set()
        by_pk = {}
        for auditor in Auditor.objects.order_by("pk"):
            item = by_pk[auditor.pk] = AuditorItem(auditor)
            self.by_code[auditor.code.casefold()] = item
            if auditor.user_id is not None:
                self.by_user[auditor.user_id] = item
        for proof in Competence.objects.order_by("pk"):
            by_pk[proof.auditor_id].proofs[proof_key(proof)] = proof
        for absence in Absence.objects.filter(cancelled_at=None):
            by_pk[absence.auditor_id].spans.append((absence.first_day, absence.last_day))
        self.number = len(by_pk)
        self.fields: dict[AuditorItem, dict[str, tuple[Any, Any]]] = defaultdict(dict)

    def _problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def auditor(self, row: ParsedRow) -> None:
        """One row of the table of auditors."""
        before = len(self.report.problems)
        item = self._item(row)
        if item is None or len(self.report.problems) > before:
            self.rejected.add((row.get("code") or "").casefold())
            return
        item.row = row
        self._values(row, item)
        if len(self.report.problems) > before:
            self.rejected.add(item.auditor.code.casefold())
            return
        self.by_code[item.auditor.code.casefold()] = item
        self.plan.auditors.append(item)

    def _item(self, row: ParsedRow) -> AuditorItem | None:
        name, reference, code = row.get("name"), row.get("authority"), (row.get("code") or "").lower()
        if not name or not reference:
            return None
        if code and not CODE.fullmatch(code):
            self._problem(row, "code", _("A code consists of Latin letters, digits, hyphens and underscores."), "auditor.code")
        item = self.by_code.get(code) if code else None
        if item is not None and item.row is not None:
            message = said(_("The same auditor stands in row %(row)d of the sheet “%(sheet)s”."), row=item.row.number, sheet=item.row.layout.sheet)
            self._problem(row, "code", message, "row.twice")
            return None
        if item is None and not code:
            code = self._next_code()
        return item or AuditorItem(Auditor(code=code, valid_from=BEGINNING, languages=["ru"]), is_new=True)

    def _next_code(self) -> str:
        self.number += 1
        while f"aud-{self.number:03d}" in self.by_code:
            self.number += 1
        return f"aud-{self.number:03d}"

    def _values(self, row: ParsedRow, item: AuditorItem) -> None:
        auditor, found = item.auditor, self.places.find_authority(str(row.get("authority")))
        if len(found) != 1:
            refer(self.report, self.places, row, "authority", found)
            return
        authority = found[0].authority
        fields = differences(row, {key: getattr(auditor, key) for key in PLAIN})
        if auditor.authority_id != authority.pk:
            fields["authority"] = (None if item.is_new else auditor.authority.code, authority.code)
            auditor.authority = authority
        for name, (_before, after) in fields.items():
            if name != "authority":
                setattr(auditor, name, after)
        if item.is_new and not row.get("valid_from"):
            auditor.valid_from = max(authority.valid_from, BEGINNING)
        fields |= self._place(row, auditor) | self._languages(row, auditor) | self._user(row, item)
        if auditor.valid_to is not None and auditor.valid_to <= auditor.valid_from:
            self._problem(row, "valid_to", _("The end must be later than the beginning."), "dates.reversed")
        item.changed |= {{"email": "user"}.get(name, name) for name in fields}
        self.fields[item] = fields

    def _place(self, row: ParsedRow, auditor: Auditor) -> dict[str, tuple[Any, Any]]:
        """Unit and site; a row that says nothing of them leaves them, unless the home has changed."""
        fields: dict[str, tuple[Any, Any]] = {}
        for key, index in (("unit", self.places.unit_by_code), ("site", self.places.site_by_code)):
            before: Any = getattr(auditor, f"{key}_id")
            code = row.get(key)
            if not row.given(key):
                place = next((one for one in index.values() if getattr(one, key).pk == before), None) if before else None
                if place is not None and place.authority.authority.pk != auditor.authority_id:
                    setattr(auditor, key, None)
                    fields[key] = (getattr(place, key).code, "")
                continue
            place = index.get(code.casefold()) if code else None
            if code and place is None:
                message = _("There is no such unit. Write its code.") if key == "unit" else _("There is no such site. Write its code.")
                self._problem(row, key, message, f"{key}.unknown")
                continue
            if place is not None and place.authority.authority.pk != auditor.authority_id:
                message = _("This unit belongs to another authority.") if key == "unit" else _("This site belongs to another authority.")
                self._problem(row, key, message, f"{key}.elsewhere")
                continue
            after = getattr(place, key) if place is not None else None
            if before != (after.pk if after else None):
                fields[key] = ("" if before is None else getattr(auditor, key).code, after.code if after else "")
                setattr(auditor, key, after)
        return fields

    def _languages(self, row: ParsedRow, auditor: Auditor) -> dict[str, tuple[Any, Any]]:
        text = row.get("languages")
        if not text:
            return {}
        wanted = [one.strip().casefold() for one in str(text).replace(";", ",").split(",") if one.strip()]
        for one in wanted:
            if one not in LANGUAGES:
                self._problem(row, "languages", said(_("Unknown language: %(language)s."), language=one), "auditor.language")
                return {}
        if wanted == auditor.languages:
            return {}
        before, auditor.languages = ", ".join(auditor.languages), wanted
        return {"languages": (before, ", ".join(wanted))}

    def _user(self, row: ParsedRow, item: AuditorItem) -> dict[str, tuple[Any, Any]]:
        if not row.given("email"):
            return {}
        email = row.get("email")
        user = self.users.get(str(email).casefold()) if email else None
        if email and user is None:
            self._problem(row, "email", _("Nobody signs in with this e-mail. Register the person first, or leave the cell empty."), "auditor.email")
            return {}
        other = self.by_user.get(user.pk) if user is not None else None
        if other is not None and other is not item:
            self._problem(row, "email", said(_("This person is already the auditor %(code)s."), code=other.auditor.code), "auditor.user_taken")
            return {}
        before = item.auditor.user_id
        if before == (user.pk if user else None):
            return {}
        old = next((one.email for one in self.users.values() if one.pk == before), "")
        item.auditor.user = user
        if user is not None:
            self.by_user[user.pk] = item
        return {"email": (old, user.email if user else "")}

    def _of(self, row: ParsedRow) -> AuditorItem | None:
        code = (row.get("auditor") or "").casefold()
        item = self.by_code.get(code)
        if code and item is None and code not in self.rejected:
            self._problem(row, "auditor", _("There is no such auditor, neither recorded nor in the file. Write the code."), "auditor.unknown")
        return item

    def competence(self, row: ParsedRow) -> None:
        """One row of the table of competences."""
        item, evidence, obtained = self._of(row), row.get("evidence"), row.get("obtained_on")
        if item is None or not evidence or obtained is None:
            return
        before = len(self.report.problems)
        kind, edition = row.get("kind", CompetenceKind.EDITION), None
        if kind == CompetenceKind.EDITION:
            edition = self.editions.get(heading_key(str(row.get("edition") or "")))
            if edition is None:
                message = _("Which edition? Write its designation or year.")
                self._problem(row, "edition", message, "edition.unknown", row.get("edition"))
        if obtained > self.on:
            self._problem(row, "obtained_on", _("This day is yet to come."), "dates.future")
        if row.get("valid_until") and row.get("valid_until") < obtained:
            self._problem(row, "valid_until", _("The end must be later than the beginning."), "dates.reversed")
        if row.get("withdrawn_on") and row.get("withdrawn_on") < obtained:
            self._problem(row, "withdrawn_on", _("The end must be later than the beginning."), "dates.reversed")
        if len(self.report.problems) > before:
            return
        made = Competence(kind=kind, edition=edition, field=row.get("field", ANY), evidence=evidence, obtained_on=obtained)
        known = item.proofs.get(proof_key(made))
        names = ("hours", "valid_until", "withdrawn_on")
        title = f"{item.auditor.code}: {edition.designation if edition else kind}"
        if known is None:
            for name in names:
                setattr(made, name, row.get(name))
            item.proofs[proof_key(made)] = made
            self.plan.new_competences.append((item, made))
            self.report.created("competences", item.auditor.code, title, row)
            return
        fields = differences(row, {name: getattr(known, name) for name in names})
        for name, (_before, after) in fields.items():
            setattr(known, name, after)
        if fields and known.pk is not None:
            self.plan.changed_competences.append((known, set(fields)))
        self.report.changed("competences", item.auditor.code, title, row, fields)

    def absence(self, row: ParsedRow) -> None:
        """One row of the table of absences."""
        item, first, last = self._of(row), row.get("first_day"), row.get("last_day")
        if item is None or first is None or last is None:
            return
        if last < first:
            self._problem(row, "last_day", _("The last day is before the first."), "dates.reversed")
            return
        title = f"{item.auditor.code} {first.isoformat()}"
        if (first, last) in item.spans:
            self.report.changed("absences", item.auditor.code, title, row, {})
            return
        if any(begins <= last and ends >= first for begins, ends in item.spans):
            self._problem(row, "first_day", _("These days overlap an absence that is recorded or stands in the file."), "absence.overlap")
            return
        item.spans.append((first, last))
        self.plan.absences.append((item, Absence(first_day=first, last_day=last, kind=row.get("kind", AbsenceKind.LEAVE))))
        self.report.created("absences", item.auditor.code, title, row)

    def finish(self) -> None:
        """Count auditors, and warn of leads who have too few audits."""
        for item in self.plan.auditors:
            assert item.row is not None
            if item.is_new:
                self.report.created("auditors", item.auditor.code, item.auditor.code, item.row)
            else:
                self.report.changed("auditors", item.auditor.code, item.auditor.code, item.row, self.fields[item])
            if item.auditor.qualification == Qualification.LEAD and item.auditor.audits_before < 3 and item.is_new:
                message = _("A lead auditor needs three audits; until then this person is sent as an auditor.")
                self.report.warnings.append(item.row.problem("audits_before", message, "auditor.too_few_audits"))
