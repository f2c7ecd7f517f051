"""A household and a volunteer in Odsherred who fit each other; tests change what they are about."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from hypothesis import strategies as st

from matching.domain.codes import (
    ADULT_BANDS,
    BACKGROUND_WISHES,
    CHILD_BANDS,
    GENDERS,
    SERVED_KINDS,
    SLOTS,
)
from matching.domain.types import Context, Minutes, OfferFacts, RequestFacts
from matching.domain.weights import DEFAULT_WEIGHTS
from volunteers.choices import KINDS_FOR_MINORS, KINDS_WITH_CHILDREN

Strategies = dict[str, st.SearchStrategy[Any]]

TODAY = date(2026, 11, 20)
ODSHERRED, KALUNDBORG, HOLBAEK = 306, 326, 316
NYKOEBING = {"latitude": 55.925, "longitude": 11.671}
VIG = {"latitude": 55.848, "longitude": 11.573}


def make_request(**changes: Any) -> RequestFacts:
    """Return a Kurmanji-speaking family in Nykøbing Sjælland that wishes a contact family."""
    facts: dict[str, Any] = {
        "id": 1,
        "household_id": 10,
        "municipality": ODSHERRED,
        "kind": "contact_family",
        **NYKOEBING,
        "max_km": 25.0,
        "languages": {"kmr": 4, "ar": 2, "da": 1},
        "interpreter_booked": False,
        "wants_danish_practice": False,
        "children": frozenset({"3-6", "7-9"}),
        "slots": frozenset({"tue-evening", "sat-morning"}),
        "genders": frozenset({"woman", "man"}),
        "smokes": False,
        "has_pets": False,
        "gender_wish": frozenset(),
        "age_wish": frozenset(),
        "no_smoke": False,
        "no_pets": False,
        "background_wish": "no_wish",
        "interests": frozenset({"food", "sport"}),
        "waiting_days": 30,
        "paused": False,
        "consent": True,
    }
    return RequestFacts(**{**facts, **changes})


def make_offer(**changes: Any) -> OfferFacts:
    """Return a Kurmanji-speaking volunteer in Vig, 10 km away, who breaks no rule for that family."""
    facts: dict[str, Any] = {
        "id": 100,
        "volunteer_id": 1000,
        "municipality": ODSHERRED,
        "also_in": frozenset(),
        "kind": "contact_family",
        **VIG,
        "max_km": 30.0,
        "languages": {"kmr": 3, "da": 4},
        "children": frozenset({"7-9"}),
        "slots": frozenset({"tue-evening"}),
        "gender": "woman",
        "age_band": "25-39",
        "smokes": False,
        "has_pets": False,
        "came_as_newcomer": False,
        "gender_wish": frozenset(),
        "no_smoke": False,
        "no_pets": False,
        "not_same_background": False,
        "interests": frozenset({"food"}),
        "capacity": 1,
        "load": 0,
        "certificate_until": date(2027, 6, 1),
        "paused": False,
        "verified": True,
        "consent": True,
    }
    return OfferFacts(**{**facts, **changes})


def make_context(**changes: Any) -> Context:
    """Return an ordinary day under the kinds of help in force: no earlier pairs, no border open."""
    facts: dict[str, Any] = {
        "today": TODAY,
        "kinds": SERVED_KINDS,
        "certificate_kinds": KINDS_WITH_CHILDREN,
        "minor_kinds": KINDS_FOR_MINORS,
        "excluded_pairs": frozenset(),
        "opened_neighbours": frozenset(),
        "weights": DEFAULT_WEIGHTS,
    }
    return Context(**{**facts, **changes})


_languages = st.dictionaries(st.sampled_from(["kmr", "ar", "da", "en"]), st.integers(1, 4), max_size=3)
_bands = st.frozensets(st.sampled_from(CHILD_BANDS), max_size=3)
_slots = st.frozensets(st.sampled_from([*SLOTS[:2], "tue-evening", "sat-morning"]), min_size=1)
_interests = st.frozensets(st.sampled_from(["food", "sport", "music"]))
_NORTH, _EAST = (55.70, 55.85, 55.93), (11.50, 11.67)
_latitudes, _longitudes = st.sampled_from(_NORTH), st.sampled_from(_EAST)


@st.composite
def _changed(draw: st.DrawFn, make: Callable[..., Any], always: Strategies, sometimes: Strategies) -> Any:
    """Return what a builder makes with some fields drawn always, and a few of the others.

    If every field were drawn freely, next to no pair would obey every rule.
    """
    names = draw(st.lists(st.sampled_from(sorted(sometimes)), max_size=4, unique=True))
    return make(**draw(st.fixed_dictionaries({**always, **{name: sometimes[name] for name in names}})))


requests = _changed(
    make_request,
    always={
        "household_id": st.sampled_from([10, 11]),
        "latitude": _latitudes,
        "longitude": _longitudes,
        "children": _bands,
        "interests": _interests,
        "wants_danish_practice": st.booleans(),
        "background_wish": st.sampled_from(sorted(BACKGROUND_WISHES)),
        "waiting_days": st.integers(0, 200),
    },
    sometimes={
        "kind": st.sampled_from(["mentor", "company"]),
        "max_km": st.sampled_from([None, 15.0, 40.0]),
        "languages": _languages,
        "interpreter_booked": st.just(True),
        "slots": _slots,
        "genders": st.frozensets(st.sampled_from(sorted(GENDERS)), max_size=2),
        "smokes": st.just(True),
        "has_pets": st.just(True),
        "gender_wish": st.sampled_from([frozenset({"woman"}), frozenset({"man", "other"})]),
        "age_wish": st.just(frozenset({"25-39", "40-59"})),
        "no_smoke": st.just(True),
        "no_pets": st.just(True),
        "paused": st.just(True),
        "consent": st.just(False),
    },
)


def offers(max_size: int = 12) -> st.SearchStrategy[list[OfferFacts]]:
    """Return lists of well-formed offers with different ids, many of which fit the requests above."""
    one = _changed(
        make_offer,
        always={
            "id": st.integers(1, 10_000),
            "volunteer_id": st.integers(1, 5),
            "latitude": _latitudes,
            "longitude": _longitudes,
            "also_in": st.sampled_from([frozenset(), frozenset({ODSHERRED})]),
            "children": _bands,
            "interests": _interests,
            "came_as_newcomer": st.booleans(),
            "capacity": st.integers(1, 3),
        },
        sometimes={
            "municipality": st.sampled_from([KALUNDBORG, HOLBAEK]),
            "kind": st.sampled_from(["friend_family", "mentor", "peer_mentor", "company"]),
            "max_km": st.sampled_from([10.0, 50.0]),
            "languages": _languages,
            "slots": _slots,
            "gender": st.sampled_from([*sorted(GENDERS), ""]),
            "age_band": st.sampled_from(ADULT_BANDS),
            "smokes": st.just(True),
            "has_pets": st.just(True),
            "gender_wish": st.sampled_from([frozenset({"woman"}), frozenset({"man", "other"})]),
            "no_smoke": st.just(True),
            "no_pets": st.just(True),
            "not_same_background": st.just(True),
            "load": st.just(1),
            "certificate_until": st.sampled_from([None, date(2026, 11, 19), TODAY, date(2027, 6, 1)]),
            "paused": st.just(True),
            "verified": st.just(False),
            "consent": st.just(False),
        },
    )
    return st.lists(one, max_size=max_size, unique_by=lambda offer: offer.id)


_PLACES = [(north, east) for north in _NORTH for east in _EAST]
_NOBODYS_PLACE = (56.0, 12.0)


def _some_minutes(seed: int) -> Minutes:
    """Return travelling times between about half of all pairs of places, and to one where nobody is."""
    random = Random(seed)
    return {
        here: {there: random.uniform(0, 120) for there in (*_PLACES, _NOBODYS_PLACE) if random.random() < 0.5}
        for here in _PLACES
        if random.random() < 0.8
    }


contexts = st.builds(
    make_context,
    minutes=st.one_of(st.just({}), st.builds(_some_minutes, st.integers(0, 999))),
    excluded_pairs=st.sampled_from([frozenset(), frozenset({(10, 1), (11, 2)})]),
    opened_neighbours=st.sampled_from(
        [
            frozenset(),
            frozenset({(KALUNDBORG, ODSHERRED), (ODSHERRED, KALUNDBORG), (HOLBAEK, ODSHERRED)}),
        ]
    ),
)
