"""A citizen's browser before the pages of appeals, for tests."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import altcha
from django.test import Client
from django.utils import timezone

from yantar.core import clock
from yantar.qms.feedback import captcha

NEW = "/appeals/new/"
TEXT = "В поликлинике третью неделю не работает лифт, пожилые люди поднимаются пешком."
PERSON = {"name": "Планктонова Аграфена", "email": "agrafena@example.org", "consent": "on"}


def solved(purpose: str = "appeal") -> str:
    """A right answer, as the browser puts it into the form."""
    task = altcha.Challenge.from_dict(captcha.challenge(purpose))
    solution = altcha.solve_challenge(task)
    assert solution is not None
    return str(altcha.Payload(task, solution).to_base64())


def form(client: Client, query: str, ago: timedelta = timedelta(minutes=2)) -> dict[str, str]:
    """The hidden fields of the form, shown two minutes ago."""
    with clock.at(timezone.now() - ago):
        page = client.get(f"{NEW}?{query}").content.decode()
    return {"stamp": re.findall(r'name="stamp" value="([^"]+)"', page)[0]}


def write(client: Client, query: str = "kind=appeal", **more: Any) -> Any:
    """Fill the form in and send it; None takes a field out."""
    given = {**form(client, query), **PERSON, "text": TEXT, "altcha": solved(), "authority": "health", **more}
    return client.post(f"{NEW}?{query}", {name: value for name, value in given.items() if value is not None})


def written(client: Client, query: str = "kind=appeal", **more: Any) -> tuple[str, str]:
    """Number and code of a new appeal, from its receipt."""
    answer = write(client, query, **more)
    assert answer.status_code == 302, re.sub(r"\s+", " ", answer.content.decode())[-3000:]
    page = client.get("/appeals/received/").content.decode()
    number = re.findall(r'id="receipt-number">([^<]+)<', page)[0]
    return number, re.findall(r'id="receipt-code">([^<]+)<', page)[0]
