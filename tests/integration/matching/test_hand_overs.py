"""Handing over: two taps, the household's yes, a department that answers, and an answer that travels back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.timezone import now as clock
from django.utils.translation import override

from matching.models import HandOver, Match
from matching.selectors_hand_overs import of_departments, seen_by_volunteer, tasks_of_consents
from matching.services.concerns import tell_concern
from matching.services.hand_over_work import close_hand_over, take_hand_over
from matching.services.hand_overs import (
    AskedLately,
    HandOverOver,
    NoContactNow,
    answer_for_hand_over,
    hand_over_for_household,
    lapse_hand_overs,
    withdraw_hand_overs,
)
from matching.words.hand_overs import hand_over_words, how_it_goes
from portal.audit.record import SYSTEM, Record
from portal.messages.models import Link, LinkPurpose, Message
from portal.municipalities.borders import open_border
from portal.municipalities.models import Role
from portal.privacy.consent import withdraw_consents
from portal.privacy.ledger import what_was_shown
from portal.privacy.models import Channel, Consent, GivenHow
from portal.privacy.words import in_digits
from tests import factories
from tests.integration.matching.conftest import signed_in
from tests.integration.matching.handing_over import TASK, ask, citizen_service, fresh, mails, record_of, send, system
from tests.integration.matching.phones import link_of, opened, path_of, tap, texts_to
from volunteers.boundary.local import LocalTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer, adviser):
    household.adviser = adviser
    household.save()
    return factories.make_match(household.requests.get(), volunteer)


@pytest.fixture
def employee(odsherred):
    return factories.make_member(odsherred, Role.DEPARTMENT, user=factories.make_user(name="Bo Borgerservice"))


@pytest.fixture
def department(odsherred, employee):
    return citizen_service(odsherred, employee)


@pytest.fixture
def own_page(match):
    """The volunteer's browser."""
    return signed_in(match.volunteer.party.user)


@pytest.fixture
def page(match):
    return f"{reverse('volunteer_hand_over', args=[match.pk])}?opgave={TASK}"


def test_two_taps_ask_the_household_and_nobody_else(match, department, own_page, page):
    shown = own_page.get(page).content.decode()
    assert "Borgerservice" in shown and "55505550" in shown
    assert "<textarea" not in shown and 'type="text"' not in shown.partition("<main")[2]
    assert not HandOver.objects.within(match.municipality_id).exists()
    own_page.post(page, {"opgave": TASK})
    row = fresh(match)
    assert (row.state, row.department, row.consent, row.due_on) == ("asked", department, None, None)
    assert texts_to(match.household_party)[-1] == "hand_over_ask"
    assert not mails("staff_hand_over").exists()
    assert list(of_departments([department], match.municipality, clock())) == []


@pytest.mark.demand("F041")
def test_the_household_reads_department_and_task_in_its_own_language_and_its_yes_sends_it(match, department):
    ask(match)
    link = link_of(match.household_party, LinkPurpose.HAND_OVER)
    words = opened(link, language="uk").content.decode()
    row = fresh(match)
    assert "Borgerservice" in words and row.version.text("name", "uk") in words
    tap(link, "ja", language="uk")
    row = fresh(match)
    consent = Consent.objects.following("the household's").get(pk=row.consent_id)
    assert (row.state, row.due_on) == ("sent", localdate() + timedelta(days=10))
    assert (consent.department, consent.fields, consent.language) == (department, [], "uk")
    assert consent.given_how == GivenHow.OWN_PHONE and consent.text.code == "consent_hand_over"
    assert mails("staff_hand_over").get().user.name == "Bo Borgerservice"
    assert mails("hand_over_sent").get().party == match.volunteer.party


def test_neither_e_mail_nor_sms_says_who_it_is_or_what_it_is_about(match, department, household):
    row = send(match)
    take_hand_over(row, now=clock(), record=system(match))
    close_hand_over(row, answer="done", now=clock(), record=system(match))
    for message in Message.objects.following("any").filter(text__contains="hand_over"):
        for private in (household.display_name, row.version.text("name", "da"), "Borgerservice"):
            assert private not in message.body + message.subject


