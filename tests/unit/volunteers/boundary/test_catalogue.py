"""The catalogue of task types: complete, in its own domains, and honest about what is not verified."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from portal.languages.registry import all_languages
from portal.municipalities.models import DepartmentKind
from volunteers.boundary.models import FIELDS, BasisStatus, CertificateNeed, TaskTypeText
from volunteers.boundary.reference import read_facts, read_texts
from volunteers.boundary.table import DOCUMENT, read_rows, render, replace_table, to_be_checked
from volunteers.boundary.verdict import FORBIDDEN_SIDES, Side

FACTS = read_facts()
BY_CODE = {row["code"]: row for row in FACTS}
TEXTS = read_texts()
# Complete in every respect; in the others stands what a household or a volunteer reads of an agreement.
COMPLETE = ("da", "en", "uk", "ar")
IN_AGREEMENTS = ("ru", "fa", "prs", "ps", "ti", "so", "kmr", "ckb")
OPEN = {row["code"] for row in FACTS if row["side"] not in FORBIDDEN_SIDES}
COLUMNS = [
    "code",
    "side",
    "department",
    "phase",
    "legal_basis_da",
    "basis_status",
    "basis_source",
    "checked_on",
    "deadline_da",
    "deadline_days",
    "certificate",
]
COLUMNS_OF_TEXTS: dict[str, Any] = {field: TaskTypeText._meta.get_field(field) for field in FIELDS}
SENTENCES = ("line", "may", "must_not", "instead", "consent")
PHASES = {"", "all", "A", "B", "B-C", "B-C1", "A-C2", "C", "C1", "C1-", "C2", "C2-"}
ENDINGS = (".", "?", "!", "؟", "።", "۔")
UNVERIFIED = "skal efterprøves"
LAW_BOUND = [row for row in FACTS if row["side"] in (Side.AUTHORITY, Side.PROFESSIONAL)]


def code_of(row: dict[str, str]) -> str:
    return row["code"]


def texts_of(code: str) -> dict[str, dict[str, str]]:
    return {language: texts[code] for language, texts in TEXTS.items() if code in texts}


def test_there_are_72_types_with_codes_of_their_own() -> None:
    assert len(FACTS) == len(BY_CODE) == 72
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in BY_CODE)


def test_the_columns_are_those_that_the_portal_reads() -> None:
    assert list(FACTS[0]) == COLUMNS
    assert all(None not in row and None not in row.values() for row in FACTS)


def test_the_sides_have_the_documented_numbers() -> None:
    assert Counter(row["side"] for row in FACTS) == {
        Side.AUTHORITY: 19,
        Side.PROFESSIONAL: 17,
        Side.SHARED: 16,
        Side.VOLUNTEER: 12,
        Side.ASSOCIATION: 5,
        Side.NOT_IN_PORTAL: 3,
    }


def test_the_status_of_the_law_has_the_documented_numbers() -> None:
    statuses = Counter(row["basis_status"] for row in FACTS)

    assert statuses == {"verified": 23, "partly": 15, "unverified": 14, "reports_only": 20}
    assert sum(to_be_checked(row) for row in read_rows()) == 34


@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_every_fact_is_in_its_own_domain(row: dict[str, str]) -> None:
    assert row["basis_source"] and row["phase"] in PHASES
    assert row["department"] in DepartmentKind.values
    assert row["basis_status"] in BasisStatus.values
    assert row["certificate"] in CertificateNeed.values
    assert not row["deadline_days"] or int(row["deadline_days"]) > 0
    assert not row["deadline_days"] or row["deadline_da"], "a number of days is said in words too"


@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_what_was_looked_up_says_when_and_what_was_not_does_not(row: dict[str, str]) -> None:
    looked_up = row["basis_status"] in ("verified", "partly")

    assert bool(row["checked_on"]) == looked_up
    assert not looked_up or date.fromisoformat(row["checked_on"]) >= date(2026, 11, 20)


@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_every_type_is_complete_in_four_languages_with_search_words(row: dict[str, str]) -> None:
    for language in COMPLETE:
        texts = TEXTS[language][row["code"]]
        always = ("name", "responsible", "line", "may", "must_not", "words")
        assert [field for field in always if not texts.get(field)] == [], language
        assert len(texts["words"]) >= 10, language


@pytest.mark.parametrize("language", IN_AGREEMENTS)
def test_what_volunteers_can_do_stands_in_every_language_of_the_phone(language: str) -> None:
    texts = TEXTS[language]

    for code in OPEN:
        consent = ("consent",) if TEXTS["en"][code]["consent"] else ()
        wanted = ("name", "line", "may", "must_not", *consent)
        assert [field for field in wanted if not texts[code].get(field)] == [], code


@pytest.mark.parametrize("language", IN_AGREEMENTS)
def test_a_household_is_asked_about_a_hand_over_in_words_of_its_own(language: str) -> None:
    assert TEXTS[language].keys() == BY_CODE.keys()
    assert [code for code, texts in TEXTS[language].items() if not texts.get("name")] == []


@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_the_languages_agree_on_what_there_is_to_say(row: dict[str, str]) -> None:
    for field in ("instead", "consent"):
        assert len({bool(TEXTS[language][row["code"]].get(field)) for language in COMPLETE}) == 1, field


@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_texts_are_tidy_sentences_that_fit(row: dict[str, str]) -> None:
    for language, texts in texts_of(row["code"]).items():
        assert set(texts) <= {*FIELDS, "words"}
        for field in FIELDS:
            text = texts.get(field, "")
            longest = COLUMNS_OF_TEXTS[field].max_length
            assert text == " ".join(text.split()), (language, field)
            assert longest is None or len(text) <= longest, (language, field)
            assert not text or field not in SENTENCES or text.endswith(ENDINGS), (language, field)


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_names_are_unlike_those_of_other_types(language: str) -> None:
    names = Counter(texts["name"] for texts in TEXTS[language].values())

    assert [name for name, count in names.items() if count > 1] == []
    assert language in all_languages()


@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_a_source_is_an_address_or_a_report_and_line(row: dict[str, str]) -> None:
    report_line = r"\b00[0-4]:\d+"
    page = r"[a-z]+\.(dk|ngo)\b"
    organisation = r"^(as above|DRC|L213|ft\.dk|municipal pages|stpk|elov|foxylex|socialraad|mitid|danskelove)"

    assert re.search(f"{report_line}|{page}|{organisation}", row["basis_source"])


@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_a_basis_that_is_not_verified_says_so_in_its_own_text(row: dict[str, str]) -> None:
    if row["basis_status"] == "verified":
        assert row["legal_basis_da"]
    elif row["legal_basis_da"]:
        assert UNVERIFIED in row["legal_basis_da"]


@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_forbidden_types_and_no_others_say_what_to_ask_for_instead(row: dict[str, str]) -> None:
    assert bool(TEXTS["da"][row["code"]].get("instead")) == (row["side"] in FORBIDDEN_SIDES)


@pytest.mark.demand("F055")
@pytest.mark.parametrize("row", FACTS, ids=code_of)
def test_every_type_says_whether_it_takes_a_professional_and_who_that_is(row: dict[str, str]) -> None:
    assert Side(row["side"])
    if row["side"] == Side.PROFESSIONAL:
        assert row["legal_basis_da"]
        assert all(TEXTS[language][row["code"]]["responsible"] for language in COMPLETE)


@pytest.mark.demand("F056")
@pytest.mark.parametrize("row", LAW_BOUND, ids=code_of)
def test_an_element_of_public_authority_is_named_with_its_law_and_how_sure_it_is(row: dict[str, str]) -> None:
    assert row["legal_basis_da"]
    assert row["basis_status"] in BasisStatus.values


@pytest.mark.demand("F055", "F056")
def test_what_takes_a_professional_is_told_apart_from_what_takes_an_authority() -> None:
    assert BY_CODE["health_assessment"]["side"] == Side.PROFESSIONAL
    assert BY_CODE["medical_interpreting"]["side"] == Side.PROFESSIONAL
    assert BY_CODE["cash_benefit"]["side"] == Side.AUTHORITY


@pytest.mark.demand("F065")
def test_the_family_reunification_form_is_shared_and_left_to_trained_advisers() -> None:
    row, texts = BY_CODE["family_reunification_form"], TEXTS["da"]["family_reunification_form"]

    assert row["side"] == Side.SHARED
    assert "vejleder" in texts["responsible"]
    assert "uddannet rådgiver" in texts["may"]
    assert "juridiske råd" in texts["must_not"]
    assert "003:227" in row["basis_source"]


def test_a_certificate_is_asked_for_where_children_are_near() -> None:
    assert Counter(row["certificate"] for row in FACTS) == {"no": 54, "if_children_under_15": 16, "yes": 2}
    assert [row["code"] for row in FACTS if row["certificate"] == "yes"] == ["age_guardian", "childcare_class"]
    assert BY_CODE["homework_help"]["certificate"] == "if_children_under_15"
    assert BY_CODE["contact_family"]["certificate"] == "if_children_under_15"
    assert "under 18" in BY_CODE["voluntary_mentor"]["basis_source"], "what the source says otherwise is noted"


@pytest.mark.parametrize("word", ["kontaktperson", "aflastningsfamilie", "støttefamilie"])
def test_statutory_titles_are_never_given_to_volunteers(word: str) -> None:
    danish = TEXTS["da"]
    users = {code for code, texts in danish.items() for field in FIELDS if word in texts.get(field, "").casefold()}

    assert users <= {"support_contact_person"}, "the one type that names the statutory role itself"
    assert word not in danish["support_contact_person"]["may"]
    assert word not in danish["support_contact_person"]["instead"]


def test_what_the_reports_say_but_the_law_no_longer_does_is_not_repeated() -> None:
    health, housing = BY_CODE["health_assessment"], BY_CODE["housing_assignment"]

    assert (health["deadline_da"], health["deadline_days"]) == ("6 måneder", "180")
    assert "midlertidigt" in housing["legal_basis_da"]
    assert "permanent" not in TEXTS["da"]["housing_assignment"]["name"] + housing["legal_basis_da"]


def test_the_documented_table_is_the_one_made_from_the_catalogue() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert document == replace_table(document, render(read_rows())), "run: python -m volunteers.boundary.table --write"


def test_the_document_explains_every_side() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert [side for side in Side if f"(`{side}`)" not in document] == []


def test_a_document_without_a_marked_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place marked"):
        replace_table("# A page", "| a table |")
