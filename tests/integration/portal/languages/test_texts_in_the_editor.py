"""Those who run the portal correct the texts that all municipalities share."""

import pytest
from django.urls import reverse

from portal.languages.models import Source, Text
from portal.municipalities.models import Role
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/text/"


@pytest.fixture
def operator(client):
    user = factories.make_user(is_superuser=True, is_staff=True)
    client.force_login(user)
    return user


def in_force(code, language):
    return Text.objects.filter(code=code, language=language).in_force().get()


def save(client, row, **fields):
    return client.post(reverse("text:edit", args=[row.pk]), {"subject": row.subject, "text": row.text} | fields)


def test_the_list_shows_drafts_of_a_language(client, operator):
    page = client.get(LIST, {"language": "uk", "reviewed_at": "draft"}).content.decode()

    assert "Як справи?" in page and 'lang="uk"' in page
    assert "Hvordan går det?" not in page
    assert "maskinkladde" in page or "machine draft" in page


def test_a_draft_is_shown_beside_danish_and_english_the_right_way_round(client, operator):
    page = client.get(reverse("text:edit", args=[in_force("check_in", "ar").pk])).content.decode()

    assert "Hvordan går det?" in page and "How is it going?" in page
    assert 'dir="rtl"' in page.split("<textarea")[1].split(">")[0]


@pytest.mark.demand("F137")
def test_saying_that_a_text_is_right_writes_a_version_with_who_and_when(client, operator):
    before = in_force("check_in", "uk")

    response = save(client, before, text="Як ви? {link}", is_reviewed="on")

    after = in_force("check_in", "uk")
    assert response.status_code == 302
    assert (after.version, after.text, after.source) == (before.version + 1, "Як ви? {link}", Source.PERSON)
    assert (after.reviewed_by, after.is_draft) == (operator, False)
    assert Text.objects.get(pk=before.pk).text == before.text


def test_without_the_tick_it_stays_a_draft(client, operator):
    save(client, in_force("check_in", "uk"), text="Як ви? {link}")

    assert in_force("check_in", "uk").is_draft


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"text": "Як ви?"}, "{link}"), ({"text": "{link} {name}"}, "{name}"), ({"subject": "{"}, "{")],
)
def test_wrong_placeholders_are_not_saved_and_said(client, operator, fields, said):
    before = in_force("check_in", "uk")

    response = save(client, before, **fields)

    assert response.status_code == 200 and said in response.content.decode()
    assert in_force("check_in", "uk") == before


def test_the_second_of_two_who_correct_it_keeps_what_was_typed(client, operator):
    before = in_force("check_in", "uk")
    save(client, before, text="Як ви? {link}")

    response = save(client, before, text="Що нового? {link}")

    assert response.status_code == 200 and "Що нового?" in response.content.decode()
    assert in_force("check_in", "uk").text == "Як ви? {link}"


def test_nobody_else_sees_the_texts(client, odsherred):
    client.force_login(factories.make_member(odsherred, Role.EDITOR))

    for address in (LIST, reverse("text:edit", args=[in_force("check_in", "uk").pk])):
        assert client.get(address).status_code in {302, 403, 404}
    assert "/admin/text/" not in client.get("/admin/", follow=True).content.decode()


def test_texts_are_neither_added_nor_removed_in_the_editor(client, operator):
    row = in_force("check_in", "uk")
    for address in ("new/", f"delete/{row.pk}/", f"copy/{row.pk}/"):
        assert client.get(LIST + address).status_code == 404