def test_the_task_cannot_take_longer_than_the_deadline_there(match, department):
    LocalTask.objects.create(municipality=match.municipality, task_type_id=TASK, deadline_days=3)
    assert send(match).due_on == localdate() + timedelta(days=3)


def test_a_no_tells_the_volunteer_that_it_goes_no_further_and_nothing_is_kept_of_a_yes(match, department):
    ask(match)
    tap(link_of(match.household_party, LinkPurpose.HAND_OVER), "nej")
    row = fresh(match)
    assert (row.state, row.consent) == ("declined", None)
    assert mails("hand_over_not_sent").get().party == match.volunteer.party
    assert not mails("staff_hand_over").exists()
    with pytest.raises(AskedLately):
        ask(match)


def test_no_answer_in_two_weeks_closes_it_and_the_link(match, department):
    ask(match)
    later = clock() + timedelta(days=14, minutes=1)
    lapse_hand_overs(municipality=match.municipality_id, now=later, record=system(match))
    assert fresh(match).state == "lapsed"
    assert mails("hand_over_not_sent").exists()
    assert opened(link_of(match.household_party, LinkPurpose.HAND_OVER)).status_code == 410


def test_two_taps_at_once_and_two_who_pass_on_the_same_make_one(match, department, own_page, page, adviser):
    own_page.post(page, {"opgave": TASK})
    own_page.post(page, {"opgave": TASK})
    new = reverse("hand_over_new", args=[match.municipality.slug, match.household_id])
    signed_in(adviser).post(new, {"opgave": TASK, "hvordan": "link"})
    assert HandOver.objects.within(match.municipality_id).count() == 1
    assert texts_to(match.household_party).count("hand_over_ask") == 1


def test_a_link_answers_once(match, department):
    ask(match)
    link = link_of(match.household_party, LinkPurpose.HAND_OVER)
    tap(link, "ja")
    tap(link, "ja")
    assert fresh(match).state == "sent"
    assert Consent.objects.following("all").filter(department=department).count() == 1


def test_a_no_from_a_page_that_still_stood_open_takes_the_yes_back_and_is_never_a_yes_again(match, department):
    ask(match)
    link = link_of(match.household_party, LinkPurpose.HAND_OVER)
    for answer in ("ja", "nej", "ja"):
        tap(link, answer)
    assert fresh(match).state == "withdrawn"
    assert not Consent.objects.following("all").active(clock()).filter(department=department).exists()


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("shopping_driving", "frivillige"),
        ("trauma_treatment", "ring"),
        ("romantic", "portalen"),
        ("school_enrolment", "afdeling"),
    ],
)
def test_what_cannot_be_handed_over_says_why_and_writes_to_nobody(match, department, own_page, task, said):
    page = f"{reverse('volunteer_hand_over', args=[match.pk])}?opgave={task}"
    own_page.post(page, {"opgave": task})
    assert own_page.get(page).status_code == 200
    assert not HandOver.objects.within(match.municipality_id).exists()
    assert not mails("hand_over_ask").exists()


def test_a_department_without_contact_is_refused_with_the_way_to_add_one(match, department, staff, own_page, page):
    department.phone = ""
    department.save()
    own_page.post(page, {"opgave": TASK})
    assert not HandOver.objects.within(match.municipality_id).exists()
    assert "administrator" in own_page.get(page).content.decode().lower()
    new = reverse("hand_over_new", args=[match.municipality.slug, match.household_id])
    refused = staff.post(new, {"opgave": TASK, "hvordan": "nu"})
    assert refused.status_code == 422 and "administrator" in refused.content.decode().lower()
    factories.make_member(match.municipality, Role.ADMINISTRATOR, user=match.household.adviser)
    assert reverse("departments", args=[match.municipality.slug]) in staff.get(new).content.decode()


def test_a_volunteer_whose_match_is_stopped_or_ended_hands_nothing_over(match, department, own_page, page):
    tell_concern(match, side="household", kind="money", now=clock(), record=system(match))
    assert own_page.get(page).status_code == 404
    with pytest.raises(NoContactNow):
        ask(match)


def test_without_a_task_the_page_leads_back_to_the_match(match, department, page, own_page):
    response = own_page.get(page.split("?")[0])
    assert response.url == reverse("volunteer_match", args=[match.pk])


