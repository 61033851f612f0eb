"""The procurement of the demonstration: two years of records loaded, matched, settled, a figure published, a claim beside it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils.translation import override

from yantar.core import clock, jobs
from yantar.core.actions import Actor
from yantar.core.models import User
from yantar.qms.organisation.models import AuthorityVersion, Role
from yantar.qms.organisation.queries import people_with_role, successor_map
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import BuyerMatch, Dataset
from yantar.qms.procurement.queries import ProcedureFilters

from .play import SIMULATION
from .tenders import Customer, records

INSTITUTIONS = (
    "ГКУ «Управление капитального строительства» (вымысел)",
    "ГБУЗ «Краевая больница» (вымысел)",
    "ГАУ «Центр спортивной подготовки» (вымысел)",
    "ГБОУ «Лицей на Взморье» (вымысел)",
)
"""Buyers of the records that are none of the authorities: nobody matches them."""
LEAST = 5
"""Authorities below which nothing of procurement is played."""


def play(seed: int, today: date, inhabitants: int) -> Dataset | None:
    """Load and work with the records of the two last whole years, by the analyst's account. None without an analyst, or in a tiny government."""
    analyst = people_with_role(Role.ANALYST, None, today).first()
    if analyst is None:
        return None
    loaded_on = date(today.year, 2, 16) if today >= date(today.year, 2, 16) else date(today.year - 1, 2, 16)
    years = (loaded_on.year - 2, loaded_on.year - 1)
    buyers = customers(date(years[1], 7, 1))
    if len(buyers) < LEAST + len(INSTITUTIONS):
        return None
    with clock.at(loaded_on), override("ru"):
        dataset = _load(analyst, records(seed, years, buyers, loaded_on - timedelta(days=15)), years)
        for match in BuyerMatch.objects.filter(state="suggested").order_by("pk"):
            actions.confirm_match(by=analyst, match=match)
    with clock.at(loaded_on + timedelta(days=3)), override("ru"):
        _settle(analyst, dataset)
    _ask(analyst, dataset, loaded_on, today)
    with clock.at(min(loaded_on + timedelta(days=30), today)), override("ru"):
        _publish(analyst, dataset, years[1], inhabitants)
        _raise(analyst, dataset)
    return dataset


def customers(on: date) -> list[Customer]:
    """The living authorities by the names they had on a day, and institutions."""
    gone = successor_map(on)
    named = AuthorityVersion.objects.on(on).filter(authority__valid_from__lte=on).exclude(authority_id__in=gone).select_related("authority")
    listed = [Customer(f"AMBER-{one.authority.code}", one.name_ru) for one in named.order_by("authority__code")[:40]]
    return [*listed, *(Customer(f"AMBER-X-{number}", name) for number, name in enumerate(INSTITUTIONS, 1))]


def _load(analyst: User, content: bytes, years: tuple[int, int]) -> Dataset:
    kept = actions.store_records(by=analyst, upload=ContentFile(content, name=f"zakupki-{years[0]}-{years[1]}.jsonl"))
    dataset = actions.load_dataset(
        by=analyst,
        title=f"Закупки Янтарного края, {years[0]}–{years[1]}",
        origin="Вымышленные записи, созданы программой для демонстрации. / Made-up records, generated for the demonstration.",
        files=[kept],
        law="44-FZ",
    )
    jobs.carry_out(dataset.job_id)  # type: ignore[arg-type]
    return Dataset.objects.get(pk=dataset.pk)


def _first(dataset: Dataset, kind: str, count: int) -> list[str]:
    page = queries.outliers(SIMULATION, dataset, ProcedureFilters(outlier=kind), size=count)
    return [row.procedure_id for row in page.rows] if page is not None else []


def _settle(by: Actor, dataset: Dataset) -> None:
    for procedure in _first(dataset, "above_baseline", 1):
        reason = "Цена выросла по решению комиссии, начальная цена верна: перерасход учитывается."
        actions.settle(by=by, dataset=dataset, procedure_id=procedure, choice="include", reason=reason)
    for procedure in _first(dataset, "heavy", 2):
        reason = "Начальная цена завышена вдвое против прошлого года: снижение не считается экономией."
        actions.settle(by=by, dataset=dataset, procedure_id=procedure, choice="exclude", reason=reason)


def _ask(by: Actor, dataset: Dataset, loaded_on: date, today: date) -> None:
    """One question that was answered, one that still waits."""
    page = queries.outliers(SIMULATION, dataset, ProcedureFilters(outlier="heavy_one_bid", settled="open"), size=200)
    asked: set[int] = set()
    for row in page.rows if page is not None else ():
        match = BuyerMatch.objects.filter(buyer_id=row.buyer_id, state="confirmed").select_related("authority").first()
        if match is None or match.authority_id in asked or len(asked) == 2:
            continue
        day = loaded_on + timedelta(days=4) if not asked else today - timedelta(days=2)
        coordinator = people_with_role(Role.COORDINATOR, match.authority_id, day).first()
        if coordinator is None:
            continue
        with clock.at(day), override("ru"):
            question = actions.settle(
                by=by,
                dataset=dataset,
                procedure_id=row.procedure_id,
                choice="ask",
                reason="Чем обоснована начальная цена, если единственный участник снизил её более чем на четверть?",
                asked=match.authority,
            )
        if not asked:
            answer = "Цена взята из трёх предложений прошлого квартала; рынок снизился."
            with clock.at(day + timedelta(days=6)), override("ru"):
                actions.answer_question(by=coordinator, settlement=question, answer=answer)
        asked.add(match.authority_id)


def _publish(by: Actor, dataset: Dataset, year: int, inhabitants: int) -> None:
    figure = actions.make_figure(
        by=by,
        dataset=dataset,
        title_ru=f"Экономия закупок Янтарного края за {year} год",
        title_en=f"Savings of procurement of Amber Territory in {year}",
        period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
        population=inhabitants,
    )
    actions.publish_figure(by=by, figure=figure, with_records=True)
    claim = actions.add_claim(
        by=by,
        text_ru="Только за один год работы по новым стандартам Конкурсное агентство сэкономило более 4,5 млрд рублей.",
        text_en="In only one year of work by the new standards the Competition Agency saved more than 4.5 bn roubles.",
        amount=Decimal(4_500_000_000),
        said_by="Пресс-служба областного правительства (не этого, вымышленного, края)",
        said_on=date(2010, 3, 16),
        source="interfax-russia.ru, раздел «Северо-Запад», 16 марта 2010 г.: о сертификате ISO 9001:2008 правительства",
        needed_ru="Список закупок с начальными ценами и ценами контрактов, способ подсчёта, период и учёт отменённых закупок.",
        needed_en="The list of procedures with initial and contract prices, the way of counting, the period, and how cancelled ones were treated.",
    )
    actions.publish_claim(by=by, claim=claim)


def _raise(by: Actor, dataset: Dataset) -> None:
    page = queries.flags(SIMULATION, dataset, flag="R018", size=200)
    for row in page.rows if page is not None else ():
        found = queries.procedure(SIMULATION, dataset, row.procedure_id)
        if found is None or found.authority is None:
            continue
        actions.raise_finding_from_flag(
            by=by,
            dataset=dataset,
            procedure_id=row.procedure_id,
            flag=row.flag,
            lot_id=row.lot_id,
            authority=found.authority.authority,
            gap="На закупку подана одна заявка; почему другие не пришли, не выяснено.",
            gap_en="One bid was made; nobody looked into why others stayed away.",
        )
        return
