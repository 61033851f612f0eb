"""Things for tests to stand on. Fixtures only: the actions have tests of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from django.utils import timezone

from yantar.core.models import User
from yantar.qms.certification.models import Certificate, CertificationBody
from yantar.qms.organisation.models import Authority, AuthorityVersion, Government, Role, RoleHolding
from yantar.qms.standards.models import Edition


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Пример Примерович {n}")


class GovernmentFactory(factory.django.DjangoModelFactory[Government]):
    class Meta:
        model = Government

    name_ru = "Правительство Янтарного края"
    name_en = "Government of Amber Territory"
    languages = ["ru", "en"]
    opened_at = factory.LazyFunction(timezone.now)


class AuthorityFactory(factory.django.DjangoModelFactory[Authority]):
    """`version__name_ru=...` and so on set what its one version says."""

    class Meta:
        model = Authority
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"authority-{n}")
    valid_from = date(2005, 1, 1)

    @factory.post_generation
    def version(obj: Authority, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        if create:
            AuthorityVersion.objects.create(
                authority=obj,
                valid_from=obj.valid_from,
                valid_to=obj.valid_to,
                kind=kwargs.get("kind", "ministry"),
                name_ru=kwargs.get("name_ru", f"Министерство {obj.code}"),
                name_en=kwargs.get("name_en", f"Ministry {obj.code}"),
                personnel=kwargs.get("personnel", 120),
            )


class BodyFactory(factory.django.DjangoModelFactory[CertificationBody]):
    class Meta:
        model = CertificationBody

    code = factory.Sequence(lambda n: f"body-{n}")
    name_ru = factory.Sequence(lambda n: f"Регистр № {n}")
    name_en = factory.Sequence(lambda n: f"Register No {n}")
    accreditation_body = "Росаккредитация"
    accreditation_number = "RA.RU.13XX00"


class EditionFactory(factory.django.DjangoModelFactory[Edition]):
    class Meta:
        model = Edition
        django_get_or_create = ("key",)

    key = "2015"
    designation = "ISO 9001:2015"
    published_on = date(2015, 9, 15)


class CertificateFactory(factory.django.DjangoModelFactory[Certificate]):
    class Meta:
        model = Certificate

    number = factory.Sequence(lambda n: f"YA-{n:04d}")
    authority = factory.SubFactory(AuthorityFactory)
    body = factory.SubFactory(BodyFactory)
    edition = factory.SubFactory(EditionFactory)
    scope_ru = "Деятельность министерства"
    scope_en = "Work of the ministry"
    recorded_at = factory.LazyFunction(timezone.now)


def with_role(role: Role | str, authority: Authority | None = None, **kwargs: Any) -> User:
    """A person who holds one role today."""
    user = UserFactory(**kwargs)
    ends = date(2100, 1, 1) if role == Role.CERTIFIER else None
    RoleHolding.objects.create(user=user, role=role, authority=authority, valid_from=date(2000, 1, 1), valid_to=ends)
    return user
