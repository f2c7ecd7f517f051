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
    assert f"{number} proposals are sent, and all are asked now." in text
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
    assert [row.pair.pk for row in answer.context["chosen"].rows] == [accepted[1].pk]
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


def test_the_view_of_ones_own_households_goes_along(staff, staff_url, odsherred, adviser):
    town(odsherred)
    Household.objects.within(odsherred).update(adviser=adviser)
    draft = make(odsherred)
    (pair, *_) = pairs_of(draft)
    for address in (staff_url("work"), staff_url("drafts"), staff_url("draft", draft.pk)):
        ways = re.findall(r'href="(/kommune/odsherred/udkast/[^"]*)"', staff.get(f"{address}?mine=1").content.decode())
        assert ways
        assert all(way.endswith("?mine=1") for way in ways)
    assert "?mine=1#par-" in staff.post(staff_url("draft_pair", pair.pk), {"event": "pin", "mine": "1"}).url
    assert staff.post(staff_url("draft_again", draft.pk), {"mine": "1"}).url.endswith("?mine=1")


def test_before_sending_it_says_whose_households_they_are_and_lists_them(staff, page, odsherred, adviser):
    households, _ = town(odsherred)
    colleague = factories.make_member(odsherred, user=factories.make_user(name="Rasmus Toft"))
    Household.objects.within(odsherred).filter(pk=households[0].pk).update(adviser=adviser)
    Household.objects.within(odsherred).filter(pk=households[1].pk).update(adviser=colleague)
    draft = make(odsherred)
    assert "1 of those not decided is for a colleague's household." in page("draft", draft.pk)
    choose(draft, "accept")
    text = page("draft_send", draft.pk)
    assert "1 for your own households" in text
    assert "1 for households of Rasmus Toft" in text
    assert "1 for households without an adviser" in text
    assert "Whoever has neither is asked by the adviser." in text
    assert all(household.display_name in text for household in households)


def test_two_e_mails_to_one_volunteer_about_one_household_are_warned_of(page, odsherred):
    factories.make_household(odsherred, wishes=("contact_family", "mentor"))
    factories.make_volunteer(odsherred, kinds=("contact_family", "mentor"), display_name="Birthe")
    draft = make(odsherred)
    assert draft.matched == 2
    assert page("draft", draft.pk).count("If both are sent, the volunteer gets two e-mails about them.") == 2
    choose(draft, "accept")
    assert page("draft_send", draft.pk).count("several times at once about the same household") == 1


def test_a_dropped_suggestion_stays_where_it_is(staff, staff_url, odsherred):
    town(odsherred)
    draft = make(odsherred)
    (_, second, _) = rows = list(pairs_of(draft))
    press(staff, staff_url, second, "drop")
    shown = staff.get(staff_url("draft", draft.pk)).context["page"]
    assert [row.pair.pk for row in shown.rows] == [pair.pk for pair in rows]
    assert shown.standing == 2
    assert shown.dropped == []


def test_a_dropped_suggestion_whose_wish_has_another_leads_to_that_one(staff, staff_url, page, odsherred):
    town(odsherred, households=1, volunteers=2)
    choose(make(odsherred), "drop")
    again = make(odsherred)
    dropped, standing = (pairs_of(again).get(decision=one) for one in ("dropped", "suggested"))
    shown = staff.get(staff_url("draft", again.pk)).content.decode()
    assert f'href="#par-{standing.pk}"' in shown
    assert staff_url("draft_pair", dropped.pk) not in shown
    assert "Why: dropped in an earlier draft." in page("draft", again.pk)


def test_a_refusal_is_shown_at_the_suggestion_that_it_is_about(staff, staff_url, odsherred, english):
    town(odsherred, households=1, volunteers=2)
    choose(make(odsherred), "drop")
    again = make(odsherred)
    answer = press(staff, staff_url, pairs_of(again).get(decision="dropped"), "undo")
    shown = staff.get(answer.url).content.decode()
    _, _, at_the_row = shown.partition(f'id="{answer.url.partition("#")[2]}"')
    refusal = "The wish has another suggestion now. Drop that one first."
    assert refusal in at_the_row
    assert shown.count(refusal) == 1
    assert refusal not in staff.get(answer.url).content.decode()


