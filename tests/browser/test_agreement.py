"""A task agreement in the browser: agreed on a phone and by log-in, changed, and printed on one sheet of paper."""

import re

import pytest
from django.utils import timezone

from matching.boundary import MOST_TASKS, TOGETHER
from matching.models import Agreement, Match, Side
from matching.services.agreements import propose_change
from matching.states import AgreementState
from portal.audit.record import SYSTEM, Record
from portal.messages.links import address
from portal.messages.models import Link, LinkPurpose
from portal.municipalities.models import Department, DepartmentKind
from portal.privacy.models import GivenHow
from tests import factories
from tests.browser.journey import press
from volunteers.boundary.models import TaskTypeVersion
from volunteers.choices import REQUEST_KINDS

# A page of paper in a PDF, and not the tree of them.
PAPER = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.fixture
def odsherred(transactional_db):
    municipality = factories.make_municipality(factories.ODSHERRED)
    for kind in DepartmentKind.values:
        Department.objects.create(
            municipality=municipality,
            kind=kind,
            name=f"Afdelingen for {kind.replace('_', ' og ')}",
            phone="59 66 60 00",
        )
    return municipality


@pytest.fixture
def match(odsherred) -> Match:
    return match_in(odsherred, "contact_family", "ar")


def match_in(municipality, kind: str, language: str) -> Match:
    household = factories.make_household(municipality, language=language, wishes=(kind,))
    return factories.make_match(household.requests.get(), factories.make_volunteer(municipality, kinds=(kind,)))


def newest(match: Match) -> Agreement:
    return Agreement.objects.within(match.municipality_id).filter(match=match).order_by("-number").first()


def link_to(match: Match) -> str:
    """Where the message about the agreement leads the household."""
    links = Link.objects.within(match.municipality_id).filter(party=match.household_party)
    return "/" + address(links.filter(purpose=LinkPurpose.AGREEMENT).latest("created_at")).split("/", 3)[3]


def test_a_family_and_a_volunteer_agree_and_the_volunteer_suggests_a_change(person, look, match):
    family = person(javascript=False)
    family.goto(link_to(match))
    press(family, "input[value=ja] + input + button")
    volunteer = person(user=match.volunteer.party.user, javascript=False)
    volunteer.goto(f"/frivillig/match/{match.pk}/aftale/")
    press(volunteer, "input[value=ja] + input + button")
    assert newest(match).state == AgreementState.IN_FORCE

    volunteer.goto(f"/frivillig/match/{match.pk}/aftale/aendr/")
    volunteer.click("details.agreement-others summary")
    volunteer.click("label[for=opgave-homework_help]")
    press(volunteer, "button[value=aendr]")
    assert newest(match).state == AgreementState.VOLUNTEER_YES

    with_javascript = person(user=match.volunteer.party.user)
    for page in ("", "aendr/"):
        with_javascript.goto(f"/frivillig/match/{match.pk}/aftale/{page}")
        look(with_javascript, f"volunteer-{page.strip('/') or 'page'}")
    phone = person()
    for step in ("", "aftale-aendr", "aftale-udskriv"):
        phone.goto(link_to(match) + step)
        look(phone, f"phone-{step or 'page'}")


def test_the_advisers_page_is_accessible_with_both_languages_beside_each_other(person, look, odsherred, match):
    adviser = person(user=factories.make_member(odsherred))
    for page in (f"match/{match.pk}/aftale/", f"match/{match.pk}/aftale/aendr/", "aftaler/"):
        adviser.goto(f"/kommune/odsherred/{page}")
        look(adviser, page.replace("/", "-"))


@pytest.mark.parametrize("language", ["ar", "uk", "ti"])
def test_every_default_and_the_longest_agreement_that_there_can_be_fit_on_one_sheet(person, odsherred, language):
    adviser = person(user=factories.make_member(odsherred))
    longest = max(REQUEST_KINDS, key=lambda kind: length(TOGETHER[kind], language))
    match = match_in(odsherred, longest, language)
    adviser.goto(f"/kommune/odsherred/match/{match.pk}/aftale/udskriv/")
    assert sheets(adviser) == 1
    wordiest = TaskTypeVersion.objects.filter(side__in=["volunteer", "shared", "association"])
    codes = sorted(set(wordiest.values_list("task_type", flat=True)), key=lambda code: -length([code], language))
    propose_change(
        match,
        side=Side.MUNICIPALITY,
        tasks=codes[:MOST_TASKS],
        language=language,
        how=GivenHow.TELEPHONE,
        now=timezone.now(),
        record=Record(SYSTEM, odsherred.code),
    )
    adviser.goto(f"/kommune/odsherred/match/{match.pk}/aftale/udskriv/?version=2")
    assert adviser.locator("section[lang=da] .agreement-tasks").first.locator("li").count() == MOST_TASKS
    assert sheets(adviser) == 1


def length(codes, language: str) -> int:
    versions = TaskTypeVersion.objects.filter(task_type__in=codes)
    fields = ("name", "may", "must_not", "consent")
    return sum(len(one.text(field, code)) for one in versions for field in fields for code in ("da", language))


def sheets(page) -> int:
    return len(PAPER.findall(page.pdf(prefer_css_page_size=True, print_background=True)))
