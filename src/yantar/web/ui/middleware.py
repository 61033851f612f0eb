"""Language by address, and the first run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

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


class LanguageByAddressMiddleware:
    """`/en/...` is English, the same path without it is Russian; the rest of the address is the same.

    Neither cookies nor the browser's wishes matter, so an address means one page and caches need no `Vary`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = "en" if request.path_info == "/en" or request.path_info.startswith("/en/") else "ru"
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
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
            if not path.startswith(("/setup/", "/healthz", "/static/")):
                self.done = government() is not None
                if not self.done:
                    return HttpResponseRedirect("/en/setup/" if request.path_info.startswith("/en") else "/setup/")
        return self.get_response(request)
