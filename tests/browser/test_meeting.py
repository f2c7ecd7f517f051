"""The first meeting in the browser: chosen on a phone in Arabic without JavaScript, arranged by the adviser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import Meeting, Side
from matching.services.meetings import choose
from matching.states import MeetingState
from portal.audit.record import SYSTEM, Record
from portal.messages.links import address, make_link
from portal.messages.models import LinkPurpose
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.browser.journey import press


@pytest.fixture
def odsherred(transactional_db):
    return factories.make_municipality(factories.ODSHERRED)


@pytest.fixture
def record(odsherred) -> Record:
    return Record(SYSTEM, odsherred.code)


@pytest.fixture
def meeting(odsherred) -> Meeting:
    factories.make_meeting_place(odsherred)
    household = factories.make_household(odsherred, language="ar")
    match = factories.make_match(household.requests.get())
    return Meeting.objects.within(odsherred).select_related("match__volunteer").get(match=match)


def link_of(party, meeting, record) -> str:
    """The address below this site that a message would bring the party."""
    made = make_link(
        party=party, purpose=LinkPurpose.MEETING, subject=meeting, now=timezone.now(), days=30, record=record
    )
    return "/" + address(made).split("/", 3)[3]


def test_a_family_and_a_volunteer_find_a_time_on_their_phones(person, look, odsherred, meeting, record):
    family = person(javascript=False)
    family.goto(link_of(meeting.match.household_party, meeting, record))
    assert family.get_attribute("html", "dir") == "rtl"
    family.check("input[name=tid] >> nth=1")
    press(family, "button[value=vaelg]")

    volunteer = person(user=meeting.match.volunteer.party.user, javascript=False)
    volunteer.goto(f"/frivillig/match/{meeting.match_id}/")
    volunteer.click("label[for=time-2]")
    press(volunteer, "button[value=vaelg]")

    with_javascript = person(user=meeting.match.volunteer.party.user)
    with_javascript.goto(f"/frivillig/match/{meeting.match_id}/")
    look(with_javascript, "volunteer")
    meeting.refresh_from_db()
    assert (meeting.state, meeting.at) == (MeetingState.AGREED, meeting.options[1])
    family.reload()
    assert "Biblioteket" in family.inner_text("main")
    family.click("summary")
    press(family, "button[value=ny]")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CHOOSING


@pytest.mark.parametrize("language", ["da", "ar", "ti"])
def test_the_page_behind_the_link_is_accessible_at_every_stage(person, look, meeting, record, language):
    phone = person()
    page = f"{link_of(meeting.match.household_party, meeting, record)}?sprog={language}"
    phone.goto(page)
    look(phone, f"choose-{language}")
    for side in (Side.HOUSEHOLD, Side.VOLUNTEER):
        meeting.refresh_from_db()
        choose(meeting, side=side, times=meeting.options[:1], seen=meeting.sequence, now=timezone.now(), record=record)
        phone.goto(page)
        look(phone, f"{side}-has-chosen-{language}")


def test_the_adviser_s_and_the_coordinator_s_pages_are_accessible_and_work_without_javascript(
    person, look, odsherred, meeting
):
    adviser = person(DESKTOP, user=factories.make_member(odsherred))
    base = f"/kommune/{odsherred.slug}"
    for name, page in {"match": f"match/{meeting.match_id}/", "meeting": f"match/{meeting.match_id}/moede/"}.items():
        adviser.goto(f"{base}/{page}")
        look(adviser, name)
    coordinator = person(DESKTOP, user=factories.make_member(odsherred, "volunteer_coordinator"))
    for name, page in {"places": "moedesteder/", "place": "moedesteder/nyt/"}.items():
        coordinator.goto(f"{base}/{page}")
        look(coordinator, name)

    plain = person(DESKTOP, user=factories.make_member(odsherred), javascript=False)
    plain.goto(f"{base}/match/{meeting.match_id}/moede/")
    day = timezone.localdate() + timedelta(days=5)
    plain.fill("input[name=first]", f"{day}T16:00")
    press(plain, "button[value=tider]")
    meeting.refresh_from_db()
    assert [timezone.localtime(option).hour for option in meeting.options] == [16]
