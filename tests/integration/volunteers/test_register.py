"""A municipality's own part of the register: who does what here, stricter rules, and task types of its own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Role
from tests import boundary_factories, factories
from tests.integration.content.pages import make_municipality_page, make_need
from volunteers.boundary.asking import ask
from volunteers.boundary.here import task_here, tasks_here
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType
from volunteers.boundary.versions import in_force_at
from volunteers.services.local_tasks import Laxer, set_local_task

pytestmark = pytest.mark.django_db

FACTS = {"kind_of": "homework_help", "side": "", "department": "", "deadline_days": ""}
NAME = "Lektiehjælp på Asnæs Bibliotek"


def page(view, code=None, slug="odsherred"):
    return reverse(view, kwargs={"municipality": slug} | ({"code": code} if code else {}))


def rule(municipality, code, *, side=None, department=None, deadline_days=None):
    return set_local_task(
        municipality=municipality,
        code=code,
        department=department,
        side=side,
        deadline_days=deadline_days,
        now=timezone.now(),
        record=Record(SYSTEM, municipality.code),
    )


@pytest.fixture
def editor(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.EDITOR))
    return client


# Reading


@pytest.mark.parametrize("role", Role.values)
def test_every_role_reads_the_register_with_the_department_that_answers_and_its_phone(client, odsherred, role):
    boundary_factories.make_department(odsherred, "citizen_service", name="Borgerservice i Højby", phone="59 66 60 00")
    client.force_login(factories.make_member(odsherred, role))

    register = client.get(page("boundary")).content.decode()
    task = client.get(page("boundary_task", "mitid_bank")).content.decode()

    assert "Borgerservice i Højby" in register
    assert "59 66 60 00" in task
    assert "ændre" not in register or role in (Role.EDITOR, Role.ADMINISTRATOR)


def test_the_register_asks_as_many_questions_of_the_database_with_many_rules_as_with_none(editor, odsherred):
    editor.get(page("boundary"))
    with CaptureQueriesContext(connection) as few:
        editor.get(page("boundary"))
    for code in ("mitid_bank", "homework_help", "dental", "cash_benefit"):
        rule(odsherred, code, deadline_days=3)
    boundary_factories.make_department(odsherred, "dental")
    with CaptureQueriesContext(connection) as many:
        editor.get(page("boundary"))
    assert len(many) <= len(few) + 1  # the departments of the rules, read with them


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({"q": "lektie"}, "homework_help", "cash_benefit"),
        ({"q": "kontanthjælp"}, "cash_benefit", "homework_help"),
        ({"whose": "authority"}, "cash_benefit", "homework_help"),
        ({"department": "dental"}, "dental", "cash_benefit"),
        ({"only": "nobody"}, "cash_benefit", "dental"),
        ({"only": "ours"}, "mitid_bank", "cash_benefit"),
        ({"only": "check"}, "deposit_loan_rent_support", "housing_assignment"),
    ],
)
def test_the_register_is_narrowed_by_words_side_department_and_what_is_to_be_looked_at(
    editor, odsherred, asked, shown, hidden
):
    boundary_factories.make_department(odsherred, "dental")
    TaskType.objects.filter(pk="housing_assignment").update(
        basis_status="verified", checked_on=timezone.localdate() - timedelta(days=300)
    )
    rule(odsherred, "mitid_bank", deadline_days=5)

    html = editor.get(page("boundary"), asked).content.decode()

    assert page("boundary_task", shown) in html
    assert page("boundary_task", hidden) not in html


def test_what_is_to_be_checked_is_counted_and_a_reference_of_last_year_joins_it(editor, odsherred):
    before = editor.get(page("boundary")).context["to_be_checked"]
    TaskType.objects.filter(pk="housing_assignment").update(checked_on=timezone.localdate() - timedelta(days=366))

    assert editor.get(page("boundary")).context["to_be_checked"] == before + 1
    assert "skal efterprøves" in editor.get(page("boundary_task", "housing_assignment")).content.decode().lower()


def test_a_tasks_page_holds_the_four_languages_the_law_and_the_versions(editor, odsherred):
    task = TaskType.objects.get(pk="mitid_bank")

    html = editor.get(page("boundary_task", "mitid_bank")).content.decode()

    for language in ("da", "en", "uk", "ar"):
        assert f'lang="{language}"' in html
        assert task.text("name", language) in html
    assert task.versions.count() == 1
    assert "Udgave 1" in html


# Own rules


def test_an_editor_makes_a_task_stricter_here_and_the_live_needs_with_it_come_down(editor, odsherred, roskilde):
    theirs = make_need(make_municipality_page(roskilde), tasks=("homework_help",))
    ours = make_need(make_municipality_page(odsherred), tasks=("homework_help",))

    response = editor.post(page("boundary_rule", "homework_help"), {"side": "professional"}, follow=True)

    assert task_here("homework_help", odsherred).side == "professional"
    assert task_here("homework_help", roskilde).side == "volunteer"
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.live, theirs.live) == (False, True)
    assert [message.level_tag for message in response.context["messages"]] == ["success", "warning"]
    assert Event.objects.get(action="boundary.rule_set").details == {"task": "homework_help", "side": "professional"}


@pytest.mark.parametrize("side", ["volunteer", "shared", "professional"])
def test_laxer_than_the_law_is_refused_with_a_sentence_why(editor, odsherred, side):
    response = editor.post(page("boundary_rule", "cash_benefit"), {"side": side})

    assert "aldrig lempeligere" in response.content.decode()
    assert not LocalTask.objects.within(odsherred).exists()


def test_the_service_and_the_database_refuse_a_laxer_side_too(odsherred, as_site):
    with pytest.raises(Laxer):
        rule(odsherred, "cash_benefit", side="volunteer")
    laxer = LocalTask(municipality=odsherred, task_type_id="cash_benefit", side="volunteer")
    with as_site(municipality=odsherred.code), pytest.raises(IntegrityError, match="boundary_laxer"):  # noqa: SIM117
        with transaction.atomic():
            laxer.save()


def test_department_and_deadline_are_the_municipalitys_own_and_an_empty_rule_is_taken_away(editor, odsherred):
    own = boundary_factories.make_department(odsherred, "other", name="Velkomsthuset")
    editor.post(page("boundary_rule", "mitid_bank"), {"department": own.pk, "side": "", "deadline_days": "5"})
    here = task_here("mitid_bank", odsherred)
    assert (here.department, here.deadline_days) == (own, 5)

    editor.post(page("boundary_rule", "mitid_bank"), {"department": "", "side": "", "deadline_days": ""})

    assert not LocalTask.objects.within(odsherred).exists()
    assert list(Event.objects.order_by("at").values_list("action", flat=True)) == [
        "boundary.rule_set",
        "boundary.rule_removed",
    ]


def test_another_municipalitys_department_cannot_be_named(editor, odsherred, roskilde):
    theirs = boundary_factories.make_department(roskilde)

    editor.post(page("boundary_rule", "mitid_bank"), {"department": theirs.pk})

    assert not LocalTask.objects.within(odsherred).exists()


# Own types


def test_an_editor_adds_a_task_of_the_municipalitys_own_which_is_known_there_and_nowhere_else(
    editor, odsherred, roskilde
):
    texts = {"da-name": NAME, "da-words": "asnæs\nlektier i nordvest\nasnæs"}

    editor.post(page("own_type_new"), {**FACTS, "deadline_days": "14", **texts})

    own = TaskType.objects.get(municipality=odsherred)
    assert own.pk == "306-lektiehjaelp-paa-asnaes-bibliotek"
    assert (own.side, own.deadline_days, own.live) == ("volunteer", 14, True)
    assert own.by_language["da"]["words"] == ["asnæs", "lektier i nordvest"]
    assert own.pk in tasks_here(odsherred)
    assert own.pk not in tasks_here(roskilde) and own.pk not in tasks_here(None)
    assert in_force_at(own.pk, timezone.now()).name == NAME
    assert Revision.objects.for_instance(own).count() == 1
    assert editor.get(page("boundary_task", own.pk)).status_code == 200


def test_what_is_left_empty_is_read_as_the_national_task_has_it_and_search_words_are_never_borrowed(odsherred):
    own = boundary_factories.make_own_type(odsherred, name=NAME)
    national = TaskType.objects.get(pk="homework_help")

    assert (own.text("name", "da"), own.text("name", "uk")) == (NAME, national.text("name", "uk"))
    assert own.text("must_not", "ar") == national.text("must_not", "ar") != ""
    assert own.legal_basis_da == national.legal_basis_da
    assert own.by_language["uk"]["words"] == []


def test_an_own_type_is_as_strict_as_the_national_one_or_stricter_and_the_form_says_why(editor, odsherred):
    response = editor.post(
        page("own_type_new"), {**FACTS, "kind_of": "cash_benefit", "side": "volunteer", "da-name": "Kontanthjælp her"}
    )

    assert "aldrig lempeligere" in response.content.decode()
    assert not TaskType.objects.filter(municipality=odsherred).exists()


def test_a_cpr_number_in_an_own_task_is_refused(editor, odsherred):
    response = editor.post(page("own_type_new"), {**FACTS, "da-name": NAME, "uk-line": "010190-1234"})

    assert "CPR" in response.content.decode()
    assert not TaskType.objects.filter(municipality=odsherred).exists()


def test_changing_an_own_type_writes_a_version_and_leaves_the_words_of_the_day_before(editor, odsherred):
    own = boundary_factories.make_own_type(odsherred, name=NAME)
    before = timezone.now()
    shown = editor.get(page("own_type_edit", own.pk)).context["form"].texts
    assert (shown[0]["name"].value(), shown[1]["name"].value()) == (NAME, None)

    editor.post(page("own_type_edit", own.pk), {**FACTS, "da-name": "Lektier i Asnæs", "en-name": "Homework in Asnæs"})

    own = TaskType.objects.get(pk=own.pk)
    assert own.text("name", "en") == "Homework in Asnæs"
    assert in_force_at(own.pk, before).text("name", "da") == NAME
    assert in_force_at(own.pk, timezone.now()).text("name", "da") == "Lektier i Asnæs"


def test_two_of_one_name_have_codes_of_their_own_that_fit(odsherred):
    long = "En meget lang opgave som nogen har givet et navn der fortsætter og fortsætter"
    codes = [boundary_factories.make_own_type(odsherred, name=long).pk for _ in range(2)]

    assert len(set(codes)) == 2
    assert all(len(code) <= 40 and code.startswith("306-en-meget-lang") for code in codes)
    assert codes[1].endswith("-2")


def test_a_withdrawn_type_is_offered_nobody_takes_needs_down_and_stays_for_what_was_decided(editor, odsherred):
    own = boundary_factories.make_own_type(odsherred, name=NAME)
    need = make_need(make_municipality_page(odsherred), tasks=(own.pk,))

    editor.post(page("own_type_withdraw", own.pk))

    need.refresh_from_db()
    assert not need.live
    assert own.pk not in tasks_here(odsherred)
    assert in_force_at(own.pk, timezone.now()).name == NAME
    assert NAME in editor.get(page("boundary")).content.decode()
    assert editor.get(page("boundary_task", own.pk)).status_code == 200

    editor.post(page("own_type_reopen", own.pk))
    assert own.pk in tasks_here(odsherred)


def test_the_national_task_is_not_changed_by_a_municipality(editor, odsherred):
    for view in ("own_type_edit", "own_type_withdraw", "own_type_reopen"):
        assert editor.post(page(view, "homework_help"), {**FACTS, "da-name": "Vores"}).status_code == 404
    assert TaskType.objects.get(pk="homework_help").live


def test_a_stricter_side_of_an_own_type_takes_its_needs_down(editor, odsherred):
    own = boundary_factories.make_own_type(odsherred, name=NAME)
    need = make_need(make_municipality_page(odsherred), tasks=(own.pk,))

    editor.post(page("own_type_edit", own.pk), {**FACTS, "side": "professional", "da-name": NAME})

    need.refresh_from_db()
    assert not need.live
    assert task_here(own.pk, odsherred).side == "professional"


def test_what_a_municipality_has_not_written_itself_follows_the_national_task_when_that_is_published(odsherred):
    own = boundary_factories.make_own_type(odsherred, name=NAME)
    national = TaskType.objects.get(pk="homework_help")
    before = national.text("must_not", "uk")
    national.texts.filter(language="uk").update(must_not="Нове правило")
    national = TaskType.objects.get(pk="homework_help")
    national.side, national.legal_basis_da = "shared", "En ny lov § 1"

    national.save_revision(user=None).publish()

    own = TaskType.objects.get(pk=own.pk)
    assert (own.text("name", "da"), own.text("must_not", "uk")) == (NAME, "Нове правило")
    assert (own.side, own.legal_basis_da) == ("shared", "En ny lov § 1")
    assert in_force_at(own.pk, timezone.now()).side == "shared"
    assert own.versions.first().text("must_not", "uk") == before
    assert Event.objects.get(action="task_type.followed").municipality_id == odsherred.code


def test_what_a_municipality_has_chosen_otherwise_stays_when_the_national_task_changes(odsherred):
    own = boundary_factories.make_own_type(odsherred, name=NAME)
    TaskType.objects.filter(pk=own.pk).update(side="professional", department="culture_leisure", deadline_days=9)
    national = TaskType.objects.get(pk="homework_help")
    national.side, national.department, national.deadline_days = "shared", "school", 30

    national.save_revision(user=None).publish()

    own = TaskType.objects.get(pk=own.pk)
    assert (own.side, own.department, own.deadline_days) == ("professional", "culture_leisure", 9)


def test_the_database_lets_an_operator_who_publishes_take_the_municipalities_own_kinds_along(odsherred, as_site):
    own = boundary_factories.make_own_type(odsherred, name=NAME)
    operator = factories.make_user(is_superuser=True, is_staff=True)

    with as_site(user=operator.pk):
        national = TaskType.objects.get(pk="homework_help")
        national.legal_basis_da = "En ny lov § 2"
        national.save_revision(user=operator).publish(user=operator)

    assert TaskType.objects.get(pk=own.pk).legal_basis_da == "En ny lov § 2"


def test_may_i_do_this_knows_an_own_type_by_its_words_in_its_municipality_and_nowhere_else(editor, odsherred, roskilde):
    editor.post(page("own_type_new"), {**FACTS, "da-name": "Klubaften i Zebrahuset", "da-words": "zebrahuset"})
    own = TaskType.objects.get(municipality=odsherred)

    ours, theirs = (
        ask("må jeg hjælpe i zebrahuset", language="da", municipality=place) for place in (odsherred, roskilde)
    )

    assert ours.found[0].code == own.pk
    assert own.pk not in {found.code for found in theirs.found}
