"""Whatever is typed for a postcode or a town gets a clear answer."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.places.postcodes import KINDS, MAX_LENGTH, Answer, lookup
from portal.places.register import Postcode, all_postcodes, residential


def codes(answer: Answer) -> list[str]:
    return [postcode.code for postcode in answer.candidates]


@pytest.mark.demand("F026")
@pytest.mark.parametrize(
    "typed",
    [
        *("4500", " DK-4500 ", "dk4500", "4500 Nykøbing Sj", "4500 nykøbing", "4500\u00a0Nykobing Sjælland"),
        *("Nykobing Sjælland", "nykøbing sj.", "Nykøbing S", "NYKOEBING SJ", "٤٥٠٠", "４５００"),
        *("Algade 12, 4500 Nykøbing", "4500 Nykøbing Sjælland, Danmark"),
    ],
)
def test_nykobing_on_zealand_is_found_however_it_is_typed(typed: str) -> None:
    answer = lookup(typed)

    assert answer.kind == "found"
    assert answer.postcode is not None
    assert answer.postcode.code == "4500"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("roskilde", "4000"),
        ("Naestved", "4700"),
        ("Nästved", "4700"),
        ("Abenra", "6200"),
        ("Åbenrå", "6200"),
        ("Ringkoebing", "6950"),
        ("Kgs. Lyngby", "2800"),
        ("Sdr. Omme", "7260"),
        ("Nykøbing Falster", "4800"),
        ("Nykøbing Mors", "7900"),
        ("kbh n", "2200"),
        ("København S", "2300"),
        ("Algade 123, Roskilde", "4000"),
        ("Brøndby", "2605"),
        ("Elsinore", "3000"),
    ],
)
def test_a_town_is_found_in_any_keyboard_s_spelling(typed: str, code: str) -> None:
    assert codes(lookup(typed)) == [code]
    assert lookup(typed).kind == "found"


def test_a_town_whose_name_several_share_lists_them() -> None:
    answer = lookup("nykøbing")

    assert answer.kind == "several"
    assert codes(answer) == ["4500", "4800", "7900"]
    assert answer.postcode is None


def test_a_city_of_many_postcodes_lists_each_district_once() -> None:
    answer = lookup("Copenhagen")

    assert answer.kind == "several"
    assert [p.town for p in answer.candidates] == [f"København {x}" for x in ("K", "V", "Ø", "N", "S", "NV", "SV")]


def test_a_district_of_232_street_postcodes_is_found_at_its_middle() -> None:
    answer = lookup("København K")

    assert answer.kind == "found"
    assert answer.candidates[0].town == "København K"


def test_a_municipality_s_name_lists_its_postcodes() -> None:
    assert len(lookup("Bornholm").candidates) == 9
    assert codes(lookup("Høje-Taastrup Kommune")) == ["2630", "2640"]


def test_a_code_beside_another_town_s_name_lists_both() -> None:
    assert codes(lookup("4500 Roskilde")) == ["4500", "4000"]
    assert codes(lookup("4500 Nykøbing Falster")) == ["4500", "4800"]
    assert lookup("4500 Roskilde").kind == "several"


def test_two_codes_list_both() -> None:
    assert lookup("4500 4000").kind == "several"
    assert codes(lookup("4500 4000")) == ["4500", "4000"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Roskide", "4000"), ("Hedehusne", "2640"), ("Rinkøbing", "6950"), ("lyngby", "2800")],
)
def test_a_misspelt_town_asks_whether_the_likely_one_was_meant(typed: str, meant: str) -> None:
    answer = lookup(typed)

    assert answer.kind == "misspelt"
    assert codes(answer)[0] == meant


def test_a_number_that_does_not_exist_names_the_nearest_that_do() -> None:
    assert lookup("4501").kind == "unknown"
    assert codes(lookup("4501")) == ["4490", "4500", "4520"]


def test_a_digit_too_many_names_the_nearest_of_the_first_four() -> None:
    assert lookup("45000").kind == "unknown"
    assert "4500" in codes(lookup("45000"))


@pytest.mark.parametrize("typed", ["0800", "1004", "1532", "8100 Aarhus C", "Centraltastning", "0783"])
def test_po_boxes_and_firms_own_numbers_are_recognised(typed: str) -> None:
    assert lookup(typed).kind == "po_box"


@pytest.mark.parametrize("typed", ["3900", "3900 Nuuk", "Nuuk", "Grønland", "100", "FO-970", "Tórshavn", "2412"])
def test_greenland_and_the_faroe_islands_are_told_apart_from_a_mistake(typed: str) -> None:
    assert lookup(typed).kind == "not_denmark"


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\u00a0", "\x00"])
def test_nothing_typed_is_empty(typed: str) -> None:
    assert lookup(typed) == Answer("empty", "")


@pytest.mark.parametrize("typed", ["!!!", "👍", "45", "qwertyuiop", "D-24937 Flensburg", "x" * 10_000, "4500" * 99])
def test_garbage_is_unknown_and_guesses_nothing(typed: str) -> None:
    answer = lookup(typed)

    assert answer.kind == "unknown"
    assert answer.candidates == ()
    assert len(answer.text) <= MAX_LENGTH


@given(st.one_of(st.text(), st.text("0123456789 -DKdk"), st.text("nykøbigæårsjf 0123456789")))
@example("\ud800")
@example("ﷺ" * 100)
@example("①②③④")
def test_any_text_whatsoever_gets_an_answer(typed: str) -> None:
    answer = lookup(typed)

    assert answer.kind in KINDS
    assert len(answer.candidates) <= 12
    assert (answer.kind == "found") == (answer.postcode is not None)
    if answer.kind == "found":
        assert len(answer.candidates) == 1
        assert not answer.candidates[0].is_po_box


@given(st.sampled_from(all_postcodes()), st.sampled_from(["{0}", " DK-{0} ", "{0} {1}", "Algade 3, {0} {1}"]))
def test_every_stored_code_is_recognised(postcode: Postcode, form: str) -> None:
    answer = lookup(form.format(postcode.code, postcode.town))

    assert answer.kind == ("po_box" if postcode.is_po_box else "found")
    assert answer.candidates == (postcode,)


@given(st.sampled_from(residential()))
def test_every_town_leads_to_itself(postcode: Postcode) -> None:
    answer = lookup(postcode.town)

    assert answer.kind in {"found", "several"}
    assert postcode.town in {candidate.town for candidate in answer.candidates}


def test_a_thousand_lookups_take_less_than_a_second_and_a_half() -> None:
    lookup("4500")
    typed = ("4500", "nykøbing", "Roskide", "København K")

    started = time.perf_counter()
    for number in range(1000):
        lookup(typed[number % len(typed)])

    assert time.perf_counter() - started < 1.5
