"""The daily run prepares drafts, once a day for each municipality, and nothing but drafts."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from matching.drafting.cases import read_case
from matching.drafting.rows import pairs_of
from matching.models import Draft, Match, Proposal, Request
from matching.services import drafts as service
from matching.services.drafts import discard_draft, make_draft, prepare_daily
from portal.messages.management.commands.clock import DAY, PACE
from portal.messages.models import Message
from tests import factories
from tests.integration.matching.drafting import choose, make, record_of, town
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """The command, and then the worker."""

    def go(*names):
        with django_capture_on_commit_callbacks(execute=True):
            call_command("prepare_drafts", *names)

    return go


def drafts_of(municipality):
    return Draft.objects.within(municipality).order_by("made_at")


def test_every_municipality_where_somebody_waits_gets_a_draft_of_its_own(run, odsherred, roskilde):
    factories.make_municipality(factories.LEJRE)
    for municipality, postcode in ((odsherred, "4500"), (roskilde, "4000")):
        factories.make_household(municipality, postcode=postcode)
        factories.make_volunteer(municipality, postcode=postcode)
    run()
    for municipality in (odsherred, roskilde):
        draft = drafts_of(municipality).get()
        assert (draft.state, draft.source, draft.matched, draft.made_by) == ("open", "daily", 1, None)
    assert not drafts_of(factories.LEJRE).exists()


def test_it_proposes_nothing_and_writes_to_nobody(run, odsherred):
    town(odsherred)
    run()
    assert drafts_of(odsherred).get().matched == 3
    assert not Proposal.objects.within(odsherred).exists()
    assert not Message.objects.within(odsherred).exists()
    assert mail.outbox == []
    assert set(Request.objects.within(odsherred).values_list("state", flat=True)) == {"open"}


def test_it_is_the_clocks_and_runs_once_a_day_however_often_it_is_called(run, odsherred):
    town(odsherred)
    assert PACE["prepare_drafts"] <= DAY
    for _ in range(3):
        run()
    assert drafts_of(odsherred).count() == 1


def test_the_next_day_it_takes_the_place_of_a_draft_that_nobody_has_looked_into(run, odsherred):
    town(odsherred)
    run()
    Draft.objects.within(odsherred).update(for_day=timezone.localdate() - timedelta(days=1))
    run()
    assert list(drafts_of(odsherred).values_list("state", flat=True)) == ["discarded", "open"]


@pytest.mark.parametrize("event", ["accept", "pin", "drop"])
def test_a_draft_that_an_adviser_has_begun_to_go_through_is_left_alone(run, odsherred, event):
    households, _ = town(odsherred)
    begun = make(odsherred)
    choose(begun, event, households[0])
    run()
    assert drafts_of(odsherred).get() == begun


def test_a_drop_of_an_earlier_draft_holds_and_is_not_taken_for_a_review(run, odsherred):
    households, _ = town(odsherred)
    begun = make(odsherred)
    (dropped,) = choose(begun, "drop", households[0])
    discard_draft(draft=begun, expected=[], now=timezone.now(), record=record_of(odsherred))
    run()
    Draft.objects.within(odsherred).filter(state="open").update(for_day=timezone.localdate() - timedelta(days=1))
    run()
    first, second = drafts_of(odsherred).filter(source="daily")
    assert (first.state, second.state) == ("discarded", "open")
    assert pairs_of(second).get(decision="dropped").volunteer_id == dropped.volunteer_id


def test_it_gives_way_to_an_adviser_who_begins_while_it_is_being_made(odsherred):
    households, _ = town(odsherred)
    before = make(odsherred)
    now, record = timezone.now(), record_of(odsherred)
    asked = prepare_daily(municipality=odsherred.code, day=now.date(), now=now, record=record)
    choose(before, "accept", households[0])
    assert make_draft(draft=asked, now=now, record=record).state == "discarded"
    assert Draft.objects.within(odsherred).get(pk=before.pk).state == "open"


def test_one_municipality_can_be_named(run, odsherred, roskilde):
    town(odsherred)
    factories.make_household(roskilde, postcode="4000")
    run(odsherred.slug)
    assert drafts_of(odsherred).count() == 1
    assert not drafts_of(roskilde).exists()
    with pytest.raises(CommandError, match="has joined"):
        run("nowhere")


def test_a_failure_is_shown_and_does_not_stop_the_other_municipalities(run, odsherred, roskilde, monkeypatch, caplog):
    for municipality, postcode in ((odsherred, "4500"), (roskilde, "4000")):
        factories.make_household(municipality, postcode=postcode)
    reading = service.read_case

    def read(municipality, **options):
        if municipality == odsherred.code:
            raise ArithmeticError
        return reading(municipality, **options)

    monkeypatch.setattr(service, "read_case", read)
    run()
    failed = drafts_of(odsherred).get()
    assert (failed.state, failed.problem) == ("failed", "ArithmeticError")
    assert drafts_of(roskilde).get().state == "open"
    assert "could not be made" in caplog.text


# Prices of the recent past


def a_past(municipality):
    """Lately several households asked for Dari, and one volunteer speaks it; English many speak."""
    dari = factories.make_volunteer(municipality, languages={"prs": 4, "en": 4}, signed_up_at=days_ago(40))
    english = factories.make_volunteer(municipality, languages={"en": 4}, signed_up_at=days_ago(40), postcode="4573")
    for days in (60, 50, 40, 30):
        household = factories.make_household(municipality, languages={"prs": 4}, wishes=())
        factories.make_request(household, waiting_days=days)
    return dari, english


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def prices_of(municipality):
    now = timezone.now()
    case = read_case(municipality.code, now=now, with_prices=True)
    return case.prices


def test_the_only_one_who_speaks_a_language_that_was_asked_for_has_a_price(odsherred):
    dari, english = a_past(odsherred)
    prices = prices_of(odsherred)
    assert prices[dari.offers.get().pk] > 0.2
    assert english.offers.get().pk not in prices


def test_whoever_came_today_has_a_price_as_well(odsherred):
    a_past(odsherred)
    fresh = factories.make_volunteer(odsherred, languages={"prs": 4}, signed_up_at=timezone.now())
    assert prices_of(odsherred)[fresh.offers.get().pk] > 0.2


def test_a_price_fades_while_a_volunteer_waits_for_somebody_to_help(odsherred):
    dari, _ = a_past(odsherred)
    offer, prices = dari.offers.get().pk, []
    for days in (1, 60, 119, 200):
        Volunteer.objects.within(odsherred).filter(pk=dari.pk).update(signed_up_at=days_ago(days))
        prices.append(prices_of(odsherred).get(offer, 0))
    assert prices == sorted(prices, reverse=True)
    assert prices[0] > 10 * prices[2]
    assert prices[3] == 0


def test_without_four_weeks_of_a_past_nothing_is_held_back(odsherred):
    factories.make_volunteer(odsherred)
    household = factories.make_household(odsherred, wishes=())
    factories.make_request(household, waiting_days=20)
    assert prices_of(odsherred) == {}


def test_the_daily_run_does_not_spend_a_scarce_volunteer_on_somebody_whom_others_can_help(run, odsherred):
    """The Dari speaker is nearest to the household that speaks English; but others may come who speak Dari only."""
    dari, english = a_past(odsherred)
    Request.objects.within(odsherred).update(state="matched")
    wish = factories.make_household(odsherred, languages={"en": 3}, postcode="4500").requests.get()
    run()
    pair = pairs_of(drafts_of(odsherred).get()).get()
    assert (pair.request, pair.volunteer) == (wish, english)
    Draft.objects.within(odsherred).update(state="discarded")
    assert pairs_of(make(odsherred)).get().volunteer == dari


def test_what_an_earlier_match_takes_up_is_not_counted_as_free_in_the_past(odsherred):
    dari, _ = a_past(odsherred)
    match = factories.make_match(Request.objects.within(odsherred).first(), dari)
    assert dari.offers.get().pk in prices_of(odsherred)
    Match.objects.within(odsherred).filter(pk=match.pk).update(started_at=days_ago(100))
    assert dari.offers.get().pk not in prices_of(odsherred)


def test_a_day_whose_draft_failed_is_tried_again_three_times_in_all(odsherred, monkeypatch):
    town(odsherred)
    record = record_of(odsherred)
    monkeypatch.setattr(type(service.make_in_background), "enqueue", lambda *_, **__: None)
    now, day = timezone.now(), timezone.localdate()
    tries = [
        prepare_daily(
            municipality=odsherred.code, day=day, now=now + number * service.LONGEST_MAKING * 2, record=record
        )
        for number in range(5)
    ]
    assert [made is not None for made in tries] == [True, True, True, False, False]
    assert list(drafts_of(odsherred).values_list("state", flat=True)) == ["failed"] * 3
