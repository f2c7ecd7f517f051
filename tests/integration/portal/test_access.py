"""Every address × role × municipality: what is not yours does not exist."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from matching.models import CheckIn, ReceptionCoordinator
from portal.messages.models import Message
from portal.municipalities.models import Role
from portal.municipalities.permissions import PERMISSIONS
from tests import boundary_factories, factories
from tests.integration.matching.drafting import make as make_draft

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Address:
    """A view's pattern and the names of all arguments on the way to it."""

    pattern: URLPattern
    arguments: frozenset[str]


def addresses(resolver: URLResolver, arguments: frozenset[str] = frozenset()) -> Iterator[Address]:
    for item in resolver.url_patterns:
        here = arguments | frozenset(item.pattern.converters)
        if isinstance(item, URLResolver):
            yield from addresses(item, here)
        else:
            yield Address(item, here)


STAFF = {address.pattern.name: address for address in addresses(get_resolver()) if "municipality" in address.arguments}


@pytest.fixture
def world():
    """Something of every kind in a municipality, by the name that addresses give it."""

    def make(code, postcode, person=None):
        """`person` is whoever the rows that are for one person only are for."""
        municipality = factories.make_municipality(code)
        person = person or factories.make_member(municipality)
        lejre = factories.make_municipality(factories.LEJRE)
        arriving = factories.make_household(lejre, postcode="4330")
        household = factories.make_household(municipality, postcode=postcode)
        volunteer = factories.make_volunteer(municipality, postcode=postcode)
        proposal = factories.make_proposal(household.requests.get(), volunteer)
        match = factories.make_match(municipality=municipality, postcode=postcode)
        factories.make_household(municipality, postcode=postcode, adviser=person)
        factories.make_volunteer(municipality, postcode=postcode)
        draft = make_draft(municipality)
        department = boundary_factories.make_department(municipality, member=person)
        reception = boundary_factories.make_reception(household)
        ReceptionCoordinator.objects.create(municipality=municipality, reception=reception, user=person, place=2)
        return {
            "municipality": municipality,
            "household": household.pk,
            "request": household.requests.get().pk,
            "offer": volunteer.offers.get().pk,
            "proposal": proposal.pk,
            "match": match.pk,
            "check_in": CheckIn.objects.within(municipality).filter(match=match).first().pk,
            "message": Message.objects.within(municipality).filter(party__isnull=False).first().pk,
            "reply": factories.make_reply(match.household_party).pk,
            "concern": factories.make_concern(match).pk,
            "call": factories.make_call(match).pk,
            "note": factories.make_note(household, to=person).pk,
            "arriving": factories.make_move(arriving, municipality, person).pk,
            "leaving": factories.make_move(household, lejre, factories.make_member(lejre)).pk,
            "person": person.pk,
            "reception": reception.pk,
            "phase": 1,
            "step": boundary_factories.step_of(reception, department=department).pk,
            "template": (template := boundary_factories.make_template(municipality)).pk,
            "template_phase": (phase := template.phases.get(order=1)).pk,
            "template_step": phase.steps.get(order=1).pk,
            "review": boundary_factories.make_review(municipality).pk,
            "hand_over": boundary_factories.make_hand_over(household, code="job_search").pk,
            "draft": draft.pk,
            "pair": draft.pairs.get().pk,
            "volunteer": volunteer.pk,
            "activity": (activity := factories.make_activity(municipality, postcode=postcode)).pk,
            "place": factories.make_meeting_place(municipality, postcode=postcode).pk,
            "own_type": boundary_factories.make_own_type(municipality).pk,
            "interface": boundary_factories.make_interface(municipality).pk,
            "department": department.pk,
            "member": department.members.first().pk,
            "seat": factories.make_seat(household.requests.get(), activity).pk,
        }

    return make


