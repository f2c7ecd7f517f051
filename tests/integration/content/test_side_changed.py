"""A task gets another side while needs and activities ask for it: they come down, and the editors get a list."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.search.backends import get_search_backend

from content.models import MunicipalityPage, NeedPage
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.messages.models import Message
from portal.municipalities.models import Municipality, Role
from tests import factories
from tests.integration.content.pages import make_municipality_page, make_need
from tests.integration.matching.test_same_moment import while_the_first_is_under_way
from volunteers.boundary.entries import BoundaryEntry, Place
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType
from volunteers.models import Activity
from volunteers.services.boundary_sides import Stops, side_changed

pytestmark = [pytest.mark.django_db, pytest.mark.demand("F053")]

TASK = "contact_family"
NOW = timezone.now()


@pytest.fixture
def page(odsherred: Municipality) -> MunicipalityPage:
    return make_municipality_page(odsherred)


@pytest.fixture
def their_page(roskilde: Municipality) -> MunicipalityPage:
    return make_municipality_page(roskilde)


def stricter(code: str, side: str, user, municipality: Municipality | None = None) -> Stops:
    """The law changes, or one municipality's own rule; the database looks at it as at the end of a transaction."""
    if municipality is None:
        TaskType.objects.filter(pk=code).update(side=side)
    else:
        LocalTask.objects.create(municipality=municipality, task_type_id=code, side=side)
    record = Record(Actor.of(user), municipality and municipality.pk)
    stops = side_changed(TaskType.objects.get(pk=code), municipality, now=NOW, record=record)
    connection.check_constraints()
    return stops


def live(*needs: Page) -> list[bool]:
    return [NeedPage.objects.get(pk=need.pk).live for need in needs]


def make_open_activity(municipality: Municipality, code: str, **fields: object) -> Activity:
    activity = factories.make_activity(municipality, **fields)
    activity.tasks.create(municipality=municipality, task_type_id=code)
    return activity


def test_a_change_of_the_law_takes_needs_down_everywhere_as_the_sites_role(as_site, page, their_page, odsherred):
    ours, theirs = make_need(page), make_need(their_page, postcode="4000")
    other = make_need(page, title="Bio", tasks=("library_culture",))
    operator = factories.make_user(is_superuser=True)
    with as_site(user=operator.pk):
        stops = stricter(TASK, "authority", operator)

    assert stops == Stops(needs=2, activities=0)
    assert live(ours, theirs, other) == [False, False, True]
    assert PageLogEntry.objects.get(page=ours, action="wagtail.unpublish").user == operator
    found = get_search_backend().search("Kontaktfamilier", Page.objects.live())
    assert not [result for result in found if result.pk == ours.pk]
    assert {(entry.municipality_id, entry.place, entry.task_type_id) for entry in BoundaryEntry.objects.all()} == {
        (municipality, Place.CATALOGUE, TASK) for municipality in (page.municipality_id, their_page.municipality_id)
    }
    event = Event.objects.get(action="page.stopped", municipality_id=odsherred.pk)
    assert event.details == {"tasks": [TASK]}


def test_publishing_the_task_type_in_the_catalogue_takes_them_down_by_itself(as_site, page):
    need = make_need(page)
    operator = factories.make_user(is_superuser=True)
    with as_site(user=operator.pk):
        task_type = TaskType.objects.get(pk=TASK)
        task_type.side, task_type.legal_basis_da = "authority", "Integrationsloven § 16"
        task_type.save_revision(user=operator).publish(user=operator)
        connection.check_constraints()
    assert TaskType.objects.get(pk=TASK).side == "authority"
    assert live(need) == [False]


def test_one_municipality_that_keeps_a_task_to_itself_takes_down_its_own_alone(page, their_page, odsherred):
    ours, theirs = make_need(page), make_need(their_page, postcode="4000")
    stops = stricter(TASK, "professional", factories.make_user(), odsherred)
    assert stops == Stops(needs=1, activities=0)
    assert live(ours, theirs) == [False, True]


@pytest.mark.demand("F060")
def test_a_task_that_becomes_shared_takes_down_only_what_names_nobody_responsible(page, odsherred):
    named = make_need(page, title="Med navn", municipal_owner="Mette Holm, Integration")
    unnamed = make_need(page, title="Uden navn")
    stops = stricter(TASK, "shared", factories.make_user(), odsherred)
    assert stops.needs == 1
    assert live(named, unnamed) == [True, False]


def test_a_kind_of_the_task_that_a_municipality_has_made_comes_down_with_it(page, odsherred):
    national = TaskType.objects.get(pk=TASK)
    own = TaskType(code="306-egen", municipality=odsherred, kind_of=national, side=national.side)
    own.basis_status = national.basis_status
    own.save()
    need = make_need(page, tasks=(own.pk,))
    stricter(TASK, "authority", factories.make_user())
    assert live(need) == [False]


