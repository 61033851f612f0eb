"""Who is in the demonstration: the authorities of the fictional Amber Territory, its certification bodies, its people.

The shape follows a real region (see docs); every name, number and address is made up and plainly so.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cast:
    """One authority as it is at the beginning. `units`: names of its units in both languages."""

    code: str
    kind: str
    name_ru: str
    name_en: str
    scope_ru: str
    scope_en: str
    personnel: int
    units: tuple[tuple[str, str], ...] = ()
    short_ru: str = ""
    short_en: str = ""


GOVERNMENT_RU = "Правительство Янтарного края"
GOVERNMENT_EN = "Government of Amber Territory"

COMMON_UNITS = (
    ("Отдел правового обеспечения и кадров", "Legal and Personnel Division"),
    ("Отдел финансов и закупок", "Finance and Procurement Division"),
)

AUTHORITIES: tuple[Cast, ...] = (
    Cast(
        "minfin",
        "ministry",
        "Министерство финансов",
        "Ministry of Finance",
        "Составление и исполнение краевого бюджета, управление государственным долгом",
        "Drawing up and carrying out the territory's budget, managing public debt",
        164,
        (
            ("Бюджетный департамент", "Budget Department"),
            ("Отдел государственного долга", "Public Debt Division"),
            ("Казначейский отдел", "Treasury Division"),
        ),
        "Минфин",
        "MinFin",
    ),
    Cast(
        "minzdrav",
        "ministry",
        "Министерство здравоохранения",
        "Ministry of Health",
        "Организация медицинской помощи, лицензирование и лекарственное обеспечение",
        "Organising medical care, licensing and supply of medicines",
        138,
        (
            ("Департамент медицинской помощи", "Department of Medical Care"),
            ("Отдел лицензирования", "Licensing Division"),
            ("Отдел лекарственного обеспечения", "Medicines Division"),
        ),
        "Минздрав",
        "MinHealth",
    ),
    Cast(
        "minobr",
        "ministry",
        "Министерство образования",
        "Ministry of Education",
        "Управление общим и профессиональным образованием, аккредитация образовательной деятельности",
        "Managing general and vocational education, accreditation of education",
        121,
        (
            ("Департамент общего образования", "Department of General Education"),
            ("Отдел надзора и аккредитации", "Supervision and Accreditation Division"),
        ),
        "Минобр",
        "MinEdu",
    ),
    Cast(
        "minsoc",
        "ministry",
        "Министерство социальной политики",
        "Ministry of Social Policy",
        "Назначение и выплата социальной поддержки, опека, социальное обслуживание",
        "Granting and paying social support, guardianship, social services",
        212,
        (
            ("Департамент социальной поддержки", "Department of Social Support"),
            ("Отдел опеки", "Guardianship Division"),
            ("Отдел социальных учреждений", "Social Institutions Division"),
        ),
        "Минсоцполитики",
        "MinSocial",
    ),
    Cast(
        "minekon",
        "ministry",
        "Министерство экономического развития",
        "Ministry of Economic Development",
        "Прогнозирование, поддержка предпринимательства и инвестиций",
        "Forecasting, support of business and investment",
        96,
        (("Отдел инвестиций", "Investment Division"), ("Отдел поддержки предпринимательства", "Business Support Division")),
        "Минэкономразвития",
        "MinEconomy",
    ),
    Cast(
        "minprom",
        "ministry",
        "Министерство промышленности и торговли",
        "Ministry of Industry and Trade",
        "Промышленная политика, лицензирование розничной торговли",
        "Industrial policy, licensing of retail trade",
        74,
        (("Отдел промышленной политики", "Industrial Policy Division"), ("Отдел лицензирования торговли", "Trade Licensing Division")),
    ),
    Cast(
        "minselhoz",
        "ministry",
        "Министерство сельского хозяйства и рыболовства",
        "Ministry of Agriculture and Fisheries",
        "Государственная поддержка сельского хозяйства, регулирование рыболовства",
        "State support of agriculture, regulation of fishing",
        88,
        (("Отдел растениеводства", "Crop Division"), ("Отдел рыболовства", "Fisheries Division")),
    ),
    Cast(
        "minstroy",
        "ministry",
        "Министерство строительства и жилищно-коммунального хозяйства",
        "Ministry of Construction and Housing",
        "Разрешения на строительство, жилищная политика, развитие коммунальной инфраструктуры",
        "Building permits, housing policy, development of utilities",
        109,
        (("Отдел разрешений на строительство", "Building Permits Division"), ("Отдел жилищной политики", "Housing Policy Division")),
        "Минстрой",
        "MinBuild",
    ),
    Cast(
        "mininfra",
        "ministry",
        "Министерство развития инфраструктуры",
        "Ministry of Infrastructure Development",
        "Дорожная деятельность, перевозки пассажиров, энергетика",
        "Roads, passenger transport, energy",
        92,
        (("Дорожный департамент", "Roads Department"), ("Отдел пассажирского транспорта", "Passenger Transport Division")),
    ),
    Cast(
        "minkult",
        "ministry",
        "Министерство культуры",
        "Ministry of Culture",
        "Сохранение культурного наследия, библиотечное и музейное дело",
        "Care of cultural heritage, libraries and museums",
        58,
        (("Отдел библиотек и музеев", "Libraries and Museums Division"),),
    ),
    Cast(
        "minprirody",
        "ministry",
        "Министерство природных ресурсов и экологии",
        "Ministry of Natural Resources and Ecology",
        "Лесопользование, недра, экологическая экспертиза",
        "Forest use, subsoil, environmental review",
        117,
        (("Лесной департамент", "Forest Department"), ("Отдел экологической экспертизы", "Environmental Review Division")),
    ),
    Cast(
        "minmun",
        "ministry",
        "Министерство по развитию территорий и взаимодействию с местным самоуправлением",
        "Ministry for the Development of Territories and Local Self-Government",
        "Поддержка муниципалитетов, развитие сельских территорий",
        "Support of municipalities, development of rural territories",
        47,
        (("Отдел по работе с муниципалитетами", "Municipal Relations Division"),),
    ),
    Cast(
        "mincifry",
        "ministry",
        "Министерство цифрового развития и связи",
        "Ministry of Digital Development and Communications",
        "Электронное правительство, информационные системы края",
        "Electronic government, information systems of the territory",
        83,
        (("Отдел государственных информационных систем", "State Information Systems Division"),),
        "Минцифры",
        "MinDigital",
    ),
    Cast(
        "konkurs",
        "agency",
        "Конкурсное агентство",
        "Competition Agency",
        "Организация закупок для нужд края",
        "Organising procurement for the needs of the territory",
        52,
        (("Отдел подготовки закупок", "Procurement Preparation Division"), ("Отдел проведения торгов", "Tendering Division")),
    ),
    Cast(
        "turizm",
        "agency",
        "Агентство по туризму",
        "Tourism Agency",
        "Развитие туризма, классификация средств размещения",
        "Development of tourism, classification of accommodation",
        31,
        (("Отдел классификации", "Classification Division"),),
    ),
    Cast(
        "sport",
        "agency",
        "Агентство по спорту",
        "Sport Agency",
        "Развитие физической культуры, присвоение спортивных разрядов",
        "Development of physical culture, award of sports grades",
        34,
        (("Отдел спортивных разрядов", "Sports Grades Division"),),
    ),
    Cast(
        "molodezh",
        "agency",
        "Агентство по делам молодёжи",
        "Youth Agency",
        "Молодёжная политика, поддержка инициатив",
        "Youth policy, support of initiatives",
        26,
        (("Отдел молодёжных инициатив", "Youth Initiatives Division"),),
    ),
    Cast(
        "imushestvo",
        "agency",
        "Агентство по имуществу",
        "Property Agency",
        "Управление имуществом и землями края",
        "Managing the property and land of the territory",
        69,
        (("Земельный отдел", "Land Division"), ("Отдел аренды", "Leasing Division")),
    ),
    Cast(
        "arhivy",
        "agency",
        "Архивное агентство",
        "Archives Agency",
        "Хранение архивных документов, выдача архивных справок",
        "Keeping archives, issuing archival certificates",
        43,
        (("Читальный зал", "Reading Room"),),
    ),
    Cast(
        "arhitektura",
        "agency",
        "Агентство по архитектуре",
        "Architecture Agency",
        "Территориальное планирование и архитектурный облик",
        "Spatial planning and architectural appearance",
        38,
        (("Отдел территориального планирования", "Spatial Planning Division"),),
    ),
    Cast(
        "tarify",
        "service",
        "Служба по тарифам",
        "Tariff Service",
        "Установление тарифов и контроль за их применением",
        "Setting tariffs and supervising their use",
        45,
        (("Отдел тарифов на тепло", "Heat Tariffs Division"),),
    ),
    Cast(
        "zags",
        "service",
        "Служба записи актов гражданского состояния",
        "Civil Registry Service",
        "Регистрация актов гражданского состояния",
        "Registration of civil status",
        148,
        (("Отдел регистрации рождений и браков", "Births and Marriages Division"), ("Архив", "Archive")),
        "Служба ЗАГС",
        "Civil Registry",
    ),
    Cast(
        "veterinar",
        "service",
        "Ветеринарная служба",
        "Veterinary Service",
        "Ветеринарный надзор и противоэпизоотические мероприятия",
        "Veterinary supervision and disease control",
        91,
        (("Отдел ветеринарного надзора", "Veterinary Supervision Division"),),
    ),
    Cast(
        "kontrol",
        "inspectorate",
        "Инспекция государственного строительного надзора",
        "State Building Inspectorate",
        "Строительный надзор и выдача заключений о соответствии",
        "Building supervision and statements of conformity",
        62,
        (("Отдел выездных проверок", "Field Inspections Division"),),
    ),
    Cast(
        "apparat",
        "apparatus",
        "Аппарат Правительства",
        "Apparatus of the Government",
        "Обеспечение деятельности правительства, работа с обращениями граждан",
        "Support of the government's work, citizens' appeals",
        133,
        (("Управление по работе с обращениями граждан", "Citizens' Appeals Directorate"), ("Протокольный отдел", "Protocol Division")),
    ),
)


@dataclass(frozen=True, slots=True)
class Body:
    """A certification body of the demonstration."""

    code: str
    name_ru: str
    name_en: str
    country: str
    accreditation_body: str
    accreditation_number: str
    major_days: int
    address: str


BODIES = (
    Body(
        "baltic-register",
        "«Балтийский регистр»",
        "Baltic Register",
        "RU",
        "Вымышленный орган аккредитации",
        "DEMO.RU.13БР01",
        90,
        "Янтарьград, ул. Вымышленная, 1",
    ),
    Body(
        "north-cert",
        "«Норд-Серт»",
        "Nord-Cert",
        "RU",
        "Вымышленный орган аккредитации",
        "DEMO.RU.13НС02",
        60,
        "Северск-Вымышленный, пр. Образцовый, 2",
    ),
    Body(
        "amber-assurance",
        "Amber Assurance",
        "Amber Assurance",
        "LV",
        "Fictional Accreditation Board",
        "DEMO-LV-003",
        90,
        "3 Fictional Street, Sampletown",
    ),
)

PEOPLE_RU = (
    ("Анна Образцова", "Anna Obraztsova"),
    ("Пётр Примеров", "Pyotr Primerov"),
    ("Вера Вымыслова", "Vera Vymyslova"),
    ("Илья Моделин", "Ilya Modelin"),
    ("Мария Макетова", "Maria Maketova"),
    ("Олег Условный", "Oleg Uslovny"),
    ("Дарья Эскизова", "Darya Eskizova"),
    ("Семён Черновиков", "Semyon Chernovikov"),
    ("Елена Показова", "Yelena Pokazova"),
    ("Глеб Шаблонов", "Gleb Shablonov"),
)
"""Speaking names that nobody bears: Sample, Example, Fiction, Model, Mock-up, Notional, Sketch, Draft, Showing, Template."""

STREETS = (("ул. Портовая", "Portovaya St"), ("ул. Сосновая", "Sosnovaya St"), ("пр. Янтарный", "Yantarny Ave"), ("наб. Песчаная", "Peschanaya Emb"))
CITY = ("Янтарьград", "Yantargrad")