# Which row the address of each view names, where it names one.
ROW = {
    "household": "household",
    "household_edit": "household",
    "household_invite": "household",
    "household_access_end": "household",
    "household_consent": "household",
    "consent_read_aloud": "household",
    "consent_ask": "household",
    "household_ledger": "household",
    "household_data": "household",
    "household_close": "household",
    "household_reopen": "household",
    "household_hand_over": "household",
    "household_split": "household",
    "household_join": "household",
    "move_ask": "household",
    "move": "arriving",
    "move_cancel": "leaving",
    "note_read": "note",
    "call": "call",
    "call_done": "call",
    "adviser_hand_over": "person",
    "reception_new": "household",
    "reception": "reception",
    "reception_edit": "reception",
    "reception_state": "reception",
    "reception_rest": "reception",
    "step_tick": "step",
    "step_department": "step",
    "reception_interview": "reception",
    "reception_pre_meeting": "reception",
    "reception_letter": "reception",
    "reception_letter_sent": "reception",
    "reception_introduced": "reception",
    "reception_print": "reception",
    "reception_template": "template",
    "reception_template_copy": "template",
    "reception_template_archive": "template",
    "reception_template_rename": "template",
    "reception_template_order": "template",
    "reception_phase_new": "template",
    "reception_phase": "template",
    "reception_phase_remove": "template",
    "reception_step_new": "template",
    "reception_step": "template",
    "reception_step_remove": "template",
    "review": "review",
    "review_edit": "review",
    "hand_over_new": "household",
    "hand_over_screen": "hand_over",
    "hand_over_withdraw": "hand_over",
    "department_hand_over": "hand_over",
    "suggestions": "request",
    "pair": "request",
    "propose": "request",
    "agreement": "match",
    "agreement_answer": "match",
    "agreement_change": "match",
    "agreement_print": "match",
    "proposal": "proposal",
    "proposal_withdraw": "proposal",
    "household_answer": "proposal",
    "draft": "draft",
    "draft_pair": "pair",
    "draft_accept_all": "draft",
    "draft_again": "draft",
    "draft_send": "draft",
    "draft_discard": "draft",
    "match": "match",
    "match_for_household": "match",
    "match_end": "match",
    "match_contact_again": "match",
    "meeting": "match",
    "meeting_place_edit": "place",
    "meeting_place_close": "place",
    "meeting_place_reopen": "place",
    "check_in_note": "check_in",
    "follow_up_done": "match",
    "household_concern": "match",
    "reply_handled": "reply",
    "message_again": "message",
    "concern": "concern",
    "concern_take": "concern",
    "concern_close": "concern",
    "match_pause": "match",
    "match_resume": "match",
    "wish_pause": "request",
    "wish_resume": "request",
    "volunteer": "volunteer",
    "offer_households": "volunteer",
    "certificate": "volunteer",
    "volunteer_close": "volunteer",
    "activity_edit": "activity",
    "activity_close": "activity",
    "activity_reopen": "activity",
    "boundary_task": "own_type",
    "boundary_rule": "own_type",
    "own_type_edit": "own_type",
    "own_type_withdraw": "own_type",
    "own_type_reopen": "own_type",
    "department_edit": "department",
    "department_delete": "department",
    "department_members": "department",
    "department_member_remove": "department",
    "interface_end": "interface",
    "seat_take": "request",
    "seat_leave": "seat",
}


def address(name, municipality, rows):
    """The address of a view for these rows."""
    needed = STAFF[name].arguments - {"municipality"}
    row = {argument: rows[argument if argument in rows else ROW[name]] for argument in needed}
    return reverse(name, kwargs={"municipality": municipality.slug, **row})


def answer(client, url, data=None):
    """The view's answer to the method it takes; a method it does not take says nothing about what is there."""
    response = client.get(url)
    return client.post(url, data) if response.status_code == 405 else response


def test_every_view_below_a_municipality_names_the_permission_it_needs():
    without = [
        name
        for name, address in STAFF.items()
        if getattr(address.pattern.callback, "permission", None) not in PERMISSIONS
    ]
    assert STAFF
    assert without == []


def test_every_row_that_addresses_name_belongs_to_a_view_that_is_there():
    assert ROW.keys() <= STAFF.keys()


@pytest.mark.parametrize("name", STAFF)
def test_a_visitor_is_sent_to_log_in(client, world, name):
    rows = world(factories.ODSHERRED, "4500")
    response = answer(client, address(name, rows["municipality"], rows))
    assert response.status_code == 302
    assert response.url.startswith("/konto/login/")


@pytest.mark.demand("F049")
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", STAFF)
def test_another_municipalitys_address_is_not_found(client, world, name, role):
    theirs = world(factories.ROSKILDE, "4000")
    client.force_login(factories.make_member(factories.make_municipality(factories.ODSHERRED), role))
    url = address(name, theirs["municipality"], theirs)
    assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}
    assert answer(client, url).status_code == 404


@pytest.mark.demand("F049")
@pytest.mark.parametrize("name", sorted(ROW.keys() & STAFF.keys()))
def test_another_municipalitys_row_under_ones_own_address_is_not_found(client, world, name):
    theirs = world(factories.ROSKILDE, "4000")
    ours = factories.make_municipality(factories.ODSHERRED)
    user = factories.make_user()
    for role in Role.values:
        factories.make_member(ours, role, user)
    client.force_login(user)
    url = address(name, ours, theirs)
    assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}
    assert answer(client, url).status_code == 404


@pytest.mark.demand("F049")
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", STAFF)
def test_a_role_opens_what_the_table_says_and_nothing_else(client, world, name, role):
    member = factories.make_member(factories.make_municipality(factories.ODSHERRED), role)
    rows = world(factories.ODSHERRED, "4500", person=member)
    client.force_login(member)
    allowed = role in PERMISSIONS[STAFF[name].pattern.callback.permission]
    response = answer(client, address(name, rows["municipality"], rows), {"offer": rows["offer"]})
    assert (response.status_code != 404) == allowed


@pytest.mark.parametrize("name", STAFF)
def test_a_volunteer_finds_no_staff_page(client, world, name):
    rows = world(factories.ODSHERRED, "4500")
    client.force_login(factories.make_volunteer(rows["municipality"]).party.user)
    assert answer(client, address(name, rows["municipality"], rows)).status_code == 404
