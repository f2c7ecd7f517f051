"""What has been kept long enough is forgotten, by rules that the municipality can read."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.models import AdviserChange, CheckIn, Household, Proposal
from matching.services import receptions
from matching.services.matches import end_match
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.messages.models import Link, Message, Reply
from portal.messages.numbers import normalised
from portal.messages.routes import is_stopped, remember_route, routes_of, set_stopped
from portal.municipalities.models import Role
from portal.privacy import retention
from portal.privacy.models import ContactDetails
from portal.privacy.retention import forget_what_is_over, rules, waiting
from tests import boundary_factories, factories
from volunteers.models import CertificateCheck, Volunteer
from volunteers.services import move

pytestmark = pytest.mark.django_db
RECORD = Record(SYSTEM, factories.ODSHERRED)
RULE = {rule.name: rule for rule in rules()}


def after(days):
    return timezone.now() + timedelta(days=days)


def forget(name, municipality, days):
    return forget_what_is_over(RULE[name], municipality, now=after(days), record=RECORD)


def details(party):
    return ContactDetails.objects.following("a test").get(party=party)


def test_words_of_messages_go_after_ninety_days_and_that_they_were_sent_stays(odsherred):
    factories.make_match()
    first = Message.objects.within(odsherred).filter(state="queued").first()
    messages = Message.objects.within(odsherred).exclude(pk=first.pk)  # which is still on its way
    messages.filter(state="queued").update(state="sent")
    assert forget("messages", odsherred, 89) == 0

    assert forget("messages", odsherred, 91) == messages.count() > 0

    assert set(messages.values_list("subject", "body", "calendar")) == {("", "", "")}
    assert forget("messages", odsherred, 91) == 0


def test_replies_and_dead_links_go_and_the_messages_of_the_links_stay(odsherred):
    match = factories.make_match()
    Reply.objects.create(
        municipality=odsherred, party=match.household_party, text="ja tak", received_at=timezone.now(), provider_id="1"
    )
    messages = Message.objects.within(odsherred).update(state="sent")

    assert forget("replies", odsherred, 91) == 1
    assert forget("links", odsherred, 500) > 0

    assert not Link.objects.within(odsherred).exists()
    assert Message.objects.within(odsherred).count() == messages


def test_a_sign_up_that_nobody_confirmed_is_forgotten_and_a_confirmed_one_is_not(odsherred):
    never, active = factories.make_volunteer(odsherred, state="awaiting_email"), factories.make_volunteer(odsherred)
    assert forget("unconfirmed", odsherred, 31) == 1
    never.refresh_from_db()
    assert (never.state, never.display_name, details(never.party).name) == ("left", "", "")
    assert details(active.party).name


def test_a_year_after_a_volunteer_has_stopped_times_and_certificate_checks_are_gone(odsherred):
    volunteer = factories.make_volunteer(odsherred)
    move(volunteer, "leave", record=RECORD)
    assert forget("left", odsherred, 300) == 0

    assert (forget("left", odsherred, 366), forget("left", odsherred, 366)) == (1, 0)

    assert Volunteer.objects.within(odsherred).get().slots == []
    assert not CertificateCheck.objects.within(odsherred).exists()


def test_a_year_after_a_match_has_ended_what_was_said_is_gone_and_its_pages_still_open(odsherred):
    match = factories.make_match()
    CheckIn.objects.within(odsherred).update_or_create(
        match=match, side="volunteer", occasion="2w",
        defaults={
            "municipality": odsherred, "due_on": timezone.localdate(), "state": "answered", "answer": "good",
            "answered_at": timezone.now(),
        },
    )  # fmt: skip
    assert forget("proposals", odsherred, 400) == forget("matches", odsherred, 400) == 0  # it goes on
    end_match(match, now=timezone.now(), record=RECORD)

    assert forget("proposals", odsherred, 400) == forget("matches", odsherred, 400) == 1
    assert forget("proposals", odsherred, 400) == forget("matches", odsherred, 400) == 0

    proposal = Proposal.objects.within(odsherred).get()
    assert (proposal.reasons, proposal.volunteer_card["kind"]) == ([], "contact_family")
    assert not CheckIn.objects.within(odsherred).exists()
    volunteer, adviser = Client(), Client()
    volunteer.force_login(match.volunteer.party.user)
    adviser.force_login(factories.make_member(odsherred))
    assert volunteer.get(reverse("volunteer_match", args=[match.pk])).status_code == 200
    assert volunteer.get(reverse("volunteer_proposal", args=[proposal.pk])).status_code == 200
    for view, key in (("match", match.pk), ("proposal", proposal.pk), ("match_for_household", match.pk)):
        assert adviser.get(reverse(view, args=["odsherred", key])).status_code == 200


def test_a_closed_household_loses_its_addresses_after_a_month_and_its_profile_after_a_year(odsherred):
    household, other = factories.make_household(odsherred), factories.make_household(odsherred)
    Household.objects.within(odsherred).filter(pk=household.pk).update(
        state="closed", closed_at=timezone.now(), closed_reason="returned"
    )
    assert forget("closed_contact", odsherred, 29) == 0

    assert forget("closed_contact", odsherred, 31) == 1
    assert forget("closed_profile", odsherred, 366) == 1
    assert forget("closed_contact", odsherred, 31) == forget("closed_profile", odsherred, 366) == 0

    assert (details(household.party).name, details(household.party).phone) == ("", "")
    household.refresh_from_db()
    assert (household.display_name, household.children, household.slots) == ("–", [], [])
    assert details(other.party).name
    adviser = Client()
    adviser.force_login(factories.make_member(odsherred))
    assert adviser.get(household.get_absolute_url()).status_code == 200


def test_the_record_of_the_decision_names_every_rule_with_its_days(settings):
    record = (settings.BASE_DIR / "docs/decisions/0010-consent-ledger.md").read_text(encoding="utf-8")
    rows = [line for line in record.splitlines() if line.startswith("| `")]
    told = {name: int(row.split("|")[2]) for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert told == {rule.name: rule.days for rule in rules()}


def test_whose_a_number_was_goes_with_the_number_and_a_stop_stays(odsherred):
    gone, known, stopped = (factories.make_household(odsherred) for _ in range(3))
    for number, household in (("55501111", gone), ("55502222", known), ("55503333", stopped)):
        remember_route(number, household.party, timezone.now())
    set_stopped(normalised("55503333"), timezone.now())
    ContactDetails.objects.following("a test").filter(party__in=[gone.party, stopped.party]).update(phone="")

    assert forget("routes", odsherred, 29) == 0
    assert forget("routes", odsherred, 31) == 1

    assert not routes_of(normalised("55501111"))
    assert routes_of(normalised("55502222"))
    assert is_stopped(normalised("55503333"))


def test_another_municipalitys_rows_stay(odsherred, roskilde):
    factories.make_match()
    assert forget("messages", roskilde, 400) == 0


def test_many_rows_are_forgotten_a_batch_at_a_time(odsherred, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        factories.make_volunteer(odsherred, state="awaiting_email")
    assert forget("unconfirmed", odsherred, 31) == 5
    counts = [event.details for event in Event.objects.filter(action="retention.forgot").order_by("at")]
    assert counts == [{"rule": "unconfirmed", "count": count} for count in (2, 2, 1)]


def test_the_command_counts_without_forgetting_when_asked_to(odsherred, settings):
    volunteer = factories.make_volunteer(odsherred, state="awaiting_email")
    volunteer.signed_up_at -= timedelta(days=31)
    volunteer.save()
    for words, state in ((["--dry-run"], "awaiting_email"), ([], "left")):
        out = StringIO()
        call_command("forget_what_is_over", *words, stdout=out)
        volunteer.refresh_from_db()
        assert "odsherred unconfirmed: 1" in out.getvalue()
        assert volunteer.state == state


def test_the_days_are_a_setting_and_a_wrong_one_is_said_at_start(settings, odsherred):
    settings.PORTAL_RETENTION_DAYS = {"unconfirmed": 3}
    factories.make_volunteer(odsherred, state="awaiting_email")
    assert waiting(RULE["unconfirmed"], odsherred, now=after(4)) == 1
    settings.PORTAL_RETENTION_DAYS = {"unconfirmd": 3, "left": 0}
    assert [error.id for error in run_checks() if error.id == "portal.E006"] == ["portal.E006"] * 2


def test_the_administrator_reads_every_rule_and_what_it_forgets_tomorrow(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.ADMINISTRATOR))
    page = client.get(reverse("retention", args=["odsherred"]))
    assert [one.rule.name for one in page.context["kept"]] == list(RULE)
    client.force_login(factories.make_member(odsherred, Role.ADVISER))
    assert client.get(reverse("retention", args=["odsherred"])).status_code == 404


@pytest.mark.parametrize("name", RULE)
def test_every_rule_works_for_the_sites_own_role(as_site, odsherred, name):
    """Nobody but the tables' owner may do more, and the command runs as the site."""
    match = factories.make_match()
    Message.objects.within(odsherred).update(state="sent")
    factories.make_volunteer(odsherred, state="awaiting_email")
    Reply.objects.create(
        municipality=odsherred, party=match.household_party, text="ja", received_at=timezone.now(), provider_id="1"
    )
    AdviserChange.objects.create(municipality=odsherred, household=match.household, note="Ring om aftenen")
    remember_route("55501111", match.volunteer.party, timezone.now())
    reception = boundary_factories.make_reception(match.household, arrival=timezone.localdate())
    receptions.finish(reception, now=timezone.now(), record=RECORD)
    end_match(match, now=timezone.now(), record=RECORD)
    move(match.volunteer, "leave", record=RECORD)
    Household.objects.within(odsherred).update(state="closed", closed_at=timezone.now(), closed_reason="moved")
    with as_site():
        forgotten = forget_what_is_over(RULE[name], odsherred, now=after(800), record=RECORD)
    assert forgotten >= (0 if name == "moves" else 1)
