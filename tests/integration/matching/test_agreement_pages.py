"""The pages of a task agreement: by link in twelve languages, the volunteer's own, the adviser's, and on paper."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.boundary import TOGETHER
from matching.models import Agreement, AgreementTask, Match, Part
from matching.models.match import Side
from matching.services.agreement_messages import READY
from matching.services.agreements import confirm_agreement
from matching.services.concerns import tell_concern
from matching.services.matches import end_match
from matching.states import AgreementState
from portal.languages.registry import all_languages
from portal.messages.models import LinkPurpose, Message
from portal.messages.routes import remember_route
from portal.municipalities.models import Department, OpenBorder
from portal.privacy.consent import withdraw_consents
from portal.privacy.export import copy_of
from portal.privacy.models import GivenHow
from portal.privacy.retention import forget_what_is_over, rules
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, signed_in
from tests.integration.matching.phones import link_of, path_of, writes
from volunteers.boundary.local import LocalTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(odsherred, household, volunteer) -> Match:
    Department.objects.create(
        municipality=odsherred, kind="volunteering", name="Frivilligkoordinatoren", phone="59 66 61 11"
    )
    return factories.make_match(household.requests.get(), volunteer)


def newest(match: Match) -> Agreement:
    return Agreement.objects.within(match.municipality_id).filter(match=match).order_by("-number").first()


def agree(match: Match, record) -> None:
    for side in (Side.VOLUNTEER, Side.HOUSEHOLD):
        how, now = GivenHow.OWN_PHONE, timezone.now()
        confirm_agreement(newest(match), side=side, language="ar", how=how, now=now, record=record)


@pytest.fixture
def by_link(match) -> str:
    """The page behind the link that the household was sent."""
    return path_of(link_of(match.household_party, LinkPurpose.AGREEMENT)).rstrip("/") + "/"


@pytest.fixture
def own(match) -> str:
    return reverse("volunteer_agreement", args=[match.pk])


# --- By link ----------------------------------------------------------------------------------------------------


def test_a_family_reads_it_in_its_language_and_says_yes_with_one_tap(match, by_link):
    body = Client().get(by_link).content.decode()
    assert '<html lang="ar" dir="rtl">' in body
    assert newest(match).tasks.get(task_type="contact_family").version.text("name", "ar") in body
    Client().post(by_link, {"handling": "ja", "version": newest(match).pk})
    assert (newest(match).state, newest(match).household_how) == (AgreementState.HOUSEHOLD_YES, "own_phone")


def test_opening_the_link_says_nothing(match, by_link):
    Client().get(by_link)
    assert newest(match).state == AgreementState.PROPOSED


@pytest.mark.parametrize("language", settings.PHONE_LANGUAGES)
def test_every_language_has_a_page_and_what_is_in_another_one_is_marked(match, by_link, language):
    body = Client().get(f"{by_link}?sprog={language}").content.decode()
    version = newest(match).tasks.get(task_type="contact_family").version
    assert f'<span lang="{language}"' in body
    assert version.text("name", language) in body
    other = newest(match).tasks.get(task_type="coordinating_admin").version
    marked = language if language in other.by_language else "en"
    assert f'<span lang="{marked}" dir="{all_languages()[marked].direction}">{other.text("name", marked)}' in body


def test_a_family_suggests_other_tasks_and_sees_what_cannot_be_chosen_and_why(match, by_link):
    change = by_link + "aftale-aendr"
    page = Client().get(change, {"sprog": "da"})
    assert "cash_benefit" not in {one.code for one in page.context["choices"]}
    why = next(one for one in page.context["cannot"] if one.code == "cash_benefit")
    assert why.line.text in page.content.decode()
    Client().post(change, {"handling": "aendr", "opgave": ["contact_family", "homework_help"]})
    assert (newest(match).number, newest(match).state) == (2, AgreementState.HOUSEHOLD_YES)
    refused = Client().post(change, {"handling": "aendr", "opgave": ["cash_benefit"]})
    assert 'role="alert"' in refused.content.decode()
    assert newest(match).number == 2


def test_the_kinds_own_tasks_are_offered_first_and_what_is_chosen_is_never_hidden(match, by_link, helper, own):
    page = Client().get(by_link + "aftale-aendr")
    near = [one.code for one in page.context["choices"] if one.is_near]
    assert near == [one.code for one in page.context["choices"]][: len(near)]
    assert set(near) == set(TOGETHER[match.request.kind])
    first, others = page.content.decode().split('<details class="agreement-others">')
    assert 'value="contact_family" checked' in first
    assert 'value="homework_help"' in others
    own_page = helper.get(own + "aendr/")
    assert {one.code for one in own_page.context["choices"] if one.is_near} == set(near)


def test_what_nobody_in_the_municipality_does_names_who_does_it_and_no_department(match, by_link):
    row = newest(match).tasks.get(task_type="medical_interpreting")
    line = next(one for one in Client().get(by_link).context["stands"].newest.beside if one.code == row.task_type_id)
    assert line.outside.text == row.version.text("responsible", "ar")
    body = Client().get(by_link).content.decode()
    assert f"{line.name.html}</strong>: {line.outside.html}</p>" in body


def test_a_page_from_before_the_change_says_so_and_changes_nothing(match, by_link):
    before = newest(match).pk
    Client().post(by_link + "aftale-aendr", {"handling": "aendr", "opgave": ["homework_help"]})
    answer = Client().post(by_link, {"handling": "ja", "version": before}, follow=True)
    assert 'role="alert"' in answer.content.decode()
    assert newest(match).tasks.filter(part=Part.TOGETHER).get().task_type_id == "homework_help"


@pytest.mark.parametrize("purpose", [LinkPurpose.AGREEMENT, LinkPurpose.MATCH])
def test_the_links_of_both_messages_lead_to_it_until_the_match_ends(match, record, purpose):
    path = path_of(link_of(match.household_party, purpose)) + ("aftale" if purpose == LinkPurpose.MATCH else "")
    assert newest(match).tasks.first().version.text("name", "ar") in Client().get(path).content.decode()
    end_match(match, side=Side.VOLUNTEER, now=timezone.now(), record=record)
    assert Client().get(path).status_code == 410


def test_once_contact_is_closed_the_parties_read_no_more_of_it(match, by_link, helper, own, record):
    agree(match, record)
    withdraw_consents(party=match.household_party, recipient=match.volunteer.party, now=timezone.now(), record=record)
    name = "coordinating_admin"
    version = newest(match).tasks.get(task_type=name).version
    assert version.text("name", "ar") not in Client().get(by_link).content.decode()
    assert version.text("name", "da") not in helper.get(own).content.decode()
    assert Client().get(by_link + "aftale-udskriv").status_code == 410
    assert helper.get(reverse("volunteer_agreement_print", args=[match.pk])).status_code == 404


# --- The volunteer's own ----------------------------------------------------------------------------------------


@pytest.mark.demand("F060")
@pytest.mark.demand("F068")
def test_the_volunteer_reads_that_they_are_no_authority_promise_no_service_and_who_the_back_up_is(match, helper, own):
    body = helper.get(own).content.decode()
    assert "En frivillig er ikke en myndighed" in body
    assert "En frivillig lover ikke en ydelse" in body
    assert "Frivilligkoordinatoren</bdi>" in body
    assert 'href="tel:59666111"' in body


@pytest.mark.demand("F054")
def test_the_volunteer_says_yes_and_nobody_orders_or_counts_anything(match, helper, own):
    assert "ingen giver ordrer, og ingen tæller timer" in helper.get(own).content.decode()
    helper.post(own, {"handling": "ja", "version": newest(match).pk})
    assert newest(match).state == AgreementState.VOLUNTEER_YES


def test_the_volunteer_sees_what_is_new_and_what_is_gone_in_a_change(match, helper, own, by_link, record):
    agree(match, record)
    Client().post(by_link + "aftale-aendr", {"handling": "aendr", "opgave": ["contact_family", "homework_help"]})
    shown = helper.get(own).context["stands"].proposed
    assert {line.code for line in shown.together if line.is_new} == {"homework_help"}
    assert len(shown.gone) == 4
    helper.post(own, {"handling": "behold", "version": newest(match).pk})
    assert newest(match).state == AgreementState.DROPPED


def test_somebody_elses_agreement_is_not_found(match, own):
    stranger = Client()
    stranger.force_login(factories.make_volunteer().party.user)
    for name in ("volunteer_agreement", "volunteer_agreement_change", "volunteer_agreement_print"):
        assert stranger.get(reverse(name, args=[match.pk])).status_code == 404


# --- The adviser's ----------------------------------------------------------------------------------------------


def test_the_adviser_reads_it_aloud_and_notes_the_households_yes(match, staff, staff_url):
    page = staff.get(staff_url("agreement", match.pk))
    assert page.context["theirs"].language == "ar"
    sent = {"handling": "ja", "version": newest(match).pk, "hvordan": "telephone"}
    staff.post(staff_url("agreement_answer", match.pk), sent)
    assert (newest(match).state, newest(match).household_how) == (AgreementState.HOUSEHOLD_YES, "telephone")
    assert newest(match).household_language == "ar"


def test_a_yes_noted_twice_is_answered_as_one_that_is_noted(match, staff, staff_url):
    sent = {"handling": "ja", "version": newest(match).pk, "hvordan": "telephone"}
    for _ in range(2):
        page = staff.post(staff_url("agreement_answer", match.pk), sent, follow=True)
        assert [message.level_tag for message in page.context["messages"]] == ["success"]


def test_the_adviser_suggests_other_tasks_to_both(match, staff, staff_url):
    staff.post(staff_url("agreement_change", match.pk), {"handling": "aendr", "opgave": ["homework_help"]})
    assert (newest(match).number, newest(match).proposed_by) == (2, Side.MUNICIPALITY)
    assert newest(match).state == AgreementState.PROPOSED


def test_those_whose_contact_is_closed_do_not_stand_among_those_who_are_awaited(match, staff, staff_url, record):
    assert [row.match_id for row in staff.get(staff_url("agreements")).context["awaiting"]] == [match.pk]
    tell_concern(match, side=Side.HOUSEHOLD, kind="pressure", now=timezone.now(), record=record)
    assert not staff.get(staff_url("agreements")).context["awaiting"]


def test_what_a_changed_rule_forbids_is_listed_and_suggested_anew_with_one_press(match, staff, staff_url, record):
    agree(match, record)
    LocalTask.objects.create(municipality=match.municipality, task_type_id="language_practice", side="professional")
    assert staff.get(staff_url("agreements")).context["anew"] == [match]
    page = staff.get(staff_url("agreement", match.pk))
    assert [name.text for name in page.context["stands"].forbidden] == [
        newest(match).tasks.get(task_type="language_practice").version.text("name", "da")
    ]
    staff.post(staff_url("agreement_answer", match.pk), {"handling": "uden"})
    assert not newest(match).tasks.filter(part=Part.TOGETHER, task_type="language_practice").exists()
    assert [row.match_id for row in staff.get(staff_url("agreements")).context["awaiting"]] == [match.pk]


def test_every_version_is_listed_with_its_dates_also_when_the_match_is_over(match, staff, staff_url, record):
    agree(match, record)
    staff.post(staff_url("agreement_change", match.pk), {"handling": "aendr", "opgave": ["homework_help"]})
    end_match(match, side=Side.HOUSEHOLD, now=timezone.now(), record=record)
    page = staff.get(staff_url("agreement", match.pk))
    states = [(row.number, row.state) for row in page.context["versions"]]
    assert states == [(2, AgreementState.DROPPED), (1, AgreementState.ENDED)]


# --- On paper and in the copy -----------------------------------------------------------------------------------


def test_it_is_printed_in_danish_and_theirs_and_is_no_contract_of_work(match, staff, staff_url):
    body = staff.get(staff_url("agreement_print", match.pk)).content.decode()
    assert body.index('<section lang="da" dir="ltr"') < body.index('<section lang="ar" dir="rtl"')
    assert "Det er ikke en arbejdskontrakt" in body
    assert "هذا ليس عقد عمل" in body


def test_the_volunteer_prints_it_beside_a_language_that_they_choose(match, helper):
    address = reverse("volunteer_agreement_print", args=[match.pk])
    assert '<section lang="uk" dir="ltr"' in helper.get(address, {"sprog": "uk"}).content.decode()
    assert '<section lang="en" dir="ltr"' in helper.get(address, {"sprog": "xx"}).content.decode()


def test_each_side_finds_it_in_the_copy_of_its_data_with_its_own_yes_alone(match, record):
    agree(match, record)
    for party, subject, own, other in (
        (match.household_party, match.household, "household_yes_at", "volunteer_yes_at"),
        (match.volunteer.party, match.volunteer, "volunteer_yes_at", "household_yes_at"),
    ):
        text = str(copy_of(party, subject=subject, now=timezone.now(), record=record))
        assert own in text
        assert other not in text
        assert "contact_family" in text


# --- Across a border, by SMS, and after a year ------------------------------------------------------------------


def test_a_neighbours_volunteer_reads_and_confirms_it_by_log_in_and_by_link(odsherred):
    holbaek = factories.make_municipality(316)
    for one, other in ((odsherred, holbaek), (holbaek, odsherred)):
        OpenBorder.objects.create(municipality=one, neighbour=other)
    volunteer = factories.make_volunteer(holbaek, postcode="4300", max_km=60, also_in=[odsherred.code])
    match = factories.make_match(factories.make_household(odsherred).requests.get(), volunteer)
    link, own = link_of(volunteer.party, LinkPurpose.AGREEMENT), reverse("volunteer_agreement", args=[match.pk])
    browser = signed_in(volunteer.party.user)
    assert link.municipality == holbaek
    assert odsherred.official_name in Client().get(path_of(link)).content.decode()
    browser.post(own, {"handling": "ja", "version": newest(match).pk})
    assert newest(match).state == AgreementState.VOLUNTEER_YES
    browser.post(own + "aendr/", {"handling": "aendr", "opgave": ["homework_help"]})
    Client().post(path_of(link), {"handling": "ja", "version": newest(match).pk})
    assert (newest(match).number, newest(match).state) == (2, AgreementState.VOLUNTEER_YES)
    assert browser.get(own + "udskriv/").status_code == 200


def test_a_yes_by_sms_to_what_nobody_has_read_confirms_nothing_and_goes_to_the_adviser(match):
    waiting = Message.objects.within(match.municipality_id).filter(party=match.household_party, text=READY)
    waiting.update(state="delivered", sent_at=timezone.now() + timedelta(days=1))
    remember_route(HOUSEHOLDS["phone"], match.household_party, timezone.now())
    reply = writes(match.household_party, "نعم")
    assert newest(match).state == AgreementState.PROPOSED
    assert reply.handled_at is None


def test_a_year_after_the_match_nothing_of_it_is_left(match, record):
    agree(match, record)
    end_match(match, side=Side.HOUSEHOLD, now=timezone.now(), record=record)
    rule = next(rule for rule in rules() if rule.name == "matches")
    in_a_year = timezone.now() + timedelta(days=367)
    forget_what_is_over(rule, match.municipality, now=in_a_year, record=record)
    assert not Agreement.objects.within(match.municipality_id).exists()
    assert not AgreementTask.objects.within(match.municipality_id).exists()


def test_a_yes_pressed_twice_on_the_phone_is_one_and_is_not_answered_with_a_warning(match, by_link):
    sent = {"handling": "ja", "version": str(newest(match).pk)}
    for _ in range(2):
        assert "besked" not in Client().post(by_link, sent)["Location"]
    assert newest(match).state == AgreementState.HOUSEHOLD_YES
