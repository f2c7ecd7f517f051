"""An adviser registers a household together with the family, finds it again and changes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.forms.household import HouseholdForm
from matching.models import Household
from matching.services.households import Registration
from portal.audit.models import Event
from portal.messages.models import LinkPurpose, Message
from portal.places.register import by_code
from tests import factories
from tests.integration.matching.conftest import VOLUNTEERS, signed_in
from tests.integration.matching.phones import link_of, opened

pytestmark = pytest.mark.django_db


def registration(*, wishes=("contact_family",), submission=None, **profile: Any) -> Registration:
    """A finished form with as little in it as there can be."""
    return Registration(
        contact_name="Dilovan Testperson",
        phone="55501111",
        email="",
        contact_language="kmr",
        place=by_code()["4500"],
        languages={"kmr": 4},
        wishes=wishes,
        submission=submission,
        profile={"display_name": "Familien D.", "slots": ["mon-evening"], **profile},
    )


@pytest.fixture
def typed(adviser):
    """What an adviser typed."""
    return {
        "display_name": "Familien med de tre drenge",
        "contact_name": "Dilovan Testperson",
        "phone": "55 50 11 11",
        "email": "",
        "contact_language": "kmr",
        "place": "4500",
        "adults": "2",
        "children": ["3-6", "7-9"],
        "languages_0_language": "kmr",
        "languages_0_level": "4",
        "languages_1_language": "ar",
        "languages_1_level": "2",
        "danish_module": "du2-1",
        "wishes": ["contact_family", "company"],
        "slots": ["wed-evening", "sat-morning"],
        "background_wish": "no_wish",
        "adviser": str(adviser.pk),
        "consent": "on",
    }


def the_household(municipality) -> Household:
    return Household.objects.within(municipality).get()


# --- Registering ------------------------------------------------------------------------------------------


@pytest.mark.demand("F005")
def test_a_household_is_registered_with_its_languages_wishes_and_adviser(staff, staff_url, odsherred, adviser, typed):
    page = staff.post(staff_url("household_new"), typed, follow=True)
    household = the_household(odsherred)
    assert page.redirect_chain[-1][0] == household.get_absolute_url()
    assert household.adviser == adviser
    assert adviser.name in page.content.decode()
    assert {row.language: row.level for row in household.party.spoken_languages.all()} == {"kmr": 4, "ar": 2}
    assert {row.kind for row in household.requests.all()} == {"contact_family", "company"}
    assert household.party.contact_details.phone == "55 50 11 11"
    assert list(Event.objects.values_list("action", flat=True).order_by("at")) == [
        "household.registered",
        "consent.matching_given",
        "request.opened",
        "request.opened",
        "household.contact_seen",  # the page that the adviser comes to shows the phone number
    ]


def test_whoever_registers_is_the_named_adviser_unless_another_is_chosen(staff, staff_url, adviser):
    assert staff.get(staff_url("household_new")).context["form"]["adviser"].value() == adviser.pk


def test_only_the_municipalitys_own_advisers_can_be_chosen(staff, staff_url, odsherred, roskilde, typed):
    elsewhere = factories.make_member(roskilde)
    page = staff.post(staff_url("household_new"), {**typed, "adviser": elsewhere.pk})
    assert "adviser" in page.context["form"].errors


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(("kmr", "ckb"), marks=pytest.mark.demand("F024")),
        pytest.param(("prs", "ps"), marks=pytest.mark.demand("F025")),
    ],
)
def test_languages_that_are_often_taken_for_one_can_both_be_chosen_each_with_its_level(
    staff, staff_url, odsherred, typed, pair
):
    first, second = pair
    staff.post(staff_url("household_new"), {**typed, "languages_0_language": first, "languages_1_language": second})
    spoken = the_household(odsherred).party.spoken_languages.all()
    assert {row.language: row.level for row in spoken} == {first: 4, second: 2}


@pytest.mark.demand("F045")
def test_there_is_no_field_for_cpr_health_religion_nationality_or_flight(odsherred, adviser):
    names = " ".join(HouseholdForm(municipality=odsherred, user=adviser).fields)
    for word in ("cpr", "health", "religion", "national", "country", "flight", "politic", "diagnos", "note"):
        assert word not in names


@pytest.mark.parametrize("field", ["display_name", "contact_name", "phone", "email"])
def test_a_cpr_number_is_refused_in_every_free_text_and_what_was_typed_stays(staff, staff_url, odsherred, typed, field):
    cpr = "010190-1234@example.org" if field == "email" else "010190-1234"
    page = staff.post(staff_url("household_new"), {**typed, field: cpr})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert "cpr" in str(page.context["form"].errors[field]).lower()
    assert cpr in page.content.decode()
    assert "Familien med de tre drenge" in page.content.decode() or field == "display_name"
    assert not Household.objects.within(odsherred).exists()


@pytest.mark.parametrize(
    "phone", ["", "55501111", "55 50 11 11", "+45 5550 1111", "+380 50 123 45 67", "0045 55501111"]
)
def test_phone_numbers_from_home_and_abroad_are_taken(staff, staff_url, odsherred, typed, phone):
    staff.post(staff_url("household_new"), {**typed, "phone": phone})
    assert the_household(odsherred).party.contact_details.phone == phone


@pytest.mark.parametrize("phone", ["12", "ring til mig", "0501234567"])
def test_what_is_no_phone_number_or_could_be_a_cpr_number_is_refused(staff, staff_url, typed, phone):
    assert "phone" in staff.post(staff_url("household_new"), {**typed, "phone": phone}).context["form"].errors


def test_a_postcode_of_another_municipality_is_refused_with_the_names_of_both(staff, staff_url, typed):
    page = staff.post(staff_url("household_new"), {**typed, "place": "4000"})
    (error,) = page.context["form"].errors["place"]
    assert "Roskilde" in error
    assert "Odsherred" in error


def test_a_postcode_that_reaches_into_the_municipality_is_taken(staff, staff_url, odsherred, typed):
    across = next(place for place in by_code().values() if odsherred.code in place.also)
    staff.post(staff_url("household_new"), {**typed, "place": across.code})
    assert the_household(odsherred).postcode == across.code


@pytest.mark.parametrize("field", ["display_name", "contact_name", "place", "wishes", "slots", "adults"])
def test_what_matching_cannot_do_without_is_asked_for_and_the_rest_stays(staff, staff_url, typed, field):
    page = staff.post(staff_url("household_new"), {key: value for key, value in typed.items() if key != field})
    assert set(page.context["form"].errors) == {field}
    assert f'href="#id_{field}' in page.content.decode()


def test_the_same_form_sent_twice_registers_one_household(staff, staff_url, odsherred, typed):
    submission = staff.get(staff_url("household_new")).context["form"]["submission"].value()
    for _ in range(2):
        page = staff.post(staff_url("household_new"), {**typed, "submission": submission}, follow=True)
        assert page.status_code == 200
    assert Household.objects.within(odsherred).count() == 1


@pytest.mark.demand("F022")
@pytest.mark.parametrize("wish", ["no_wish", "wished", "not_wished"])
def test_a_shared_background_may_be_wished_for_declined_or_left_open(staff, staff_url, odsherred, typed, wish):
    staff.post(staff_url("household_new"), {**typed, "background_wish": wish})
    assert the_household(odsherred).background_wish == wish


@pytest.mark.demand("F031")
@pytest.mark.parametrize(("said", "stored"), [("yes", True), ("no", False), ("", None)])
def test_whether_there_is_a_network_in_denmark_is_told_only_if_wished(staff, staff_url, odsherred, typed, said, stored):
    staff.post(staff_url("household_new"), {**typed, "has_network": said})
    assert the_household(odsherred).has_network is stored


@pytest.mark.demand("F029", "F030")
def test_every_kind_of_wish_can_be_registered_also_for_a_young_person_alone(staff, staff_url, odsherred, typed):
    kinds = ["contact_family", "practical_help", "company"]
    staff.post(staff_url("household_new"), {**typed, "wishes": kinds, "adults": "1", "children": []})
    assert {row.kind for row in the_household(odsherred).requests.all()} == set(kinds)


@pytest.mark.demand("F028")
def test_a_household_can_wish_for_an_age(staff, staff_url, odsherred, typed):
    staff.post(staff_url("household_new"), {**typed, "age_wish": ["18-24", "25-39"]})
    assert the_household(odsherred).age_wish == ["18-24", "25-39"]


# --- Changing ---------------------------------------------------------------------------------------------


def test_a_corrected_number_closes_the_match_page_that_the_wrong_one_was_sent(staff, staff_url, odsherred, typed):
    volunteer = factories.make_volunteer(odsherred, languages={"kmr": 4}, contact=VOLUNTEERS)
    staff.post(staff_url("household_new"), typed)
    household = the_household(odsherred)
    factories.make_match(household.requests.get(kind="contact_family"), volunteer)
    wrong = link_of(household.party, LinkPurpose.MATCH)
    sent = Message.objects.within(odsherred).filter(link=wrong)
    sent.update(state="sent", sent_at=wrong.created_at)
    assert VOLUNTEERS["name"] in opened(wrong).content.decode()

    staff.post(staff_url("household_edit", household.pk), {**typed, "phone": "55503333"})

    assert VOLUNTEERS["name"] not in opened(wrong).content.decode()
    right = link_of(household.party, LinkPurpose.MATCH)
    assert right != wrong
    assert Message.objects.within(odsherred).filter(link=right, state="queued").exists()
    assert VOLUNTEERS["name"] in opened(right).content.decode()


def test_the_form_shows_what_is_stored_and_saves_what_is_changed(staff, staff_url, odsherred, typed):
    staff.post(staff_url("household_new"), typed)
    household = the_household(odsherred)
    form = staff.get(staff_url("household_edit", household.pk)).context["form"]
    assert str(form["place"].value()).startswith("4500")
    assert form["languages"].value() == {"kmr": 4, "ar": 2}
    staff.post(staff_url("household_edit", household.pk), {**typed, "phone": "55503333", "no_pets": "on"})
    changed = the_household(odsherred)
    assert changed.no_pets
    assert changed.party.contact_details.phone == "55503333"
    assert Event.objects.get(action="household.changed").details == {"fields": ["contact_phone", "no_pets"]}


def test_a_wish_that_is_no_longer_there_is_closed_and_a_new_one_opened(staff, staff_url, odsherred, typed):
    staff.post(staff_url("household_new"), typed)
    household = the_household(odsherred)
    staff.post(staff_url("household_edit", household.pk), {**typed, "wishes": ["company", "mentor"]})
    states = {row.kind: row.state for row in household.requests.all()}
    assert states == {"contact_family": "closed", "company": "open", "mentor": "open"}


def test_a_wish_that_is_under_way_goes_on_and_the_page_says_so(staff, staff_url, odsherred, typed):
    staff.post(staff_url("household_new"), {**typed, "languages_1_language": "en", "languages_1_level": "3"})
    household = the_household(odsherred)
    factories.make_proposal(household.requests.get(kind="contact_family"))
    page = staff.post(staff_url("household_edit", household.pk), {**typed, "wishes": ["company"]}, follow=True)
    assert household.requests.get(kind="contact_family").state == "proposed"
    assert "warning" in [message.level_tag for message in page.context["messages"]]


# --- The list ---------------------------------------------------------------------------------------------


@pytest.fixture
def three(odsherred):
    """Three households: by wish, state and language."""
    return {
        "kurmanji": factories.make_household(
            odsherred, display_name="Kurmanji", languages={"kmr": 4}, wishes=("contact_family",)
        ),
        "sorani": factories.make_household(odsherred, display_name="Sorani", languages={"ckb": 4}, wishes=("company",)),
        "english": factories.make_household(odsherred, display_name="English", wishes=("company", "mentor")),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"Kurmanji", "Sorani", "English"}),
        ({"q": "sora"}, {"Sorani"}),
        ({"kind": "company"}, {"Sorani", "English"}),
        ({"state": "proposed"}, {"English"}),
        ({"state": "proposed", "kind": "company"}, set()),
        ({"state": "open", "kind": "company"}, {"Sorani", "English"}),
        ({"language": "kmr"}, {"Kurmanji"}),
        ({"kind": "nonsense"}, {"Kurmanji", "Sorani", "English"}),
    ],
)
def test_households_are_found_by_name_wish_state_and_language(staff, staff_url, three, odsherred, query, names):
    mentor = factories.make_volunteer(odsherred, kinds=("mentor",))
    factories.make_proposal(three["english"].requests.get(kind="mentor"), mentor)
    page = staff.get(staff_url("households"), query)
    assert {row.display_name for row in page.context["page"]} == names


def test_who_has_waited_longest_comes_first(staff, staff_url, odsherred):
    for days in (3, 90, 30):
        household = factories.make_household(odsherred, wishes=(), display_name=str(days))
        factories.make_request(household, waiting_days=days)
    page = staff.get(staff_url("households"))
    assert [row.display_name for row in page.context["page"]] == ["90", "30", "3"]
    work = staff.get(staff_url("work"))
    assert [row.household.display_name for row in work.context["waiting"]] == ["90", "30", "3"]


def test_lists_are_cut_into_pages_of_25(staff, staff_url, odsherred):
    for _ in range(27):
        factories.make_household(odsherred)
    assert len(staff.get(staff_url("households")).context["page"]) == 25
    assert len(staff.get(staff_url("households"), {"side": 2}).context["page"]) == 2
    assert staff.get(staff_url("households"), {"side": "x"}).status_code == 200


@pytest.mark.parametrize("view", ["households", "work"])
def test_the_number_of_queries_does_not_grow_with_the_rows(staff, staff_url, odsherred, view):
    counts = []
    staff.get(staff_url(view))
    for more in (5, 20):
        for _ in range(more):
            adviser = factories.make_member(odsherred)
            household = factories.make_household(odsherred, adviser=adviser, wishes=("contact_family", "company"))
            factories.make_proposal(household.requests.get(kind="contact_family"))
        with CaptureQueriesContext(connection) as queries:
            staff.get(staff_url(view))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 39


@pytest.mark.demand("F005")
def test_a_households_page_names_the_one_person_to_turn_to(staff, staff_url, odsherred, adviser):
    household = factories.make_household(odsherred, adviser=adviser)
    page = staff.get(staff_url("household", household.pk)).content.decode()
    assert adviser.name in page
    assert f"mailto:{adviser.email}" in page


@pytest.mark.demand("F035")
def test_a_day_of_arrival_to_come_is_shown(staff, staff_url, odsherred):
    household = factories.make_household(odsherred, arrival=timezone.localdate() + timedelta(days=30))
    assert not staff.get(staff_url("household", household.pk)).context["has_arrived"]


def test_a_household_without_an_adviser_says_that_one_is_missing(odsherred, staff_url):
    client = signed_in(factories.make_member(odsherred))
    nobody = factories.make_household(odsherred, adviser=None)
    somebody = factories.make_household(odsherred, adviser=factories.make_member(odsherred))
    missing = "No adviser is named."
    assert missing in client.get("/en" + staff_url("household", nobody.pk)).content.decode()
    assert missing not in client.get("/en" + staff_url("household", somebody.pk)).content.decode()