def test_another_volunteer_finds_nothing(match, department, page):
    stranger = factories.make_volunteer(match.municipality)
    assert signed_in(stranger.party.user).get(page).status_code == 404


def test_the_volunteer_sees_in_good_hands_and_never_the_answer_itself(match, department, own_page):
    row = send(match)
    shown = own_page.get(reverse("volunteer_match", args=[match.pk])).content.decode()
    assert how_it_goes(row, localdate()) in shown
    assert how_it_goes(row, localdate()) in own_page.get(reverse("volunteer_home")).content.decode()
    close_hand_over(row, answer="appointment", now=clock(), record=system(match))
    after = own_page.get(reverse("volunteer_match", args=[match.pk])).content.decode()
    assert how_it_goes(fresh(match), localdate()) in after and "Borgerservice" in how_it_goes(fresh(match), localdate())
    assert fresh(match).get_answer_display() not in after


@pytest.mark.parametrize("taken_back", [{"handling": "tilbage"}, {"svar": "nej"}], ids=["later", "in another tab"])
def test_the_household_takes_its_yes_back_where_it_gave_it(match, department, taken_back):
    send(match)
    link = link_of(match.household_party, LinkPurpose.HAND_OVER)
    Client().post(path_of(link), taken_back)
    assert fresh(match).state == "withdrawn"


def test_the_households_ledger_shows_the_yes_and_which_department(match, department, household):
    send(match)
    lines = what_was_shown(household.party, subject=household, now=clock())
    assert any("Borgerservice" in line.text for line in lines)


@pytest.mark.parametrize(
    ("language", "said"), [("da", "Borgerservice"), ("uk", "Borgerservice (обслуговування громадян)")]
)
def test_what_a_department_answers_for_stands_beside_its_danish_name(match, department, household, language, said):
    send(match)
    row = fresh(match)
    assert hand_over_words(row, language, now=clock()).subject.count(said) == 1
    with override(language):
        lines = what_was_shown(household.party, subject=household, now=clock())
    assert any(f"{said} " in line.text for line in lines)


def test_the_ledger_names_the_one_kind_of_task_and_no_more_is_allowed(match, department, household):
    send(match)
    with override("en"):
        tasks = tasks_of_consents(household.party)
        (line,) = [
            line.text
            for line in what_was_shown(household.party, subject=household, now=clock(), tasks=tasks)
            if "Borgerservice" in line.text
        ]
        assert f"one kind of task ({fresh(match).version.text('name', 'en')})" in line


def test_the_link_tells_when_yes_was_said_and_that_the_department_has_answered(match, department):
    send(match)
    link = link_of(match.household_party, LinkPurpose.HAND_OVER)
    said_on = in_digits(fresh(match).sent_at)
    close_hand_over(fresh(match), answer="done", now=clock(), record=system(match))
    body = opened(link).content.decode()
    assert said_on in body and department.name in body


def test_a_link_that_was_answered_by_telephone_shows_what_came_of_it(match, department):
    row, now = ask(match), clock()
    how = GivenHow.TELEPHONE
    answer_for_hand_over(row, yes=True, how=how, language="ar", now=now, record=record_of(match))
    page = opened(link_of(match.household_party, LinkPurpose.HAND_OVER))
    assert page.status_code == 200
    assert in_digits(now) in page.content.decode()


def test_an_adviser_notes_a_yes_by_telephone_for_a_household_without_messages(match, department, staff, household):
    household.party.channel = Channel.PHONE
    household.party.save()
    new = reverse("hand_over_new", args=[match.municipality.slug, household.pk])
    screen = staff.post(new, {"opgave": TASK, "hvordan": "nu"}).url
    assert "Borgerservice" in staff.get(screen).content.decode()
    staff.post(screen, {"svar": "ja", "maade": "telephone", "sprog": "ar"})
    row = fresh(match)
    assert (row.state, row.raised_by) == ("sent", "municipality")
    assert row.consent.given_how == GivenHow.TELEPHONE
    assert not mails("hand_over_sent").exists()


