"""The worklist: one page, one button for each thing that was done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now as clock

from matching.models import CheckIn, FollowUp, Match, Meeting
from matching.services.check_ins import ask_due
from matching.services.concerns import tell_concern
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.messages.links import token
from portal.messages.models import Link, Message
from portal.municipalities.borders import open_border
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, VOLUNTEERS, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer, adviser):
    household.adviser = adviser
    household.save()
    return factories.make_match(household.requests.get(), volunteer)


@pytest.fixture
def asked(match, record):
    """The match two weeks later: both have been asked how it is going."""
    CheckIn.objects.within(match.municipality_id).filter(occasion="2w").update(due_on=clock().date())
    ask_due(municipality=match.municipality_id, now=clock(), record=record)
    return match


def check_in(match, side):
    return CheckIn.objects.within(match.municipality_id).get(match=match, side=side, occasion="2w")


def link_to(row):
    return Link.objects.following("any").get(subject_id=str(row.pk))


def tap(client, match, answer, side="household"):
    return client.post(f"/s/{token(link_to(check_in(match, side)))}/", {"svar": answer}, follow=True)


def signs_on_the_list(response):
    return [[task.found.sign for task in tasks] for tasks in response.context["matches"]]


def text(response):
    return response.content.decode()


@pytest.mark.demand("F039")
def test_one_tap_behind_the_link_and_the_adviser_sees_it_first_on_the_list(client, asked, staff, staff_url):
    page = f"/s/{token(link_to(check_in(asked, 'household')))}/"
    question = client.get(page)
    assert 'lang="ar"' in text(question)
    assert 'dir="rtl"' in text(question)
    assert check_in(asked, "household").state == "asked"
    thanks = tap(client, asked, "talk")
    assert "Lisbeth Rådgiver" in text(thanks)
    assert check_in(asked, "household").answer == "talk"
    page = text(staff.get(staff_url("follow_up")))
    assert page.index("vil gerne tale") < len(page) if "vil gerne tale" in page else "wants to talk" in page


def test_a_second_tap_and_coming_back_change_nothing(client, asked):
    tap(client, asked, "good")
    again = tap(client, asked, "talk")
    assert again.status_code == 200
    assert check_in(asked, "household").answer == "good"


def test_a_page_that_is_only_looked_at_answers_nothing(client, asked):
    client.get(f"/s/{token(link_to(check_in(asked, 'volunteer')))}/?svar=good")
    assert check_in(asked, "volunteer").state == "asked"


def test_a_volunteer_answers_on_their_own_page_too(asked, helper):
    page = reverse("volunteer_match", args=[asked.pk])
    row = check_in(asked, "volunteer")
    assert reverse("volunteer_check_in", args=[row.pk]) in text(helper.get(page))
    helper.post(reverse("volunteer_check_in", args=[row.pk]), {"svar": "so_so"})
    assert check_in(asked, "volunteer").answer == "so_so"
    assert reverse("volunteer_check_in", args=[row.pk]) not in text(helper.get(page))


def test_nobody_answers_for_somebody_else(asked, odsherred):
    stranger = signed_in(factories.make_volunteer(odsherred).party.user)
    for side in ("volunteer", "household"):
        address = reverse("volunteer_check_in", args=[check_in(asked, side).pk])
        assert stranger.post(address, {"svar": "talk"}).status_code == 404


def test_the_adviser_notes_the_answer_of_a_family_without_a_phone_and_how_they_asked(asked, staff, staff_url):
    row = check_in(asked, "household")
    staff.post(staff_url("check_in_note", row.pk), {"svar": "good"})
    assert check_in(asked, "household").state == "asked"
    staff.post(staff_url("check_in_note", row.pk), {"svar": "good", "hvordan": "telephone"})
    assert check_in(asked, "household").answer == "good"
    assert Event.objects.about(row).get(action="check_in.answer").details["how"] == "telephone"


def test_the_adviser_sees_the_volunteers_number_only_when_the_volunteer_is_to_be_called(
    client, asked, staff, staff_url
):
    page = staff_url("match", asked.pk)
    assert VOLUNTEERS["phone"] not in text(staff.get(page))
    tap(client, asked, "talk", "volunteer")
    assert VOLUNTEERS["phone"] in text(staff.get(page))
    assert Event.objects.about(asked.volunteer).filter(action="volunteer.contact_seen").count() == 1


def test_for_a_sign_of_the_match_both_are_called_and_on_the_page_of_the_meeting_too(asked, staff, staff_url):
    Meeting.objects.within(asked.municipality_id).filter(match=asked).update(state="cancelled")
    Match.objects.within(asked.municipality_id).update(started_at=clock() - timedelta(days=15))
    for page in (staff.get(staff_url("match", asked.pk)), staff.get(staff_url("meeting", asked.pk))):
        assert VOLUNTEERS["phone"] in text(page)
        assert HOUSEHOLDS["phone"] in text(page)


def test_while_contact_is_stopped_the_adviser_sees_that_alone_and_no_number(client, asked, staff, staff_url, record):
    tap(client, asked, "talk", "volunteer")
    tell_concern(asked, side="household", kind="pressure", now=clock(), record=record)
    page = staff.get(staff_url("match", asked.pk))
    assert [found.sign for found in page.context["signs"]] == ["contact_stopped"]
    assert VOLUNTEERS["phone"] not in text(page)
    assert staff_url("match_for_household", asked.pk) not in text(page)
    screen = text(staff.get(staff_url("match_for_household", asked.pk) + "?sprog=en"))
    assert "Your contact is closed for now" in screen
    assert "has ended" not in screen


def test_several_signs_of_one_match_stand_together_and_the_list_shows_twenty(
    client, asked, odsherred, staff, staff_url
):
    tap(client, asked, "talk")
    tap(client, asked, "so_so", "volunteer")
    assert signs_on_the_list(staff.get(staff_url("follow_up"))) == [["wants_to_talk", "so_so"]]
    for _ in range(20):
        factories.make_match(factories.make_household(odsherred, adviser=None).requests.get())
    assert len(staff.get(staff_url("follow_up")).context["matches"]) == 20
    assert len(staff.get(staff_url("follow_up") + "?alle=1").context["matches"]) == 21


def test_done_is_done_once_however_often_it_is_clicked(client, asked, staff, staff_url):
    tap(client, asked, "talk")
    for _ in range(2):
        staff.post(staff_url("follow_up_done", asked.pk), {"tegn": "wants_to_talk"})
    assert FollowUp.objects.within(asked.municipality_id).count() == 1
    assert not staff.get(staff_url("follow_up")).context["matches"]


def test_only_mine_leaves_out_what_is_a_colleagues(client, asked, odsherred, staff, staff_url):
    tap(client, asked, "talk")
    colleague = signed_in(factories.make_member(odsherred))
    assert staff.get(staff_url("follow_up") + "?mine=1").context["matches"]
    assert not colleague.get(staff_url("follow_up") + "?mine=1").context["matches"]
    assert colleague.get(staff_url("follow_up")).context["matches"]


def test_an_sms_that_nobody_understood_is_read_and_put_away(match, staff, staff_url):
    reply = factories.make_reply(match.household_party)
    assert "måske på tirsdag" in text(staff.get(staff_url("follow_up")))
    staff.post(staff_url("reply_handled", reply.pk))
    assert "måske på tirsdag" not in text(staff.get(staff_url("follow_up")))


def test_a_message_that_reached_nobody_is_sent_again(odsherred, household, staff, staff_url):
    factories.make_proposal(household.requests.get())
    Message.objects.within(odsherred).filter(party=household.party).update(state="failed")
    message = Message.objects.within(odsherred).filter(party=household.party).first()
    assert list(staff.get(staff_url("follow_up")).context["failed"])
    staff.post(staff_url("message_again", message.pk))
    message.refresh_from_db()
    assert message.state == "queued"


def test_a_message_that_reached_nobody_is_named_in_the_advisers_language_with_a_way_to_the_number(
    odsherred, household, staff, staff_url
):
    factories.make_proposal(household.requests.get())
    Message.objects.within(odsherred).filter(party=household.party).update(state="failed", subject="ይመጽእ")
    page = text(staff.get(staff_url("follow_up")))
    assert "ይመጽእ" not in page
    assert "Vil du møde nogen?" in page
    assert page.count(f'href="{household.get_absolute_url()}"') >= 2


def test_that_somebody_told_a_coordinator_something_is_not_on_the_advisers_list(odsherred, household, staff, staff_url):
    household.party.messages.create(
        municipality=odsherred, text="concern_received", language="da", subject="Tak", body="-", key="1", state="failed"
    )
    assert not staff.get(staff_url("follow_up")).context["failed"]


def test_of_a_concern_the_list_says_no_more_than_that_the_coordinator_is_on_it(match, staff, staff_url, record):
    tell_concern(match, side="household", kind="romance", now=clock(), record=record)
    page = text(staff.get(staff_url("follow_up")))
    assert signs_on_the_list(staff.get(staff_url("follow_up"))) == [["contact_stopped"]]
    assert str(match.concerns.get().get_kind_display()) not in page


def test_an_empty_list_says_so_and_the_work_page_shows_only_what_there_is(odsherred, staff, staff_url):
    assert not staff.get(staff_url("follow_up")).context["matches"]
    assert staff.get(staff_url("work")).context["follow_ups"] == 0


def test_the_work_page_counts_what_there_is_to_do(client, asked, staff, staff_url):
    tap(client, asked, "talk")
    context = staff.get(staff_url("work")).context
    assert (context["follow_ups"], context["urgent_follow_ups"]) == (1, 1)


def test_a_volunteer_from_across_the_border_is_asked_and_answers_by_link_too(client, odsherred, record):
    lejre = factories.make_municipality(factories.LEJRE)
    for one, other in ((odsherred, lejre), (lejre, odsherred)):
        open_border(municipality=one, neighbour=other, now=clock(), record=Record(SYSTEM, one.code))
    volunteer = factories.make_volunteer(lejre, also_in=[odsherred.code], max_km=100)
    match = factories.make_match(factories.make_household(odsherred).requests.get(), volunteer)
    CheckIn.objects.within(odsherred).filter(occasion="2w").update(due_on=clock().date())
    assert ask_due(municipality=odsherred.code, now=clock(), record=record) == 2
    assert tap(client, match, "so_so", "volunteer").status_code == 200
    assert check_in(match, "volunteer").answer == "so_so"
    wrong = Link.objects.following("any").get(party=volunteer.party, purpose="match")
    assert client.get(f"/s/{token(wrong)}/galt").status_code == 200
    client.post(f"/s/{token(wrong)}/galt", {"hvad": "not_well"})
    assert match.concerns.get().municipality == odsherred
