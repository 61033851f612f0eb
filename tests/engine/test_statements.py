"""Statements of findings: what is rejected, what is only hinted at, and the grade that suggests itself."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.statements import (
    PROBLEM_TEXTS,
    WHY_TEXTS,
    GradeAnswers,
    Weight,
    check,
    sentences,
    suggest_grade,
    to_be_escalated,
    vague_words,
)
from yantar.library.loader import load_statement_words, load_timers

WORDS = load_statement_words()
TIMERS = load_timers()
GOOD = {
    "requirement": "ISO 9001:2015, 8.5.1: услуга оказывается по утверждённому порядку.",
    "evidence": "В кабинете 214 12.10.2026 в делах № 118 и № 131 нет отметки о проверке документов.",
    "gap": "Проверка документов перед выдачей решения не выполнена в 2 делах из 12.",
}
GOOD_EN = {
    "requirement": "Clause 7.5.3: records are kept under control.",
    "evidence": "On 12 October 2026 in room 214 the register had no entry for files 118 and 131.",
    "gap": "Two of twelve decisions were issued without a recorded check.",
}


def codes(grade: str = "minor", known: tuple[str, ...] = (), **changed: str) -> list[tuple[str, str, str]]:
    found = check(**(GOOD | changed), grade=grade, words=WORDS, known=known)
    return [(problem.field, problem.code, problem.word) for problem in found]


@pytest.mark.parametrize("statement", [GOOD, GOOD_EN], ids=["ru", "en"])
def test_a_good_statement_has_no_problem(statement: dict[str, str]) -> None:
    assert check(**statement, grade="major", words=WORDS) == ()


@pytest.mark.parametrize("field", ["requirement", "evidence", "gap"])
@pytest.mark.parametrize("empty", ["", "  \n"])
def test_all_three_fields_are_filled_in_a_nonconformity(field: str, empty: str) -> None:
    assert (field, f"{field}_missing", "") in codes(**{field: empty})
    assert check(**(GOOD | {field: empty}), grade="minor", words=WORDS)[0].weight is Weight.REJECT


def test_other_grades_need_no_more_than_the_gap() -> None:
    assert codes("strength", requirement="", evidence="", gap="Очередь видна на сайте, обычно она меньше 5 минут.") == []
    assert codes("ofi", requirement="", evidence="", gap="") == [("gap", "gap_missing", "")]


def test_a_clause_recorded_beside_the_text_is_requirement_enough() -> None:
    assert codes(known=("clause",), requirement="") == []


@pytest.mark.parametrize(
    ("gap", "word"),
    [
        ("Sometimes the check is missing.", "Sometimes"),
        ("The unit should check files.", "should"),
        ("Better control of files was not ensured.", "Better"),
        ("Проверка иногда не выполняется.", "иногда"),
        ("Не налажено лучшее взаимодействие.", "лучшее"),
        ("Следовало  бы проверять дела.", "Следовало  бы"),
        ("Рекомендуется проверять дела.", "Рекомендуется"),
        ("В некоторых делах нет отметки.", "некоторых"),
        ("Учёт ведётся недостаточно полно.", "недостаточно"),
        ("Учёт, как  правило, не ведётся.", "как  правило"),
        ("Желательно вести учёт.", "Желательно"),
        ("НЕРЕДКО учёт не ведётся.", "НЕРЕДКО"),
        ("Документ, по-видимому, утрачен.", "по-видимому"),
    ],
)
def test_a_vague_word_is_rejected_in_any_form(gap: str, word: str) -> None:
    problems = check(**(GOOD | {"gap": gap}), grade="minor", words=WORDS)
    assert [(problem.code, problem.weight, problem.word) for problem in problems] == [("vague_word", Weight.REJECT, word)]
    assert gap[problems[0].start : problems[0].end] == word


@pytest.mark.parametrize(
    "gap",
    [
        "Исследование не проведено.",
        "Стоимость услуги не указана.",
        "Рекомендации прокуратуры не выполнены.",
        "Для слабовидящих нет таблички.",
        "План улучшения не утверждён.",
        "The bettering plan of 2026 is not signed.",
        "Отдельный кабинет для приёма не выделен.",
        "Срок, который должен составлять 10 дней, нарушен.",
    ],
)
def test_words_that_only_look_alike_are_let_through(gap: str) -> None:
    assert codes(gap=gap) == []


def test_what_somebody_said_stays_as_it_was_said() -> None:
    evidence = "12.10.2026 в кабинете 214 регистратор сказал: «Иногда мы этого не проверяем»."
    assert codes(evidence=evidence) == []
    assert ("evidence", "vague_word", "Иногда") in codes(evidence=evidence.replace("«", "").replace("»", ""))


def test_the_wording_of_a_requirement_is_not_judged() -> None:
    assert codes(requirement="8.5.1: следует лучше проверять.") == []


@pytest.mark.parametrize(
    ("evidence", "lacking"),
    [
        ("Отметки нет.", ["no_what", "no_where", "no_when"]),
        ("В деле № 118 отметки нет.", ["no_where", "no_when"]),
        ("В отделе приёма в деле № 118 отметки нет.", ["no_when"]),
        ("12.10.2026 в отделе приёма отметки нет.", ["no_what"]),
        ("В октябре в архиве не найдено дело «О выдаче».", []),
        ("At 14:05 at the counter ticket A 17 was not called.", []),
    ],
)
def test_evidence_says_what_where_and_when(evidence: str, lacking: list[str]) -> None:
    assert [code for field, code, _ in codes(evidence=evidence) if field == "evidence"] == lacking
    assert codes(evidence=evidence, known=("what", "where", "when")) == []
    assert all(problem.weight is Weight.HINT for problem in check(**(GOOD | {"evidence": evidence}), grade="major", words=WORDS))


@pytest.mark.parametrize(
    ("requirement", "named"),
    [("8.5.1", True), ("п. 12 регламента", True), ("статья 10 закона", True), ("Порядок приёма", False), ("Регламент 2026 года", False)],
)
def test_the_requirement_names_a_clause_or_an_item(requirement: str, named: bool) -> None:
    assert (codes(requirement=requirement) == []) is named


def test_a_gap_is_one_sentence_and_not_the_evidence_again() -> None:
    assert codes(gap="Проверка не выполнена. Отметки нет.") == [("gap", "several_sentences", "")]
    assert codes(gap=GOOD["evidence"].upper()) == [("gap", "gap_repeats_evidence", "")]


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("Одна.", 1), ("По п. 8.5.1 не проверено.", 1), ("См. п. Б приказа.", 1), ("Раз. Два! Три?", 3), ("Он сказал: «Нет». Ушёл.", 2)],
)
def test_sentences_are_told_from_abbreviations(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200), st.sampled_from(["major", "minor", "observation", "strength"]))
def test_any_text_is_checked_and_every_code_has_its_wording(requirement: str, evidence: str, gap: str, grade: str) -> None:
    for problem in check(requirement, evidence, gap, grade=grade, words=WORDS):
        assert problem.code in PROBLEM_TEXTS
        text = {"requirement": requirement, "evidence": evidence, "gap": gap}[problem.field]
        assert (problem.code == "vague_word") == (problem.start >= 0)
        assert problem.start < 0 or text[problem.start : problem.end] == problem.word


@given(st.sampled_from([word for language in WORDS.languages for word in language.vague]), st.sampled_from(["Дело № 1 ", "(", "— "]))
def test_every_listed_word_is_found_in_small_and_great_letters(word: str, before: str) -> None:
    said = word.replace("*", "")
    for text in (f"{before}{said} ", f"{before}{said.upper()}, "):
        assert [problem.word for problem in vague_words("gap", text, WORDS)] == [text[len(before) :].rstrip(" ,")]


@pytest.mark.parametrize(
    ("answers", "grade", "why"),
    [
        (GradeAnswers(not_applied_as_system=True), "major", ("not_applied_as_system",)),
        (GradeAnswers(breach=True, right_broken=True, certificate_at_risk=True), "major", ("right_broken", "certificate_at_risk")),
        (GradeAnswers(breach=True, repeated=2), "major", ("repeated",)),
        (GradeAnswers(breach=True, repeated=1), "minor", ("single_lapse",)),
        (GradeAnswers(repeated=3), "conform", ("conforms",)),
        (GradeAnswers(breach=True, limited_effect=False), "major", ("effect_not_limited",)),
        (GradeAnswers(breach=True, risk=True, good_practice=True), "minor", ("single_lapse",)),
        (GradeAnswers(risk=True, can_be_better=True), "observation", ("risk_without_breach",)),
        (GradeAnswers(can_be_better=True), "ofi", ("can_be_better",)),
        (GradeAnswers(good_practice=True), "strength", ("good_practice",)),
    ],
)
def test_the_grade_that_suggests_itself(answers: GradeAnswers, grade: str, why: tuple[str, ...]) -> None:
    assert suggest_grade(answers, TIMERS) == (grade, why)


def test_a_further_bad_answer_never_makes_the_grade_milder() -> None:
    order = ["strength", "conform", "ofi", "observation", "minor", "major"]
    bad = ["breach", "not_applied_as_system", "right_broken", "certificate_at_risk", "risk"]
    for flags in product([False, True], repeat=len(bad)):
        answers = GradeAnswers(**dict(zip(bad, flags, strict=True)))
        grade, why = suggest_grade(answers, TIMERS)
        assert why and set(why) <= WHY_TEXTS.keys()
        for name in bad:
            worse = suggest_grade(answers._replace(**{name: True}), TIMERS).grade
            assert order.index(worse) >= order.index(grade)


@pytest.mark.parametrize(
    ("recurrences", "effective", "escalated"), [(3, True, True), (2, True, False), (2, False, True), (1, None, False), (0, False, False)]
)
def test_what_keeps_coming_back_goes_to_the_head(recurrences: int, effective: bool | None, escalated: bool) -> None:
    assert to_be_escalated(recurrences, effective, TIMERS) is escalated
