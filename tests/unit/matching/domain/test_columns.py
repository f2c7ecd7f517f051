"""Offers as columns: nothing lost, bad rows named, and a refresh gives what building anew gives."""

from dataclasses import replace
from datetime import date
from math import inf, nan
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import arrays
from matching.domain import columns as columns_module
from matching.domain.arrays import (
    REMOVED,
    UNKNOWN,
    UNKNOWN_KIND,
    UNKNOWN_LANGUAGE,
    Books,
    OfferArrays,
    TooManyCodes,
    arrays_of,
)
from matching.domain.codes import SERVED_KINDS
from matching.domain.columns import OfferColumns
from matching.domain.rows import PER_ROW, facts_at
from matching.domain.validation import BadRow
from tests.unit.matching.domain.builders import KALUNDBORG, ODSHERRED, make_context, make_offer, offers

CONTEXT = make_context()

#: A loaded machine must not fail a test that is right.
unhurried = settings(deadline=None)
KINDS = tuple(sorted(SERVED_KINDS))
#: A database function writes these numbers.
FLAGS = {
    "SMOKES": 1,
    "HAS_PETS": 2,
    "CAME_AS_NEWCOMER": 4,
    "PAUSED": 8,
    "VERIFIED": 16,
    "CONSENT": 64,
    "NO_SMOKE": 128,
    "NO_PETS": 256,
    "NOT_SAME_BACKGROUND": 512,
}


def facts_in(columns):
    """Return all offers that columns hold, by id."""
    found = [
        facts_at(part.block.rows, int(row), columns.books)
        for part in columns.parts
        for row in np.flatnonzero(part.present)
    ]
    return sorted(found, key=lambda offer: offer.id)


def raw_of(*rows):
    """Return raw arrays of offers, and the books for them."""
    books = Books(KINDS).with_codes_of(rows)
    return arrays_of(rows, books), books


def with_value(raw, field, value):
    """Return raw arrays with another value in the first element of one field."""
    changed = getattr(raw, field).copy()
    changed[0] = value
    fields = {name: getattr(raw, name) for name in OfferArrays.__slots__}
    return OfferArrays(**{**fields, field: changed})


# What goes in comes out


@unhurried
@given(offers())
def test_columns_give_back_the_facts_they_were_made_of(offer_list):
    columns = OfferColumns.of_facts(offer_list, CONTEXT)

    assert facts_in(columns) == sorted(offer_list, key=lambda offer: offer.id)
    assert len(columns) == len(offer_list)


@unhurried
@given(offers(), st.randoms(use_true_random=False))
def test_the_order_of_the_offers_changes_nothing(offer_list, random: Random):
    shuffled = random.sample(offer_list, len(offer_list))

    one, other = (OfferColumns.of_facts(rows, CONTEXT).parts[0].block.rows for rows in (offer_list, shuffled))

    assert one.id.tolist() == other.id.tolist()
    assert one.known.tolist() == other.known.tolist()
    assert one.also_row.tolist() == other.also_row.tolist()


@unhurried
@given(offers())
def test_raw_arrays_and_facts_make_the_same_columns(offer_list):
    raw, books = raw_of(*offer_list)

    assert facts_in(OfferColumns.of_arrays(raw, books)) == facts_in(OfferColumns.of_facts(offer_list, CONTEXT))


def test_raw_arrays_in_the_byte_order_of_the_network_make_the_same_columns():
    raw, books = raw_of(make_offer(id=1), make_offer(id=2, also_in=frozenset({KALUNDBORG})))
    swapped = {name: getattr(raw, name) for name in OfferArrays.__slots__}
    swapped = {name: array.astype(array.dtype.newbyteorder(">")) for name, array in swapped.items()}

    columns = OfferColumns.of_arrays(OfferArrays(**swapped), books)

    assert facts_in(columns) == facts_in(OfferColumns.of_arrays(raw, books))
    assert all(getattr(columns.parts[0].block.rows, name).dtype.isnative for name in PER_ROW)


def test_no_offers_are_no_rows():
    assert len(OfferColumns.of_facts([], CONTEXT)) == 0


# Rows that make no sense


