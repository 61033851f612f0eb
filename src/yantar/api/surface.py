"""How every address of the API behaves: not too often, problems as problem+json. Reading is open to pages of other sites; writing takes a key."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError

from yantar.core.clients import WINDOW, within_rate

from .problems import problem

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A view of the API for anyone."""

    @csrf_exempt
    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return run


def written(view: View) -> View:
    """A view of the API that programs write by: they show a key, pages of other sites can't reach it, and a batch has its bounds."""

    @csrf_exempt
    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            refused = problem(405, _("Here programs only write"))
            refused["Allow"] = "POST"
            return refused
        if not within_rate(request):
            return _too_often()
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
            return problem(413, _("Too much at once: at most %(most)s MB. Send several batches.") % {"most": most})
        return view(request, *args, **kwargs)

    return run


def _too_often() -> HttpResponse:
    refused = problem(429, _("Too many requests"))
    refused["Retry-After"] = str(WINDOW)
    return refused


WRITTEN = {"service-cases"}
"""Names of the addresses that programs write to."""


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        refused = problem(405, _("This can only be read"))
        refused["Allow"] = "GET, HEAD"
        return refused
    if not within_rate(request):
        return _too_often()
    # The server leaves the body out of an answer to HEAD.
    request.method = "GET"
    return view(request, *args, **kwargs)


class PublicApi(NinjaAPI):
    """Addresses wrapped in `public`, and a document that names the content type of problems."""

    def _get_urls(self) -> list[Any]:
        found = super()._get_urls()
        for pattern in found:
            if isinstance(pattern, URLPattern):
                pattern.callback = (written if pattern.name in WRITTEN else public)(pattern.callback)
        return found

    def get_openapi_schema(self, **where: Any) -> Any:
        """The OpenAPI document; every answer but 200 is `application/problem+json`."""
        document = super().get_openapi_schema(**where)
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) != 200:
                        answer["content"] = {"application/problem+json": answer["content"].pop("application/json")}
                        answer["description"] = REASONS[int(status)]
        return document


REASONS = {
    401: "No key, or one that opens nothing.",
    403: "The key is for something else.",
    413: "Too much at once.",
    404: "There is no such thing.",
    422: "Some parameters are wrong: all of them are named.",
    429: "Too many requests: see Retry-After.",
}


def known_only(request: HttpRequest, schema: type[Schema]) -> None:
    """A parameter that is misspelt would be passed over and the answer be taken for another."""
    names = ", ".join(sorted(schema.model_fields))
    if unknown := [name for name in request.GET if name not in schema.model_fields]:
        raise ValidationError([{"type": "unknown", "loc": ("query", name), "ctx": {"names": names}} for name in unknown])