def test_a_household_nobody_could_write_to_stands_on_the_advisers_worklist(match, department, staff, household):
    household.party.channel = Channel.PHONE
    household.party.save()
    ask(match)
    worklist = staff.get(reverse("follow_up", args=[match.municipality.slug])).content.decode()
    assert reverse("hand_over_screen", args=[match.municipality.slug, fresh(match).pk]) in worklist


def test_a_neighbours_volunteer_passes_on_to_the_households_department(household, roskilde, department):
    for one, other in ((household.municipality, roskilde), (roskilde, household.municipality)):
        open_border(municipality=one, neighbour=other, now=clock(), record=Record(SYSTEM, one.pk))
    neighbour = factories.make_volunteer(roskilde, also_in=[household.municipality_id], max_km=200)
    match = factories.make_match(household.requests.get(), neighbour)
    client = signed_in(neighbour.party.user)
    page = f"{reverse('volunteer_hand_over', args=[match.pk])}?opgave={TASK}"
    client.post(page, {"opgave": TASK})
    tap(link_of(match.household_party, LinkPurpose.HAND_OVER), "ja")
    assert fresh(match).state == "sent"
    assert (
        how_it_goes(fresh(match), localdate())
        in client.get(reverse("volunteer_match", args=[match.pk])).content.decode()
    )
    assert "hand_over_sent" in texts_to(neighbour.party)


def test_the_database_shows_a_hand_over_to_nobody_elses_municipality(match, department, roskilde, as_site):
    send(match)
    with as_site(municipality=roskilde.pk, user=factories.make_member(roskilde).pk):
        assert not HandOver.objects.following("whatever is seen").exists()


def test_a_household_that_goes_takes_its_open_hand_overs_with_it(match, department, household):
    ask(match)
    withdraw_hand_overs(household, now=clock(), record=record_of(match))
    assert fresh(match).state == "withdrawn"
    assert opened(link_of(match.household_party, LinkPurpose.HAND_OVER)).status_code == 410
    how = GivenHow.ADVISER_SCREEN
    with pytest.raises(HandOverOver):
        answer_for_hand_over(fresh(match), yes=True, how=how, language="da", now=clock(), record=record_of(match))
    assert not Link.objects.within(match.municipality_id).filter(used_at__isnull=False, purpose="hand_over").exists()


@pytest.mark.parametrize("side", ["volunteer", "household"])
def test_who_has_closed_contact_is_asked_nothing_by_the_other(match, department, side):
    own, other = match.volunteer.party, match.household_party
    giver, recipient = (own, other) if side == "volunteer" else (other, own)
    withdraw_consents(party=giver, recipient=recipient, now=clock(), record=record_of(match))
    with pytest.raises(NoContactNow):
        ask(match)
    assert not HandOver.objects.within(match.municipality_id).exists()


def test_on_a_break_it_can_still_be_passed_on(match, department):
    match.state = "paused"
    match.save(update_fields=["state"])
    assert ask(match).state == "asked"


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_volunteer_is_told_nothing_of_what_the_adviser_hands_over(match, department, own_page, page, is_sent):
    own = record_of(match)
    row = hand_over_for_household(match.household, code=TASK, by_link=False, now=clock(), record=own)
    if is_sent:
        how = GivenHow.TELEPHONE
        answer_for_hand_over(row, yes=True, how=how, language="ar", now=clock(), record=own)
    untouched = own_page.get(page).content.decode()
    assert how_it_goes(fresh(match), localdate()) not in untouched
    with pytest.raises(AskedLately):
        ask(match)
    assert (
        how_it_goes(fresh(match), localdate())
        not in own_page.post(page, {"opgave": TASK}, follow=True).content.decode()
    )


def test_after_a_split_the_volunteer_hears_no_more_of_whom_they_do_not_meet(match, department, odsherred):
    row = ask(match)
    second = factories.make_household(odsherred, wishes=())
    Match.objects.within(odsherred).filter(pk=match.pk).update(household=second, household_party=second.party)
    match.refresh_from_db()
    assert not seen_by_volunteer([match]).exists()
    how = GivenHow.TELEPHONE
    answer_for_hand_over(row, yes=True, how=how, language="da", now=clock(), record=record_of(match))
    assert not mails("hand_over_sent").exists()
