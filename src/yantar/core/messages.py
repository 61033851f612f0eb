"""What notifications say, and what the parameters of actions are called where the journal is shown.

Kept as a kind and its values; the sentence is made for each reader in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_noop

from .models import Notification

Sentence = str | Callable[[Mapping[str, Any]], Any]

MESSAGES: dict[str, Sentence] = {}

LABELS: dict[str, str] = {
    "on": gettext_noop("Day"),
    "upload": gettext_noop("File"),
    "file": gettext_noop("File"),
    "files": gettext_noop("Files"),
    "filename": gettext_noop("File name"),
    "email": gettext_noop("E-mail"),
    "full_name": gettext_noop("Full name"),
    "user": gettext_noop("Person"),
    "person": gettext_noop("Person"),
    "reason": gettext_noop("Reason"),
    "told": gettext_noop("How many were told"),
    "authority": gettext_noop("Authority"),
    "authorities": gettext_noop("Authorities"),
    "unit": gettext_noop("Unit"),
    "service": gettext_noop("Service"),
    "days": gettext_noop("Days"),
    "rows": gettext_noop("Rows"),
    "number": gettext_noop("Number"),
    "title": gettext_noop("Title"),
    "role": gettext_noop("Role"),
    "sha256": gettext_noop("SHA-256"),
    "about_head": gettext_noop("About the head"),
    "appeals": gettext_noop("Appeals"),
    "attachment": gettext_noop("Attachment"),
    "body": gettext_noop("Certification body"),
    "category": gettext_noop("Category"),
    "confirmed": gettext_noop("Confirmed"),
    "content": gettext_noop("Content"),
    "decision_number": gettext_noop("Number of the decision"),
    "editions": gettext_noop("Editions"),
    "effective_on": gettext_noop("In force from"),
    "ends_on": gettext_noop("Ends on"),
    "exclusions": gettext_noop("Exclusions"),
    "gap": gettext_noop("Gap"),
    "gap_en": gettext_noop("Gap in English"),
    "grade": gettext_noop("Grade"),
    "ground": gettext_noop("Ground"),
    "holding": gettext_noop("Role held"),
    "item": gettext_noop("Item"),
    "key": gettext_noop("Code"),
    "kind": gettext_noop("Kind"),
    "language": gettext_noop("Language"),
    "latitude": gettext_noop("Latitude"),
    "lead": gettext_noop("Audit team leader"),
    "longitude": gettext_noop("Longitude"),
    "mapping": gettext_noop("Mapping"),
    "members": gettext_noop("Members"),
    "method": gettext_noop("Method"),
    "new_until": gettext_noop("New deadline"),
    "origin_id": gettext_noop("Source"),
    "owner": gettext_noop("Owner"),
    "parent": gettext_noop("Parent"),
    "passport": gettext_noop("Passport"),
    "plan": gettext_noop("Plan"),
    "planned": gettext_noop("Planned action"),
    "post": gettext_noop("Post"),
    "proof": gettext_noop("Proof"),
    "published_on": gettext_noop("Published on"),
    "question": gettext_noop("Question"),
    "raised_by": gettext_noop("Raised by"),
    "raised_on": gettext_noop("Raised on"),
    "ratings": gettext_noop("Ratings"),
    "regulation": gettext_noop("Other requirement"),
    "requirement": gettext_noop("Requirement"),
    "requirement_en": gettext_noop("Requirement in English"),
    "scan": gettext_noop("Scan"),
    "scores": gettext_noop("Scores"),
    "services": gettext_noop("Services"),
    "shared": gettext_noop("Shared"),
    "sites": gettext_noop("Sites"),
    "stage1_on": gettext_noop("Stage 1"),
    "stage2_on": gettext_noop("Stage 2"),
    "successor": gettext_noop("Successor"),
    "supervisor": gettext_noop("Supervisor"),
    "template": gettext_noop("Template"),
    "text": gettext_noop("Text"),
    "to": gettext_noop("To"),
    "to_authority": gettext_noop("To the authority"),
    "trainees": gettext_noop("Trainees"),
    "units": gettext_noop("Units"),
    "variant": gettext_noop("Variant"),
    "verifier": gettext_noop("Verifier"),
}
"""What parameters are called: by their name, or by `action.name` where an action means something of its own."""


def register(kind: str, sentence: Sentence) -> None:
    """Say how notifications of a kind read.

    sentence: a text marked by gettext_noop, with %(name)s for the values; or a function of the values, called in the reader's language.
    """
    known = MESSAGES.get(kind)
    if known is not None and known != sentence and not callable(known):
        raise TypeError(f"two sentences for {kind}")
    MESSAGES[kind] = sentence


def register_labels(labels: Mapping[str, str]) -> None:
    """Say what parameters of actions are called: `{"name" or "action.name": text marked by gettext_noop}`."""
    for key, words in labels.items():
        if LABELS.setdefault(key, words) != words:
            raise TypeError(f"two labels for {key}")


def label(action: str, name: str) -> str:
    """What a parameter of an action is called, in the language that is active.

    As registered; else as a field of that name is called in the part of the action, or a model of that name; else the name itself.
    """
    known = LABELS.get(f"{action}.{name}") or LABELS.get(name)
    if known is not None:
        return gettext(known)
    part = action.partition(".")[0]
    words = _fields(part).get(name) or _models().get(name.replace("_", ""))
    return name if words is None else capfirst(str(words))


@lru_cache
def _fields(part: str) -> dict[str, Promise]:
    """Names that the fields of a part's models were given for people; of two models with such a field, the first one's."""
    found: dict[str, Promise] = {}
    config = apps.app_configs.get(part)
    for model in config.get_models() if config is not None else ():
        for one in model._meta.get_fields():
            words = getattr(one, "verbose_name", None)
            if isinstance(words, Promise):
                found.setdefault(one.name, words)
    return found


@lru_cache
def _models() -> dict[str, Promise]:
    """The same of models."""
    models = apps.get_models()
    return {str(one._meta.model_name): one._meta.verbose_name for one in models if isinstance(one._meta.verbose_name, Promise)}


def sentence(notification: Notification) -> str:
    """What a notification says, in the language that is active. A kind of a part that is no longer there says its name."""
    known = MESSAGES.get(notification.kind)
    if known is None:
        return str(notification.kind)
    if callable(known):
        return str(known(notification.params))
    return str(gettext(known) % notification.params)


def address(path: str) -> str:
    """An address for a mail: whole where YANTAR_URL is known, below `/en/` when English is active."""
    if get_language() == "en" and path.startswith("/") and not path.startswith("/en/"):
        path = "/en" + path
    return str(settings.PUBLIC_URL).rstrip("/") + path if path else ""
