"""The pages behind links, on a small phone: accessible in every direction of writing, and usable without JavaScript."""

import pytest
from django.utils import timezone

from matching.services.proposals import answer_for_household, answer_for_volunteer
from portal.audit.record import SYSTEM, Record
from portal.messages.links import make_link
from portal.messages.models import LinkPurpose
from tests import factories
from tests.integration.content.pages import make_municipality_page
from tests.integration.matching.phones import link_of, path_of

LANGUAGES = ("da", "ar", "ti")
SMALL = {"width": 320, "height": 560}
YES, NO = ".answers form:first-child button", ".answers form:last-child button"
# What an old phone on a slow net has to fetch for the first page.
MOST_BYTES = 40_000


@pytest.fixture
def odsherred(transactional_db):
    municipality = factories.make_municipality(factories.ODSHERRED)
    municipality.contact_phone = "59 66 60 00"
    municipality.save()
    make_municipality_page(municipality)
    return municipality


@pytest.fixture
def family(odsherred):
    return factories.make_household(odsherred, language="ar", contact={"phone": "55501111"})


@pytest.fixture
def proposal(odsherred, family):
    return factories.make_proposal(family.requests.get(), factories.make_volunteer(odsherred))


def in_each_language(page, look, link, name):
    for language in LANGUAGES:
        page.goto(path_of(link, language=language))
        assert page.locator("html").get_attribute("lang") == language
        look(page, f"{name}-{language}")


@pytest.mark.demand("F048")
def test_question_thanks_and_reasons_are_accessible_in_each_direction(person, look, proposal, family):
    page = person(SMALL)
    for party, name in ((proposal.volunteer.party, "volunteer"), (family.party, "household")):
        in_each_language(page, look, link_of(party), f"{name}-question")
    page.click(NO)
    in_each_language(page, look, link_of(family.party), "no")
    page.click(".chips button >> nth=0")
    look(page, "reason")
    in_each_language(page, look, link_of(proposal.volunteer.party), "over")


@pytest.mark.demand("F048")
def test_a_yes_in_arabic_without_javascript_leads_to_the_match_and_back_again_answers_nothing(
    person, odsherred, proposal, family
):
    record = Record(SYSTEM, odsherred.code)
    answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=record)
    page = person(SMALL, javascript=False)
    page.goto(path_of(link_of(family.party)))
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.click(YES)
    assert page.locator(".fact-list").count() == 1
    page.go_back()
    page.reload()
    assert page.locator(YES).count() == 0
    proposal.refresh_from_db()
    assert proposal.state == "accepted"


def test_the_match_and_every_way_out_are_accessible_in_each_direction(person, look, odsherred, proposal, family):
    record = Record(SYSTEM, odsherred.code)
    answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=record)
    answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record)
    page = person(SMALL)
    in_each_language(page, look, link_of(family.party, LinkPurpose.MATCH), "match")
    page.click("button:has(svg)")
    look(page, "taken-back")


@pytest.mark.demand("F042")
def test_the_consent_and_the_thanks_are_accessible_in_each_direction(person, look, odsherred):
    family = factories.make_household(odsherred, language="ti", consent=False)
    link = make_link(
        party=family.party,
        purpose=LinkPurpose.CONSENT,
        subject=family,
        now=timezone.now(),
        days=7,
        record=Record(SYSTEM, odsherred.code),
    )
    page = person(SMALL)
    in_each_language(page, look, link, "consent")
    page.click(YES)
    in_each_language(page, look, link, "consent-yes")


def test_an_old_phone_fetches_little_and_nothing_from_anybody_else(person, live_server, proposal, family):
    page = person(SMALL)
    fetched = []
    page.on("response", lambda response: fetched.append((response.url, len(response.body()))))
    page.goto(path_of(link_of(family.party)), wait_until="networkidle")
    assert all(url.startswith(live_server.url) for url, _ in fetched)
    assert sum(size for _, size in fetched) < MOST_BYTES, fetched
