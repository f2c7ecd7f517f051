"""Roles are given and taken by name, leave a trail, and never mix with a volunteer's account."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from content.models import MunicipalityPage
from portal.accounts.models import User
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Membership, Municipality, Role
from portal.municipalities.services import give_role, take_role
from tests import factories
from tests.integration.content.pages import make_municipality_page, make_need

pytestmark = pytest.mark.django_db


def actions():
    return list(Event.objects.order_by("at").values_list("action", flat=True))


def test_a_role_opens_the_work_and_taking_it_closes_it(client, odsherred):
    user = factories.make_user()
    membership = give_role(user, odsherred, Role.ADVISER, record=Record(SYSTEM, odsherred.code))
    client.force_login(user)
    work = reverse("work", kwargs={"municipality": odsherred.slug})
    assert client.get(work).status_code == 200
    take_role(membership, record=Record(SYSTEM, odsherred.code))
    assert client.get(work).status_code == 404
    assert actions() == ["role.given", "role.taken"]


def test_the_same_role_given_twice_is_one(odsherred):
    user = factories.make_user()
    for _ in range(2):
        give_role(user, odsherred, Role.EDITOR, record=Record(SYSTEM, odsherred.code))
    assert Membership.objects.within(odsherred).count() == 1


@pytest.mark.demand("F063")
def test_a_volunteers_account_gets_no_role_and_the_service_says_why(odsherred):
    volunteer = factories.make_volunteer(odsherred)
    with pytest.raises(ValidationError, match="frivillig"):
        give_role(volunteer.party.user, odsherred, Role.ADVISER, record=Record(SYSTEM, odsherred.code))


@pytest.mark.demand("F063")
def test_the_database_refuses_to_mix_the_two_accounts_either_way(odsherred, roskilde):
    volunteer = factories.make_volunteer(odsherred)
    with pytest.raises(IntegrityError, match="two_accounts"), transaction.atomic():
        factories.make_member(roskilde, user=volunteer.party.user)
    employee = factories.make_member(odsherred)
    with pytest.raises(IntegrityError, match="two_accounts"), transaction.atomic():
        factories.make_volunteer(roskilde, user=employee)


def test_who_keeps_another_role_that_publishes_keeps_the_rights(odsherred):
    make_municipality_page(odsherred)
    user = factories.make_user()
    record = Record(SYSTEM, odsherred.code)
    coordinator = give_role(user, odsherred, Role.VOLUNTEER_COORDINATOR, record=record)
    administrator = give_role(user, odsherred, Role.ADMINISTRATOR, record=record)
    take_role(coordinator, record=record)
    assert user.groups.filter(name="odsherred: moderators").exists()
    take_role(administrator, record=record)
    assert not user.groups.exists()


def test_a_municipality_is_opened_and_its_first_administrator_named_by_command(client):
    call_command("open_municipality", "samsoe")
    call_command("open_municipality", "samsoe")
    call_command("give_role", "leder@example.org", "samsoe", "municipal_administrator", "--name", "Lene Holm")
    assert MunicipalityPage.objects.get().municipality.name == "Samsø"
    assert Municipality.objects.get(slug="samsoe").has_joined
    client.force_login(User.objects.get(email="leder@example.org"))
    assert client.get(reverse("audit", kwargs={"municipality": "samsoe"})).status_code == 200
    call_command("give_role", "leder@example.org", "samsoe", "municipal_administrator", "--take")
    assert client.get(reverse("audit", kwargs={"municipality": "samsoe"})).status_code == 404


@pytest.mark.parametrize(
    "words",
    [
        ("nobody@", "samsoe", "editor"),
        ("a@example.org", "atlantis", "editor"),
        ("a@example.org", "samsoe", "editor", "--take"),
    ],
)
def test_a_command_with_a_wrong_word_says_so(words):
    with pytest.raises(CommandError):
        call_command("give_role", *words)


def test_what_editors_do_with_pages_is_in_the_municipalitys_trail(odsherred):
    page = make_municipality_page(odsherred)
    editor = factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)
    need = make_need(page, live=False)
    need.save_revision(user=editor).publish(user=editor)
    event = Event.objects.get(action="page.published", subject_type="content.needpage")
    assert (event.actor_id, event.municipality_id, event.subject_id) == (editor.pk, odsherred.code, str(need.pk))
    need.refresh_from_db()
    need.unpublish(user=editor)
    assert "page.unpublished" in actions()


def test_an_employee_who_is_sent_to_log_in_again_is_told_instead_of_going_round(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.ADVISER))
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403


@pytest.mark.parametrize("path", ["", "ret/"])
def test_an_adviser_who_sees_a_households_contact_details_leaves_a_line_once_a_day(client, odsherred, path):
    client.force_login(factories.make_member(odsherred))
    household = factories.make_household(odsherred)
    for _ in range(2):
        client.get(household.get_absolute_url() + path)
    assert actions().count("household.contact_seen") == 1
