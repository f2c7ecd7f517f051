"""Departments: named at once, reachable, with employees who see nothing else and never with a volunteer's account."""

import pytest
from django.urls import reverse

from portal.audit.models import Event
from portal.municipalities.models import Department, DepartmentMember, Membership, Role
from tests import boundary_factories, factories
from volunteers.services.departments import USUAL

pytestmark = pytest.mark.django_db

NEW = {"kind": "dental", "name": "Tandplejen", "phone": "59 66 60 00", "email": "", "hours": "", "answer_days": "10"}


def page(view, **kwargs):
    return reverse(view, kwargs={"municipality": "odsherred", **kwargs})


def texts(response):
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def administrator(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.ADMINISTRATOR))
    return client


@pytest.fixture
def dental(odsherred):
    return boundary_factories.make_department(odsherred, "dental", name="Tandplejen")


# Naming them


def test_a_municipality_that_begins_names_the_usual_ones_in_one_form(administrator, odsherred):
    assert page("departments_usual") in administrator.get(page("departments")).content.decode()
    form = administrator.get(page("departments_usual")).context["form"]
    assert [row["kind"].value() for row in form] == list(USUAL)
    data = {"form-TOTAL_FORMS": len(USUAL), "form-INITIAL_FORMS": len(USUAL)}
    for number, (kind, name) in enumerate(USUAL.items()):
        data |= {f"form-{number}-kind": kind, f"form-{number}-name": name, f"form-{number}-use": "on"}
    data["form-0-phone"] = "5966 6000"
    del data["form-8-use"]

    administrator.post(page("departments_usual"), data)

    rows = Department.objects.within(odsherred)
    assert {row.kind for row in rows} == set(USUAL) - {"dental"}
    listed = administrator.get(page("departments"))
    assert listed.context["without_contact"] == len(USUAL) - 2
    assert [row["kind"] for row in listed.context["missing"]] == ["dental"]


def test_a_department_without_phone_and_address_is_saved_with_a_word_about_what_it_cannot_get(administrator, odsherred):
    response = administrator.post(page("department_new"), NEW | {"phone": ""}, follow=True)

    assert not Department.objects.within(odsherred).get().has_contact
    assert "hverken telefonnummer eller e-mailadresse" in texts(response)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "dental"}, "kind"),
        ({"kind": "school", "phone": "010190-1234"}, "phone"),
        ({"kind": "school", "name": "010190-1234"}, "name"),
        ({"kind": "school", "answer_days": "91"}, "answer_days"),
        ({"kind": "school", "name": ""}, "name"),
    ],
)
def test_a_second_of_a_kind_and_wrong_words_are_refused_at_the_field(administrator, dental, wrong, field):
    response = administrator.post(page("department_new"), NEW | wrong)

    assert list(response.context["form"].errors) == [field]


def test_a_change_is_seen_by_all_and_stands_in_the_trail_without_a_name(administrator, dental):
    administrator.post(page("department_edit", pk=dental.pk), NEW | {"email": "tand@odsherred.dk", "answer_days": "5"})

    dental.refresh_from_db()
    assert (dental.email, dental.answer_days, dental.kind) == ("tand@odsherred.dk", 5, "dental")
    assert Event.objects.get(action="department.changed").details == {"kind": "dental"}


@pytest.mark.parametrize("use", ["employee", "interface", "rule"])
def test_a_department_in_use_is_not_taken_away_and_the_page_says_why(administrator, odsherred, dental, use):
    if use == "employee":
        boundary_factories.make_department(odsherred, "dental", member=factories.make_user())
    elif use == "interface":
        boundary_factories.make_interface(odsherred, department=dental)
    else:
        administrator.post(reverse("boundary_rule", args=["odsherred", "dental"]), {"department": dental.pk})

    response = administrator.post(page("department_delete", pk=dental.pk), follow=True)

    assert Department.objects.within(odsherred).filter(pk=dental.pk).exists()
    assert "kan ikke fjernes" in texts(response)


def test_a_department_that_nothing_hangs_on_is_taken_away(administrator, odsherred, dental):
    administrator.post(page("department_delete", pk=dental.pk))

    assert not Department.objects.within(odsherred).exists()


# Who works there


def test_an_employee_is_added_by_address_sees_the_department_and_loses_the_role_with_the_last_one(
    administrator, odsherred, dental
):
    user = factories.make_user("tove@odsherred.dk")
    school = boundary_factories.make_department(odsherred, "school")
    for department in (dental, school):
        administrator.post(page("department_members", pk=department.pk), {"email": "Tove@Odsherred.dk"})
    role = Membership.objects.within(odsherred).filter(user=user)
    assert [row.role for row in role] == [Role.DEPARTMENT]

    first, last = DepartmentMember.objects.within(odsherred).order_by("pk")
    administrator.post(page("department_member_remove", pk=dental.pk, member=first.pk))
    assert role.all().exists()
    administrator.post(page("department_member_remove", pk=school.pk, member=last.pk))

    assert not role.all().exists()
    actions = list(
        Event.objects.filter(action__startswith="department.").order_by("at").values_list("action", flat=True)
    )
    assert actions == ["department.member_added"] * 2 + ["department.member_removed"] * 2


def test_an_employee_with_another_role_keeps_it(administrator, odsherred, dental):
    user = factories.make_member(odsherred, Role.ADVISER)
    administrator.post(page("department_members", pk=dental.pk), {"email": user.email})
    member = DepartmentMember.objects.within(odsherred).get()

    administrator.post(page("department_member_remove", pk=dental.pk, member=member.pk))

    assert [row.role for row in Membership.objects.within(odsherred).filter(user=user)] == [Role.ADVISER]


def test_an_address_without_an_account_is_refused_with_the_way_on(administrator, odsherred, dental):
    response = administrator.post(page("department_members", pk=dental.pk), {"email": "ingen@odsherred.dk"})

    assert "Ingen logger ind med den adresse" in response.context["form"].errors["email"][0]
    assert not DepartmentMember.objects.within(odsherred).exists()


@pytest.mark.demand("F063")
def test_a_volunteers_account_is_no_employees_and_the_form_tells_of_two_accounts_and_the_conflict_of_interest(
    administrator, odsherred, dental
):
    volunteer = factories.make_volunteer(odsherred).party.user

    response = administrator.post(page("department_members", pk=dental.pk), {"email": volunteer.email})

    assert "en anden e-mailadresse" in response.context["form"].errors["email"][0]
    assert not Membership.objects.within(odsherred).filter(user=volunteer).exists()
    assert "interessekonflikt" in response.content.decode()


@pytest.mark.demand("F063")
@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.ADVISER])
def test_an_employee_reads_in_the_register_that_volunteering_takes_a_second_account(client, odsherred, role):
    client.force_login(factories.make_member(odsherred, role))

    html = client.get(page("boundary")).content.decode()

    assert "to konti" in html and "interessekonflikt" in html
