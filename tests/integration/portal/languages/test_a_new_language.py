"""A language is added by a row, a file of texts and a catalogue; no code knows it by name."""

import shutil
from datetime import date

import polib
import pytest
from django.utils import translation
from django.utils.formats import date_format

from deploy.compile_messages import compile_all
from deploy.texts import Text, Texts, merge
from portal.languages import registry
from portal.languages.texts import files, words

ROW = "qaa,Volapyksk,Volapukish,-,-,Volapük,Latn,rtl\n"


@pytest.fixture
def new_language(tmp_path, settings, monkeypatch):
    data = tmp_path / "languages.csv"
    shutil.copy(registry.DATA, data)
    data.write_text(data.read_text(encoding="utf-8") + ROW, encoding="utf-8")
    (tmp_path / "qaa.toml").write_text('[check_in]\nsubject = "Lio?"\ntext = "Lio golos? {link}"\n', encoding="utf-8")
    monkeypatch.setattr(registry, "DATA", data)
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    forget()
    settings.PHONE_LANGUAGES = ("qaa",)
    settings.LANGUAGES_BIDI = registry.right_to_left()
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    registry.make_known()
    yield tmp_path
    registry.LANG_INFO.pop("qaa")
    monkeypatch.undo()
    forget()


def forget():
    registry.all_languages.cache_clear()
    files.read_all.cache_clear()


@pytest.mark.django_db
def test_messages_are_written_in_it(new_language):
    files.sync_texts()

    assert words("check_in", "qaa", {"link": "X"}).text == "Lio golos? X"
    assert words("match_paused", "qaa", {}).language == "da"


def test_pages_are_shown_in_it_and_the_right_way_round(new_language):
    texts = Texts({Text("Monday"): {"volunteers/choices.py"}})
    catalogue = merge("qaa", texts)
    catalogue.find("Monday").msgstr = "mudel"
    folder = new_language / "locale" / "qaa" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save(str(folder / "django.po"))
    compile_all(new_language / "locale")

    with translation.override("qaa"):
        assert translation.gettext("Monday") == "mudel"
        assert translation.get_language_bidi()
        assert translation.get_language_info("qaa")["name_local"] == "Volapük"
    assert polib.mofile(str(folder / "django.mo")).metadata["Plural-Forms"].startswith("nplurals=2")


@pytest.mark.parametrize("code", ["ti", "so", "ps", "prs", "kmr"])
def test_a_date_in_a_language_that_django_does_not_know_is_in_numbers(code):
    with translation.override(code):
        assert date_format(date(2026, 5, 3)) == "03.05.2026"
        assert date_format(date(2026, 5, 3), "l") not in {"Sunday", "søndag"}


@pytest.mark.parametrize("code", ["fa", "prs", "ps", "ckb", "ar"])
def test_languages_written_from_right_to_left_are_known_to_be(code):
    with translation.override(code):
        assert translation.get_language_bidi()
        assert translation.get_language_info(code)["bidi"]


@pytest.mark.parametrize("code", ["ti", "so", "kmr", "ru", "uk", "da"])
def test_the_others_are_not(code):
    with translation.override(code):
        assert not translation.get_language_bidi()
        assert translation.get_language_info(code)["code"] == code
