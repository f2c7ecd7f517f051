"""The municipality's volunteers, for advisers and the volunteer coordinator."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Event
from portal.municipalities.models import Role
from tests import factories
from volunteers.lifecycle import VolunteerState
from volunteers.models import CertificateCheck

pytestmark = pytest.mark.django_db

LIST = reverse("volunteers", kwargs={"municipality": "odsherred"})


def page_of(volunteer):
    return reverse("volunteer", kwargs={"municipality": "odsherred", "pk": volunteer.pk})


def certificate_of(volunteer):
    return reverse("certificate", kwargs={"municipality": "odsherred", "pk": volunteer.pk})


@pytest.fixture
def coordinator(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    return client


@pytest.fixture
def adviser(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.ADVISER))
    return client


def names(response):
    return [str(volunteer) for volunteer in response.context["page"]]


def test_the_list_shows_this_municipalitys_volunteers_only(coordinator, odsherred, roskilde):
    factories.make_volunteer(odsherred, display_name="Karen", languages={"da": 4, "kmr": 3})
    factories.make_volunteer(roskilde, display_name="Palle", postcode="4000")
    response = coordinator.get(f"/en{LIST}")
    assert names(response) == ["Karen"]
    assert "Contact family" in response.content.decode()
    assert "Kurmanji" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Anna", "Bo"]),
        ("state=paused", ["Bo"]),
        ("state=left", ["Carl"]),
        ("kind=mentor", ["Bo"]),
        ("language=uk", ["Anna"]),
        ("language=nonsense", ["Anna", "Bo"]),
    ],
)
def test_the_list_can_be_narrowed(coordinator, odsherred, query, expected):
    factories.make_volunteer(odsherred, display_name="Anna", languages={"uk": 4, "da": 2})
    factories.make_volunteer(odsherred, display_name="Bo", kinds=("mentor", "company"), state="paused")
    factories.make_volunteer(odsherred, display_name="Carl", state=VolunteerState.LEFT)
    assert names(coordinator.get(f"{LIST}?{query}")) == expected


def test_the_list_takes_no_more_queries_for_more_volunteers(coordinator, odsherred):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            coordinator.get(LIST)
        return len(captured)

    factories.make_volunteer(odsherred)
    queries()
    before = queries()
    for _ in range(5):
        factories.make_volunteer(odsherred)
    assert queries() == before


def test_a_long_list_comes_in_pages(coordinator, odsherred):
    for _ in range(26):
        factories.make_volunteer(odsherred, certificate=False)
    assert len(names(coordinator.get(LIST))) == 25
    assert len(names(coordinator.get(f"{LIST}?side=2"))) == 1


def test_the_coordinator_sees_contact_details_and_the_trail_notes_it_once_a_day(coordinator, odsherred):
    volunteer = factories.make_volunteer(odsherred, contact={"phone": "55501234"})
    assert "55501234" in coordinator.get(page_of(volunteer)).content.decode()
    coordinator.get(page_of(volunteer))
    assert Event.objects.about(volunteer).filter(action="volunteer.contact_seen").count() == 1


def test_an_adviser_sees_the_profile_without_contact_details(adviser, odsherred):
    volunteer = factories.make_volunteer(odsherred, contact={"phone": "55501234", "name": "Karen Holm"})
    page = adviser.get(page_of(volunteer)).content.decode()
    assert "55501234" not in page
    assert "Karen Holm" not in page
    assert not Event.objects.about(volunteer).exists()


def check(**changes):
    today = timezone.localdate()
    return {
        "obtained_on": today.isoformat(),
        "organisation": "Røde Kors Odsherred",
        "renew_by": (today + timedelta(days=700)).isoformat(),
        **changes,
    }


def test_the_coordinator_records_that_a_certificate_was_obtained(coordinator, odsherred):
    volunteer = factories.make_volunteer(odsherred, certificate=False)

    assert coordinator.post(certificate_of(volunteer), check()).url == page_of(volunteer)

    stored = CertificateCheck.objects.within(odsherred).get()
    assert (stored.organisation, stored.volunteer) == ("Røde Kors Odsherred", volunteer)
    assert Event.objects.about(volunteer).get().action == "certificate.recorded"


def test_only_when_by_whom_and_until_when_is_asked(coordinator, odsherred):
    volunteer = factories.make_volunteer(odsherred)
    assert list(coordinator.get(page_of(volunteer)).context["form"].fields) == [
        "obtained_on", "organisation", "renew_by",
    ]  # fmt: skip


def test_the_same_check_sent_twice_is_recorded_once(coordinator, odsherred):
    volunteer = factories.make_volunteer(odsherred, certificate=False)
    coordinator.post(certificate_of(volunteer), check())
    again = coordinator.post(f"/en{certificate_of(volunteer)}", check(), follow=True)
    assert "recorded already" in again.content.decode()
    assert CertificateCheck.objects.within(odsherred).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("obtained_on", "2999-01-01"),
        ("renew_by", "2001-01-01"),
        ("organisation", "010190-1234"),
        ("organisation", ""),
        ("obtained_on", "i går"),
    ],
)
def test_a_check_that_cannot_be_right_is_refused_and_stays_typed(coordinator, odsherred, field, value):
    volunteer = factories.make_volunteer(odsherred, certificate=False)
    response = coordinator.post(certificate_of(volunteer), check(**{field: value}))
    assert field in response.context["form"].errors
    assert response.context["form"][field].value() == value
    assert not CertificateCheck.objects.within(odsherred).exists()


def test_an_adviser_cannot_record_a_check(adviser, odsherred):
    volunteer = factories.make_volunteer(odsherred)
    assert adviser.get(page_of(volunteer)).context["form"] is None
    assert adviser.post(certificate_of(volunteer), check()).status_code == 404


def test_who_has_stopped_has_no_details_and_no_check_to_record(coordinator, odsherred):
    volunteer = factories.make_volunteer(odsherred, state=VolunteerState.LEFT)
    response = coordinator.get(page_of(volunteer))
    assert (response.context["details"], response.context["form"]) == (None, None)
    assert coordinator.post(certificate_of(volunteer), check()).status_code == 404


def test_another_municipalitys_volunteer_does_not_exist(coordinator, odsherred, roskilde):
    foreign = factories.make_volunteer(roskilde, postcode="4000")
    assert coordinator.get(page_of(foreign)).status_code == 404
    assert coordinator.post(certificate_of(foreign), check()).status_code == 404
    assert coordinator.get(LIST.replace("odsherred", "roskilde")).status_code == 404


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR])
def test_other_roles_have_no_list_of_volunteers(client, odsherred, role):
    client.force_login(factories.make_member(odsherred, role))
    assert client.get(LIST).status_code == 404
