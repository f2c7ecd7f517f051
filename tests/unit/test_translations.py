"""Every text the portal shows is there in every interface language, with the same placeholders."""

import re

import polib
import pytest

from deploy.texts import LANGUAGES, PROJECT, collect

PLACEHOLDER = re.compile(r"%\((\w+)\)|%[sd]")


@pytest.fixture(scope="module")
def texts():
    return collect().places


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request):
    return polib.pofile(str(PROJECT / "locale" / request.param / "LC_MESSAGES" / "django.po"))


def translations(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_is_translated(texts, catalogue):
    done = {
        (entry.msgid, entry.msgctxt or "")
        for entry in catalogue
        if all(translations(entry)) and "fuzzy" not in entry.flags
    }
    missing = [text.msgid for text in texts if (text.msgid, text.context) not in done]
    assert missing == []


def test_nothing_is_translated_that_is_shown_nowhere(texts, catalogue):
    shown = {(text.msgid, text.context) for text in texts}
    assert [entry.msgid for entry in catalogue if (entry.msgid, entry.msgctxt or "") not in shown] == []


def test_a_translation_has_the_placeholders_of_its_text(catalogue):
    for entry in catalogue:
        allowed = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
        for translation in translations(entry):
            found = set(PLACEHOLDER.findall(translation))
            assert found <= allowed, entry.msgid
            if not entry.msgid_plural:
                assert found == allowed, entry.msgid
