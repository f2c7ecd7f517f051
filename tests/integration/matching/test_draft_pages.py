"""The adviser's pages of a draft: from "make one" to what was sent, without JavaScript."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from matching.drafting.rows import pairs_of
from matching.models import Draft, Household, Proposal
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import signed_in
from tests.integration.matching.drafting import choose, make, record_of, town
from volunteers.services import move

pytestmark = pytest.mark.django_db


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def page(staff, staff_url, english):
    """What a page of the adviser's says in English, markup left out."""

    def text(view, *args, query=""):
        answer = staff.get("/en" + staff_url(view, *args).removeprefix("/en") + query)
        assert answer.status_code == 200
        return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())

    return text


def press(staff, staff_url, pair, event):
    return staff.post(staff_url("draft_pair", pair.pk), {"event": event})


def keys(draft):
    return ",".join(str(key) for key in pairs_of(draft).filter(decision="accepted").values_list("pk", flat=True))


def test_the_whole_walk(staff, staff_url, page, odsherred, django_capture_on_commit_callbacks):
    town(odsherred, households=4, volunteers=3)

    with django_capture_on_commit_callbacks(execute=True):
        answer = staff.post(staff_url("draft_new"), {"first": "matches"})
    draft = Draft.objects.within(odsherred).get()
    assert answer.url.endswith(str(draft.pk) + "/")
    assert draft.cardinality_first

    text = page("draft", draft.pk)
    assert "3 have a suggestion" in text
    assert "1 could be matched, but there is no place left" in text
    assert "Both speak English" in text
    assert "km" in text
    assert "Send" not in text.replace("Send or discard", "")

    first, second, _ = pairs_of(draft)
    press(staff, staff_url, first, "drop")
    answer = press(staff, staff_url, second, "pin")
    assert answer.url.endswith(f"#par-{second.pk}")

    with django_capture_on_commit_callbacks(execute=True):
        staff.post(staff_url("draft_again", draft.pk))
    again = Draft.objects.within(odsherred).get(state="open")
    assert pairs_of(again).get(decision="pinned").request_id == second.request_id
    staff.post(staff_url("draft_accept_all", again.pk))

    number = pairs_of(again).filter(decision__in=["accepted", "pinned"]).count()
    assert f"{number} proposals will be sent to {number} volunteers" in page("draft_send", again.pk)
    assert not Proposal.objects.within(odsherred).exists()

    chosen = pairs_of(again).filter(decision__in=["accepted", "pinned"])
    shown = ",".join(str(key) for key in chosen.values_list("pk", flat=True))
    staff.post(staff_url("draft_send", again.pk), {"pairs": shown})
    assert Proposal.objects.within(odsherred).count() == number
    text = page("draft", again.pk)
    assert f"{number} proposals are sent. The volunteers are asked by e-mail." in text
    assert "Sent as proposals" in text


def test_a_second_click_on_send_sends_nothing_more_and_says_so(staff, staff_url, page, odsherred):
    town(odsherred, households=2, volunteers=2)
    draft = make(odsherred)
    choose(draft, "accept")
    shown = keys(draft)
    staff.post(staff_url("draft_send", draft.pk), {"pairs": shown})
    staff.post(staff_url("draft_send", draft.pk), {"pairs": shown})
    assert "Nothing new was sent." in page("draft", draft.pk)
    assert Proposal.objects.within(odsherred).count() == 2


def test_what_another_adviser_decided_meanwhile_is_shown_before_anything_is_sent(staff, staff_url, odsherred):
    town(odsherred, households=2, volunteers=2)
    draft = make(odsherred)
    accepted = choose(draft, "accept")
    shown = keys(draft)
    colleague = signed_in(factories.make_member(odsherred))
    press(colleague, staff_url, accepted[0], "drop")
    answer = staff.post(staff_url("draft_send", draft.pk), {"pairs": shown})
    assert answer.status_code == 409
    assert [pair.pk for pair in answer.context["pairs"]] == [accepted[1].pk]
    assert not Proposal.objects.within(odsherred).exists()


def test_the_adviser_is_told_which_could_not_be_sent_and_why(staff, staff_url, page, odsherred):
    _, volunteers = town(odsherred, households=2, volunteers=2)
    draft = make(odsherred)
    choose(draft, "accept")
    shown = keys(draft)
    move(volunteers[0], "pause", record=record_of(odsherred))
    staff.post(staff_url("draft_send", draft.pk), {"pairs": shown})
    text = page("draft", draft.pk)
    assert "1 proposal is sent" in text
    assert "1 suggestion could not be sent. Below it says why." in text
    assert "Why: on a break." in text


