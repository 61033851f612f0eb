"""What the auditors of the demonstration find, why it happened, what was done and what came of it. Everything here is made up.

Statements are in both languages; what an authority writes about causes and actions is in its own, Russian.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Two = tuple[str, str]
"""The same in Russian and in English."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A nonconformity with its whole life. `clause`: of the 2015 edition; `process`: code of the template's process.

    `whys`: the chain from the first answer to the cause that was removed, each with its evidence; `false_lead`: an answer that was rejected,
    and why. `before`, `target`: the measure of effect; `after` when it worked, `after_bad` when it did not.
    """

    key: str
    grade: str
    clause: str
    process: str
    requirement: Two
    evidence: Two
    gap: Two
    whys: tuple[tuple[str, str], ...]
    category: str
    false_lead: tuple[str, str]
    correction: str
    action: str
    measure: str
    unit: str
    before: Decimal
    target: Decimal
    after: Decimal
    after_bad: Decimal


def _n(text: str) -> Decimal:
    return Decimal(text)


LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "late-answers",
        "major",
        "8.5.1",
        "C1",
        (
            "Пункт 8.5.1; регламент услуги: решение принимается в пределах срока.",
            "Clause 8.5.1; the regulation of the service: a decision is taken within the time limit.",
        ),
        (
            "Выборка 40 дел за полугодие, журнал системы, отдел приёма: 9 дел решены позже срока на 3–11 дней.",
            "Sample of 40 cases of the half-year, log of the system, reception unit: 9 cases were decided 3 to 11 days after the limit.",
        ),
        (
            "Срок услуги нарушен в 9 делах из 40, ответственный за контроль срока не назначен.",
            "The time limit was missed in 9 of 40 cases, and nobody is named to watch it.",
        ),
        (
            ("Запросы в другие ведомства уходят на пятый день.", "Даты запросов в 9 делах"),
            ("Дело ждёт, пока его распределит начальник отдела.", "Отметки о распределении: в среднем 4 дня"),
            ("Распределение не передаётся никому на время отсутствия начальника.", "Приказы о замещении: отдел не упомянут"),
        ),
        "people.deputy",
        ("Специалисты работают медленно.", "Время работы над делом не выросло: 2,1 часа, как и год назад"),
        "Девять заявителей извещены, дела решены, принесены извинения.",
        "Назначить замещающего и распределять дела в день поступления автоматически.",
        "Доля дел, решённых позже срока",
        "%",
        _n("22.5"),
        _n("5"),
        _n("1.8"),
        _n("16.4"),
    ),
    Lesson(
        "old-forms",
        "minor",
        "7.5.3",
        "S4",
        (
            "Пункт 7.5.3: на рабочих местах применяются действующие версии документов.",
            "Clause 7.5.3: valid versions of documents are in use at the workplace.",
        ),
        (
            "Окна приёма № 2 и № 5, 11 часов первого дня аудита: бланк заявления в редакции, отменённой полгода назад.",
            "Counters 2 and 5, 11 o'clock of the first day of the audit: an application form that was withdrawn half a year ago.",
        ),
        ("На двух окнах из шести выдают отменённый бланк заявления.", "Two counters of six hand out a form that was withdrawn."),
        (
            ("Новый бланк не передали на окна.", "Опрос двух специалистов"),
            ("О новой версии сообщают письмом, прочтение не отмечают.", "Письмо о бланке, список рассылки"),
            ("В порядке управления документами нет шага изъятия старых бланков.", "Порядок управления документами, раздел 5"),
        ),
        "process.handover",
        ("Специалисты не знают порядка.", "Все шестеро правильно назвали порядок"),
        "Отменённые бланки изъяты в день аудита, 14 заявителям позвонили.",
        "Дополнить порядок изъятием бланков под роспись и печатать бланк из системы.",
        "Отменённые бланки при ежемесячном обходе",
        "шт.",
        _n("2"),
        _n("0"),
        _n("0"),
        _n("1"),
    ),
    Lesson(
        "no-effect",
        "minor",
        "10.2",
        "M5",
        ("Пункт 10.2: результативность предпринятых действий проверяется.", "Clause 10.2: the effect of the actions taken is checked."),
        (
            "Реестр корректирующих действий за два года, 12 записей: графа «результат» пуста в семи.",
            "Register of corrective actions of two years, 12 entries: the column for the result is empty in seven.",
        ),
        (
            "В семи корректирующих действиях из двенадцати результативность не проверена.",
            "The effect of seven corrective actions of twelve was not checked.",
        ),
        (
            ("Действие закрывают, когда оно выполнено.", "Отметки о закрытии"),
            ("Показатель успеха не задан заранее.", "Планы действий, 7 из 12 без показателя"),
            ("Форма плана не содержит показателя и срока проверки.", "Форма, утверждённая три года назад"),
        ),
        "rules.outdated",
        ("У координатора не было времени.", "Пять действий проверены, форма у них другая"),
        "По семи действиям проверка назначена.",
        "Ввести в форму показатель, цель и срок проверки; закрывать только после неё.",
        "Действия, закрытые без проверки результата",
        "%",
        _n("58"),
        _n("0"),
        _n("0"),
        _n("25"),
    ),
    Lesson(
        "licence-records",
        "minor",
        "8.6",
        "C2",
        ("Пункт 8.6: видно, кто и на каком основании выпустил решение.", "Clause 8.6: it can be seen who released the decision and on what ground."),
        (
            "Лицензионные дела за март, 25 дел: в трёх нет подписи проверившего перечень документов.",
            "Licence files of March, 25 files: three lack the signature of whoever checked the list of documents.",
        ),
        (
            "В трёх лицензионных делах из 25 нет отметки о проверке полноты документов.",
            "Three licence files of 25 lack the mark that the documents were complete.",
        ),
        (
            ("Отметку ставят после выдачи лицензии.", "Даты отметок в 22 делах"),
            ("Система позволяет выдать лицензию без отметки.", "Проба на учебном деле"),
            ("При настройке маршрута отметку не сделали обязательной.", "Описание маршрута в системе"),
        ),
        "systems.settings",
        ("Специалисты забывают.", "Пропуски у всех четырёх специалистов поровну"),
        "Три дела проверены заново, решения верны.",
        "Сделать отметку обязательным шагом маршрута.",
        "Дела без отметки о проверке",
        "%",
        _n("12"),
        _n("0"),
        _n("0"),
        _n("4"),
    ),
    Lesson(
        "supplier-control",
        "minor",
        "8.4.2",
        "C1",
        ("Пункт 8.4.2: результат, который даёт внешний исполнитель, проверяется.", "Clause 8.4.2: what an external provider delivers is checked."),
        (
            "Соглашение с центром «Мои документы», отчёты за год: проверок передачи дел не было ни разу.",
            "Agreement with the service centre, reports of the year: the handing over of files was never checked.",
        ),
        (
            "Передача дел из центра не проверялась весь год, из 60 дел 8 пришли позже двух дней.",
            "The handing over of files from the centre was not checked all year; 8 of 60 came later than two days.",
        ),
        (
            ("Отчёты центра принимают без сверки.", "Отметки о приёме отчётов"),
            ("В соглашении нет порядка проверки.", "Соглашение, раздел 4"),
            ("Соглашение готовили до включения услуги в перечень.", "Даты соглашения и перечня"),
        ),
        "exchange.agreement",
        ("Центр скрывает опоздания.", "Даты в отчётах центра верны"),
        "Восемь дел получены, сроки заявителям продлены не были.",
        "Дополнить соглашение ежемесячной сверкой и сроком передачи.",
        "Дела, переданные позже двух дней",
        "%",
        _n("13.3"),
        _n("3"),
        _n("2.1"),
        _n("9.7"),
    ),
    Lesson(
        "training-check",
        "minor",
        "7.2",
        "S1",
        ("Пункт 7.2: проверяется, дало ли обучение результат.", "Clause 7.2: it is checked whether training worked."),
        (
            "План обучения, 18 курсов за год, личные дела пяти сотрудников: итог есть у четырёх курсов.",
            "Training plan, 18 courses of the year, files of five members of staff: results exist for four courses.",
        ),
        ("Результат не проверен после 14 курсов из 18.", "Nothing was checked after 14 courses of 18."),
        (
            ("Проверка не назначается при направлении на курс.", "Приказы о направлении"),
            ("Кадровая служба считает проверкой удостоверение.", "Опрос специалиста"),
            ("В порядке обучения проверка не описана.", "Порядок обучения"),
        ),
        "rules.missing",
        ("Сотрудники отказываются от проверок.", "Никого не приглашали"),
        "По трём курсам проведены собеседования.",
        "Описать три способа проверки и назначать их вместе с курсом.",
        "Курсы без проверки результата",
        "%",
        _n("77.8"),
        _n("10"),
        _n("5.6"),
        _n("38.9"),
    ),
    Lesson(
        "objectives",
        "minor",
        "6.2",
        "M1",
        ("Пункт 6.2: у цели есть показатель, срок и ответственный.", "Clause 6.2: an objective has a measure, a date and an owner."),
        (
            "Цели в области качества на год, 11 целей: у четырёх нет показателя.",
            "Quality objectives of the year, 11 objectives: four have no measure.",
        ),
        ("Четыре цели из одиннадцати измерить нельзя.", "Four objectives of eleven can't be measured."),
        (
            ("Цели переносят из плана работы без изменений.", "План работы и перечень целей"),
            ("Проект целей никто не проверяет до утверждения.", "Лист согласования"),
            ("У этапа проверки нет ответственного.", "Карта процесса М1"),
        ),
        "process.no_owner",
        ("Показателей не существует.", "В ведомственной статистике есть все четыре"),
        "Показатели для четырёх целей подобраны.",
        "Назначить ответственного за проверку целей до утверждения.",
        "Цели без показателя",
        "шт.",
        _n("4"),
        _n("0"),
        _n("0"),
        _n("2"),
    ),
    Lesson(
        "complaints",
        "major",
        "9.1.2",
        "C6",
        (
            "Пункт 9.1.2; закон об обращениях: на каждое обращение даётся ответ в срок.",
            "Clause 9.1.2; the law on appeals: every appeal is answered in time.",
        ),
        (
            "Реестр обращений за квартал, 52 обращения: по шести ответа нет, срок истёк на 2–9 дней.",
            "Register of appeals of the quarter, 52 appeals: six have no answer, the limit passed 2 to 9 days ago.",
        ),
        ("Шесть обращений остались без ответа после срока.", "Six appeals stayed without an answer after the limit."),
        (
            ("Обращения переданы в отдел без отметки о сроке.", "Карточки шести обращений"),
            ("При передаче между отделами срок в карточке стирается.", "Проба в системе"),
            ("Поле срока не связано с видом обращения.", "Справочник видов обращений"),
        ),
        "systems.settings",
        ("Обращений стало слишком много.", "Число обращений то же, что год назад"),
        "Шести заявителям направлены ответы.",
        "Связать срок с видом обращения и напоминать за пять дней.",
        "Обращения без ответа после срока",
        "%",
        _n("11.5"),
        _n("1"),
        _n("0"),
        _n("6.2"),
    ),
    Lesson(
        "purchase-criteria",
        "minor",
        "8.4.1",
        "S2",
        ("Пункт 8.4.1: поставщиков оценивают по установленным критериям.", "Clause 8.4.1: providers are judged by set criteria."),
        (
            "Договоры на обслуживание систем, 7 договоров: оценка исполнителя есть у двух.",
            "Contracts for the upkeep of systems, 7 contracts: the provider was judged in two.",
        ),
        ("Пять исполнителей из семи не оценены.", "Five providers of seven were not judged."),
        (
            ("Оценку делают только при жалобе.", "Два листа оценки"),
            ("Критерии описаны для товаров, не для работ.", "Порядок закупок, приложение 3"),
            ("Порядок не обновляли после передачи систем на обслуживание.", "Даты порядка и договоров"),
        ),
        "rules.outdated",
        ("Закон не требует оценки.", "Порядок органа её требует"),
        "Пять исполнителей оценены.",
        "Дополнить порядок критериями для работ и услуг.",
        "Исполнители без ежегодной оценки",
        "%",
        _n("71"),
        _n("0"),
        _n("0"),
        _n("29"),
    ),
    Lesson(
        "access-rights",
        "minor",
        "7.1.3",
        "S3",
        (
            "Пункт 7.1.3; порядок доступа: права отзывают в день увольнения.",
            "Clause 7.1.3; rules of access: rights are withdrawn on the day somebody leaves.",
        ),
        (
            "Список учётных записей и приказы об увольнении за год: четыре записи действуют после увольнения.",
            "List of accounts and orders of dismissal of the year: four accounts are alive after their owners left.",
        ),
        ("Четыре учётные записи уволенных сотрудников остались действующими.", "Four accounts of people who left stayed alive."),
        (
            ("Отдел информатизации не узнал об увольнении.", "Заявки за год"),
            ("Обходной лист не проходит через этот отдел.", "Форма обходного листа"),
            ("Форму не меняли после передачи систем министерству.", "Дата формы"),
        ),
        "process.handover",
        ("Администратор пропустил заявки.", "Заявок не было"),
        "Записи закрыты в день аудита, входов после увольнения не было.",
        "Добавить отдел в обходной лист и сверять списки раз в месяц.",
        "Действующие записи уволенных",
        "шт.",
        _n("4"),
        _n("0"),
        _n("0"),
        _n("1"),
    ),
)

BODY_LESSON = "supplier-control"
"""What the certification body finds at surveillance in one authority."""
ELSEWHERE = "late-answers"
"""The lesson that other authorities are asked about."""
