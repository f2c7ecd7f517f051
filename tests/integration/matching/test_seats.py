"""A place in an activity while the household waits: asked in its language, taken once, and the wish goes on waiting."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from matching import facts, trail
from matching.answers.activities import activity_suggestions, in_one_list, seats_of
from matching.models import Request, Seat
from matching.services.seats import AlreadyTaken, NoSeat, SeatLeft, leave_seat, take_seat
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import OpenBorder
from portal.municipalities.rls import in_force
from portal.places.register import by_code
from tests import factories
from tests.integration.matching.test_same_moment import at_the_same_moment, while_the_first_is_under_way
from volunteers.services.activities import TooFewPlaces, change_activity, close_activity

pytestmark = pytest.mark.django_db

ODSHERRED, KALUNDBORG = factories.ODSHERRED, 326
RECORD = Record(SYSTEM, ODSHERRED)


def a_wish(**fields: Any) -> Request:
    return factories.make_household(wishes=("homework_help",), language="ar", **fields).requests.get()


def taking(wish, activity) -> Callable[[], Seat]:
    return lambda: take_seat(
        municipality=wish.municipality_id,
        request_id=wish.pk,
        activity_id=activity.pk,
        language="ar",
        given_how="adviser_screen",
        now=timezone.now(),
        record=RECORD,
    )


def leaving(seat) -> Callable[[], Seat]:
    return lambda: leave_seat(seat, now=timezone.now(), record=RECORD)


def suggested(wish):
    """The suggested activities for a wish, with the facts read beforehand."""
    now = timezone.now()
    known = facts.with_facts(Request.objects.within(wish.municipality_id), now=now).get(pk=wish.pk)
    context = facts.context(wish.municipality_id, today=now.date())
    return lambda: activity_suggestions(known, facts.request_facts(known, now=now), context, now.date())


def taken(activity) -> int:
    activity.refresh_from_db(fields=["taken"])
    live = Seat.objects.following("a test").filter(activity=activity, left_at=None).count()
    assert activity.taken == live
    return live


def open_the_border():
    """Odsherred and Kalundborg have each opened themselves to the other."""
    pair = [factories.make_municipality(code) for code in (ODSHERRED, KALUNDBORG)]
    for one, other in (pair, pair[::-1]):
        OpenBorder.objects.create(municipality=one, neighbour=other)
    return pair[1]


def next_door(**fields):
    """An activity of Kalundborg's, on the border."""
    place = by_code()["4500"]
    return factories.make_activity(
        open_the_border(), latitude=place.latitude, longitude=place.longitude, postcode="4400", **fields
    )


# Candidates


def test_a_family_is_suggested_the_homework_cafe_and_why_in_one_query(django_assert_num_queries):
    cafe = factories.make_activity()
    factories.make_activity(kind="open_activity")
    ask = suggested(a_wish())

    with django_assert_num_queries(1):
        (found,) = ask()
        assert (found.activity, found.activity.municipality.code) == (cafe, ODSHERRED)
    assert [reason.code for reason in found.candidate.reasons] == [
        "shared_language",
        "danish_practice",
        "kilometres",
        "ages_welcome",
        "common_times",
        "free_places",
    ]


def test_what_the_household_has_a_place_in_is_not_suggested_again_for_any_of_its_wishes():
    family = factories.make_household(wishes=("company", "language_practice"))
    cafe = factories.make_activity(kind="language_cafe", adults=True)
    one, other = family.requests.order_by("pk")
    assert suggested(other)()
    taking(one, cafe)()
    assert not suggested(one)()
    assert not suggested(other)()
    with pytest.raises(AlreadyTaken):
        taking(other, cafe)()


def test_a_neighbours_activity_is_suggested_once_both_have_opened_the_border():
    wish = a_wish()
    place = by_code()["4500"]
    factories.make_activity(factories.make_municipality(KALUNDBORG), latitude=place.latitude, longitude=place.longitude)
    assert not suggested(wish)()
    open_the_border()
    assert len(suggested(wish)()) == 1


def test_people_and_activities_stand_in_one_list_by_score():
    class Line:
        def __init__(self, name, score, km):
            self.name, self.candidate = name, self
            self.score, self.km = score, km

    people = [Line("Birthe", 0.8, 2.0), Line("Carl", 0.6, 1.0)]
    activities = [Line("lektiecafé", 0.7, 5.0), Line("fodbold", 0.6, 0.5), Line("sprogcafé", 0.6, 1.0)]

    listed = [line.name for line in in_one_list(people, activities)]

    assert listed == ["Birthe", "lektiecafé", "fodbold", "Carl", "sprogcafé"]
    assert len(in_one_list(people, activities, limit=2)) == 2