def test_a_drop_taken_back_in_a_later_draft_asks_for_a_new_run(staff, staff_url, page, odsherred):
    town(odsherred, households=1, volunteers=1)
    choose(make(odsherred), "drop")
    again = make(odsherred)
    (dropped,) = pairs_of(again)
    press(staff, staff_url, dropped, "undo")
    text = page("draft", again.pk)
    assert "It is back. Run again" in text
    assert "Without a suggestion" not in text


def test_who_has_sent_all_is_told_so(staff, staff_url, page, odsherred, adviser):
    households, _ = town(odsherred)
    Household.objects.within(odsherred).filter(pk=households[0].pk).update(adviser=adviser)
    draft = make(odsherred)
    choose(draft, "accept", households[0])
    staff.post(staff_url("draft_send", draft.pk), {"mine": "1", "pairs": keys(draft)})
    assert "Your 1 proposal is sent." in page("draft", draft.pk, query="?mine=1")
    assert "2 suggestions are left to go through or send. 1 is sent." in page("drafts")


def test_a_draft_whose_place_a_newer_one_took_is_not_called_discarded(staff, staff_url, page, odsherred):
    town(odsherred)
    first = make(odsherred)
    make(odsherred)
    assert "A newer draft has taken its place." in page("draft", first.pk)
    assert "replaced" in page("drafts")
    assert "discarded" not in page("drafts")


def test_the_work_page_announces_a_draft_that_is_ready(staff, staff_url, page, odsherred, adviser):
    households, _ = town(odsherred)
    assert "Go through the draft" not in page("work")
    draft = make(odsherred)
    assert "3 suggestions are ready to be gone through." in page("work")
    Household.objects.within(odsherred).filter(pk=households[0].pk).update(adviser=adviser)
    assert "1 suggestion is ready for you." in page("work")
    choose(draft, "drop")
    assert "Go through the draft" not in page("work")


def test_no_two_buttons_are_called_the_same(staff, staff_url, odsherred):
    factories.make_household(odsherred, wishes=("contact_family", "mentor"))
    factories.make_volunteer(odsherred, kinds=("contact_family", "mentor"))
    shown = staff.get(staff_url("draft", make(odsherred).pk)).content.decode()
    names = [re.sub(r"<[^>]+>", "", name) for name in re.findall(r'name="event".*?>(.*?)</button>', shown)]
    assert len(names) == len(set(names)) == 6


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


def test_discarding_asks_first_and_names_whose_decisions_are_lost(staff, staff_url, page, odsherred, adviser):
    households, _ = town(odsherred)
    colleague = factories.make_member(odsherred, user=factories.make_user(name="Rasmus Toft"))
    Household.objects.within(odsherred).update(adviser=colleague)
    Household.objects.within(odsherred).filter(pk=households[0].pk).update(adviser=adviser)
    draft = make(odsherred)
    choose(draft, "accept")
    assert staff_url("draft_discard", draft.pk) in staff.get(staff_url("draft", draft.pk)).content.decode()
    text = page("draft_discard", draft.pk)
    assert "3 suggestions in it are accepted or kept and not sent yet" in text
    assert "2 for households of Rasmus Toft" in text
    assert "1 for your own households" in text
    assert households[1].display_name in text
    assert Draft.objects.within(odsherred).get().state == "open"


def test_what_a_colleague_accepts_meanwhile_is_not_thrown_away_unseen(staff, staff_url, odsherred):
    town(odsherred)
    draft = make(odsherred)
    shown = staff.get(staff_url("draft_discard", draft.pk)).context["chosen"].keys
    choose(draft, "accept")
    answer = staff.post(staff_url("draft_discard", draft.pk), {"pairs": shown})
    assert answer.status_code == 409
    assert len(answer.context["chosen"].rows) == 3
    assert Draft.objects.within(odsherred).get().state == "open"


def test_discarding_sends_nothing(staff, staff_url, page, odsherred):
    town(odsherred)
    draft = make(odsherred)
    choose(draft, "accept")
    staff.post(staff_url("draft_discard", draft.pk), {"pairs": keys(draft)})
    assert "This draft was discarded." in page("draft", draft.pk)
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
