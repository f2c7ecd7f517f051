"""What the program's own texts must be like in every language."""

import pytest
from django.conf import settings

from portal.languages.registry import all_languages
from portal.languages.texts.files import FOLDER, read_file
from portal.languages.texts.registry import PLACEHOLDER, REGISTRY, languages_of, wrong_placeholders
from portal.languages.texts.sms import is_gsm, sms_parts

IN_GSM = {"da", "en", "so"}  # in these 160 characters go in one SMS, in the others 70
# An SMS may be read by others over somebody's shoulder.
NEVER_BY_SMS = {
    "da": ["flygtning", "asyl"],
    "en": ["refugee", "asylum"],
    "uk": ["біжен", "притул"],
    "ar": ["لاجئ", "لجوء"],
    "fa": ["پناهنده", "پناهجو"],
    "prs": ["پناهنده", "پناهجو", "مهاجر"],
    "ps": ["کډوال", "پناه"],
    "ti": ["ስደተኛ", "ዑቕባ"],
    "so": ["qaxooti", "magangelyo"],
    "kmr": ["penaber", "koçber"],
    "ckb": ["پەنابەر", "ئاوارە"],
    "ru": ["бежен", "убежищ"],
}
CONSENTS = [code for code in REGISTRY if code.startswith("consent_") and not REGISTRY[code].sms]


@pytest.fixture(params=settings.PHONE_LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def texts(language):
    return read_file(FOLDER / f"{language}.toml")


def without_values(text):
    return PLACEHOLDER.sub("", text)


@pytest.mark.demand("F137")
def test_every_text_is_written_in_every_language_and_no_other_is(language, texts):
    expected = {code for code in REGISTRY if language in languages_of(code, settings.PHONE_LANGUAGES)}
    assert set(texts) == expected


def test_a_text_has_the_placeholders_of_its_kind_and_no_other_brace(texts):
    wrong = {code: wrong_placeholders(code, text.subject, text.text) for code, text in texts.items()}
    assert {code: found for code, found in wrong.items() if found} == {}


def test_a_subject_is_one_short_line(texts):
    assert [code for code, text in texts.items() if "\n" in text.subject or not 0 < len(text.subject) <= 90] == []


def test_an_sms_is_short(language, texts):
    most = 2 if language in IN_GSM else 3
    too_long = {
        code: sms_parts(without_values(text.text))
        for code, text in texts.items()
        if REGISTRY[code].sms and sms_parts(without_values(text.text)) > most
    }
    assert too_long == {}


def test_a_language_of_ordinary_letters_keeps_to_those_of_an_sms(language, texts):
    if language in IN_GSM:
        assert [code for code, text in texts.items() if REGISTRY[code].sms and not is_gsm(text.text)] == []


def test_an_sms_says_nothing_that_others_should_not_read(language, texts):
    words = NEVER_BY_SMS[language] + NEVER_BY_SMS["en"] + NEVER_BY_SMS["da"]
    found = [
        (code, word)
        for code, text in texts.items()
        if REGISTRY[code].sms
        for word in words
        if word in text.text.casefold() or word in text.subject.casefold()
    ]
    assert found == []


@pytest.mark.parametrize("read", ["da", "en"])
def test_a_consent_is_read_in_half_a_minute(read):
    texts = read_file(FOLDER / f"{read}.toml")
    assert {
        code: len(texts[code].text.split()) for code in CONSENTS if not 40 <= len(texts[code].text.split()) <= 80
    } == {}


def test_each_language_has_its_words_that_no_sms_says():
    assert set(NEVER_BY_SMS) == set(settings.PHONE_LANGUAGES)


def test_every_phone_language_is_one_that_people_speak():
    assert set(settings.PHONE_LANGUAGES) <= set(all_languages())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("æ" * 160, 1),
        ("æ" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ş" * 70, 1),
        ("ş" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_how_many_sms_a_text_fills(text, parts):
    assert sms_parts(text) == parts


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Hi", "No link"),
        ("Hi", "{link} and {name}"),
        ("{name}", "{link}"),
        ("Hi", "{link} }"),
        ("Hi", "{link} {}"),
        ("Hi {", "{link}"),
        ("{link}", "no link here"),
    ],
)
def test_placeholders_that_are_wrong_are_noticed(subject, text):
    assert wrong_placeholders("check_in", subject, text)


def test_portal_and_municipality_may_stand_anywhere():
    assert not wrong_placeholders("check_in", "{portal}", "{municipality}: {link}")
