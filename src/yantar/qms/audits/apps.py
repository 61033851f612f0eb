from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "yantar.qms.audits"
    label = "audits"
    verbose_name = _("Audits")

    def ready(self) -> None:
        from yantar.core.messages import register
        from yantar.qms.findings.models import OriginKind
        from yantar.qms.findings.rules import sees_origin

        from .messages import NOTIFICATIONS, notification_sentence
        from .rules import audits_worked_on

        for kind in NOTIFICATIONS:
            register(kind, partial(notification_sentence, kind))
        sees_origin(OriginKind.AUDIT, audits_worked_on)
