"""Task agreements: suggested with the match, in force with two yeses, changed by new versions, frozen as they were."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from matching.boundary import ALWAYS_MUNICIPALITY, MOST_TASKS, NEAREST, TASK_TYPES, TOGETHER, beside, suggested
from matching.models import Agreement, Match, Part
from matching.models.match import Side
from matching.services.agreement_messages import CHANGED, IN_FORCE, READY
from matching.services.agreements import (
    AS_BEFORE,
    FORBIDDEN,
    NONE_CHOSEN,
    TOO_MANY,
    AgreementNotPossible,
    WrongTasks,
    confirm_agreement,
    draft_agreement,
    keep_agreement,
    propose_change,
    propose_without_forbidden,
)
from matching.services.concerns import tell_concern
from matching.services.contact_again import say_yes_again
from matching.services.matches import end_match
from matching.services.moves import accept_move
from matching.services.splitting import join_households
from matching.states import AgreementState
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.messages.models import Link, LinkPurpose, Message
from portal.municipalities.models import Department, OpenBorder
from portal.places.register import by_code
from portal.privacy.models import GivenHow
from tests import factories
from tests.integration.matching.phones import texts_to
from volunteers.boundary.here import tasks_here
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType, TaskTypeText
from volunteers.boundary.versions import write_version
from volunteers.choices import HelpKind
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
BOTH = (Side.VOLUNTEER, Side.HOUSEHOLD)


@pytest.fixture
def integration(odsherred) -> Department:
    return Department.objects.create(
        municipality=odsherred, kind="integration", name="Integration Odsherred", phone="59 66 60 00"
    )


@pytest.fixture
def match(integration, household, volunteer) -> Match:
    return factories.make_match(household.requests.get(), volunteer)


def newest(match: Match) -> Agreement:
    return Agreement.objects.within(match.municipality_id).filter(match=match).order_by("-number").first()


def codes(agreement: Agreement, part: str = Part.TOGETHER) -> set[str]:
    return set(agreement.tasks.filter(part=part).values_list("task_type", flat=True))


def says_yes(agreement: Agreement, side: Side, record) -> Agreement:
    how, now = GivenHow.OWN_PHONE, timezone.now()
    return confirm_agreement(agreement, side=side, language="ar", how=how, now=now, record=record)


def agreed(match: Match, record) -> Agreement:
    for side in BOTH:
        says_yes(newest(match), side, record)
    return newest(match)


def changes(match: Match, side: Side, tasks, record) -> Agreement:
    values = {"language": "da", "how": GivenHow.OWN_PHONE, "now": timezone.now(), "record": record}
    return propose_change(match, side=side, tasks=tasks, **values)


def make_forbidden(code: str, municipality) -> None:
    """The municipality is stricter than the law from here on: the task is its own."""
    LocalTask.objects.create(municipality=municipality, task_type_id=code, side="professional")


# --- Suggested with the match -----------------------------------------------------------------------------------


@pytest.mark.demand("F061")
def test_with_a_match_comes_a_suggestion_that_leaves_decisions_administration_and_money_to_the_municipality(match):
    agreement = newest(match)
    assert (agreement.state, agreement.number) == (AgreementState.PROPOSED, 1)
    assert codes(agreement) == set(TOGETHER["contact_family"])
    assert set(ALWAYS_MUNICIPALITY) < codes(agreement, Part.MUNICIPALITY)
    sides = {row.version.side for row in agreement.tasks.filter(part=Part.MUNICIPALITY)}
    assert sides <= {"authority", "professional"}


def test_the_municipalitys_tasks_carry_the_department_and_else_the_municipality_itself(match, odsherred):
    lines = {row.task_type_id: row for row in newest(match).tasks.all()}
    assert (lines["coordinating_admin"].department, lines["coordinating_admin"].department_phone) == (
        "Integration Odsherred",
        "59 66 60 00",
    )
    assert lines["cash_benefit"].department == odsherred.official_name


def test_a_task_that_is_not_volunteers_here_is_not_suggested_and_stands_with_the_municipality(household, volunteer):
    make_forbidden("language_practice", household.municipality)
    agreement = newest(factories.make_match(household.requests.get(), volunteer))
    assert "language_practice" not in codes(agreement)
    assert "language_practice" in codes(agreement, Part.MUNICIPALITY)


def test_both_are_asked_the_day_after_and_who_has_answered_is_not(match, record):
    waiting = Message.objects.within(match.municipality_id).filter(text=READY)
    assert {message.party_id for message in waiting} == {match.household_party_id, match.volunteer.party_id}
    assert all(message.send_after >= match.started_at + timedelta(days=1) for message in waiting)
    says_yes(newest(match), Side.HOUSEHOLD, record)
    assert [message.party_id for message in waiting.filter(state="queued")] == [match.volunteer.party_id]


def test_a_second_draft_is_the_first(match, record):
    assert draft_agreement(match, now=timezone.now(), record=record) == newest(match)
    assert Agreement.objects.within(match.municipality_id).count() == 1


# --- Two yeses --------------------------------------------------------------------------------------------------


@pytest.mark.demand("F054")
@pytest.mark.parametrize("first", BOTH)
def test_one_side_alone_does_nothing_and_two_make_it_hold(match, record, first):
    second = next(side for side in BOTH if side != first)
    says_yes(newest(match), first, record)
    assert newest(match).state == f"{first}_yes"
    assert newest(match).in_force_at is None
    says_yes(newest(match), second, record)
    assert newest(match).state == AgreementState.IN_FORCE
    first_party = match.household_party if first == Side.HOUSEHOLD else match.volunteer.party
    assert IN_FORCE in texts_to(first_party)


def test_the_same_yes_twice_is_one(match, record):
    read_before = newest(match)
    first = says_yes(newest(match), Side.HOUSEHOLD, record)
    second = says_yes(read_before, Side.HOUSEHOLD, record)
    assert (second.state, second.household_yes_at) == (AgreementState.HOUSEHOLD_YES, first.household_yes_at)


def test_the_database_lets_no_agreement_hold_with_one_yes(match):
    rows = Agreement.objects.within(match.municipality_id).filter(match=match)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=AgreementState.IN_FORCE, volunteer_yes_at=timezone.now(), in_force_at=timezone.now())


def test_how_and_in_which_language_the_household_said_yes_is_kept(match, record):
    says_yes(newest(match), Side.HOUSEHOLD, record)
    assert (newest(match).household_how, newest(match).household_language) == (GivenHow.OWN_PHONE, "ar")


def test_the_trail_holds_states_and_no_task(match, record):
    agreement = agreed(match, record)
    lines = Event.objects.about(agreement)
    assert {line.action for line in lines} == {
        "agreement.proposed",
        "agreement.volunteer_says_yes",
        "agreement.household_says_yes",
    }
    assert {key for line in lines for key in line.details} <= {"from", "to", "by", "number"}


# --- Other tasks ------------------------------------------------------------------------------------------------


def test_a_change_waits_beside_what_holds_and_replaces_it_with_the_second_yes(match, record):
    before = agreed(match, record)
    new = changes(match, Side.VOLUNTEER, ["contact_family", "homework_help"], record)
    before.refresh_from_db()
    assert (new.state, before.state) == (AgreementState.VOLUNTEER_YES, AgreementState.IN_FORCE)
    assert CHANGED in texts_to(match.household_party)
    assert CHANGED not in texts_to(match.volunteer.party)
    says_yes(new, Side.HOUSEHOLD, record)
    before.refresh_from_db()
    new.refresh_from_db()
    assert (new.state, before.state, before.ended_at is not None) == ("in_force", "replaced", True)


def test_the_municipality_suggests_and_says_yes_for_nobody(match, record):
    new = changes(match, Side.MUNICIPALITY, ["homework_help"], record)
    assert (new.state, new.proposed_by) == (AgreementState.PROPOSED, Side.MUNICIPALITY)
    assert CHANGED in texts_to(match.household_party)
    assert CHANGED in texts_to(match.volunteer.party)


def test_a_yes_to_a_version_that_is_asked_no_more_is_refused(match, record):
    first = newest(match)
    says_yes(first, Side.HOUSEHOLD, record)
    second = changes(match, Side.VOLUNTEER, ["homework_help"], record)
    with pytest.raises(AgreementNotPossible):
        says_yes(first, Side.VOLUNTEER, record)
    assert (newest(match), second.household_yes_at) == (second, None)


def test_a_suggested_change_can_be_dropped_and_what_held_goes_on(match, record):
    before = agreed(match, record)
    keep_agreement(changes(match, Side.VOLUNTEER, ["homework_help"], record), now=timezone.now(), record=record)
    before.refresh_from_db()
    assert (before.state, newest(match).state) == (AgreementState.IN_FORCE, AgreementState.DROPPED)


def test_the_first_suggestion_cannot_be_dropped_only_changed(match, record):
    with pytest.raises(AgreementNotPossible):
        keep_agreement(newest(match), now=timezone.now(), record=record)


@pytest.mark.parametrize(
    ("tasks", "reason"),
    [
        ([], NONE_CHOSEN),
        (["cash_benefit"], FORBIDDEN),
        (["family_money"], FORBIDDEN),
        (["nothing_of_the_kind"], FORBIDDEN),
        (TOGETHER["contact_family"], AS_BEFORE),
    ],
)
def test_tasks_that_make_no_agreement_are_refused_with_why(match, record, tasks, reason):
    agreed(match, record)
    with pytest.raises(WrongTasks) as refusal:
        changes(match, Side.HOUSEHOLD, tasks, record)
    assert refusal.value.reason == reason
    assert newest(match).number == 1


def test_more_tasks_than_a_page_holds_are_refused(match, record):
    many = TaskType.objects.national().filter(side__in=["volunteer", "shared"]).values_list("pk", flat=True)
    with pytest.raises(WrongTasks) as refusal:
        changes(match, Side.HOUSEHOLD, many[: MOST_TASKS + 1], record)
    assert refusal.value.reason == TOO_MANY


# --- Frozen -----------------------------------------------------------------------------------------------------


def test_an_agreement_keeps_the_words_and_the_department_it_was_made_with(match, record, integration):
    agreement = agreed(match, record)
    words = TaskTypeText.objects.get(task_type="contact_family", language="da")
    before = words.may
    words.may = "Noget helt andet."
    words.save()
    write_version(TaskType.objects.get(pk="contact_family"), now=timezone.now())
    Department.objects.within(match.municipality_id).filter(pk=integration.pk).update(name="Job og integration")
    lines = {row.task_type_id: row for row in newest(match).tasks.select_related("version")}
    assert newest(match) == agreement
    assert lines["contact_family"].version.text("may", "da") == before
    assert lines["coordinating_admin"].department == "Integration Odsherred"
    new = changes(match, Side.VOLUNTEER, ["contact_family"], record)
    assert new.tasks.get(task_type="contact_family").version.text("may", "da") == "Noget helt andet."


def test_a_task_that_is_forbidden_by_now_is_agreed_anew_without_it_in_one_step(match, record):
    agreed(match, record)
    make_forbidden("language_practice", match.municipality)
    values = {"language": "da", "how": GivenHow.OWN_PHONE, "now": timezone.now(), "record": record}
    new = propose_without_forbidden(match, side=Side.MUNICIPALITY, **values)
    assert codes(new) == set(TOGETHER["contact_family"]) - {"language_practice"}
    assert "language_practice" in codes(new, Part.MUNICIPALITY)


def test_nobody_says_yes_to_a_task_that_has_become_forbidden(match, record):
    make_forbidden("language_practice", match.municipality)
    with pytest.raises(AgreementNotPossible):
        says_yes(newest(match), Side.HOUSEHOLD, record)


def test_direct_sql_writes_no_forbidden_task_into_an_agreement(match):
    line = newest(match).tasks.filter(part=Part.MUNICIPALITY).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        newest(match).tasks.filter(pk=line.pk).update(part=Part.TOGETHER)


# --- Over -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_agreed", "after"), [(True, AgreementState.ENDED), (False, AgreementState.DROPPED)])
def test_it_ends_with_the_match_and_no_link_opens_it(match, record, is_agreed, after):
    if is_agreed:
        agreed(match, record)
    end_match(match, side=Side.VOLUNTEER, now=timezone.now(), record=record)
    assert newest(match).state == after
    links = Link.objects.within(match.municipality_id).filter(purpose=LinkPurpose.AGREEMENT, revoked_at=None)
    assert not links.exists()
    assert not Message.objects.within(match.municipality_id).filter(text=READY, state="queued").exists()


def test_nothing_is_agreed_while_contact_is_closed(match, record):
    tell_concern(match, side=Side.HOUSEHOLD, kind="pressure", now=timezone.now(), record=record)
    match.refresh_from_db()
    for step in (
        lambda: says_yes(newest(match), Side.VOLUNTEER, record),
        lambda: changes(match, Side.VOLUNTEER, ["homework_help"], record),
    ):
        with pytest.raises(AgreementNotPossible):
            step()
    assert newest(match).state == AgreementState.PROPOSED


def test_a_match_that_goes_on_with_another_household_agrees_anew(match, odsherred, record):
    agreed(match, record)
    other = factories.make_household(odsherred, wishes=())
    join_households(other, match.household, now=timezone.now(), record=record)
    match.refresh_from_db()
    # What the one household has agreed is not the other's to read, nor in its copy.
    assert not Agreement.objects.within(odsherred).exists()
    for side in BOTH:
        say_yes_again(match, side=side, language="da", how=GivenHow.OWN_PHONE, now=timezone.now(), record=record)
    assert (newest(match).number, newest(match).state) == (1, AgreementState.PROPOSED)


def test_the_same_change_pressed_twice_is_suggested_once_and_keeps_the_yes_it_has_got(match, record):
    agreed(match, record)
    first = changes(match, Side.VOLUNTEER, ["homework_help"], record)
    again = changes(match, Side.VOLUNTEER, ["homework_help"], record)
    assert again == first
    assert texts_to(match.household_party).count(CHANGED) == 1
    says_yes(first, Side.HOUSEHOLD, record)
    assert newest(match).state == AgreementState.IN_FORCE


def test_in_another_municipality_the_two_agree_anew_with_its_departments(match, odsherred, record):
    agreed(match, record)
    holbaek = factories.make_municipality(316)
    adviser = factories.make_member(holbaek)
    Volunteer.objects.within(odsherred).filter(pk=match.volunteer_id).update(also_in=[holbaek.code])
    for one, other in ((odsherred, holbaek), (holbaek, odsherred)):
        OpenBorder.objects.create(municipality=one, neighbour=other)
    moving = factories.make_move(match.household, holbaek, adviser)
    place, theirs = by_code()["4300"], Record(Actor.of(adviser), holbaek.code)
    accept_move(moving, place=place, now=timezone.now(), record=theirs)
    match.refresh_from_db()
    assert match.municipality == holbaek
    assert (newest(match).number, newest(match).state) == (1, AgreementState.PROPOSED)
    assert {row.department for row in newest(match).tasks.all()} == {holbaek.official_name}
    assert not Agreement.objects.within(odsherred).exists()


# --- The defaults -----------------------------------------------------------------------------------------------


@pytest.mark.demand("F061")
@pytest.mark.parametrize("kind", HelpKind.values)
def test_the_default_of_every_kind_is_volunteers_tasks_together_and_beside_them_only_the_municipalitys(kind):
    here = tasks_here(None)
    assert TASK_TYPES[kind] in TOGETHER[kind]
    assert suggested(kind, here) == list(TOGETHER[kind])
    assert len(TOGETHER[kind]) <= MOST_TASKS
    near = [*NEAREST[kind], *ALWAYS_MUNICIPALITY]
    assert beside(kind, here, TOGETHER[kind]) == near
    assert {here[code].side for code in near} <= {"authority", "professional"}
