"""Reading the spine for somebody."""

from __future__ import annotations

import uuid
from typing import Any

from .models import Job


def job_for(viewer: Any, job_id: uuid.UUID) -> Job | None:
    """A job that the viewer started; None for anybody else's."""
    if not getattr(viewer, "is_authenticated", False):
        return None
    return Job.objects.filter(pk=job_id, started_by_id=viewer.pk).first()