# Taking and leaving


def test_a_yes_takes_a_place_and_the_wish_goes_on_waiting():
    wish, cafe = a_wish(), factories.make_activity()

    seat = taking(wish, cafe)()

    wish.refresh_from_db()
    assert (wish.state, taken(cafe), seat.language) == ("open", 1, "ar")
    event = Event.objects.get(action="seat.taken")
    assert event.details == {"request": wish.pk, "activity": cafe.pk}
    assert event in trail.of_household(wish.household)


def test_a_place_given_back_is_free_and_can_be_taken_again():
    wish, cafe = a_wish(), factories.make_activity(capacity=1)
    seat = taking(wish, cafe)()
    leaving(seat)()
    assert taken(cafe) == 0
    with pytest.raises(SeatLeft):
        leaving(seat)()
    taking(wish, cafe)()
    assert taken(cafe) == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"capacity": 1, "taken": 1}, "capacity"), ({"open": False}, "dates"), ({"children": ["15-17"]}, "ages")],
)
def test_every_rule_is_asked_again_when_a_place_is_taken(change, rule):
    wish, cafe = a_wish(), factories.make_activity(**change)
    with pytest.raises(NoSeat) as refusal:
        taking(wish, cafe)()
    assert refusal.value.rules == (rule,)
    assert not seats_of(wish.household).exists()


def test_a_wish_that_is_closed_takes_no_place():
    wish, cafe = a_wish(), factories.make_activity()
    Request.objects.within(ODSHERRED).update(state="closed")
    with pytest.raises(NoSeat) as refusal:
        taking(wish, cafe)()
    assert refusal.value.rules == ()


def test_the_database_sells_no_place_that_is_not_there():
    cafe = factories.make_activity(capacity=1)
    factories.make_seat(a_wish(), cafe)
    with pytest.raises(IntegrityError, match="activity_no_place_twice"), transaction.atomic():
        factories.make_seat(a_wish(), cafe)
    assert taken(cafe) == 1


def test_a_household_that_is_erased_frees_its_place():
    wish, cafe = a_wish(), factories.make_activity()
    factories.make_seat(wish, cafe)
    wish.delete()
    assert taken(cafe) == 0


# Walls


def test_a_place_in_a_neighbours_activity_counts_there_and_is_seen_here_after_it_has_closed(as_site):
    wish, cafe = a_wish(), next_door()
    with as_site(municipality=ODSHERRED):
        taking(wish, cafe)()
    assert taken(cafe) == 1
    close_activity(cafe, record=Record(SYSTEM, KALUNDBORG))
    with as_site(municipality=ODSHERRED):
        (seat,) = seats_of(wish.household)
        assert (seat.activity, seat.activity.open) == (cafe, False)
        leaving(seat)()
    assert taken(cafe) == 0


def test_who_sits_there_is_not_the_organising_municipalitys_to_see_but_how_many_is(as_site):
    wish, cafe = a_wish(), next_door()
    factories.make_seat(wish, cafe)
    with as_site(municipality=KALUNDBORG):
        assert not Seat.objects.following("a test of the second wall").exists()
        cafe.refresh_from_db()
        assert cafe.taken == 1
        with pytest.raises(TooFewPlaces):
            change_activity(
                cafe,
                version=1,
                place=by_code()["4400"],
                values={"capacity": 0},
                record=Record(SYSTEM, KALUNDBORG),
            )


def test_a_household_sees_its_own_place(as_site):
    wish = a_wish()
    mine, _ = factories.make_seat(wish), factories.make_seat(a_wish())
    wish.household.party.user = factories.make_user()
    wish.household.party.save()
    with as_site(user=wish.household.party.user_id):
        own = Seat.objects.following("own pages")
        assert [seat.pk for seat in own] == [mine.pk]
        assert own.update(left_at=timezone.now()) == 0


# The screens


def test_the_household_is_asked_in_its_language_and_its_yes_takes_the_place(staff, staff_url):
    wish, cafe = a_wish(), factories.make_activity(title="Lektiecafé på biblioteket")
    here = staff_url("seat_take", wish.pk, cafe.pk)

    asked = staff.get(here).content.decode()
    assert 'lang="ar"' in asked
    assert "Lektiecafé på biblioteket" in asked
    assert wish.household.display_name not in asked
    done = staff.post(here, {"svar": "ja", "sprog": "uk"})

    assert done.context["stage"] == "taken"
    (seat,) = seats_of(wish.household)
    assert (seat.language, seat.given_how, seat.activity) == ("uk", "adviser_screen", cafe)
    assert staff.get(here).context["stage"] == "taken"


