from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificationConfig(AppConfig):
    name = "yantar.qms.certification"
    label = "certification"
    verbose_name = _("Certification")

    def ready(self) -> None:
        from yantar.core.messages import register

        from .messages import NOTIFICATIONS, notification_sentence

        for kind in NOTIFICATIONS:
            register(kind, partial(notification_sentence, kind))
