"""The guidance page: who does what, both sides of speaking up for a family, and what is shown and not enforced."""

import re
from html import unescape
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import translation

from portal.privacy.freetext import refuse_cpr, sensitive_words
from tests import factories
from volunteers.boundary.asking import ask
from volunteers.boundary.entries import Answer

pytestmark = pytest.mark.django_db


def address(name, language="en"):
    with translation.override(language):
        return reverse(name)


def page(client, language="en"):
    return unescape(client.get(address("roles", language)).content.decode())


def section(client, heading_id):
    """What stands between this heading and the next."""
    found = re.search(rf'<h[23] id="{heading_id}">.*?(?=<h[23]|</section>)', page(client), re.DOTALL)
    assert found, heading_id
    return found[0]


@pytest.mark.demand("F069")
@pytest.mark.parametrize(
    "party",
    [
        "The volunteer",
        "The newcomer",
        "The municipality",
        "The association",
        "The department",
        "The housing project and other partners",
    ],
)
def test_each_party_reads_what_it_does_and_does_not(client, party):
    part = page(client).split(f"<h2>{party}</h2>", 1)[1].split("</section>", 1)[0]
    assert "Does:" in part and "Does not:" in part


@pytest.mark.demand("F058")
def test_it_says_what_only_volunteers_can_give(client):
    shown = section(client, "only-volunteers")
    assert "It cannot be anybody’s friend" in shown
    assert shown.count("<li>") == 5


@pytest.mark.demand("F062")
def test_both_sides_of_advocacy_are_shown(client):
    shown = page(client)
    free, bound = shown.index("You may speak up for them"), shown.index("You are not their lawyer")
    assert "You may criticise the municipality" in shown[free:bound]
    assert "Forvaltningsloven § 8" in shown[free:bound]
    assert "do not sign" in shown[bound:]
    assert f'href="{address("may_i")}?opgave=legal_counselling"' in shown[bound:]


@pytest.mark.demand("F057")
def test_nothing_keeps_a_volunteer_from_speaking_up(client):
    criticism = "Kommunen svigter familierne, og det siger jeg højt i avisen."
    refuse_cpr(criticism)
    assert sensitive_words(criticism) == []
    best = ask("må jeg kritisere kommunen i avisen", language="da", municipality=None).best
    assert best is None or best.answer != Answer.NO
    conduct = unescape(client.get(address("code_of_conduct")).content.decode())
    assert not re.search(r"\bcritici|\bpublic statement|\bloyal", conduct)


@pytest.mark.demand("F062")
def test_the_way_out_of_a_conflict_has_an_order_that_binds_nobody(client):
    shown = section(client, "disagree")
    steps = [
        "The one it is about.",
        "Your coordinator.",
        "Your association",
        "The head of the department.",
        "the press",
    ]
    places = [shown.index(step) for step in steps]
    assert places == sorted(places)
    assert "You may skip a step" in shown
    assert "the complaint is the family’s own" in shown


def test_a_volunteer_reads_there_whom_to_call(client, odsherred):
    odsherred.contact_name, odsherred.contact_phone = "Mette Holm", "59 66 60 22"
    odsherred.save()
    assert "Mette Holm" not in section(client, "disagree")
    client.force_login(factories.make_volunteer(odsherred).party.user)
    shown = section(client, "disagree")
    assert "Mette Holm" in shown and 'href="tel:59666022"' in shown


@pytest.mark.demand("F067")
def test_worry_about_a_child_waits_for_no_step_and_is_not_written_here(client):
    shown = section(client, "disagree")
    assert f'href="{address("duty")}"' in shown
    assert "do not write it in the portal" in shown
    assert "<textarea" not in page(client)


def test_insurance_is_explained(client):
    shown = section(client, "insurance")
    assert "Serviceloven § 18 a" in shown
    assert "must then set guidelines" in shown and "an association has no duty to" in shown


def test_unpaid_is_explained(client):
    shown = section(client, "unpaid")
    assert "Voluntary work is unpaid" in shown and "a-kasse" in shown
    # Nobody has verified the reference yet, and the page says so.
    assert "Ligningsloven § 7 M" in shown and "to be checked" in shown


def test_section_18_is_explained(client):
    shown = section(client, "section-18")
    assert "Serviceloven § 18<" in shown
    assert "stays fully responsible" in shown and "set money aside" in shown


def test_the_integration_council_is_explained(client):
    shown = section(client, "integration-council")
    assert "Integrationsloven § 42" in shown
    assert "may set up" in shown and "at least seven residents" in shown and "decides nothing" in shown


def test_confidentiality_that_goes_on_is_explained(client):
    shown = section(client, "confidentiality")
    assert "also when the match has ended" in shown
    assert "Straffeloven § 264 d" in shown and f'href="{address("confidentiality")}"' in shown


@pytest.mark.parametrize("language", ["da", "en", "uk", "ar"])
def test_it_is_there_in_every_language_of_the_pages_with_headings_in_order(client, language):
    shown = page(client, language)
    levels = [int(level) for level in re.findall(r"<h([1-6])", shown)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in shown


def test_it_leads_to_may_i_do_this(client):
    assert f'<a class="button button-secondary" href="{address("may_i")}">' in page(client)