def test_a_no_keeps_nothing(staff, staff_url):
    wish, cafe = a_wish(), factories.make_activity()
    answer = staff.post(staff_url("seat_take", wish.pk, cafe.pk), {"svar": "nej"})
    assert (answer.status_code, answer.context["stage"]) == (200, "said_no")
    assert not Seat.objects.within(ODSHERRED).exists()
    assert not Event.objects.filter(subject_type="matching.seat").exists()


def test_when_the_last_place_has_gone_the_screen_says_so_kindly(staff, staff_url):
    wish, cafe = a_wish(), factories.make_activity(capacity=1)
    factories.make_seat(a_wish(), cafe)
    answer = staff.post(staff_url("seat_take", wish.pk, cafe.pk), {"svar": "ja"})
    assert (answer.status_code, answer.context["stage"]) == (409, "refused")
    assert not seats_of(wish.household).exists()


def test_a_place_is_given_back_from_the_page_that_shows_it(staff, staff_url):
    wish = a_wish()
    seat = factories.make_seat(wish)
    page = staff_url("suggestions", wish.pk)
    answer = staff.post(staff_url("seat_leave", seat.pk), {"here": page})
    assert (answer.status_code, answer.url) == (302, page)
    again = staff.post(staff_url("seat_leave", seat.pk), {"here": "https://elsewhere.example/"})
    assert again.url == staff_url("household", wish.household_id)
    assert Event.objects.filter(action="seat.left").count() == 1


def test_the_line_of_the_list_and_the_places_the_household_has(odsherred, rf):
    wish, cafe = a_wish(), factories.make_activity(title="Lektiecafé på biblioteket")
    (item,) = suggested(wish)()
    line = render_to_string(
        "matching/includes/suggested_activity.html", {"item": item, "wish": wish, "municipality": odsherred}
    )
    assert reverse("seat_take", args=["odsherred", wish.pk, cafe.pk]) in line
    assert "10" in line and "Lektiecafé på biblioteket" in line
    seat = taking(wish, cafe)()
    places = render_to_string(
        "matching/includes/seats.html",
        {"seats": seats_of(wish.household), "municipality": odsherred},
        request=rf.get("/her/"),
    )
    assert reverse("seat_leave", args=["odsherred", seat.pk]) in places
    assert 'value="/her/"' in places


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_taken_once_however_many_want_it_at_the_same_moment():
    cafe, wishes = factories.make_activity(capacity=3), [a_wish() for _ in range(8)]
    outcomes = at_the_same_moment(*[taking(wish, cafe) for wish in wishes])
    assert [isinstance(one, Seat) for one in outcomes].count(True) == 3
    assert {type(one) for one in outcomes} == {Seat, NoSeat}
    assert {one.rules for one in outcomes if isinstance(one, NoSeat)} == {("capacity",)}
    with in_force(municipality=ODSHERRED):
        assert taken(cafe) == 3


@pytest.mark.django_db(transaction=True)
def test_the_second_waits_for_the_first_and_is_told_that_it_is_full():
    cafe, one, two = factories.make_activity(capacity=1), a_wish(), a_wish()
    _, later = while_the_first_is_under_way(taking(one, cafe), taking(two, cafe))
    assert isinstance(later, NoSeat)


@pytest.mark.django_db(transaction=True)
def test_a_place_that_is_given_back_at_the_same_moment_can_be_taken():
    cafe, one, two = factories.make_activity(capacity=1), a_wish(), a_wish()
    seat = taking(one, cafe)()
    _, later = while_the_first_is_under_way(leaving(seat), taking(two, cafe))
    assert isinstance(later, Seat)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_takes_one_place_and_gives_one_back():
    wish, cafe = a_wish(), factories.make_activity()
    outcomes = at_the_same_moment(*[taking(wish, cafe)] * 3)
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyTaken", "AlreadyTaken", "Seat"]
    seat = next(one for one in outcomes if isinstance(one, Seat))
    assert {type(one) for one in at_the_same_moment(*[leaving(seat)] * 2)} == {Seat, SeatLeft}


@pytest.mark.django_db(transaction=True)
def test_an_activity_that_closes_at_the_same_moment_gives_no_place():
    wish, cafe = a_wish(), factories.make_activity()
    _, later = while_the_first_is_under_way(lambda: close_activity(cafe, record=RECORD), taking(wish, cafe))
    assert isinstance(later, NoSeat)
    assert later.rules == ("dates",)
