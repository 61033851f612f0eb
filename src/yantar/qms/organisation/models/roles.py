from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .authority import Authority
from .validity import Valid


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    HEAD_OF_QUALITY = "head_of_quality", _("Head of quality of the government")
    COORDINATOR = "coordinator", _("Quality coordinator")
    HEAD_OF_AUTHORITY = "head_of_authority", _("Head of authority")
    INTERNAL_AUDITOR = "internal_auditor", _("Internal auditor")
    CERTIFIER = "certifier", _("Certification body's auditor")
    STAFF = "staff", _("Member of staff")
    ANALYST = "analyst", _("Procurement analyst")
    CITIZENS_OFFICER = "citizens_officer", _("Officer for citizens' appeals")
    DATA_OFFICER = "data_officer", _("Data protection officer")


WHOLE_GOVERNMENT_ONLY = {Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.DATA_OFFICER}
AUTHORITY_ONLY = {Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.STAFF}


@pghistory.track()
class RoleHolding(Valid):
    """A person holds a role, for one authority or for the whole government, in a span of days.

    A certification body's auditor always has a last day.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(_("Role"), max_length=20, choices=Role)
    authority = models.ForeignKey(
        Authority,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="role_holdings",
        help_text=_("Empty: the whole government."),
    )

    class Meta(Valid.Meta):
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(role__in=sorted(r.value for r in WHOLE_GOVERNMENT_ONLY)) | models.Q(authority__isnull=True),
                name="role_of_whole_government",
            ),
            models.CheckConstraint(
                condition=~models.Q(role__in=sorted(r.value for r in AUTHORITY_ONLY)) | models.Q(authority__isnull=False),
                name="role_of_one_authority",
            ),
            models.CheckConstraint(condition=~models.Q(role="certifier") | models.Q(valid_to__isnull=False), name="certifier_for_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
