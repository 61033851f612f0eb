"""Writing: choose what it is, of what or to whom, fill in one page, get a number and a secret code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.core import clock
from yantar.core.problems import Problem, Refused
from yantar.qms.feedback import admission, captcha, stamps
from yantar.qms.feedback.models import AppealKind, RemarkCategory
from yantar.qms.feedback.queries.choices import ChosenService, service_named, services_found
from yantar.qms.feedback.queries.following import followed_appeal
from yantar.qms.feedback.sending import PURPOSE, SentTwice, Written, send
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import authority_on
from yantar.qms.services.limits import rules_on
from yantar.web.portal.maps import with_tiles
from yantar.web.portal.rating.pages import WORKERS

from . import own
from .doors import button, read_only, with_form
from .forms import AppealForm
from .kinds import Offered, all_offered, offered


@read_only
def start(request: HttpRequest) -> HttpResponse:
    """Write, or follow what was written."""
    return render(request, "portal/appeals/start.html", {"following": own.followed(request) is not None})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says is to be written, all of it public."""

    kind: Offered
    service: ChosenService | None
    category: RemarkCategory | None
    authority: str

    @property
    def fixed(self) -> Authority | None:
        """Whose it is, where nobody needs to be asked."""
        if self.category is not None:
            return self.category.authority
        return self.service.service.authority if self.service is not None else None

    @property
    def query(self) -> str:
        """The same again, for an address."""
        given = {
            "kind": self.kind.key,
            "service": self.service.service.code if self.service else "",
            "category": self.category.code if self.category else "",
            "authority": self.authority,
        }
        return urlencode({name: value for name, value in given.items() if value})


def _asked(request: HttpRequest) -> Asked | None:
    kind = request.GET.get("kind", "")
    if not kind:
        return None
    if kind not in AppealKind.values:
        raise Http404
    service, category = None, None
    if code := request.GET.get("service", ""):
        service = service_named(code)
        if service is None:
            raise Http404(_("There is no such service today."))
    if kind == AppealKind.REMARK and (code := request.GET.get("category", "")):
        category = RemarkCategory.objects.on(clock.today()).select_related("authority").filter(code=code[:40].replace("\x00", "")).first()
        if category is None:
            raise Http404
    return Asked(offered(kind), service, category, request.GET.get("authority", "")[:60])


@with_tiles
@csp_update(WORKERS)
@with_form
def new(request: HttpRequest) -> HttpResponse:
    """The way to the form, and the form."""
    asked = _asked(request)
    if asked is None:
        service = request.GET.get("service", "")
        about = service_named(service) if service else None
        return render(request, "portal/appeals/kinds.html", {"kinds": all_offered(), "about": about, "authority": request.GET.get("authority", "")})
    if asked.kind.key == AppealKind.SERVICE_COMPLAINT and asked.service is None:
        words = request.GET.get("q", "")[:200]
        return render(request, "portal/appeals/service.html", {"asked": asked, "words": words, "rows": services_found(words)})
    if asked.kind.key == AppealKind.REMARK and asked.category is None and "free" not in request.GET and request.method != "POST":
        rows = list(RemarkCategory.objects.on(clock.today()).order_by("group_ru", "name_ru"))
        if rows:
            return render(request, "portal/appeals/category.html", {"asked": asked, "rows": rows})
    return _form(request, asked)


def _initial(asked: Asked) -> dict[str, Any]:
    if not asked.authority or authority_on(asked.authority, clock.today()) is None:
        return {}
    return {"authority": asked.authority}


def _form(request: HttpRequest, asked: Asked) -> HttpResponse:
    own.ready(request)
    rules = rules_on(asked.kind.key, clock.today())
    bound: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = AppealForm(**bound, kind=rules, fixed=asked.fixed, category=asked.category, initial=_initial(asked))
    token = request.POST.get("stamp", "")
    stamp = _stamp(token)
    if request.method == "POST" and form.is_valid():
        nonce = stamp.nonce if stamp else ""
        try:
            send(_written(request, asked, form, stamp))
        except SentTwice:
            if own.receipt(request, nonce) is None:
                form.refuse([Problem(_("This form was sent already and became an appeal. It is not sent again."), code="twice")])
                return _page(request, asked, form, stamps.issue(PURPOSE))
            return redirect("portal:appeal_receipt")
        except Refused as refused:
            form.refuse(refused.problems)
            if any(one.code == "stale" for one in refused.problems):
                stamp = None
        else:
            return redirect("portal:appeal_receipt")
    return _page(request, asked, form, token if stamp is not None else stamps.issue(PURPOSE))


def _stamp(token: str) -> stamps.Stamp | None:
    try:
        return stamps.read(PURPOSE, token)
    except stamps.Stale:
        return None


def _written(request: HttpRequest, asked: Asked, form: AppealForm, stamp: stamps.Stamp | None) -> Written:
    nonce = stamp.nonce if stamp else ""
    return Written(
        kind=asked.kind.key,
        person=form.person(),
        client=admission.client_print(request),
        stamp=stamp,
        captcha=request.POST.get("altcha", ""),
        honeypot=bool(form.cleaned_data.get("website")),
        uploads=form.cleaned_data.get("uploads") or [],
        given={
            **form.given(),
            "service": asked.service.service if asked.service else None,
            "language": (get_language() or "ru")[:2],
        },
        keep=lambda appeal, code: own.keep_receipt(request, appeal, code, nonce),
    )


def _page(request: HttpRequest, asked: Asked, form: AppealForm, stamp: str) -> HttpResponse:
    context = {
        "asked": asked,
        "form": form,
        "problems": form.problems,
        "stamp": stamp,
        "action": f"{reverse('portal:appeal_new')}?{asked.query}",
        "task_url": reverse("portal:appeal_task"),
        "files_again": form.is_bound and bool(request.FILES),
    }
    return render(request, "portal/appeals/write.html", context, status=422 if form.is_bound else 200)


@read_only
def task(request: HttpRequest) -> HttpResponse:
    """A task of proof for the form."""
    return JsonResponse(captcha.challenge(PURPOSE))


@read_only
def receipt(request: HttpRequest) -> HttpResponse:
    """Number and code, shown once: for some minutes, in this browser alone."""
    found = own.receipt(request)
    if found is None:
        return redirect("portal:appeal_follow")
    followed = followed_appeal(int(found["pk"]))
    return render(request, "portal/appeals/receipt.html", {"receipt": found, "appeal": followed.appeal if followed else None})


@button
def leave(request: HttpRequest) -> HttpResponse:
    """Forget what this browser remembers."""
    own.forget(request)
    return redirect(f"{reverse('portal:appeal_follow')}?left")
