"""Why a task is stopped, in words: the reason, the law, how sure that is, and what can be asked for instead."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext

from tests import factories
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType, TaskTypeText
from volunteers.boundary.objections import objections

pytestmark = [pytest.mark.django_db, pytest.mark.demand("F059")]


def text_of(code: str, municipality, *, owner: bool = False) -> str:
    (objection,) = objections([code], municipality=municipality, has_municipal_owner=owner)
    return objection.text


def make_own_type(municipality, kind_of: str, side: str) -> TaskType:
    own = TaskType(code="306-egen", municipality=municipality, kind_of_id=kind_of, side=side, basis_status="verified")
    own.save()
    TaskTypeText.objects.create(task_type=own, language="da", name="Hjælp med breve")
    return own


def test_a_forbidden_task_names_reason_law_and_what_instead(odsherred):
    task = TaskType.objects.get(pk="danish_course")
    text = text_of("danish_course", odsherred)
    assert str(task) in text
    assert "fagperson" in text
    assert task.legal_basis_da.rstrip(".") in text
    assert text.endswith(task.instead)


@pytest.mark.parametrize(
    ("values", "doubted"),
    [
        ({"basis_status": "verified", "checked_on": timezone.localdate()}, False),
        ({"basis_status": "unverified", "checked_on": timezone.localdate()}, True),
        ({"basis_status": "verified", "checked_on": timezone.localdate() - timedelta(days=400)}, True),
        ({"basis_status": "verified", "checked_on": None}, True),
    ],
)
def test_a_law_that_nobody_has_looked_up_lately_is_to_be_checked(odsherred, values, doubted):
    TaskType.objects.filter(pk="danish_course").update(**values)
    assert (gettext("(The reference is to be checked.)") in text_of("danish_course", odsherred)) is doubted


def test_a_law_that_says_itself_that_it_is_to_be_checked_says_it_once(odsherred):
    text = text_of("parental_order", odsherred)
    assert text.count("skal efterprøves") == 1


def test_a_shared_task_asks_for_a_name_and_nothing_once_it_is_there(odsherred):
    task = TaskType.objects.get(pk="job_search")
    assert str(task) in text_of("job_search", odsherred)
    assert not objections(["job_search"], municipality=odsherred, has_municipal_owner=True)


def test_what_a_municipality_keeps_to_itself_is_not_said_to_be_the_law(odsherred):
    LocalTask.objects.create(municipality=odsherred, task_type_id="contact_family", side="professional")
    text = text_of("contact_family", odsherred)
    law = TaskType.objects.get(pk="contact_family").legal_basis_da
    assert "fagperson" in text
    assert not law or law not in text
    assert not objections(["contact_family"], municipality=factories.ROSKILDE, has_municipal_owner=False)


def test_a_municipalitys_own_kind_of_a_forbidden_task_has_the_law_of_the_national_one(odsherred):
    national = TaskType.objects.get(pk="danish_course")
    own = make_own_type(odsherred, national.pk, national.side)
    text = text_of(own.pk, odsherred)
    assert "Hjælp med breve" in text
    assert national.legal_basis_da.rstrip(".") in text
    assert text.endswith(national.instead)


@pytest.mark.parametrize("where", ["another", "withdrawn", "unknown"])
def test_a_task_that_the_municipality_does_not_know_is_refused(odsherred, roskilde, where):
    own = make_own_type(odsherred, "contact_family", "volunteer")
    if where == "withdrawn":
        TaskType.objects.filter(pk=own.pk).update(live=False)
    code = "no-such-task" if where == "unknown" else own.pk
    (objection,) = objections(
        [code], municipality=roskilde if where == "another" else odsherred, has_municipal_owner=True
    )
    assert objection.here is None
    assert objection.text
