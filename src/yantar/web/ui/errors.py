"""What a person, or a program, sees when a page can't be shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _


def _wants_json(request: HttpRequest) -> bool:
    """Programs ask for addresses that end in `.json` or lie under the API, or accept nothing else."""
    return request.path_info.endswith(".json") or request.path_info.startswith("/api/") or request.headers.get("Accept", "") == "application/json"


def _problem(status: int, title: str) -> JsonResponse:
    """RFC 9457, in the language of the address."""
    return JsonResponse({"type": "about:blank", "title": title, "status": status}, status=status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what came does not fit together."""
    if _wants_json(request):
        return _problem(400, _("The request is not understood"))
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person's roles do not allow it."""
    if _wants_json(request):
        return _problem(403, _("This is not yours to open"))
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing there, or nothing that this person may know of."""
    if _wants_json(request):
        return _problem(404, _("There is no such page"))
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request, so that a failing database can't break the page that says so."""
    if _wants_json(request):
        return _problem(500, _("Something broke on our side"))
    return HttpResponse(get_template("500.html").render(), status=500)


def too_many(request: HttpRequest, wait: int = 60) -> HttpResponse:
    """429: `wait` is after how many seconds to try again."""
    response = _problem(429, _("Too many requests")) if _wants_json(request) else render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(wait)
    return response
