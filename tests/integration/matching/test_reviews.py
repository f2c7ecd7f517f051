"""The yearly review: its minutes are kept, reminded of, and never lost between two who write at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import ReceptionReview
from matching.services.reviews import WrittenAlready, add_review
from portal.municipalities.models import Role
from tests import boundary_factories, factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db


def typed(**changes) -> dict[str, object]:
    return {
        "version": "",
        "held_on": timezone.localdate().isoformat(),
        "participants": "Integration, sprogskolen",
        "minutes": "Vi ringer før ankomsten.\nSprogskolen får besked en uge før.",
        **changes,
    }


@pytest.mark.demand("F081")
@pytest.mark.parametrize("role", [Role.ADVISER, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR])
def test_the_minutes_of_the_yearly_review_are_kept_and_can_be_read_by_all_who_take_part(odsherred, staff_url, role):
    office = signed_in(factories.make_member(odsherred, role))

    page = office.post(staff_url("review_new"), typed(), follow=True)

    review = ReceptionReview.objects.within(odsherred).get()
    assert review.year == review.held_on.year
    assert "Sprogskolen får besked en uge før." in page.content.decode()
    assert "reception_print.css" in page.content.decode()
    assert staff_url("review", review.pk) in office.get(staff_url("reviews")).content.decode()


@pytest.mark.demand("F081")
def test_a_new_review_is_reminded_of_when_the_last_is_more_than_a_year_old(odsherred, staff, staff_url):
    assert staff.get(staff_url("reviews")).context["is_time"]

    boundary_factories.make_review(odsherred, days_ago=400)
    assert staff.get(staff_url("reviews")).context["is_time"]

    boundary_factories.make_review(odsherred, days_ago=10)
    assert not staff.get(staff_url("reviews")).context["is_time"]


def test_two_who_write_at_once_lose_nothing(odsherred, staff, staff_url):
    review = boundary_factories.make_review(odsherred, days_ago=0)
    url = staff_url("review_edit", review.pk)
    staff.post(url, typed(version=1, minutes="Kollegaens ord"))

    late = staff.post(url, typed(version=1, minutes="Mine ord"))

    assert late.status_code == 409
    assert "Mine ord" in late.content.decode()
    assert "Kollegaens ord" in late.content.decode()
    staff.post(url, typed(version=late.context["form"]["version"].value(), minutes="Kollegaens og mine ord"))
    review.refresh_from_db()
    assert review.minutes == "Kollegaens og mine ord"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minutes", "Familien 010190-1234 var glad."),
        ("participants", "Hanne, 010190-1234"),
        ("held_on", (timezone.localdate() + timedelta(days=1)).isoformat()),
        ("minutes", ""),
    ],
)
def test_what_cannot_be_kept_is_refused_and_stays_typed(odsherred, staff, staff_url, field, value):
    page = staff.post(staff_url("review_new"), typed(**{field: value}))

    assert page.context["form"].errors[field]
    assert not ReceptionReview.objects.within(odsherred).exists()


def test_one_day_has_one_review(odsherred, staff, staff_url):
    boundary_factories.make_review(odsherred, days_ago=0)

    page = staff.post(staff_url("review_new"), typed())

    assert page.context["form"].errors["held_on"]


def test_another_municipality_does_not_read_it(as_site, odsherred, roskilde):
    boundary_factories.make_review(odsherred)

    with as_site(municipality=roskilde.pk):
        assert not ReceptionReview.objects.following("whatever the wall lets through").exists()


def test_of_two_at_once_on_the_same_day_the_second_is_told_and_nothing_breaks(odsherred, record):
    values = {"held_on": timezone.localdate(), "participants": "Integration", "minutes": "Vi ringer."}
    add_review(municipality=odsherred, **values, record=record)
    with pytest.raises(WrittenAlready):
        add_review(municipality=odsherred, **values, record=record)
    assert ReceptionReview.objects.within(odsherred).count() == 1
