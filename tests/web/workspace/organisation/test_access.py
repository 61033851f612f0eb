"""Who comes in: every address of this room, for every kind of visitor."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import AuthorityFactory, EditionFactory, GovernmentFactory, UserFactory, with_role
from yantar.core.models import Job
from yantar.qms.organisation.models import Role, Site, Unit, UnitVersion
from yantar.qms.standards.models import Transition
from yantar.web.workspace.organisation.urls import urlpatterns

GET, POST = "get", "post"
OPEN = {"authorities", "authority", "standards", "edition", "clause", "correspondence", "profile", "working_days"}
"""What somebody with any role may look at (of an authority: if it is theirs)."""
ONLY_POST = {"import_upload", "import_take_in", "import_cancel", "person_activity", "role_take"}
READ_ONLY = {"authorities", "authority", "people", "journal", "standards", "edition", "clause", "correspondence", "imports"}
READ_ONLY |= {"import_job", "import_progress", "import_problems", "import_template", "import_export"}


@pytest.fixture
def scene(db: None) -> dict[str, object]:
    """One of everything that an address may name."""
    GovernmentFactory()
    authority = AuthorityFactory(code="finance")
    person = with_role(Role.STAFF, authority)
    old, new = (EditionFactory(key=key, designation=f"ISO 9001:{key}", published_on=date(int(key), 11, 1)) for key in ("2008", "2015"))
    transition = Transition.objects.create(old=old, new=new, published_on=date(2015, 9, 15), source="-")
    unit = Unit.objects.create(code="u", valid_from=date(2010, 1, 1))
    UnitVersion.objects.create(unit=unit, authority=authority, name_ru="Отдел", valid_from=date(2010, 1, 1))
    site = Site.objects.create(code="s", authority=authority, name_ru="Здание", address_ru="ул. Сосновая, 1", valid_from=date(2010, 1, 1))
    kwargs: dict[str, dict[str, object]] = {
        "authority": {"code": authority.code},
        "authority_step": {"code": authority.code, "step": "rename"},
        "unit_step": {"code": authority.code, "pk": unit.pk, "step": "close"},
        "site_step": {"code": authority.code, "pk": site.pk, "step": "close"},
        "person": {"pk": person.pk},
        "person_change": {"pk": person.pk},
        "person_activity": {"pk": person.pk},
        "role_take": {"pk": person.pk, "holding": person.roles.get().pk},
        "transition": {"pk": transition.pk},
        "correspondence": {"old": "2008", "new": "2015"},
        "edition": {"key": "2015"},
        "clause": {"key": "2015", "number": "4.1"},
    }
    job = "00000000-0000-4000-8000-000000000000"
    kwargs |= {name: {"pk": job} for name in ("import_job", "import_progress", "import_take_in", "import_cancel", "import_problems")}
    kwargs |= {name: {"what": "organisation"} for name in ("import_upload", "import_template", "import_export")}
    return {"authority": authority, "urls": {p.name: reverse(f"workspace:{p.name}", kwargs=kwargs.get(str(p.name), {})) for p in urlpatterns}}


def _ask(client: Client, name: str, url: str) -> int:
    return (client.post if name in ONLY_POST else client.get)(url).status_code


@pytest.mark.parametrize("name", [str(p.name) for p in urlpatterns])
def test_a_visitor_is_led_to_the_sign_in(name: str, client: Client, scene) -> None:
    url = scene["urls"][name]
    answer = (client.post if name in ONLY_POST else client.get)(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/workspace/")


@pytest.mark.parametrize("name", [str(p.name) for p in urlpatterns])
def test_a_person_without_a_role_gets_nothing(name: str, client: Client, scene) -> None:
    client.force_login(UserFactory())
    assert _ask(client, name, scene["urls"][name]) == 403


@pytest.mark.parametrize("name", [str(p.name) for p in urlpatterns if p.name not in OPEN])
def test_a_member_of_staff_may_change_nothing(name: str, client: Client, scene) -> None:
    """403; where the address names a job, nobody else's job exists: 404."""
    client.force_login(with_role(Role.STAFF, scene["authority"]))
    wanted = 404 if name.startswith("import_") and "00000000" in scene["urls"][name] else 403
    assert _ask(client, name, scene["urls"][name]) == wanted


@pytest.mark.parametrize("name", sorted(ONLY_POST))
def test_what_changes_something_is_not_done_by_a_link(name: str, client: Client, scene) -> None:
    client.force_login(with_role(Role.ADMINISTRATOR))
    assert client.get(scene["urls"][name]).status_code == 405


@pytest.mark.parametrize("name", sorted(READ_ONLY))
def test_what_is_only_read_takes_no_post(name: str, client: Client, scene) -> None:
    client.force_login(with_role(Role.ADMINISTRATOR))
    assert client.post(scene["urls"][name]).status_code == 405


def test_another_authority_s_inside_does_not_exist(client: Client, scene) -> None:
    other = AuthorityFactory(code="health")
    client.force_login(with_role(Role.COORDINATOR, other))
    assert client.get("/workspace/authorities/finance/").status_code == 404
    assert client.get("/workspace/authorities/finance/correct/").status_code == 404
    assert client.get("/workspace/authorities/health/").status_code == 200
    assert client.get("/workspace/authorities/health/rename/").status_code == 403
    assert client.get("/workspace/authorities/health/correct/").status_code == 200


def test_a_certifier_s_auditor_changes_nothing(client: Client, scene) -> None:
    client.force_login(with_role(Role.CERTIFIER))
    assert client.get("/workspace/authorities/finance/").status_code == 200
    for step in ("correct", "rename", "abolish", "unit", "site"):
        assert client.post(f"/workspace/authorities/finance/{step}/", {"name_ru": "x"}).status_code == 403


def test_another_s_job_does_not_exist(client: Client, scene) -> None:
    from django.utils import timezone

    owner, other = with_role(Role.ADMINISTRATOR), with_role(Role.ADMINISTRATOR)
    job = Job.objects.create(kind="organisation.look", started_by=owner, created_at=timezone.now(), params={"filename": "x.csv"})
    client.force_login(other)
    for name in ("import_job", "import_progress", "import_problems"):
        assert client.get(reverse(f"workspace:{name}", args=[job.pk])).status_code == 404
    for name in ("import_take_in", "import_cancel"):
        assert client.post(reverse(f"workspace:{name}", args=[job.pk])).status_code == 404
    client.force_login(owner)
    assert client.get(reverse("workspace:import_job", args=[job.pk])).status_code == 200
