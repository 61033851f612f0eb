"""The rules by name, in our own words, so that every computed date and every warning can say where it comes from.

R1 to R17 keep the numbers of the project's facts on certification (its section 1); N, C, T and D stand for nonconformities (section 2),
the certificate's contents (3), transitions (4) and the register's own rules. Clauses are those of ISO/IEC 17021-1:2015. Rules marked
"general knowledge" or "practice" should be checked against the certification body's own rules.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `id`, what it asks in English and Russian, and `source`, the document it comes from."""

    id: str
    text_en: str
    text_ru: str
    source: str


_ISO = "ISO/IEC 17021-1:2015"

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "R1",
            "A cycle lasts three years and begins with the decision; the certificate expires no later than three years after it.",
            "Цикл длится три года и начинается с решения; сертификат действует не дольше трёх лет со дня решения.",
            f"{_ISO}, 9.1.3",
        ),
        Rule(
            "R2",
            "An initial audit has two stages, both finished before the decision.",
            "Первичный аудит состоит из двух этапов, оба завершаются до решения.",
            f"{_ISO}, 9.3.1",
        ),
        Rule(
            "R3",
            "Surveillance at least once in every calendar year, except the year of the decision and the year of recertification.",
            "Инспекционный контроль не реже раза в календарный год, кроме года решения и года ресертификации.",
            f"{_ISO}, 9.1.3",
        ),
        Rule(
            "R4",
            "After a first certification the first surveillance comes within 12 months of the decision.",
            "После первичной сертификации первый инспекционный контроль проводится в течение 12 месяцев со дня решения.",
            f"{_ISO}, 9.1.3",
        ),
        Rule(
            "R5",
            "The recertification audit falls in the third year, and the decision is taken before the certificate expires.",
            "Ресертификационный аудит проводится на третьем году, решение принимается до окончания срока действия.",
            f"{_ISO}, 9.6.3",
        ),
        Rule(
            "R6",
            "A renewal decided in time may count its term from the old expiry; a decision has no effect before the day it is taken.",
            "При своевременной ресертификации новый срок может отсчитываться от прежнего; решение не действует раньше дня его принятия.",
            f"{_ISO}, 8.2.2 and 9.6.3.2",
        ),
        Rule(
            "R7",
            "For six months after expiry certification can be restored, the term following the old cycle; later at least a stage 2 is needed.",
            "В течение шести месяцев после окончания срока сертификацию можно восстановить с прежним отсчётом цикла; "
            "позднее нужен как минимум второй этап аудита.",
            f"{_ISO}, 9.6.3.2.5",
        ),
        Rule(
            "R8",
            "A historic exception of the pandemic years: restoration within twelve months.",
            "Историческое исключение времён пандемии: восстановление в течение двенадцати месяцев.",
            "IAF FAQ, question 26",
        ),
        Rule(
            "R9",
            "A suspension normally lasts no longer than six months; meanwhile the certificate is not valid.",
            "Приостановление, как правило, длится не дольше шести месяцев; на это время сертификат не действует.",
            f"{_ISO}, 9.6.5",
        ),
        Rule(
            "R10",
            "A suspension has a reason: the system fails seriously or persistently, audits are not allowed in time, or the holder asks for it.",
            "У приостановления есть основание: серьёзное или постоянное невыполнение требований, недопуск к аудиту в срок либо просьба держателя.",
            f"{_ISO}, 9.6.5",
        ),
        Rule(
            "R11",
            "If the cause of a suspension is not removed in time, the certificate is withdrawn or its scope reduced.",
            "Если причина приостановления не устранена в срок, сертификат отменяется или его область сокращается.",
            f"{_ISO}, 9.6.5",
        ),
        Rule(
            "R12",
            "Parts of the scope that fail seriously or persistently are taken out of it.",
            "Части области, где требования серьёзно или постоянно не выполняются, исключаются из неё.",
            f"{_ISO}, 9.6.5",
        ),
        Rule(
            "R13",
            "Anyone who asks is told whether a certificate is valid, suspended, withdrawn or reduced.",
            "Любому обратившемуся сообщают, действует ли сертификат, приостановлен ли он, отменён или сокращён.",
            f"{_ISO}, 8.1",
        ),
        Rule(
            "R14",
            "Stage 1 must still hold true at stage 2; after more than six months that is doubtful.",
            "Результаты первого этапа должны оставаться верными ко второму; спустя более шести месяцев это сомнительно.",
            "EA question 49.3; six months: practice",
        ),
        Rule(
            "R15",
            "Special audits serve an extension of the scope, or come at short notice after complaints, changes or a suspension.",
            "Специальные аудиты нужны для расширения области или проводятся вне плана после жалоб, изменений, приостановления.",
            f"{_ISO}, 9.6.4",
        ),
        Rule(
            "R16",
            "Only a valid certificate can be transferred to another certification body, never a suspended one.",
            "Передать в другой орган по сертификации можно только действующий сертификат, приостановленный нельзя.",
            "IAF MD 2",
        ),
        Rule(
            "R17",
            "After a major change of the organisation, its system or the law recertification may need a stage 1.",
            "После значительных изменений организации, системы или законодательства ресертификация может потребовать первого этапа.",
            f"{_ISO}, 9.6.3.1",
        ),
        Rule(
            "N1",
            "Major nonconformities are closed and verified before the decision, within six months after the last day of stage 2.",
            "Значительные несоответствия устраняются и проверяются до решения, не позднее шести месяцев после второго этапа.",
            f"{_ISO}, 9.5.2 and 9.5.3",
        ),
        Rule(
            "N2",
            "For minor nonconformities a plan is accepted before the decision.",
            "По незначительным несоответствиям план принимается до решения.",
            f"{_ISO}, 9.5.2",
        ),
        Rule(
            "N3",
            "A major nonconformity found at surveillance is closed within the time the body sets, or the certificate is suspended.",
            "Значительное несоответствие, найденное при инспекционном контроле, устраняется в срок органа, иначе следует приостановление.",
            "rules of the certification body",
        ),
        Rule(
            "N4",
            "Major nonconformities of recertification are closed and verified before the certificate expires.",
            "Значительные несоответствия ресертификации устраняются и проверяются до окончания срока действия.",
            f"{_ISO}, 9.6.3.2",
        ),
        Rule(
            "C1",
            "A certificate shows everything that it has to show: holder, places, dates, number, standard, scope, body.",
            "Сертификат содержит всё обязательное: держателя, адреса, даты, номер, стандарт, область, орган.",
            f"{_ISO}, 8.2.2",
        ),
        Rule(
            "C2",
            "Every site in the scope is visited by an audit at least once in three years.",
            "Каждая площадка из области хотя бы раз в три года посещается аудитом.",
            "IAF MD 1; practice",
        ),
        Rule(
            "C3",
            "Every service in the catalogue is within the scope of some certificate.",
            "Каждая услуга из перечня входит в область какого-либо сертификата.",
            "rule of the register",
        ),
        Rule(
            "T1",
            "A certificate is valid no longer than the edition it is to; before then it has to move to the next edition.",
            "Сертификат действует не дольше редакции стандарта; до этого нужно перейти на следующую редакцию.",
            "IAF ID 9:2015 and the transition rules of each edition",
        ),
        Rule(
            "T2",
            "In the last part of a transition no new certificates are granted to the old edition.",
            "В конце переходного периода новые сертификаты по старой редакции не выдаются.",
            "transition rules of each edition",
        ),
        Rule(
            "T3",
            "For six months after an edition ended, a certificate whose audit began in time can be reinstated to the new one.",
            "В течение шести месяцев после окончания редакции сертификат можно восстановить по новой, если аудит начат вовремя.",
            "transition rules of 2008 to 2015",
        ),
        Rule(
            "D1",
            "Decisions follow the states of a certificate: what is not granted cannot be confirmed, what is withdrawn cannot be restored.",
            "Решения следуют состояниям сертификата: невыданное не подтверждают, отменённое не восстанавливают.",
            f"{_ISO}, 9.5 and 9.6; rule of the register",
        ),
        Rule(
            "D2",
            "A decision is recorded when it has been taken, and rests on an audit that was over by then.",
            "Решение записывают, когда оно принято; оно опирается на завершённый к тому дню аудит.",
            "rule of the register",
        ),
    )
}
"""Every rule by its id."""