@pytest.mark.parametrize(
    "change",
    [
        {"latitude": nan},
        {"max_km": -1.0},
        {"capacity": 0},
        {"languages": {"kmr": 7}},
        {"slots": frozenset({"now"})},
    ],
)
def test_a_bad_row_among_facts_is_named_as_the_reference_names_it(change):
    columns = OfferColumns.of_facts([make_offer(id=1), make_offer(id=2, **change)], CONTEXT)

    assert [row.offer_id for row in columns.bad_rows] == [2]
    assert [offer.id for offer in facts_in(columns)] == [1]


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("kind", UNKNOWN_KIND, "kind"),
        ("kind", len(KINDS), "kind"),
        ("latitude", nan, "coordinates"),
        ("latitude", 90.5, "coordinates"),
        ("longitude", -inf, "coordinates"),
        ("max_km", nan, "max_km"),
        ("max_km", inf, "max_km"),
        ("max_km", -0.5, "max_km"),
        ("children", 1 << 5, "children"),
        ("slots", 1 << 21, "slots"),
        ("gender", UNKNOWN, "gender"),
        ("age", UNKNOWN, "age_band"),
        ("gender_wish", 1 << 4, "gender_wish"),
        ("gender_wish", 1, "gender_wish"),
        ("capacity", 0, "capacity"),
        ("load", -1, "load"),
        ("certificate", -1, "certificate_until"),
    ],
)
def test_a_bad_row_among_raw_arrays_is_named_and_nothing_else_is_lost(field, value, problem):
    raw, books = raw_of(make_offer(id=7), make_offer(id=8))

    columns = OfferColumns.of_arrays(with_value(raw, field, value), books)

    assert columns.bad_rows == (BadRow(7, (problem,)),)
    assert [offer.id for offer in facts_in(columns)] == [8]


@pytest.mark.parametrize(
    "masks",
    [
        pytest.param([UNKNOWN_LANGUAGE] * 4, id="an unknown language"),
        pytest.param([1 << 2, 0, 0, 0], id="a language that is in no book"),
        pytest.param([1, 1, 0, 1], id="known well but not fairly well"),
    ],
)
def test_languages_that_make_no_sense_are_named(masks):
    raw, books = raw_of(make_offer(id=7), make_offer(id=8))
    assert len(books.languages) == 2
    raw.known[:, 0] = masks

    columns = OfferColumns.of_arrays(raw, books)

    assert columns.bad_rows == (BadRow(7, ("languages",)),)
    assert [offer.id for offer in facts_in(columns)] == [8]


def test_sixty_three_languages_fit():
    polyglot = make_offer(languages={"da": 4} | {f"x-{number}": 1 + number % 4 for number in range(62)})

    assert facts_in(OfferColumns.of_arrays(*raw_of(polyglot))) == [polyglot]


def test_a_raw_row_cannot_say_that_it_is_removed():
    raw, books = raw_of(make_offer(id=7))

    columns = OfferColumns.of_arrays(with_value(raw, "flags", int(raw.flags[0]) | REMOVED), books)

    assert facts_in(columns) == [make_offer(id=7)]


def test_the_flags_are_those_that_the_database_writes():
    assert {name: getattr(arrays, name) for name in FLAGS} == FLAGS


def test_everything_wrong_with_a_raw_row_is_named_in_the_order_of_the_reference():
    raw, books = raw_of(make_offer(id=7))

    broken = with_value(with_value(raw, "load", -1), "latitude", nan)

    assert OfferColumns.of_arrays(broken, books).bad_rows == (BadRow(7, ("coordinates", "load")),)


@pytest.mark.parametrize("build", ["facts", "arrays"])
def test_the_same_offer_given_twice_is_named_rather_than_chosen_by_chance(build):
    rows = [make_offer(id=5), make_offer(id=5, max_km=90.0), make_offer(id=6)]

    columns = OfferColumns.of_facts(rows, CONTEXT) if build == "facts" else OfferColumns.of_arrays(*raw_of(*rows))

    assert columns.bad_rows == (BadRow(5, ("duplicate_id",)),) * 2
    assert [offer.id for offer in facts_in(columns)] == [6]


def test_more_languages_than_a_mask_has_bits_are_refused_by_name():
    babel = make_offer(languages={f"x-{number}": 3 for number in range(70)})

    with pytest.raises(TooManyCodes, match="different languages, at most 63 fit"):
        OfferColumns.of_facts([babel], CONTEXT)


def test_a_number_too_large_for_its_column_is_refused_rather_than_cut_off():
    with pytest.raises(OverflowError):
        OfferColumns.of_facts([make_offer(capacity=40_000)], CONTEXT)


# Kept fresh


@unhurried
@given(offers(), offers(max_size=6), st.sets(st.integers(1, 10_000), max_size=3), st.booleans())
def test_a_refresh_gives_what_building_anew_gives(before, changed, removed, small_tail):
    rows = {offer.id: offer for offer in before}
    removed |= set(list(rows)[:2])
    removed -= {offer.id for offer in changed}
    columns = OfferColumns.of_facts(before, CONTEXT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns_module, "LONGEST_TAIL", 2 if small_tail else 100)
        columns = columns.refreshed(changed, removed, CONTEXT)

    expected = {**rows, **{offer.id: offer for offer in changed}}
    assert facts_in(columns) == [expected[one] for one in sorted(expected) if one not in removed]


