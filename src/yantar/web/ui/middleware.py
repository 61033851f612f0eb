"""Language by address, and the first run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from yantar.qms.organisation.queries import government


def _each_in(language: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A streamed body is made after the middleware is left: every piece of it is made in the language of the address."""
    pieces = iter(chunks)
    while True:
        with translation.override(language):
            try:
                piece = next(pieces)
            except StopIteration:
                return
        yield piece


API = ("/api/", "/open311/")


def _wished(request: HttpRequest) -> str:
    """The language a program prefers of the two; Russian where it says nothing."""
    for wish, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if (language := wish.partition("-")[0]) in ("ru", "en"):
            return language
    return "ru"


class LanguageByAddressMiddleware:
    """`/en/...` is English, the same path without it is Russian; the rest of the address is the same.

    Neither cookies nor the browser's wishes matter, so an address means one page and caches need no `Vary`. Programs have one address for
    both languages and say by Accept-Language in which they are told of problems.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for_programs = request.path_info.startswith(API)
        language = _wished(request) if for_programs else "en" if request.path_info == "/en" or request.path_info.startswith("/en/") else "ru"
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if for_programs:
            patch_vary_headers(response, ["Accept-Language"])
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse) and not response.is_async:
            response.streaming_content = _each_in(language, response.streaming_content)  # type: ignore[arg-type]
        return response


class FirstRunMiddleware:
    """Before a government exists, every page leads to the set-up. Once one exists this is never asked again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.done = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.done:
            path = request.path_info.removeprefix("/en")
            if not path.startswith(("/setup/", "/healthz", "/static/", *API)):
                self.done = government() is not None
                if not self.done:
                    return HttpResponseRedirect("/en/setup/" if request.path_info.startswith("/en") else "/setup/")
        return self.get_response(request)
