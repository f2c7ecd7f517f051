"""Operators keep the national catalogue in the editor: drafts, versions, and what is to be checked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from content.models import NeedPage
from portal.audit.models import Event
from portal.municipalities.models import Role
from tests import factories
from tests.integration.content.pages import make_municipality_page, make_need
from tests.integration.volunteers.catalogue import CODE, NAMESPACE, address, form_of, publish, save
from volunteers.boundary.edit_form import TEXT_FIELDS, field_name
from volunteers.boundary.entries import BoundaryEntry
from volunteers.boundary.models import TaskType, TaskTypeVersion
from volunteers.boundary.reference import load_task_types
from volunteers.boundary.versions import in_force_at

pytestmark = pytest.mark.django_db
LIST = f"{NAMESPACE}:list"


@pytest.fixture
def operator(client):
    user = factories.make_user(is_superuser=True, is_staff=True)
    client.force_login(user)
    return user


def versions(code=CODE):
    return list(TaskTypeVersion.objects.filter(task_type=code).order_by("number"))


def test_a_draft_changes_nothing_for_readers(client, operator):
    response = save(client, name_da="Lektier")

    assert response.status_code == 302, response.context["form"].errors
    row = TaskType.objects.get(pk=CODE)
    assert (row.name, row.live, row.has_unpublished_changes) == ("Lektiehjælp og lektiecafé", True, True)
    assert row.get_latest_revision_as_object().name == "Lektier"
    assert len(versions()) == 1


def test_publishing_writes_a_version_with_who_wrote_it_and_a_line_in_the_trail(client, operator):
    publish(client, name_da="Lektier", words_da="lektier\nlektiecafé  i byen\n\nlektier")

    row = TaskType.objects.get(pk=CODE)
    first, second = versions()
    assert row.name == "Lektier" and row.by_language["da"]["words"] == ["lektier", "lektiecafé i byen"]
    assert (first.name, second.name, second.written_by) == ("Lektiehjælp og lektiecafé", "Lektier", operator)
    assert Event.objects.get(action="task_type.published").details == {"version": 2, "side": "volunteer"}


def test_what_somebody_has_edited_no_longer_follows_the_files(client, operator):
    publish(client, name_da="Lektier")

    load_task_types()

    assert TaskType.objects.get(pk=CODE).name == "Lektier"


def test_a_decision_taken_last_year_shows_the_text_of_last_year(client, operator):
    TaskTypeVersion.objects.update(effective_from=timezone.now() - timedelta(days=400))
    last_year = timezone.now() - timedelta(days=365)

    publish(client, may_da="Læse sammen.", legal_basis_da="Biblioteksloven § 1")

    assert in_force_at(CODE, last_year).may == "Hjælpe med opgaverne i et offentligt rum."
    assert in_force_at(CODE, last_year).legal_basis_da == ""
    assert in_force_at(CODE, timezone.now()).may == "Læse sammen."
    assert in_force_at(CODE, timezone.now() - timedelta(days=500)) is None


@pytest.mark.parametrize("side", ["authority", "professional"])
def test_a_side_by_law_without_a_law_is_not_saved_even_as_a_draft(client, operator, side):
    response = save(client, side=side)

    assert "legal_basis_da" in response.context["form"].errors
    assert not Revision.objects.for_instance(TaskType.objects.get(pk=CODE)).exists()


def test_a_forbidden_type_is_published_only_with_what_can_be_asked_instead(client, operator):
    wanted = {f"instead_{language}": "Bed om selskab." for language in ("da", "en", "uk")}

    response = publish(client, side="authority", legal_basis_da="Loven § 1", **wanted)

    assert list(response.context["form"].errors) == ["instead_ar"]


@pytest.mark.parametrize("field", ["name_uk", "words_ar", "may_en"])
def test_a_type_is_published_only_complete_in_four_languages(client, operator, field):
    assert field in publish(client, **{field: ""}).context["form"].errors
    assert save(client, **{field: ""}).status_code == 302, "a draft may wait for its translation"


def test_a_draft_that_is_half_translated_keeps_what_was_written(client, operator):
    save(client, name_uk="", may_uk="Разом читати.", name_ru="", may_ru="Читать вместе.")

    texts = TaskType.objects.get(pk=CODE).get_latest_revision_as_object().by_language
    assert (texts["uk"]["may"], texts["ru"]["may"]) == ("Разом читати.", "Читать вместе.")
    assert "name_ru" in publish(client, name_ru="", may_ru="Читать вместе.").context["form"].errors


def test_a_language_that_is_emptied_is_no_longer_there(client, operator):
    publish(client, **{field_name(field, "ti"): "" for field in TEXT_FIELDS})

    row = TaskType.objects.get(pk=CODE)
    assert "ti" not in row.by_language
    assert row.text("may", "ti") == row.text("may", "en")


def test_a_stricter_side_takes_down_the_needs_that_ask_for_the_task(client, operator, odsherred, roskilde):
    needs = [make_need(make_municipality_page(home), tasks=[CODE]) for home in (odsherred, roskilde)]
    instead = {f"instead_{language}": "Bed om selskab." for language in ("da", "en", "uk", "ar")}

    response = publish(client, side="professional", legal_basis_da="Loven § 1", **instead)

    assert response.status_code == 302
    assert not NeedPage.objects.filter(pk__in=[need.pk for need in needs], live=True).exists()
    assert BoundaryEntry.objects.filter(task_type=CODE, kind="stopped", place="catalogue").count() == 2


def test_an_earlier_text_can_be_taken_back(client, operator):
    publish(client, name_da="Lektier")
    first = Revision.objects.for_instance(TaskType.objects.get(pk=CODE)).earliest("pk")
    assert first.as_object().name == "Lektiehjælp og lektiecafé"

    page = client.get(address("revisions_revert", CODE, first.pk)).content.decode()
    publish(client, name_da="Lektiehjælp og lektiecafé", revision=first.pk)

    assert "Lektiehjælp og lektiecafé" in page
    assert [version.name for version in versions()] == [
        "Lektiehjælp og lektiecafé",
        "Lektier",
        "Lektiehjælp og lektiecafé",
    ]


def test_a_cpr_number_is_refused_in_every_text(client, operator):
    response = save(client, line_fa="010190-1234", basis_source="010190-1234", words_da="010190-1234")

    assert set(response.context["form"].errors) == {"line_fa", "basis_source", "words_da"}


def test_saying_that_it_was_looked_up_today_writes_day_and_name(client, operator):
    publish(client, checked_today="on", basis_status="verified", legal_basis_da="Loven § 1")

    row = TaskType.objects.get(pk=CODE)
    assert (row.checked_on, row.checked_by) == (timezone.localdate(), operator)
    assert not row.to_be_checked(timezone.localdate())


def test_the_code_stays_whatever_is_sent(client, operator):
    publish(client, code="another", name_da="Lektier")

    assert TaskType.objects.get(pk=CODE).name == "Lektier"
    assert not TaskType.objects.filter(pk="another").exists()


def test_a_new_national_type_is_there_once_it_is_published(client, operator):
    like = TaskType.objects.get(pk=CODE)
    wrong = client.post(reverse(f"{NAMESPACE}:add"), form_of(like, code="306-repair"))
    assert "code" in wrong.context["form"].errors
    client.post(reverse(f"{NAMESPACE}:add"), form_of(like, code="repair_cafe", name_da="Reparationscafé"))
    assert not TaskType.objects.for_municipality(None).filter(pk="repair_cafe").exists()

    client.post(address("edit", "repair_cafe"), form_of(like, **{"action-publish": "1"}))

    assert TaskType.objects.for_municipality(None).get(pk="repair_cafe").by_language.keys() >= {"da", "en", "uk", "ar"}
    assert len(versions("repair_cafe")) == 1


def test_versions_are_shown_with_what_changed(client, operator):
    publish(client, may_da="Læse sammen.", deadline_days="14")

    page = client.get(address("versions")).content.decode()

    assert "Hjælpe med opgaverne i et offentligt rum." in page and "Læse sammen." in page
    assert "<td >14</td>" in page and operator.name in page


def test_two_drafts_are_compared_text_by_text(client, operator):
    save(client, may_uk="Разом читати.")
    first, second = Revision.objects.for_instance(TaskType.objects.get(pk=CODE)).order_by("pk")

    page = client.get(address("revisions_compare", CODE, first.pk, second.pk)).content.decode()

    assert '<span class="addition">Разом читати.</span>' in page
    assert client.get(address("history")).status_code == 200


def test_the_list_can_be_searched_and_narrowed_to_what_is_to_be_checked(client, operator):
    row = TaskType.objects.get(pk="coordinating_admin")
    url = reverse(LIST)

    def codes(**query):
        return {found.pk for found in client.get(url, query).context["object_list"]}

    assert codes(q="lektie") == {CODE}
    assert row.pk not in codes(to_be_checked="yes") and CODE in codes(to_be_checked="yes")
    assert codes(side="not_in_portal") == {"family_money", "mission", "romantic"}
    assert codes(department="housing", side="authority") == {"housing_assignment"}


def test_what_is_to_be_checked_is_counted_where_operators_begin(client, operator):
    TaskType.objects.filter(pk="coordinating_admin").update(checked_on=timezone.localdate() - timedelta(days=366))
    count = TaskType.objects.national().to_be_checked(timezone.localdate()).count()

    page = client.get("/admin/").content.decode()

    assert f"({count})" in page
    assert client.get(reverse(LIST), {"to_be_checked": "yes", "q": "coordinating_admin"}).context["object_list"]


def test_a_type_is_neither_removed_copied_nor_unpublished(client, operator):
    base = reverse(LIST)
    for name in ("delete", "copy", "unpublish", "lock"):
        assert client.get(f"{base}{name}/{CODE}/").status_code == 404
    client.post(f"/admin/bulk/volunteers/tasktype/delete/?id={CODE}")
    page = client.get(address("edit")).content.decode()

    assert TaskType.objects.filter(pk=CODE, live=True).exists()
    assert f"unpublish/{CODE}" not in page and f"delete/{CODE}" not in page


def test_nobody_but_an_operator_sees_or_writes_the_catalogue(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.EDITOR))

    for url in (reverse(LIST), address("edit"), address("history"), address("versions"), reverse(f"{NAMESPACE}:add")):
        assert client.get(url).status_code in {302, 403, 404}
    publish(client, name_da="Lektier")
    assert TaskType.objects.get(pk=CODE).name == "Lektiehjælp og lektiecafé"
    assert "to-be-checked" not in client.get("/admin/", follow=True).content.decode()


def test_editors_get_no_chooser_that_shows_what_other_municipalities_have(client, operator):
    assert client.get("/admin/snippets/choose/volunteers/tasktype/").status_code == 404


def test_a_municipality_s_own_type_is_not_the_operators(client, operator, odsherred):
    own = TaskType.objects.get(pk=CODE)
    TaskType.objects.create(
        pk="own_cafe", municipality=odsherred, kind_of=own, side="volunteer", basis_status="verified", certificate="no"
    )

    assert client.get(address("edit", "own_cafe")).status_code == 404
    assert "own_cafe" not in {row.pk for row in client.get(reverse(LIST)).context["object_list"]}