def test_only_mine_shows_accepts_and_sends_ones_own_households(staff, staff_url, page, odsherred, adviser):
    households, _ = town(odsherred)
    Household.objects.within(odsherred).filter(pk=households[0].pk).update(adviser=adviser)
    draft = make(odsherred)
    text = page("draft", draft.pk, query="?mine=1")
    assert households[0].display_name in text
    assert households[1].display_name not in text

    staff.post(staff_url("draft_accept_all", draft.pk), {"mine": "1"})
    (mine,) = pairs_of(draft).filter(decision="accepted")
    assert mine.request.household == households[0]
    assert "1 proposal will be sent to 1 volunteer" in page("draft_send", draft.pk, query="?mine=1")


def test_while_it_is_being_made_the_page_says_how_far_it_is(staff, staff_url, page, odsherred):
    town(odsherred)
    staff.post(staff_url("draft_new"))
    draft = Draft.objects.within(odsherred).get()
    Draft.objects.within(odsherred).update(waiting=250, looked_at=100)
    assert "100 of 250 who wait have been looked at" in page("draft", draft.pk)
    assert str(draft.pk) in staff.get(staff_url("drafts")).content.decode()


def test_one_that_takes_too_long_can_be_stopped_and_another_made(staff, staff_url, odsherred):
    staff.post(staff_url("draft_new"))
    stuck = Draft.objects.within(odsherred).get()
    assert staff_url("draft_discard", stuck.pk) in staff.get(staff_url("draft", stuck.pk)).content.decode()
    staff.post(staff_url("draft_discard", stuck.pk))
    make(odsherred)
    assert set(Draft.objects.within(odsherred).values_list("state", flat=True)) == {"discarded", "open"}


def test_asking_twice_leads_to_the_one_that_is_being_made(staff, staff_url, odsherred):
    answers = [staff.post(staff_url("draft_new")) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert Draft.objects.within(odsherred).count() == 1


def test_those_without_a_suggestion_lead_to_their_own_page(staff, staff_url, page, odsherred):
    alone = factories.make_household(odsherred, languages={"ti": 4})
    factories.make_volunteer(odsherred)
    draft = make(odsherred)
    assert "1 has nobody who fits" in page("draft", draft.pk)
    assert "No offer fits right now." in page("draft", draft.pk)
    assert staff_url("suggestions", alone.requests.get().pk) in staff.get(staff_url("draft", draft.pk)).content.decode()


def test_an_empty_municipality_has_a_draft_that_says_nobody_waits(page, odsherred):
    assert "Nobody was waiting." in page("draft", make(odsherred).pk)


def test_discarding_sends_nothing(staff, staff_url, odsherred):
    town(odsherred)
    draft = make(odsherred)
    choose(draft, "accept")
    staff.post(staff_url("draft_discard", draft.pk))
    assert Draft.objects.within(odsherred).get().state == "discarded"
    assert not Proposal.objects.within(odsherred).exists()


@pytest.mark.demand("F049")
def test_another_municipalitys_draft_and_suggestions_are_not_found(staff, staff_url, odsherred, roskilde):
    factories.make_household(roskilde, postcode="4000")
    factories.make_volunteer(roskilde, postcode="4000")
    draft = make(roskilde)
    (pair,) = pairs_of(draft)
    for view in ("draft", "draft_send"):
        assert staff.get(staff_url(view, draft.pk)).status_code == 404
        assert staff.get(reverse(view, args=[roskilde.slug, draft.pk])).status_code == 404
    for view in ("draft_again", "draft_accept_all", "draft_send", "draft_discard"):
        assert staff.post(staff_url(view, draft.pk)).status_code == 404
    assert press(staff, staff_url, pair, "accept").status_code == 404


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR])
def test_only_advisers_see_drafts(odsherred, staff_url, role):
    someone = signed_in(factories.make_member(odsherred, role))
    assert someone.get(staff_url("drafts")).status_code == 404
    assert someone.post(staff_url("draft_new")).status_code == 404


def test_an_event_that_does_not_exist_changes_nothing(staff, staff_url, odsherred):
    town(odsherred, households=1, volunteers=1)
    draft = make(odsherred)
    (pair,) = pairs_of(draft)
    for event in ("send", "fail", "made_up", ""):
        press(staff, staff_url, pair, event)
    assert pairs_of(draft).get().decision == "suggested"
