"""Activities: posted on a short form, changed without overwriting a colleague, public while they are open."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Role
from tests import factories
from volunteers.forms.activity import ActivityForm
from volunteers.models import Activity
from volunteers.services.activities import close_activity

pytestmark = pytest.mark.django_db

LIST = reverse("activities", kwargs={"municipality": "odsherred"})
NEW = reverse("activity_new", kwargs={"municipality": "odsherred"})
FORM = {
    "kind": "homework_cafe",
    "title": "Lektiecafé på biblioteket",
    "organiser": "Biblioteket og Ungdomsrøde Kors",
    "venue": "Odsherred Bibliotek, Vesterbro 39",
    "place": "4500",
    "slots": ["tue-afternoon", "thu-afternoon"],
    "who": ["7-9", "10-14"],
    "capacity": "15",
    "phone": "5550 4001",
    "email": "",
    "languages": ["da", "ar"],
    "first_day": "",
    "last_day": "",
}


def of(view, activity):
    return reverse(view, kwargs={"municipality": "odsherred", "pk": activity.pk})


def filled(activity, **changes):
    """The form as the browser sends it back for a stored activity."""
    form = ActivityForm(municipality=activity.municipality, activity=activity)
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, False)} | changes


@pytest.fixture
def coordinator(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    return client


# Posting


def test_a_coordinator_posts_a_homework_cafe_and_the_staff_see_it(coordinator, client, odsherred):
    response = coordinator.post(NEW, FORM)

    posted = Activity.objects.within(odsherred).get()
    assert (response.status_code, response.url) == (302, LIST)
    assert (posted.title, posted.capacity, posted.taken, posted.open) == ("Lektiecafé på biblioteket", 15, 0, True)
    assert (posted.town, posted.adults, posted.children) == ("Nykøbing Sj", False, ["7-9", "10-14"])
    assert Event.objects.get(action="activity.posted").details == {"kind": "homework_cafe"}
    client.force_login(factories.make_member(odsherred, Role.ADVISER))
    page = client.get(LIST).content.decode()
    assert "Odsherred Bibliotek, Vesterbro 39" in page
    assert "15 af 15" in page or "15 of 15" in page
    assert reverse("activity_new", kwargs={"municipality": "odsherred"}) not in page


def test_languages_and_dates_are_folded_away_unless_something_is_wrong_there(coordinator):
    asked = coordinator.get(NEW).context["form"]
    assert [field.name for field in asked.more_fields] == ["languages", "women_only", "first_day", "last_day"]
    assert not asked.shows_more
    assert coordinator.post(NEW, {**FORM, "last_day": "2020-01-01"}).context["form"].shows_more


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "", "email": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"who": ["adults"]}, "who"),
        ({"who": []}, "who"),
        ({"slots": []}, "slots"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "501"}, "capacity"),
        ({"place": "4000"}, "place"),
        ({"place": "9999999"}, "place"),
        ({"title": "Spørg efter 010190-1234"}, "title"),
        ({"languages": ["klingon"]}, "languages"),
        ({"first_day": "2027-06-01", "last_day": "2027-05-01"}, "last_day"),
        ({"last_day": "2020-01-01"}, "last_day"),
    ],
)
def test_a_slip_is_told_beside_its_field_and_nothing_is_posted(coordinator, odsherred, change, field):
    response = coordinator.post(NEW, {**FORM, **change})

    assert list(response.context["form"].errors) == [field]
    assert not Activity.objects.within(odsherred).exists()


def test_a_slip_is_told_in_words_that_fit_a_cafe(coordinator):
    slips = {**FORM, "capacity": "0", "place": "", "phone": "", "email": ""}
    with translation.override("en"):
        found = coordinator.post("/en" + NEW, slips).context["form"].errors
        errors = {field: [str(text) for text in texts] for field, texts in found.items()}
    assert errors["capacity"] == ["There must be room for 1 at least."]
    assert errors["place"] == ["Write a postcode or a town."]
    assert errors["phone"] == ["Write at least one of the two: phone number or e-mail address."]


# Changing and closing


def test_a_change_is_written_and_the_trail_names_fields_but_no_values(coordinator, odsherred):
    activity = factories.make_activity(odsherred)
    coordinator.post(of("activity_edit", activity), filled(activity, place="4500", title="Lektiehjælp", capacity=4))

    activity.refresh_from_db()
    assert (activity.title, activity.capacity, activity.version) == ("Lektiehjælp", 4, 2)
    assert Event.objects.get(action="activity.changed").details == {"fields": ["capacity", "title"]}


def test_saving_without_a_change_adds_no_line_to_the_trail(coordinator, odsherred):
    activity = factories.make_activity(odsherred)
    coordinator.post(of("activity_edit", activity), filled(activity, place="4500"))

    activity.refresh_from_db()
    assert activity.version == 1
    assert not Event.objects.filter(action="activity.changed").exists()


def test_what_a_colleague_has_written_meanwhile_is_not_overwritten(coordinator, odsherred):
    activity = factories.make_activity(odsherred)
    late = filled(activity, place="4500", title="Min titel")
    coordinator.post(of("activity_edit", activity), filled(activity, place="4500", title="Kollegaens titel"))

    response = coordinator.post(of("activity_edit", activity), late)

    activity.refresh_from_db()
    assert (response.status_code, activity.title) == (409, "Kollegaens titel")
    assert response.context["form"].non_field_errors()


def test_there_cannot_be_fewer_places_than_are_taken(coordinator, odsherred):
    activity = factories.make_activity(odsherred)
    for _ in range(3):
        factories.make_seat(factories.make_household(odsherred).requests.get(), activity)

    response = coordinator.post(of("activity_edit", activity), filled(activity, place="4500", capacity=2))

    activity.refresh_from_db()
    assert (response.status_code, activity.capacity, activity.taken) == (409, 10, 3)
    assert "3" in response.context["form"].errors["capacity"][0]


def test_a_closed_activity_can_be_opened_again(coordinator, odsherred):
    activity = factories.make_activity(odsherred)
    for view in ("activity_close", "activity_close", "activity_reopen"):
        coordinator.post(of(view, activity))

    activity.refresh_from_db()
    assert activity.open
    assert list(Event.objects.order_by("at").values_list("action", flat=True)) == [
        "activity.closed",
        "activity.reopened",
    ]


def test_the_list_takes_no_more_queries_for_more_activities(coordinator, odsherred):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            coordinator.get(LIST)
        return len(captured)

    factories.make_activity(odsherred)
    queries()
    few = queries()
    for _ in range(5):
        factories.make_activity(odsherred, open=False)
    assert queries() == few


# The database


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "concert"},
        {"capacity": 0},
        {"capacity": 501},
        {"taken": 11},
        {"latitude": float("nan")},
        {"slots": []},
        {"slots": ["mon-night"]},
        {"children": ["18"]},
        {"children": []},
        {"kind": "open_activity", "adults": False, "children": []},
        {"first_day": timezone.localdate(), "last_day": timezone.localdate() - timedelta(1)},
        {"phone": "", "email": ""},
    ],
)
def test_the_database_refuses_an_activity_that_makes_no_sense(odsherred, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_activity(odsherred, **wrong)


def test_everybody_sees_open_activities_and_only_who_posted_it_a_closed_one(as_site, odsherred, roskilde):
    activity = factories.make_activity(odsherred)
    everybody = Activity.objects.following("a test of the second wall")
    with as_site():
        assert list(everybody.all()) == [activity]
    close_activity(activity, record=Record(SYSTEM, odsherred.code))
    with as_site(municipality=roskilde.code):
        assert not everybody.exists()
    with as_site(municipality=odsherred.code):
        assert everybody.exists()


def test_nobody_else_writes_a_municipalitys_activities(as_site, odsherred, roskilde):
    activity = factories.make_activity(odsherred)
    with as_site(municipality=roskilde.code):
        assert Activity.objects.following("a test").filter(pk=activity.pk).update(title="x") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            factories.make_activity(odsherred)
