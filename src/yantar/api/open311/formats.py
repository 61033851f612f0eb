"""The two formats of Open311: the same plain data as JSON or XML, errors in both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may have."""


class Wrong(Exception):
    """A request that can't be answered: the code of the standard and everything that is wrong. `status`: of HTTP, the code itself."""

    def __init__(self, code: int, *descriptions: Any) -> None:
        super().__init__(code)
        self.code = code
        self.descriptions = [str(one) for one in descriptions]


def answer(form: str, data: Any, root: str, item: str = "", status: int = 200) -> HttpResponse:
    """Plain data in a format. root, item: names of the XML elements; a list has `item` elements, a dictionary is the root itself."""
    if form == "json":
        return HttpResponse(json.dumps(data, ensure_ascii=False), status=status, content_type=TYPES[form])
    element = ElementTree.Element(root)
    _fill(element, data, item)
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(element, encoding="utf-8")
    return HttpResponse(body, status=status, content_type=TYPES[form])


_ITEMS = {"attributes": "attribute", "values": "value"}


def _fill(element: ElementTree.Element, data: Any, item: str = "") -> None:
    if isinstance(data, Mapping):
        for name, value in data.items():
            _fill(ElementTree.SubElement(element, name), value, _ITEMS.get(name, "item"))
    elif isinstance(data, Sequence) and not isinstance(data, str):
        for one in data:
            _fill(ElementTree.SubElement(element, item), one)
    elif isinstance(data, bool):
        element.text = "true" if data else "false"
    elif data is not None:
        element.text = _NO_XML.sub("\ufffd", str(data))


def errors(form: str, code: int, descriptions: Iterable[str]) -> HttpResponse:
    """What is wrong, all of it at once, as the standard writes errors."""
    return answer(form, [{"code": code, "description": one} for one in descriptions], "errors", "error", status=code)
