from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    name = "yantar.qms.procurement"
    label = "procurement"
    verbose_name = _("Procurement")

    def ready(self) -> None:
        from yantar.core.messages import register, register_labels

        from .messages import LABELS, NOTIFICATIONS, notification_sentence

        for kind in NOTIFICATIONS:
            register(kind, partial(notification_sentence, kind))
        register_labels(LABELS)
