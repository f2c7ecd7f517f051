"""Texts in the database: read from the files, found in the reader's language, never changed."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.languages.models import Source, Text
from portal.languages.texts import MissingValue, current, words
from portal.languages.texts.files import Draft, sync_texts
from portal.languages.texts.writing import Outdated, write_version
from tests import factories

pytestmark = pytest.mark.django_db
LINK = {"link": "https://example.org/s/x/"}


@pytest.fixture
def files(monkeypatch):
    """What the files say, for the test to change."""
    drafts = {}
    monkeypatch.setattr("portal.languages.texts.files.read_all", lambda: drafts)
    return drafts


def in_force(code, language):
    return Text.objects.filter(code=code, language=language).in_force().get()


def correct(row, text, *, is_reviewed=True):
    user = factories.make_user()
    return write_version(
        row,
        subject=row.subject,
        text=text,
        user=user,
        is_reviewed=is_reviewed,
        now=timezone.now(),
        record=Record(SYSTEM, None),
    )


@pytest.mark.demand("F137")
def test_a_text_is_in_the_readers_language_with_its_values():
    found = words("check_in", "uk", LINK)

    assert (found.language, found.text_id) == ("uk", in_force("check_in", "uk").pk)
    assert found.text.startswith("Як справи?") and LINK["link"] in found.text and "{" not in found.text


def test_a_language_without_the_text_gets_danish_and_english():
    found = words("check_in", "am", LINK)

    danish, english = words("check_in", "da", LINK), words("check_in", "en", LINK)
    assert found.subject == f"{danish.subject} / {english.subject}"
    assert found.text == f"{danish.text}\n\n{english.text}"
    assert (found.language, found.text_id) == ("da", danish.text_id)


def test_a_draft_gives_way_to_danish_and_english_where_only_reviewed_texts_are_sent(settings):
    settings.PORTAL_REVIEWED_TEXTS_ONLY = True
    assert words("check_in", "uk", LINK).language == "da"

    correct(in_force("check_in", "uk"), "Як ви? {link}")

    assert words("check_in", "uk", LINK).text == f"Як ви? {LINK['link']}"


def test_danish_and_english_of_the_files_count_as_reviewed():
    assert not in_force("check_in", "da").is_draft
    assert not in_force("check_in", "en").is_draft
    assert in_force("check_in", "uk").is_draft


def test_a_text_that_lacks_its_placeholder_is_not_sent():
    correct(in_force("check_in", "uk"), "Немає посилання")

    assert words("check_in", "uk", LINK).language == "da"


def test_a_value_is_put_in_as_it_is():
    assert "{portal}" in words("check_in", "en", {"link": "{portal}"}).text


def test_a_missing_value_is_an_error_and_not_a_gap():
    with pytest.raises(MissingValue):
        words("check_in", "da", {})


def test_an_unknown_text_is_an_error():
    with pytest.raises(KeyError):
        words("check_out", "da", {})


def test_what_is_agreed_to_is_the_version_in_force():
    before = current("consent_matching", "uk")
    after = correct(before, "Можна? {day}")

    assert current("consent_matching", "uk") == after
    assert Text.objects.get(pk=before.pk).text == before.text


def test_new_words_in_a_file_are_a_new_version_and_the_same_words_are_not(files):
    before = in_force("check_in", "uk")
    files["check_in", "uk"] = Draft(before.subject, "Як ви? {link}")

    sync_texts()
    sync_texts()

    assert (in_force("check_in", "uk").version, in_force("check_in", "uk").text) == (
        before.version + 1,
        "Як ви? {link}",
    )
    assert Text.objects.get(pk=before.pk).text == before.text


def test_a_file_does_not_take_back_what_a_person_wrote(files):
    written = correct(in_force("check_in", "uk"), "Як ви? {link}", is_reviewed=False)
    files["check_in", "uk"] = Draft("Нове", "Нове {link}")

    sync_texts()

    assert in_force("check_in", "uk") == written
    assert written.source == Source.PERSON


def test_of_two_who_correct_the_same_version_the_second_is_told():
    row = in_force("check_in", "uk")
    correct(row, "Як ви? {link}")

    with pytest.raises(Outdated):
        correct(row, "Що нового? {link}")


def test_a_new_version_leaves_a_line_in_the_trail():
    written = correct(in_force("check_in", "uk"), "Як ви? {link}")

    event = Event.objects.about(written).get()
    assert event.action == "text.written"
    assert event.details == {"code": "check_in", "language": "uk", "version": written.version, "reviewed": True}


@pytest.mark.parametrize("statement", ["UPDATE languages_text SET text = ''", "DELETE FROM languages_text"])
def test_the_site_can_neither_change_nor_remove_a_version(as_site, statement):
    from django.db import connection

    with as_site(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
