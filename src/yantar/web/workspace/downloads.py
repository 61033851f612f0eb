"""Uploaded files given back: always as a download, never shown inside a page."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from yantar.core.files import open_file
from yantar.core.models import StoredFile


def as_download(stored: StoredFile) -> FileResponse:
    """The file under its own name. Raises Http404 when the disk has lost it."""
    try:
        content = open_file(stored)
    except FileNotFoundError as error:
        raise Http404(_("The file is lost. Attach it again.")) from error
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
