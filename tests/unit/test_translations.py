"""Every text the portal shows is there in every language that it is shown in, with the same placeholders."""

import re

import polib
import pytest

from deploy.texts import LANGUAGES, PHONE_SOURCES, PROJECT, collect, collect_for_phones, phone_languages

PLACEHOLDER = re.compile(r"%\((\w+)\)|%[sd]")


@pytest.fixture(scope="module")
def everything():
    return collect().places


@pytest.fixture(scope="module")
def for_phones():
    return collect_for_phones().places


@pytest.fixture(scope="module", params=[*LANGUAGES, *phone_languages()])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def texts(language, everything, for_phones):
    """All of them in the languages of every page; in the other phone languages those of newcomers' pages."""
    return everything if language in LANGUAGES else for_phones


@pytest.fixture(scope="module")
def catalogue(language):
    return polib.pofile(str(PROJECT / "locale" / language / "LC_MESSAGES" / "django.po"))


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


def test_what_newcomers_see_is_among_all_that_is_shown(everything, for_phones):
    assert set(for_phones) <= set(everything)


@pytest.mark.parametrize("file", PHONE_SOURCES)
def test_the_parts_of_modules_that_newcomers_see_are_there(file):
    source = (PROJECT / file).read_text(encoding="utf-8")
    for name in PHONE_SOURCES[file]:
        assert re.search(rf"^(class |def )?{name}\b", source, re.MULTILINE), name
