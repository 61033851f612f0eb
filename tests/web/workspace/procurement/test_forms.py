"""Forms of savings: what is right is done once, what is wrong is said beside its field, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import AuthorityFactory, with_role
from tests.qms.procurement.support import BY, INN
from yantar.core.jobs import carry_out
from yantar.core.models import JournalEntry, User
from yantar.engine.savings.mapping.suggesting import draft_content
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import BuyerMatch, Claim, Dataset, DatasetState, Figure, Settlement

As = Callable[[User], Client]
ROOT = "/workspace/savings/"
LINE = (
    '{"ocid":"ocds-x-1","id":"1","date":"2025-03-01T00:00:00Z","tag":["compiled"],"buyer":{"id":"b","name":"Минфин"},'
    '"tender":{"id":"1","status":"complete","procurementMethod":"open","numberOfTenderers":2,"value":{"amount":1000.10,"currency":"RUB"}},'
    '"awards":[{"id":"a","status":"active","value":{"amount":900.05,"currency":"RUB"}}]}\n'
)


def upload(name: str = "records.jsonl", content: str = LINE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode(), content_type="application/json")


def test_records_are_loaded_watched_and_shown(as_: As, analyst: User) -> None:
    client = as_(analyst)
    answer = client.post(f"{ROOT}load/", {"title": "Год", "origin": "сайт", "upload": [upload()]})
    dataset = Dataset.objects.get()
    assert answer.headers["Location"] == f"{ROOT}{dataset.pk}/loading/"
    page = client.get(f"{ROOT}{dataset.pk}/loading/").content.decode()
    assert f"{ROOT}{dataset.pk}/loading/cancel/" in page and "records.jsonl" in page
    assert client.get(f"{ROOT}{dataset.pk}/loading/progress/").status_code == 200
    assert client.get(f"{ROOT}{dataset.pk}/").headers["Location"] == f"{ROOT}{dataset.pk}/loading/"
    assert dataset.job is not None
    carry_out(dataset.job.pk)
    assert client.get(f"{ROOT}{dataset.pk}/loading/progress/").headers["HX-Refresh"] == "true"
    assert client.get(f"{ROOT}{dataset.pk}/loading/").headers["Location"] == f"{ROOT}{dataset.pk}/"
    page = client.get(f"{ROOT}{dataset.pk}/").content.decode()
    assert "100,05\u00a0₽" in page
    record = client.get(f"{ROOT}{dataset.pk}/procedure/?id=ocds-x-1").content.decode()
    assert "1000.10" in record, "the digits of the record, not of a number"
    kept = client.get(f"{ROOT}{dataset.pk}/procedure/record/?id=ocds-x-1")
    assert kept.content.decode().strip() == LINE.strip() and "attachment" in kept.headers["Content-Disposition"]


def test_what_is_wrong_with_a_load_is_said_at_once_and_nothing_typed_is_lost(as_: As, analyst: User) -> None:
    client = as_(analyst)
    answer = client.post(f"{ROOT}load/", {"title": "", "origin": "сайт губернии", "currency": "рубль"})
    form = answer.context["form"]
    assert answer.status_code == 422 and set(form.errors) == {"title", "upload", "currency"}
    assert "сайт губернии" in answer.content.decode()
    answer = client.post(f"{ROOT}load/", {"title": "Год", "origin": "сайт", "upload": [upload("a.jsonl", "")]})
    assert answer.status_code == 422 and "upload" in answer.context["form"].errors
    answer = client.post(f"{ROOT}load/", {"title": "Год", "origin": "сайт", "currency": "12", "upload": [upload()]})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["currency"]
    assert not Dataset.objects.exists()


def test_a_load_is_cancelled_and_tried_again(as_: As, analyst: User) -> None:
    client = as_(analyst)
    client.post(f"{ROOT}load/", {"title": "Год", "origin": "сайт", "upload": [upload()]})
    dataset = Dataset.objects.get()
    client.post(f"{ROOT}{dataset.pk}/loading/cancel/")
    dataset.refresh_from_db()
    assert dataset.standing == DatasetState.CANCELLED
    assert f"{ROOT}{dataset.pk}/loading/again/" in client.get(f"{ROOT}{dataset.pk}/loading/").content.decode()
    client.post(f"{ROOT}{dataset.pk}/loading/again/")
    dataset.refresh_from_db()
    assert dataset.state == DatasetState.LOADING and dataset.job is not None
    carry_out(dataset.job.pk)
    dataset.refresh_from_db()
    assert dataset.state == DatasetState.READY


def test_a_broken_file_says_why(as_: As, analyst: User) -> None:
    client = as_(analyst)
    client.post(f"{ROOT}load/", {"title": "Год", "origin": "сайт", "upload": [upload("x.jsonl", "{]\n")]})
    dataset = Dataset.objects.get()
    assert dataset.job is not None
    carry_out(dataset.job.pk)
    dataset.refresh_from_db()
    assert dataset.standing == DatasetState.FAILED
    page = client.get(f"{ROOT}{dataset.pk}/loading/")
    assert page.context["failure"] and "x.jsonl" in page.content.decode()


def test_files_that_do_not_go_together_are_named_before_anything_is_read(as_: As, analyst: User) -> None:
    client, given = as_(analyst), {"title": "Год", "origin": "сайт"}
    unknown = client.post(f"/en{ROOT}load/", {**given, "upload": [upload("x.csv", "a;b\n1;2\n")]})
    assert unknown.status_code == 422 and "No mapping recognises this list" in unknown.context["form"].errors["upload"][0]
    mixed = client.post(f"/en{ROOT}load/", {**given, "upload": [upload("year.jsonl"), upload("x.csv", "a;b\n1;2\n")]})
    assert "Lists: x.csv. Records: year.jsonl." in mixed.context["form"].errors["upload"][0]
    assert mixed.status_code == 422 and not Dataset.objects.exists()


def test_a_list_with_the_columns_of_a_saved_mapping_is_recognised(as_: As, analyst: User) -> None:
    content = draft_content(["Шифр", "Сумма"], {0: "procedure_id", 1: "amount"}, id_="own")
    mapping = actions.add_mapping(by=BY, key="own", title_ru="Наш реестр", content=content)
    client = as_(analyst)
    answer = client.post(
        f"{ROOT}load/", {"title": "Год", "origin": "сайт", "upload": [upload("x.csv", "Шифр;Сумма;Прочее\nA1;100,50;z\n")]}, follow=True
    )
    dataset = Dataset.objects.get()
    assert dataset.mapping == mapping and "Наш реестр" in answer.content.decode()
    assert [str(one) for one in answer.context["messages"]] != []
    assert f'href="{ROOT}lists/{mapping.pk}/"' in answer.content.decode()


def test_a_doubtful_procedure_is_settled_and_the_figure_defended(as_: As, analyst: User, dataset: Dataset) -> None:
    client = as_(analyst)
    path = f"{ROOT}{dataset.pk}/procedure/settle/?id=a"
    wrong = client.post(path, {"choice": "exclude", "reason": "", "days": "5"})
    assert wrong.status_code == 422 and list(wrong.context["form"].errors) == ["reason"]
    assert client.post(path, {"choice": "", "reason": "x"}).status_code == 422
    given = {"choice": "exclude", "reason": "Цена в извещении ошибочна"}
    assert client.post(path, given).headers["Location"] == f"{ROOT}{dataset.pk}/procedure/?id=a"
    page = client.get(f"{ROOT}{dataset.pk}/procedure/?id=a").content.decode()
    assert "Цена в извещении ошибочна" in page
    assert JournalEntry.objects.filter(action="procurement.settle").count() == 1
    made = client.post(f"{ROOT}{dataset.pk}/figure/", {"title_ru": "Экономия", "population": "100"})
    figure = Figure.objects.get()
    assert made.headers["Location"] == f"{ROOT}figures/{figure.number}/"
    shown = client.get(f"{ROOT}figures/{figure.number}/").context["view"]
    assert (shown.raw_e1.saved, shown.e1.saved) == (Decimal("100.00"), Decimal("0.00"))
    taken = f"{ROOT}{dataset.pk}/procedure/unsettle/?id=a"
    assert client.post(taken, {"reason": ""}).status_code == 422
    assert client.post(taken, {"reason": "Ошибся"}).status_code == 302
    assert client.get(taken).status_code == 404
    assert not queries.settlements(analyst, dataset).exists()


def test_an_outlier_waits_until_it_is_settled(as_: As, analyst: User, dataset: Dataset) -> None:
    client = as_(analyst)
    path = f"{ROOT}{dataset.pk}/outliers/"

    def waiting(asked: str = "") -> list[str]:
        return [row.procedure_id for row in client.get(path + asked).context["page"].rows]

    assert "c" in waiting() and waiting("?outlier=above_baseline") == ["c"]
    client.post(f"{ROOT}{dataset.pk}/procedure/settle/?id=c", {"choice": "include", "reason": "Цена выросла законно"})
    assert "c" not in waiting() and "c" in waiting("?settled=") and waiting("?settled=include") == ["c"]
    page = client.get(f"{path}?settled=include&outlier=above_baseline").content.decode()
    assert "Цена выросла законно" in page


def test_an_authority_is_asked_and_answers(as_: As, analyst: User, coordinator: User, finance: Authority, dataset: Dataset) -> None:
    path = f"{ROOT}{dataset.pk}/procedure/settle/?id=c"
    client = as_(analyst)
    wrong = client.post(path, {"choice": "ask", "reason": "Почему дороже?", "days": "500"})
    assert wrong.status_code == 422 and set(wrong.context["form"].errors) == {"days"}
    assert client.post(path, {"choice": "ask", "reason": "Почему дороже?"}).context["form"].errors.keys() == {"asked"}
    assert client.post(path, {"choice": "ask", "reason": "Почему дороже?", "asked": finance.pk, "days": "5"}).status_code == 302
    question = Settlement.objects.get()
    page = as_(coordinator).get(f"{ROOT}questions/{question.pk}/")
    assert page.context["may_answer"] and "Почему дороже?" in page.content.decode()
    assert f"{ROOT}questions/{question.pk}/" in as_(coordinator).get(f"{ROOT}questions/").content.decode()
    stranger = with_role(Role.COORDINATOR, AuthorityFactory(code="other"))
    assert as_(stranger).get(f"{ROOT}questions/{question.pk}/").status_code == 404
    assert as_(with_role(Role.STAFF, finance)).post(f"{ROOT}questions/{question.pk}/", {"answer": "x"}).status_code in (403, 404)
    assert as_(coordinator).post(f"{ROOT}questions/{question.pk}/", {"answer": " "}).status_code == 422
    assert as_(coordinator).post(f"{ROOT}questions/{question.pk}/", {"answer": "Курс изменился"}).status_code == 302
    assert as_(coordinator).post(f"{ROOT}questions/{question.pk}/", {"answer": "Ещё раз"}).status_code == 422
    assert "Курс изменился" in as_(analyst).get(f"{ROOT}{dataset.pk}/procedure/?id=c").content.decode()


def test_buyers_are_matched(as_: As, analyst: User, finance: Authority, dataset: Dataset) -> None:
    client = as_(analyst)
    root = f"{ROOT}{dataset.pk}/buyers/"
    client.post(f"{root}suggest/", {"back": f"{root}?state=suggested"})
    match = BuyerMatch.objects.get()
    assert [one.why for one, _name in client.get(root).context["shown"][0][1]] == ["inn"]
    answer = client.post(f"{root}{match.pk}/decide/", {"decision": "confirm", "back": "https://evil.example/"})
    assert answer.headers["Location"] == root
    match.refresh_from_db()
    assert match.state == "confirmed"
    assert client.get(f"{ROOT}{dataset.pk}/spread/").context["few"][0].n == 2
    client.post(f"{root}{match.pk}/decide/", {"decision": "reject"})
    match.refresh_from_db()
    assert match.state == "rejected"
    by_hand = f"{root}match/?buyer=RU-INN-{INN}"
    other = AuthorityFactory(code="other", version__name_ru="Другое министерство")
    assert client.post(by_hand, {"authority": ""}).status_code == 422
    backwards = client.post(by_hand, {"authority": other.pk, "valid_from": "2025-02-01", "valid_to": "2025-01-01"})
    assert backwards.status_code == 422 and list(backwards.context["form"].errors) == ["valid_to"]
    assert client.post(by_hand, {"authority": other.pk}).status_code == 302
    assert BuyerMatch.objects.filter(authority=other, state="confirmed").exists()
    assert client.get(f"{root}match/?buyer=nobody").status_code == 404
    assert client.post(f"{root}999/decide/").status_code == 404


def test_a_flag_becomes_a_finding_once(as_: As, analyst: User, finance: Authority, dataset: Dataset) -> None:
    from yantar.qms.standards.actions import load_library

    load_library(by=BY)
    client = as_(analyst)
    listed = client.get(f"{ROOT}{dataset.pk}/flags/?flag=R018")
    row = listed.context["page"].rows[0]
    assert row.procedure_id == "b"
    path = f"{ROOT}{dataset.pk}/procedure/raise/?id=b&flag=R018&lot="
    assert client.post(path, {"authority": finance.pk, "gap": "", "grade": "observation"}).status_code == 422
    given = {"authority": finance.pk, "gap": "Закупка прошла с одной заявкой", "grade": "observation", "requirement": "Конкуренция при закупках"}
    answer = client.post(path, given)
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer.headers["Location"].startswith("/workspace/findings/")
    assert client.get(path).headers["Location"] == answer.headers["Location"]


def test_a_claim_is_written_changed_shown_hidden(as_: As, analyst: User) -> None:
    client = as_(analyst)
    given = {"text_ru": "Сберегли 4,5 млрд", "amount": "4500000000", "currency": "RUB", "said_by": "Агентство", "source": "Газета, 16 марта"}
    wrong = client.post(f"{ROOT}claims/new/", {**given, "amount": "-5", "source": "", "about_from": "2025-02-01", "about_to": "2025-01-01"})
    assert wrong.status_code == 422 and "source" in wrong.context["form"].errors and "Сберегли" in wrong.content.decode()
    assert client.post(f"{ROOT}claims/new/", {**given, "said_on": "2026-03-16"}).status_code == 302
    claim = Claim.objects.get()
    assert claim.said_on == date(2026, 3, 16)
    assert client.post(f"{ROOT}claims/{claim.pk}/change/", {**given, "said_by": "Пресс-служба"}).status_code == 302
    claim.refresh_from_db()
    assert (claim.said_by, claim.said_on) == ("Пресс-служба", None)
    assert "Сберегли" not in Client().get("/savings/").content.decode()
    client.post(f"{ROOT}claims/{claim.pk}/publish/")
    assert "Сберегли" in Client().get("/savings/").content.decode()
    refused = client.post(f"{ROOT}claims/{claim.pk}/change/", given)
    assert refused.status_code == 422 and refused.context["problems"]
    assert client.post(f"{ROOT}claims/{claim.pk}/hide/", {"reason": ""}).status_code == 422
    assert client.post(f"{ROOT}claims/{claim.pk}/hide/", {"reason": "Проверяем"}).status_code == 302
    assert "Сберегли" not in Client().get("/savings/").content.decode()
    assert client.get(f"{ROOT}claims/999/change/").status_code == 404


def test_a_figure_is_published_and_withdrawn(as_: As, analyst: User, dataset: Dataset) -> None:
    client = as_(analyst)
    path = f"{ROOT}{dataset.pk}/figure/"
    wrong = client.post(path, {"title_ru": "", "population": "0", "period_from": "2025-02-01", "period_to": "2025-01-01"})
    assert wrong.status_code == 422 and {"title_ru", "population"} <= set(wrong.context["form"].errors)
    figure = actions.make_figure(by=analyst, dataset=dataset, title_ru="Экономия")
    page = f"{ROOT}figures/{figure.number}/"
    assert Client().get(f"/savings/{figure.number}/").status_code == 404
    for _press in range(2):
        assert client.post(f"{page}publish/").headers["Location"] == page
    assert Client().get(f"/savings/{figure.number}/").status_code == 200
    assert client.post(f"{page}withdraw/", {"reason": ""}).status_code == 422
    assert client.post(f"{page}withdraw/", {"reason": "Ошибка в данных"}).status_code == 302
    assert "Ошибка в данных" in Client().get(f"/savings/{figure.number}/").content.decode()
    assert client.get(f"{ROOT}figures/none/").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "manifest", "xlsx"])
def test_a_figure_is_taken_away(as_: As, analyst: User, dataset: Dataset, kind: str) -> None:
    figure = actions.make_figure(by=analyst, dataset=dataset, title_ru="Экономия")
    answer = as_(analyst).get(f"{ROOT}figures/{figure.number}/download/{kind}/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert figure.number in answer.headers["Content-Disposition"]
    assert as_(analyst).get(f"{ROOT}figures/{figure.number}/download/exe/").status_code == 404
