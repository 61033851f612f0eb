"""On the spot: one question a screen, and the small endpoints that its page sends answers and evidence to."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core.files import JPEG, PNG, open_file
from yantar.core.problems import Problem, Refused
from yantar.qms.audits.actions import AnswerEntry, add_evidence, remove_evidence, save_answers
from yantar.qms.audits.models import AnswerGrade, Audit, AuditState, EvidenceKind
from yantar.qms.audits.queries import spot as queries
from yantar.web.workspace.access import demand, person, staff

from .opening import opened
from .spot_words import words

WORKER = Path(__file__).with_name("spot_worker.js")
SCRIPTS = ("workspace/audit-store.js", "workspace/audit-sync.js", "workspace/audit-spot.js")
STYLES = ("vendor/golos/wght.css", "vendor/tabler/tabler.min.css", "ui/yantar.css", "workspace/audits.css")
OTHERS = ("ui/yantar.js", "ui/amber.svg", *(f"vendor/golos/files/golos-text-{subset}-wght-normal.woff2" for subset in ("cyrillic", "latin")))
PART = "audits.take_part"
BODY_LIMIT = 8 * 2**20


@staff
@require_safe
def audit_spot(request: HttpRequest, number: str) -> HttpResponse:
    """The page; with its worker it also opens without a connection. Before and after the work on the spot it leads to the audit."""
    audit = opened(request, number)
    demand(request, PART, audit)
    if audit.state != AuditState.UNDER_WAY:
        messages.info(request, _("Questions are answered while the audit is under way."))
        return redirect("workspace:audit", number=audit.number)
    me = person(request)
    data = {
        "audit": audit.number,
        "user": me.pk,
        "csrf": get_token(request),
        "questions": queries.questions(me, audit),
        "state": queries.state(me, audit),
        "assets": [static(name) for name in (*STYLES, *SCRIPTS, *OTHERS)],
        "urls": {
            "answers": reverse("workspace:audit_answers", args=[audit.number]),
            "evidence": reverse("workspace:audit_evidence_add", args=[audit.number]),
            "file": reverse("workspace:audit_evidence", args=[audit.number, 0]),
            "raise": reverse("workspace:audit_finding_new", args=[audit.number]),
            "worker": reverse("workspace:audit_spot_worker"),
            "scope": reverse("workspace:audits"),
        },
    }
    grades = [(code, label) for code, label in AnswerGrade.choices]
    context = {"audit": audit, "data": data, "words": words(), "grades": grades, "scripts": SCRIPTS}
    return render(request, "workspace/audits/spot.html", context)


def spot_worker(request: HttpRequest) -> HttpResponse:
    """The worker's script: code without data, served here because a worker answers only for pages below its own address."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, no_cache=True)
    return response


@lru_cache(maxsize=1)
def _worker() -> bytes:
    return WORKER.read_bytes()


def _state(request: HttpRequest, audit: Audit, **more: Any) -> JsonResponse:
    body = {"csrf": get_token(request), "conflicts": [], "refused": {}, **queries.state(person(request), audit), **more}
    return JsonResponse(body)


def _wrong(problems: list[Problem], status: int = 422) -> JsonResponse:
    return JsonResponse({"problems": [one.as_dict() for one in problems]}, status=status)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def audit_answers(request: HttpRequest, number: str) -> HttpResponse:
    """What stands now; a POST first keeps a batch of answers. 422 with all problems when the batch can't be kept."""
    audit = opened(request, number)
    demand(request, PART, audit)
    if request.method != "POST":
        return _state(request, audit)
    try:
        entries = entries_of(request)
    except (ValueError, TypeError, KeyError, AttributeError):
        return _wrong([Problem(_("The answers could not be read. Reload the page."), "malformed")], 400)
    try:
        outcome = save_answers(by=person(request), audit=audit, entries=entries)
    except Refused as refused:
        return _wrong(refused.problems)
    conflicts = [{"line": one.line, "kept": one.kept, "lost": one.lost} for one in outcome.conflicts]
    return _state(request, audit, conflicts=conflicts, refused=outcome.refused)


def entries_of(request: HttpRequest) -> list[AnswerEntry]:
    """The batch of a request. Raises ValueError, TypeError, KeyError or AttributeError when it has not the shape of one."""
    if len(request.body) > BODY_LIMIT:
        raise ValueError("too large")
    found = []
    for row in json.loads(request.body)["entries"]:
        edited = parse_datetime(row["edited_at"]) if row.get("edited_at") else None
        if edited is not None and is_naive(edited):
            edited = make_aware(edited)
        texts = {name: row.get(name, "") for name in ("grade", "note", "sample", "device")}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError("text expected")
        line, revision, base = int(row["line"]), int(row.get("revision", 1)), int(row.get("base", 0))
        found.append(AnswerEntry(line=line, **texts, revision=revision, base=base, edited_at=edited))
    return found


@staff
@require_POST
def audit_evidence_add(request: HttpRequest, number: str) -> HttpResponse:
    """A photo or a file with the key that the device gave it."""
    audit = opened(request, number)
    demand(request, PART, audit)
    line = queries.find_line(audit, int(request.POST["line"])) if request.POST.get("line", "").isdecimal() else None
    if line is None:
        return _wrong([Problem(_("This question is not asked any more."), "line", "line")])
    taken = parse_datetime(request.POST.get("taken_at", "")) if len(request.POST.get("taken_at", "")) < 40 else None
    try:
        add_evidence(
            by=person(request),
            audit=audit,
            line=line,
            key=request.POST.get("key", ""),
            upload=request.FILES.get("file"),
            kind=request.POST.get("kind") or EvidenceKind.RECORD,
            note=request.POST.get("note", ""),
            permitted=bool(request.POST.get("permitted")),
            taken_at=make_aware(taken) if taken is not None and is_naive(taken) else taken,
        )
    except Refused as refused:
        return _wrong(refused.problems)
    return _state(request, audit)


@staff
@require_safe
def audit_evidence(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """The content of a piece of evidence: for the team, the audited authority and whoever sees its internals."""
    audit = opened(request, number)
    piece = queries.find_evidence(audit, pk)
    if piece is None or piece.file is None:
        raise Http404(_("There is no such file."))
    try:
        content = open_file(piece.file)
    except FileNotFoundError as error:
        raise Http404(_("There is no such file.")) from error
    shown = piece.file.content_type in (JPEG, PNG)
    return FileResponse(content, as_attachment=not shown, filename=piece.file.name, content_type=piece.file.content_type)


@staff
@require_POST
def audit_evidence_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Evidence added wrongly is taken back."""
    audit = opened(request, number)
    demand(request, PART, audit)
    piece = queries.find_evidence(audit, pk)
    if piece is None:
        raise Http404(_("There is no such file."))
    try:
        remove_evidence(by=person(request), audit=audit, evidence=piece)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, _("The evidence is taken back."))
    return redirect(reverse("workspace:audit", args=[audit.number]) + "#checklist")
