"""Interfaces: for each task which department and which partner do what, agreed with whom and when."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Event
from portal.municipalities.models import Role
from tests import boundary_factories, factories
from volunteers.boundary.local import Interface

pytestmark = pytest.mark.django_db


def page(view, **kwargs):
    return reverse(view, kwargs={"municipality": "odsherred", **kwargs})


@pytest.fixture
def coordinator(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    return client


@pytest.fixture
def agreed(odsherred):
    """The form's fields for what the integration department and the Red Cross agree."""
    return {
        "task": "homework_help",
        "department": boundary_factories.make_department(odsherred, name="Integration").pk,
        "partner": "Røde Kors Odsherred",
        "department_does": "Spørger familierne og giver besked",
        "partner_does": "Finder hjælpere og holder caféen åben",
        "agreed_with": "Lone Holm",
        "agreed_on": timezone.localdate().isoformat(),
    }


@pytest.mark.demand("F066")
def test_the_table_shows_for_each_task_which_department_and_partner_do_it_and_what_was_agreed_with_whom_and_when(
    coordinator, agreed
):
    coordinator.post(page("interface_new"), agreed | {"agreed_on": "2026-03-02"})

    html = coordinator.get(page("interfaces")).content.decode()

    for text in ("Integration", "Spørger familierne", "Røde Kors Odsherred", "Finder hjælpere", "Lone Holm", "2026"):
        assert text in html
    assert reverse("boundary_task", args=["odsherred", "homework_help"]) in html


@pytest.mark.demand("F066")
def test_a_new_agreement_of_the_same_two_ends_the_old_one_which_stays_to_be_read(coordinator, odsherred, agreed):
    coordinator.post(page("interface_new"), agreed | {"agreed_on": "2026-03-02"})
    old = Interface.objects.within(odsherred).get()
    again = coordinator.get(page("interface_new"), {"afloeser": old.pk}).context["form"]
    assert again["partner"].value() == "Røde Kors Odsherred"

    coordinator.post(
        page("interface_new"), agreed | {"partner_does": "Holder caféen to aftener", "partner": "røde kors odsherred"}
    )

    old.refresh_from_db()
    assert old.ended_on == timezone.localdate()
    now, before = (coordinator.get(page("interfaces"), {"historik": code}).content.decode() for code in ("", "1"))
    assert "Finder hjælpere" not in now and "to aftener" in now
    assert "Finder hjælpere" in before
    assert list(Event.objects.order_by("at").values_list("action", flat=True)) == [
        "interface.agreed",
        "interface.ended",
        "interface.agreed",
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agreed_on": (date.today() + timedelta(days=2)).isoformat()}, "agreed_on"),
        ({"partner": ""}, "partner"),
        ({"partner_does": "Ringer til 010190-1234"}, "partner_does"),
        ({"task": "opfundet"}, "task"),
        ({"agreed_on": "2026-01-01"}, "agreed_on"),
    ],
)
def test_what_cannot_have_been_agreed_is_refused_at_the_field(coordinator, odsherred, agreed, wrong, field):
    coordinator.post(page("interface_new"), agreed | {"agreed_on": "2026-03-02"})

    response = coordinator.post(page("interface_new"), agreed | wrong)

    assert list(response.context["form"].errors) == [field]
    assert Interface.objects.within(odsherred).count() == 1


def test_an_agreement_ends_once(coordinator, odsherred):
    row = boundary_factories.make_interface(odsherred)
    for _ in range(2):
        coordinator.post(page("interface_end", pk=row.pk))

    row.refresh_from_db()
    assert row.ended_on == timezone.localdate()
    assert Event.objects.filter(action="interface.ended").count() == 1


@pytest.mark.demand("F009")
def test_municipality_and_association_have_one_board_of_the_tasks_that_they_share(coordinator, odsherred):
    """One partner's tasks on one page and on paper, with both sides' part and the coordinator's name only."""
    for task in ("homework_help", "language_practice"):
        boundary_factories.make_interface(odsherred, task=task, partner="Røde Kors")
    boundary_factories.make_interface(odsherred, task="womens_group", partner="Kvindeforeningen")

    html = coordinator.get(page("interfaces"), {"partner": "Røde Kors"}).content.decode()

    board = html.split("<tbody>")[1].split("</tbody>")[0]
    assert board.count("Spørger familierne") == board.count("Holder lektiecafé") == board.count("Lone Holm") == 2
    assert "Kvindeforeningen" not in board
    assert "tel:" not in board and "mailto:" not in board


def test_the_file_for_a_spreadsheet_holds_everything_and_no_formula(coordinator, odsherred):
    boundary_factories.make_interface(odsherred, partner="=1+1", ended_on=timezone.localdate())
    boundary_factories.make_interface(odsherred)

    response = coordinator.get(page("interfaces_csv"))

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3
    assert {row[3] for row in rows[1:]} == {"'=1+1", "Biblioteket"}


def test_a_reader_sees_the_table_and_no_button(client, odsherred):
    boundary_factories.make_interface(odsherred)
    client.force_login(factories.make_member(odsherred, Role.DEPARTMENT))

    html = client.get(page("interfaces")).content.decode()

    assert "Biblioteket" in html
    assert page("interface_new") not in html


def test_another_municipality_neither_reads_nor_writes_them_in_the_database(odsherred, roskilde, as_site):
    row = boundary_factories.make_interface(odsherred)
    with as_site(municipality=roskilde.code):
        assert not Interface.objects.following("a look").filter(pk=row.pk).exists()


def test_the_database_keeps_one_agreement_in_force_for_the_same_two(odsherred):
    boundary_factories.make_interface(odsherred)
    with pytest.raises(IntegrityError, match="one_interface_in_force"), transaction.atomic():
        boundary_factories.make_interface(odsherred)