@unhurried
@given(offers(max_size=6), st.lists(offers(max_size=4), max_size=5))
def test_many_refreshes_in_a_row_lose_nothing(before, waves):
    columns, rows = OfferColumns.of_facts(before, CONTEXT), {offer.id: offer for offer in before}

    for wave in waves:
        columns = columns.refreshed(wave, [], CONTEXT)
        rows |= {offer.id: offer for offer in wave}

    assert facts_in(columns) == [rows[one] for one in sorted(rows)]
    assert len(columns.parts) <= 2


def test_a_refresh_by_raw_arrays_is_a_refresh():
    columns = OfferColumns.of_facts([make_offer(id=1), make_offer(id=2)], CONTEXT)
    books = columns.books.with_codes_of([make_offer(languages={"ti": 4})])
    raw = arrays_of([make_offer(id=2, languages={"ti": 4})], books)

    fresh = columns.refreshed_by_arrays(raw, books, removed=[1])

    assert facts_in(fresh) == [make_offer(id=2, languages={"ti": 4})]


def test_a_reader_of_the_old_snapshot_sees_nothing_of_a_refresh():
    old = OfferColumns.of_facts([make_offer(id=1), make_offer(id=2)], CONTEXT)

    new = old.refreshed([make_offer(id=1, smokes=True), make_offer(id=3)], [2], CONTEXT)

    assert [offer.id for offer in facts_in(old)] == [1, 2]
    assert not facts_in(old)[0].smokes
    assert [offer.id for offer in facts_in(new)] == [1, 3]
    assert facts_in(new)[0].smokes


def test_a_long_tail_is_merged_into_one_block(monkeypatch):
    monkeypatch.setattr(columns_module, "LONGEST_TAIL", 3)
    columns = OfferColumns.of_facts([make_offer(id=number) for number in range(10)], CONTEXT)

    short = columns.refreshed([make_offer(id=number) for number in range(3)], [], CONTEXT)
    merged = short.refreshed([make_offer(id=20)], [], CONTEXT)

    assert (len(short.parts), len(merged.parts)) == (2, 1)
    assert len(merged) == 11


def test_a_bad_row_that_was_put_right_is_no_longer_named():
    broken = make_offer(id=1, capacity=0)
    columns = OfferColumns.of_facts([broken, make_offer(id=2)], CONTEXT)

    mended = columns.refreshed([replace(broken, capacity=1)], [], CONTEXT)

    assert columns.bad_rows == (BadRow(1, ("capacity",)),)
    assert mended.bad_rows == ()
    assert [offer.id for offer in facts_in(mended)] == [1, 2]


def test_a_row_that_turned_bad_is_named_and_left_out():
    columns = OfferColumns.of_facts([make_offer(id=1), make_offer(id=2)], CONTEXT)

    worse = columns.refreshed([make_offer(id=2, max_km=nan)], [], CONTEXT)

    assert worse.bad_rows == (BadRow(2, ("max_km",)),)
    assert [offer.id for offer in facts_in(worse)] == [1]


# What the index keeps


def test_offers_that_nobody_can_get_now_are_kept_and_come_last():
    rows = [
        make_offer(id=1, paused=True),
        make_offer(id=2, load=1),
        make_offer(id=3, verified=False),
        make_offer(id=4, consent=False),
        make_offer(id=5),
    ]

    block = OfferColumns.of_facts(rows, CONTEXT).parts[0].block

    assert block.live == 1
    assert block.rows.id.tolist() == [5, 1, 2, 3, 4]


def test_rows_that_help_in_a_neighbouring_municipality_are_found_by_it():
    rows = [
        make_offer(id=1, municipality=KALUNDBORG, also_in=frozenset({ODSHERRED, KALUNDBORG})),
        make_offer(id=2, municipality=ODSHERRED, also_in=frozenset()),
    ]

    block = OfferColumns.of_facts(rows, CONTEXT).parts[0].block

    ((home, found),) = block.from_abroad[ODSHERRED]
    assert home == KALUNDBORG
    assert block.rows.id[found].tolist() == [1]
    assert KALUNDBORG not in block.from_abroad


def test_a_hundred_thousand_offers_take_about_nine_megabytes():
    one = OfferColumns.of_facts([make_offer(id=number) for number in range(1_000)], CONTEXT)

    assert one.memory_bytes < 100 * 1_000


def test_a_certificate_keeps_its_day():
    offer = make_offer(certificate_until=date(2027, 2, 28))

    assert facts_in(OfferColumns.of_facts([offer], CONTEXT)) == [offer]
