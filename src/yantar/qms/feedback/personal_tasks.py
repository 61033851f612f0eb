"""Scheduled work on personal data: erasure when its time is over, files that wait for the virus check, keys that were replaced."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yantar.core.actions import System

from .models import Attachment, AttachmentState

AT_ONCE = 200


@app.periodic(cron="40 3 * * *", periodic_id="feedback.retention")
@app.task(name="feedback.retention", queue="house", queueing_lock="feedback.retention")
def retention(timestamp: int) -> None:
    """Every night: what is no longer kept is erased, and what an older key sealed is sealed anew."""
    from .actions import personal

    personal.run_to_end(personal.erase_expired, by=System("retention"))
    personal.run_to_end(personal.reseal, by=System("retention"))


@app.periodic(cron="*/5 * * * *", periodic_id="feedback.viruses")
@app.task(name="feedback.viruses", queue="house", queueing_lock="feedback.viruses")
def viruses(timestamp: int) -> None:
    """Every five minutes: files that wait for the virus checker are checked, until it can't be reached again."""
    from .actions import personal

    for waiting in Attachment.objects.filter(state=AttachmentState.WAITING, file__isnull=False).select_related("appeal").order_by("pk")[:AT_ONCE]:
        if personal.check_attachment(by=System("virus check"), attachment=waiting).state == AttachmentState.WAITING:
            break
