"""Every request has an id, so that a journal row and a log line can be matched."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("yantar_request", default="")


class RequestIdMiddleware:
    """Sets the id of the request for its time and returns it in `X-Request-ID`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            response["Server-Timing"] = f"app;dur={1000 * (time.perf_counter() - began):.1f}"
            return response
        finally:
            request_id.reset(token)
