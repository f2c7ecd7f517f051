"""The catalogue of task types: complete, in its own domains, and honest about what is not verified."""

import re
from collections import Counter

import pytest

from volunteers.boundary.reference import read_rows
from volunteers.boundary.table import DOCUMENT, render, replace_table
from volunteers.boundary.verdict import FORBIDDEN_SIDES, Side

ROWS = read_rows()
BY_CODE = {row["code"]: row for row in ROWS}
COLUMNS = [
    "code",
    "name_da",
    "name_en",
    "side",
    "department_da",
    "phase",
    "legal_basis_da",
    "basis_status",
    "basis_source",
    "deadline_da",
    "may_da",
    "must_not_da",
    "may_en",
    "must_not_en",
    "instead_da",
    "instead_en",
    "consent_da",
    "certificate",
]
ALWAYS_FILLED = [
    "code",
    "name_da",
    "name_en",
    "department_da",
    "basis_source",
    "may_da",
    "must_not_da",
    "may_en",
    "must_not_en",
    "certificate",
]
SENTENCES = ("may_da", "must_not_da", "may_en", "must_not_en", "instead_da", "instead_en", "consent_da")
DANISH = [column for column in COLUMNS if column.endswith("_da")]
PHASES = {"", "all", "A", "B", "B-C", "B-C1", "A-C2", "C", "C1", "C1-", "C2", "C2-"}
UNVERIFIED = "skal efterprøves"
LAW_BOUND = [row for row in ROWS if row["side"] in (Side.AUTHORITY, Side.PROFESSIONAL)]


def code_of(row: dict[str, str]) -> str:
    return row["code"]


def test_there_are_72_types_with_codes_of_their_own() -> None:
    assert len(ROWS) == len(BY_CODE) == 72
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in BY_CODE)


def test_the_columns_are_those_that_the_portal_reads() -> None:
    assert list(ROWS[0]) == COLUMNS
    assert all(None not in row and None not in row.values() for row in ROWS)


def test_the_sides_have_the_documented_numbers() -> None:
    assert Counter(row["side"] for row in ROWS) == {
        Side.AUTHORITY: 19,
        Side.PROFESSIONAL: 17,
        Side.SHARED: 16,
        Side.VOLUNTEER: 12,
        Side.ASSOCIATION: 5,
        Side.NOT_IN_PORTAL: 3,
    }


def test_the_status_of_the_law_has_the_documented_numbers() -> None:
    statuses = Counter(row["basis_status"] for row in ROWS)

    assert statuses == {"verified": 23, "partly": 15, "unverified": 14, "reports_only": 20}


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_every_type_says_what_it_must(row: dict[str, str]) -> None:
    assert [column for column in ALWAYS_FILLED if not row[column]] == []
    assert row["phase"] in PHASES
    assert row["certificate"] in {"no", "yes", "if_children_under_15"}


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_texts_are_tidy_sentences(row: dict[str, str]) -> None:
    for column in SENTENCES:
        if text := row[column]:
            assert text[0].isupper(), column
            assert text.endswith("."), column
    for column, text in row.items():
        assert text == " ".join(text.split()), column


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_names_are_unlike_those_of_other_types(row: dict[str, str]) -> None:
    for column in ("name_da", "name_en"):
        assert [other["code"] for other in ROWS if other[column] == row[column]] == [row["code"]]


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_source_is_an_address_or_a_report_and_line(row: dict[str, str]) -> None:
    report_line = r"\b00[0-4]:\d+"
    page = r"[a-z]+\.(dk|ngo)\b"
    organisation = r"^(as above|DRC|L213|ft\.dk|municipal pages|stpk|elov|foxylex|socialraad|mitid|danskelove)"

    assert re.search(f"{report_line}|{page}|{organisation}", row["basis_source"])


@pytest.mark.parametrize("row", LAW_BOUND, ids=code_of)
def test_a_law_bound_type_names_its_law_and_how_sure_it_is(row: dict[str, str]) -> None:
    assert row["legal_basis_da"]
    assert row["basis_status"] in {"verified", "partly", "unverified", "reports_only"}


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_basis_that_is_not_verified_says_so_in_its_own_text(row: dict[str, str]) -> None:
    if row["basis_status"] == "verified":
        assert row["legal_basis_da"]
    elif row["legal_basis_da"]:
        assert UNVERIFIED in row["legal_basis_da"]


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_forbidden_types_and_no_others_say_what_to_ask_for_instead(row: dict[str, str]) -> None:
    forbidden = row["side"] in FORBIDDEN_SIDES

    assert bool(row["instead_da"]) == bool(row["instead_en"]) == forbidden


@pytest.mark.demand("F055", "F056")
@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_every_type_says_whether_it_takes_a_professional_or_an_authority(row: dict[str, str]) -> None:
    assert Side(row["side"])
    assert row["department_da"], "and who it is"


def test_what_takes_a_professional_is_told_apart_from_what_takes_an_authority() -> None:
    assert BY_CODE["health_assessment"]["side"] == Side.PROFESSIONAL
    assert BY_CODE["medical_interpreting"]["side"] == Side.PROFESSIONAL
    assert BY_CODE["cash_benefit"]["side"] == Side.AUTHORITY


@pytest.mark.demand("F065")
def test_the_family_reunification_form_is_shared_and_left_to_trained_advisers() -> None:
    row = BY_CODE["family_reunification_form"]

    assert row["side"] == Side.SHARED
    assert "vejledning" in row["department_da"]
    assert "uddannet rådgiver" in row["may_da"]
    assert "juridiske råd" in row["must_not_da"]
    assert "003:227" in row["basis_source"]


def test_a_certificate_is_asked_for_where_children_are_near() -> None:
    assert Counter(row["certificate"] for row in ROWS) == {"no": 54, "if_children_under_15": 16, "yes": 2}
    assert [code for code, row in BY_CODE.items() if row["certificate"] == "yes"] == [
        "age_guardian",
        "childcare_class",
    ]
    assert BY_CODE["homework_help"]["certificate"] == "if_children_under_15"
    assert BY_CODE["contact_family"]["certificate"] == "if_children_under_15"


@pytest.mark.parametrize("word", ["kontaktperson", "aflastningsfamilie", "støttefamilie"])
def test_statutory_titles_are_never_given_to_volunteers(word: str) -> None:
    users = {row["code"] for row in ROWS for column in DANISH if word in row[column].casefold()}

    assert users <= {"support_contact_person"}, "the one type that names the statutory role itself"
    assert word not in BY_CODE["support_contact_person"]["may_da"]
    assert word not in BY_CODE["support_contact_person"]["instead_da"]


def test_what_the_reports_say_but_the_law_no_longer_does_is_not_repeated() -> None:
    health = BY_CODE["health_assessment"]
    housing = BY_CODE["housing_assignment"]

    assert health["deadline_da"] == "6 måneder"
    assert "midlertidigt" in housing["legal_basis_da"]
    assert "permanent" not in housing["name_da"] + housing["legal_basis_da"]


def test_the_documented_table_is_the_one_made_from_the_catalogue() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert document == replace_table(document, render(ROWS)), "run: python -m volunteers.boundary.table --write"


def test_the_document_explains_every_side() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert [side for side in Side if f"(`{side}`)" not in document] == []


def test_a_document_without_a_marked_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place marked"):
        replace_table("# A page", "| a table |")
