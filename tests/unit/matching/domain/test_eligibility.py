"""The hard rules: who may be proposed to whom."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from matching.domain.eligibility import RULES, RuleError, excluded_by, first_excluded_by
from tests.unit.matching.domain.broken import BREAKS, each_fitting_pair, each_rule_broken_alone
from tests.unit.matching.domain.builders import (
    HOLBAEK,
    ODSHERRED,
    TODAY,
    contexts,
    make_context,
    make_offer,
    make_request,
    offers,
    requests,
)
from tests.unit.matching.domain.naive import may_be_proposed


def broken(request=None, offer=None, **context):
    """Return the rules that the pair of builders breaks after some changes."""
    return excluded_by(make_request(**request or {}), make_offer(**offer or {}), make_context(**context))


@each_fitting_pair
def test_a_pair_that_fits_is_excluded_by_nothing(household, volunteer, context):
    assert excluded_by(household, volunteer, context) == ()
    assert first_excluded_by(household, volunteer, context) is None


@each_rule_broken_alone
def test_each_rule_alone_excludes_a_pair_that_breaks_it(rule, household, volunteer, context):
    assert excluded_by(household, volunteer, context) == (rule,)
    assert first_excluded_by(household, volunteer, context) == rule


def test_every_rule_in_force_is_broken_there_in_the_order_it_is_asked():
    assert tuple(rule.code for rule in RULES) == tuple(BREAKS)


def test_all_broken_rules_are_named_in_order():
    assert broken({"paused": True, "no_smoke": True}, {"smokes": True, "kind": "mentor"}) == (
        "kind",
        "pause",
        "smoke",
    )


def test_the_first_broken_rule_can_be_asked_for_alone():
    request, offer = make_request(no_smoke=True, no_pets=True), make_offer(smokes=True, has_pets=True)

    assert first_excluded_by(request, offer, make_context()) == "smoke"
    assert first_excluded_by(make_request(), make_offer(), make_context()) is None


@given(requests, offers(), contexts)
def test_the_rules_agree_with_a_second_implementation(request, offer_list, context):
    for offer in offer_list:
        assert (excluded_by(request, offer, context) == ()) == may_be_proposed(request, offer, context)


def test_an_error_in_a_rule_names_the_rule_and_the_pair_and_is_never_a_quiet_no():
    unknown_kind = make_offer(kind="teleport")

    with pytest.raises(RuleError, match="rule kind failed on request 1 and offer 100") as caught:
        excluded_by(make_request(), unknown_kind, make_context())

    assert (caught.value.rule, caught.value.request_id, caught.value.offer_id) == ("kind", 1, 100)
    assert isinstance(caught.value.__cause__, KeyError)


# Kind of help


@pytest.mark.parametrize(
    ("offered", "wished"),
    [
        pytest.param("contact_family", "contact_family", marks=pytest.mark.demand("F030")),
        pytest.param("peer_mentor", "mentor", marks=pytest.mark.demand("F032")),
        pytest.param("workplace_buddy", "mentor", marks=pytest.mark.demand("F036")),
        pytest.param("friend_family", "contact_family", marks=pytest.mark.demand("F037")),
        pytest.param("friend_family", "company", marks=pytest.mark.demand("F037")),
        pytest.param("host_programme", "contact_family", marks=pytest.mark.demand("F038")),
    ],
)
def test_an_offer_serves_the_wishes_it_is_meant_for(offered, wished):
    assert broken({"kind": wished}, {"kind": offered}) == ()


def test_a_mentor_is_no_peer_mentor_the_other_way_round():
    assert broken({"kind": "company"}, {"kind": "peer_mentor"}) == ("kind",)


@pytest.mark.demand("F038")
def test_a_host_programme_takes_several_households_up_to_its_capacity():
    programme = {"kind": "host_programme", "capacity": 4}

    assert broken(offer={**programme, "load": 3}) == ()
    assert broken(offer={**programme, "load": 4}) == ("capacity",)


# Place


@pytest.mark.demand("F026")
@pytest.mark.parametrize(
    ("household_km", "volunteer_km", "expected"),
    [(None, 30.0, ()), (11.0, 11.0, ()), (10.0, 30.0, ("distance",)), (None, 10.0, ("distance",))],
)
def test_the_distance_is_within_the_limits_of_both_sides(household_km, volunteer_km, expected):
    # Nykøbing Sjælland to Vig is 10.5 km.
    assert broken({"max_km": household_km}, {"max_km": volunteer_km}) == expected


THERE_AND_BACK = frozenset({(HOLBAEK, ODSHERRED), (ODSHERRED, HOLBAEK)})


@pytest.mark.demand("F026")
@pytest.mark.parametrize(
    ("opened", "also_in", "expected"),
    [
        (THERE_AND_BACK, {ODSHERRED}, ()),
        (THERE_AND_BACK, set(), ("municipality",)),
        ({(HOLBAEK, ODSHERRED)}, {ODSHERRED}, ("municipality",)),
        ({(ODSHERRED, HOLBAEK)}, {ODSHERRED}, ("municipality",)),
        (set(), {ODSHERRED}, ("municipality",)),
    ],
)
def test_a_neighbour_helps_where_the_volunteer_and_both_municipalities_have_opened(opened, also_in, expected):
    neighbour = {"municipality": HOLBAEK, "also_in": frozenset(also_in)}

    assert broken(offer=neighbour, opened_neighbours=frozenset(opened)) == expected


# Language


@pytest.mark.parametrize(
    ("household", "volunteer"),
    [
        pytest.param("kmr", "ckb", marks=pytest.mark.demand("F023")),
        pytest.param("ckb", "kmr", marks=pytest.mark.demand("F024")),
        pytest.param("prs", "ps", marks=pytest.mark.demand("F025")),
        ("prs", "fa"),
    ],
)
def test_neighbouring_languages_are_different_languages(household, volunteer):
    assert broken({"languages": {household: 4}}, {"languages": {volunteer: 4}}) == ("language",)
    assert broken({"languages": {household: 4}}, {"languages": {household: 4}}) == ()


@pytest.mark.demand("F025")
def test_any_of_several_languages_is_enough():
    assert broken({"languages": {"ps": 4, "prs": 3, "en": 1}}, {"languages": {"prs": 2, "da": 4}}) == ()


@pytest.mark.demand("F025")
@pytest.mark.parametrize(
    ("household", "volunteer", "expected"),
    [(2, 2, ()), (1, 4, ("language",)), (4, 1, ("language",)), (1, 1, ("language",))],
)
def test_both_must_know_the_language_at_everyday_level(household, volunteer, expected):
    assert broken({"languages": {"ti": household}}, {"languages": {"ti": volunteer}}) == expected


def test_danish_counts_as_any_language():
    assert broken({"languages": {"ti": 4, "da": 2}}, {"languages": {"da": 4}}) == ()


def test_a_household_that_accepts_an_interpreter_needs_no_common_language():
    assert broken({"languages": {"ti": 4}, "interpreter_booked": True}, {"languages": {"da": 4}}) == ()


# Children and age


@pytest.mark.parametrize(
    ("valid_until", "expected"),
    [
        (None, ("certificate",)),
        (TODAY - timedelta(days=1), ("certificate",)),
        (TODAY, ()),
        (date(2030, 1, 1), ()),
    ],
)
def test_where_there_are_children_under_15_a_certificate_must_be_in_force(valid_until, expected):
    assert broken({"children": frozenset({"10-14"})}, {"certificate_until": valid_until}) == expected


@pytest.mark.parametrize("children", [frozenset(), frozenset({"15-17"})])
def test_without_children_under_15_no_certificate_is_needed(children):
    assert broken({"children": children}, {"certificate_until": None}) == ()


def test_a_kind_that_involves_no_children_needs_no_certificate():
    assert broken({"kind": "mentor"}, {"kind": "mentor", "certificate_until": None}) == ()


@pytest.mark.parametrize("listed", ["contact_family", "friend_family"])
def test_a_certificate_is_needed_whether_the_wish_or_the_offer_is_of_a_kind_that_needs_it(listed):
    without = {"kind": "friend_family", "certificate_until": None}

    assert broken(offer=without, certificate_kinds=frozenset({listed})) == ("certificate",)


@pytest.mark.parametrize(
    ("wished", "offered", "expected"),
    [("company", "company", ()), ("company", "friend_family", ("minor",)), ("mentor", "mentor", ("minor",))],
)
def test_under_18s_help_only_with_what_is_open_to_them(wished, offered, expected):
    assert broken({"kind": wished}, {"kind": offered, "age_band": "under-18"}) == expected


def test_an_age_that_is_not_known_counts_as_too_young():
    assert broken({"kind": "mentor"}, {"kind": "mentor", "age_band": ""}) == ("minor",)
    assert broken({"children": frozenset({"unknown"})}, {"certificate_until": None}) == ("certificate",)


@pytest.mark.demand("F028")
def test_a_young_person_can_ask_for_young_people():
    young = {"age_wish": frozenset({"18-24"})}

    assert broken(young, {"age_band": "18-24"}) == ()
    assert broken(young, {"age_band": "60-plus"}) == ("age",)


# What either side has ruled out


def test_a_wish_about_gender_is_not_met_by_someone_who_has_not_said():
    assert broken({"gender_wish": frozenset({"woman"})}, {"gender": ""}) == ("gender",)
    assert broken({}, {"gender": ""}) == ()
    assert broken({"genders": frozenset()}, {"gender_wish": frozenset({"woman"})}) == ("gender",)
    assert broken({"genders": frozenset()}, {}) == ()


@pytest.mark.parametrize(
    ("adults", "expected"), [({"woman"}, ()), ({"woman", "man"}, ()), ({"man"}, ("gender",)), (set(), ("gender",))]
)
def test_a_volunteers_wish_about_gender_is_met_by_one_of_the_households_adults(adults, expected):
    assert broken({"genders": frozenset(adults)}, {"gender_wish": frozenset({"woman", "other"})}) == expected


@pytest.mark.demand("F022")
@pytest.mark.parametrize(("wish", "expected"), [("no_wish", ()), ("wished", ()), ("not_wished", ("background",))])
def test_a_family_may_decline_a_volunteer_of_the_same_background(wish, expected):
    assert broken({"background_wish": wish}, {"came_as_newcomer": True}) == expected


@pytest.mark.demand("F022")
@pytest.mark.parametrize(
    "volunteer",
    [
        {"came_as_newcomer": False, "languages": {"kmr": 4}},
        {"came_as_newcomer": True, "languages": {"kmr": 2}},
        {"came_as_newcomer": True, "languages": {"en": 4}},
        {"came_as_newcomer": True, "languages": {"da": 4}},
    ],
)
def test_learnt_and_bridging_languages_do_not_make_the_same_background(volunteer):
    household = {"background_wish": "not_wished", "languages": {"kmr": 4, "en": 4, "da": 4}}

    assert broken(household, volunteer) == ()
