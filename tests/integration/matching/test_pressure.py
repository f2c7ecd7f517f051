"""Where the boundary is under pressure: counted rightly, for those who may see it, and told with care outside."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.answers.pressure import HANDED, pressure
from matching.charts import columns, share
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.models import Department, Role
from portal.municipalities.rls import in_force
from tests import factories
from volunteers.boundary.entries import Answer, BoundaryEntry, EntryKind, Place

pytestmark = pytest.mark.django_db
CODE = factories.ODSHERRED


@pytest.fixture
def manager(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.ADMINISTRATOR))
    return client


def note(kind, task="medical_interpreting", *, days_ago=0, number=1, municipality=CODE, answer=""):
    for _ in range(number):
        BoundaryEntry.objects.create(
            municipality_id=municipality,
            day=timezone.localdate() - timedelta(days=days_ago),
            kind=kind,
            place=Place.PAGE,
            task_type_id=task,
            side="professional",
            answer=answer,
        )


def page(client, name="pressure", **query):
    return client.get(reverse(name, args=["odsherred"]), query).content.decode()


@pytest.mark.demand("F064")
def test_every_number_is_counted_in_its_month_and_for_its_task(odsherred):
    note(EntryKind.ASKED, number=3, answer=Answer.NO)
    note(EntryKind.ASKED, "mitid_bank", days_ago=70, answer=Answer.YES_BUT)
    note(EntryKind.STOPPED, number=2)
    note(EntryKind.DONE_ANYWAY)
    note(EntryKind.ASKED, number=7, municipality=factories.ROSKILDE)
    note(EntryKind.ASKED, days_ago=500)
    found = pressure(odsherred, today=timezone.localdate(), months=12)
    assert len(found.months) == 12
    assert found.months[-1].counts == {EntryKind.ASKED: 3, EntryKind.STOPPED: 2, EntryKind.DONE_ANYWAY: 1}
    assert [found.total(kind) for kind in (EntryKind.ASKED, EntryKind.STOPPED, HANDED)] == [4, 2, 0]
    assert found.answers == {Answer.NO: 3, Answer.YES_BUT: 1}
    assert [(row.task_type.pk, row.total) for row in found.tasks] == [("medical_interpreting", 6), ("mitid_bank", 1)]


def test_answer_times_are_those_of_the_department_and_what_waits_is_told_apart(odsherred):
    from matching.services.hand_over_work import close_hand_over
    from matching.services.hand_overs import answer_for_hand_over, hand_over_for_household

    household = factories.make_household(odsherred)
    department = Department.objects.create(
        municipality=odsherred, kind="citizen_service", name="Borgerservice", phone="5550 3107", answer_days=3
    )
    now = timezone.now()
    record = Record(Actor.of(factories.make_member(odsherred)), CODE)
    with in_force(municipality=CODE, user=record.actor.user_id):
        for code, sent, answered in (
            ("mitid_bank", 9, 8),
            ("gp_assignment", 9, 1),
            ("letters_digital_post", 9, None),
        ):
            then = now - timedelta(days=sent)
            row = hand_over_for_household(household, code=code, by_link=False, now=then, record=record)
            row = answer_for_hand_over(row, yes=True, how="telephone", language="da", now=then, record=record)
            if answered is not None:
                close_hand_over(row, answer="spoken", now=now - timedelta(days=answered), record=Record(SYSTEM, CODE))
        (times,) = pressure(odsherred, today=timezone.localdate(now), months=3).departments
    assert times.department == department
    assert (times.waiting, times.overdue, times.answered) == (1, 1, 2)
    assert (times.median_days, times.slow_days, times.in_time_percent) == (4.5, 8, 50)


def test_the_page_draws_what_the_table_says(manager, odsherred):
    note(EntryKind.ASKED, number=3, answer=Answer.NO)
    text = page(manager)
    assert text.count("<svg") >= 4
    assert 'class="chart-number"' in text
    assert ">3</text>" in text
    assert "<script>" not in text and "style=" not in text.split("<main", 1)[1]


def test_an_empty_year_says_so_kindly(manager):
    assert "Nothing has been asked" in manager.get("/en" + reverse("pressure", args=["odsherred"])).content.decode()


def test_the_spreadsheet_holds_the_same_numbers_and_opens_in_danish_excel(manager, odsherred):
    note(EntryKind.STOPPED, number=4)
    answer = manager.get(reverse("pressure_csv", args=["odsherred"]), {"maaneder": 3})
    text = answer.content.decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert text.startswith("\ufeff")
    assert "attachment" in answer["Content-Disposition"]
    assert [row[3] for row in rows if row[2] == "stopped"] == ["0", "0", "4"]
    assert [row[3] for row in rows if row[2] == "medical_interpreting"] == ["0", "4", "0", "0"]


def test_the_council_is_told_no_number_that_could_point_at_somebody(manager, odsherred):
    note(EntryKind.ASKED, number=6, answer=Answer.NO)
    note(EntryKind.DONE_ANYWAY, "treatment_transport", number=2)
    text = manager.get("/en" + reverse("council_report", args=["odsherred"])).content.decode()
    main = text.split("<main", 1)[1]
    assert "<strong>6</strong>" in main
    assert "<strong>under 5</strong>" in main
    assert "<strong>2</strong>" not in main
    assert "Driving to treatment" not in main


@pytest.mark.parametrize("role", [Role.ADVISER, Role.DEPARTMENT])
def test_it_is_for_management_and_coordinators_alone(client, odsherred, role):
    client.force_login(factories.make_member(odsherred, role))
    assert client.get(reverse("pressure", args=["odsherred"])).status_code == 404


def test_a_chart_begins_at_the_right_where_people_read_from_there():
    left, right = columns([1, 2], ["a", "b"]), columns([1, 2], ["a", "b"], mirrored=True)
    assert left.columns[0].middle < left.columns[1].middle
    assert right.columns[0].middle > right.columns[1].middle
    assert columns([0, 0], ["a", "b"]).columns[0].height == 0
    assert [share(value, 8) for value in (0, 8, 1)] == [0, 100, 12]
