"""The files of the catalogue come in with each migration, quickly, and follow their changes where nobody has edited."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.models import NeedPage
from matching.models import Agreement, AgreementTask, HandOver, Part
from portal.audit.models import Event
from tests import boundary_factories, factories
from tests.integration.content.pages import make_municipality_page, make_need
from volunteers.boundary import reference
from volunteers.boundary.models import TaskType, TaskTypeText, TaskTypeVersion
from volunteers.boundary.versions import current_version, in_force_at, write_version

pytestmark = pytest.mark.django_db
CODE = "homework_help"


@pytest.fixture
def other_files(monkeypatch):
    """The files as they are but for one fact or text."""

    def change(code: str, facts: dict[str, str], texts: dict[str, str] | None = None) -> None:
        rows = tuple(row | facts if row["code"] == code else row for row in reference.read_facts())
        danish = reference.read_texts()["da"]
        changed = reference.read_texts() | {"da": danish | {code: danish[code] | (texts or {})}}
        monkeypatch.setattr(reference, "read_facts", lambda: rows)
        monkeypatch.setattr(reference, "read_texts", lambda: changed)

    return change


def test_the_catalogue_is_there_with_its_texts_and_a_version_of_each():
    assert TaskType.objects.national().count() == 72
    assert TaskTypeText.objects.count() == 12 * 72
    assert set(TaskTypeVersion.objects.values_list("number", flat=True)) == {1}
    assert {version.content["texts"].keys() >= {"da", "en"} for version in TaskTypeVersion.objects.all()} == {True}


def test_loading_again_changes_nothing_and_asks_little_of_the_database():
    with CaptureQueriesContext(connection) as queries:
        reference.load_task_types()

    assert len(queries) <= 10
    assert TaskTypeVersion.objects.count() == 72


def test_a_change_in_the_files_is_followed_with_a_version_of_that_type_alone(other_files):
    other_files(CODE, {"deadline_days": "14"}, {"may": "Læse sammen."})

    reference.load_task_types()

    row = TaskType.objects.get(pk=CODE)
    assert (row.deadline_days, row.may) == (14, "Læse sammen.")
    assert [version.task_type_id for version in TaskTypeVersion.objects.filter(number=2)] == [CODE]


def test_a_draft_keeps_a_type_from_following_the_files(other_files):
    TaskType.objects.get(pk=CODE).save_revision()
    other_files(CODE, {"deadline_days": "14"})

    reference.load_task_types()

    assert TaskType.objects.get(pk=CODE).deadline_days is None


def test_a_stricter_side_in_the_files_takes_down_the_needs_that_ask_for_it(other_files, odsherred):
    need = make_need(make_municipality_page(odsherred), tasks=[CODE])
    other_files(CODE, {"side": "professional", "legal_basis_da": "Loven § 1", "basis_status": "verified"})

    reference.load_task_types()

    assert not NeedPage.objects.get(pk=need.pk).live
    assert current_version(CODE).side == "professional"
    assert Event.objects.filter(action__contains="stopped").exists()


def test_a_version_once_written_is_neither_changed_nor_removed(as_site, odsherred):
    with as_site(user=factories.make_user(is_superuser=True).pk), pytest.raises(ProgrammingError):
        TaskTypeVersion.objects.filter(task_type=CODE).update(side="authority")


def test_agreements_and_hand_overs_of_last_year_keep_the_text_of_last_year(odsherred):
    TaskTypeVersion.objects.update(effective_from=timezone.now() - timedelta(days=800))
    match, household = factories.make_match(), factories.make_household()
    agreement = Agreement.objects.within(odsherred).filter(match=match).first() or Agreement.objects.create(
        municipality=odsherred, match=match, number=1, proposed_by="volunteer"
    )
    lines = AgreementTask.objects.within(odsherred).filter(agreement=agreement, task_type=CODE)
    line = lines.first() or AgreementTask.objects.create(
        municipality=odsherred,
        agreement=agreement,
        task_type_id=CODE,
        part=Part.TOGETHER,
        version=current_version(CODE),
    )
    hand_over = boundary_factories.make_hand_over(household, code="mitid_bank")

    TaskTypeText.objects.filter(task_type__in=[CODE, "mitid_bank"], language="da").update(may="Læse sammen.")
    written = [write_version(TaskType.objects.get(pk=code), now=timezone.now()) for code in (CODE, "mitid_bank")]

    assert {version.may for version in written} == {"Læse sammen."}
    assert (
        AgreementTask.objects.within(odsherred).get(pk=line.pk).version.may
        == "Hjælpe med opgaverne i et offentligt rum."
    )
    assert (
        HandOver.objects.within(odsherred).get(pk=hand_over.pk).version.may
        == "Gå med og se væk, når koden bliver tastet."
    )
    assert in_force_at(CODE, timezone.now() - timedelta(days=365)).may == line.version.may
