"""Everybody gets a copy of what is kept about them, and of nobody else."""

import json

import pytest
from django.apps import apps
from django.db.models import ForeignKey, OneToOneField
from django.test import Client
from django.urls import reverse

from portal.audit.models import Event
from portal.privacy.export import gatherers
from tests import factories

pytestmark = pytest.mark.django_db
# Reached from a party, and yet in no copy.
ELSEWHERE = {
    "matching.Call": "that an employee is to call somebody; holds no word of what is said",
    "matching.Draft": "holds numbers about all who wait, of nobody",
    "matching.DraftPair": "a thought of the municipality's that nobody was asked about; gone with the draft",
    "matching.FollowUp": "that an employee has acted on a sign about a match; says nothing of either side",
    "matching.ReceptionCoordinator": "which employee looks after a reception; nothing of the household",
    "matching.Seat": "with the household's wishes",
}
PARTIES = {"privacy.Party", "volunteers.Volunteer", "matching.Household"}


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def match(odsherred):
    household = factories.make_household(odsherred, contact={"name": "Rojîn Canary", "phone": "55509999"})
    household.party.user = factories.make_user()
    household.party.save()
    volunteer = factories.make_volunteer(odsherred, contact={"name": "Birthe Canary", "phone": "55508888"})
    return factories.make_match(household.requests.get(), volunteer)


def test_every_model_with_somebodys_data_is_in_the_copy_or_says_why_not():
    reached = set(PARTIES)
    while True:
        more = {
            model._meta.label
            for model in apps.get_models()
            for field in model._meta.get_fields()
            if isinstance(field, ForeignKey | OneToOneField) and field.related_model._meta.label in reached
        }
        if more <= reached:
            break
        reached |= more
    gathered = set().union(*(one.models for one in gatherers()))
    assert reached - gathered - set(ELSEWHERE) == set()
    assert gathered <= reached


@pytest.mark.parametrize("whose", ["volunteer", "household", "adviser"])
def test_the_copy_holds_ones_own_and_never_the_others(match, odsherred, whose):
    own, others = "55508888", "55509999"
    user, address = match.volunteer.party.user, reverse("volunteer_data")
    if whose != "volunteer":
        own, others = others, own
        user, address = match.household_party.user, reverse("own_data")
    if whose == "adviser":
        user, address = (
            factories.make_member(odsherred),
            reverse("household_data", args=["odsherred", match.household_id]),
        )

    page = browser(user).get(address).content.decode()
    file = browser(user).get(address + "?fil=json")

    assert own in page
    assert others not in page
    assert file["Content-Disposition"].startswith("attachment")
    data = json.loads(file.content)
    assert {"contact", "consents", "proposals", "matches", "messages", "links"} <= set(data)
    assert own in file.content.decode()
    assert others not in file.content.decode()
    assert Event.objects.filter(action="party.copied").count() == 2


def test_an_adviser_who_makes_a_copy_has_seen_how_to_reach_them(match, odsherred):
    browser(factories.make_member(odsherred)).get(reverse("household_data", args=["odsherred", match.household_id]))
    assert Event.objects.filter(action="household.contact_seen").exists()


def test_what_was_told_a_coordinator_in_confidence_is_in_ones_own_copy_and_not_on_the_advisers_screen(match, odsherred):
    factories.make_concern(match, kind="money")
    match.household_party.messages.create(
        municipality=odsherred, text="concern_received", language="da", subject="Tak", body="Vi ringer", key="canary"
    )
    own = browser(match.household_party.user).get(reverse("own_data") + "?fil=json").content.decode()
    adviser = browser(factories.make_member(odsherred))
    page = reverse("household_data", args=["odsherred", match.household_id])
    advisers = adviser.get(page + "?fil=json").content.decode()

    for confidential in ("told_at", "Vi ringer"):
        assert confidential in own
        assert confidential not in advisers


def test_a_copy_is_not_for_strangers(match, roskilde, client):
    stranger = browser(factories.make_member(roskilde))
    assert stranger.get(reverse("household_data", args=["odsherred", match.household_id])).status_code == 404
    assert stranger.get(reverse("own_data")).status_code == 404
    assert client.get(reverse("volunteer_data")).status_code == 302