def test_open_activities_are_closed_and_the_places_that_households_have_stay(odsherred):
    activity = make_open_activity(odsherred, "homework_help")
    seat = factories.make_seat(factories.make_household(odsherred).requests.get(), activity)
    stops = stricter("homework_help", "professional", factories.make_user(), odsherred)

    activity.refresh_from_db()
    seat.refresh_from_db()
    assert stops == Stops(needs=0, activities=1)
    assert (activity.open, activity.taken, activity.version) == (False, 1, 2)
    assert BoundaryEntry.objects.get().place == Place.CATALOGUE
    assert Event.objects.filter(action="activity.stopped", subject_id=str(activity.pk)).exists()


def test_what_waits_to_be_published_is_taken_off_the_clocks_list(page, odsherred):
    need = make_need(page, live=False)
    need.go_live_at = NOW + timedelta(days=3)
    need.save_revision().publish()
    stricter(TASK, "professional", factories.make_user(), odsherred)
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert PageLogEntry.objects.filter(page=need, action="wagtail.schedule.cancel").exists()


def test_each_editor_gets_one_mail_however_many_come_down(page, odsherred):
    editor = factories.make_member(odsherred, Role.EDITOR)
    factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR, editor)
    factories.make_member(odsherred, Role.ADVISER)
    make_need(page)
    make_need(page, title="To")
    stricter(TASK, "professional", editor, odsherred)
    message = Message.objects.following("a test").get()
    assert (message.user, message.text) == (editor, "staff_need_stopped")
    assert "/kommune/odsherred/graensen/stoppet/" in message.body


def test_nothing_comes_down_and_nobody_is_written_to_where_nothing_asks_for_it(page, odsherred):
    factories.make_member(odsherred, Role.EDITOR)
    make_need(page, tasks=("library_culture",))
    assert stricter(TASK, "professional", factories.make_user(), odsherred) == Stops()
    assert not Message.objects.following("a test").exists()


# --- At the same moment ---


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["need", "activity"])
def test_who_publishes_while_the_side_changes_waits_and_is_stopped(what):
    odsherred = factories.make_municipality()
    need = make_need(make_municipality_page(odsherred), live=False)
    activity = make_open_activity(odsherred, TASK, open=False)
    user = factories.make_user()

    def publish() -> int:
        if what == "need":
            return Page.objects.filter(pk=need.pk).update(live=True)
        return Activity.objects.within(odsherred).filter(pk=activity.pk).update(open=True)

    def change() -> Stops:
        return stricter(TASK, "professional", user, odsherred)

    stops, publishing = while_the_first_is_under_way(change, publish)

    assert stops == Stops()
    assert isinstance(publishing, IntegrityError)
    assert live(need) == [False]


# --- The editors' list ---

LIST = "/kommune/odsherred/graensen/stoppet/"


def signed_in(municipality: Municipality, role: str) -> Client:
    client = Client()
    client.force_login(factories.make_member(municipality, role))
    return client


def test_the_list_says_why_and_leads_those_who_may_to_where_it_is_changed(page, odsherred):
    need = make_need(page, title="Otte familier")
    activity = make_open_activity(odsherred, TASK)
    draft = make_need(page, title="Kun en kladde", tasks=("job_search",), live=False)
    stricter(TASK, "professional", factories.make_user(), odsherred)

    coordinator = signed_in(odsherred, Role.VOLUNTEER_COORDINATOR).get(LIST).content.decode()
    adviser = signed_in(odsherred, Role.ADVISER).get(LIST).content.decode()

    for text in (coordinator, adviser):
        assert "Otte familier" in text
        assert activity.title in text
        assert "fagperson" in text
        assert draft.title not in text, "a draft may wait for the one who is responsible"
    ways = [
        reverse("wagtailadmin_pages:edit", args=[need.pk]),
        reverse("activity_edit", args=["odsherred", activity.pk]),
    ]
    assert all(way in coordinator for way in ways)
    assert not any(way in adviser for way in ways)
    corrects = gettext("The coordinator corrects it.")
    assert corrects in adviser and corrects not in coordinator


def test_what_was_changed_is_off_the_list(page, odsherred):
    need = make_need(page, title="Otte familier")
    stricter(TASK, "professional", factories.make_user(), odsherred)
    fresh = NeedPage.objects.get(pk=need.pk)
    fresh.tasks = [fresh.tasks.model(task_type_id="library_culture")]
    fresh.save_revision().publish()
    assert "Otte familier" not in signed_in(odsherred, Role.EDITOR).get(LIST).content.decode()
    assert live(need) == [True]


def test_the_list_takes_the_same_number_of_questions_for_many(page, odsherred, django_assert_max_num_queries):
    for number in range(12):
        make_need(page, title=f"Behov {number}")
    stricter(TASK, "professional", factories.make_user(), odsherred)
    client = signed_in(odsherred, Role.ADVISER)
    client.get(LIST)
    with django_assert_max_num_queries(45):
        client.get(LIST)
