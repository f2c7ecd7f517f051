"""Each kind of answer has a sentence that names what was typed and what to do."""

import pytest
from django.utils import translation

from portal.places.messages import message
from portal.places.postcodes import KINDS, lookup

SAMPLES = {
    "found": ("roskilde", "4000 Roskilde"),
    "several": ("nykøbing", "4500 Nykøbing Sj, 4800 Nykøbing F, 7900 Nykøbing M"),
    "po_box": ("0800", "Write the postcode of your home."),
    "misspelt": ("Roskide", "We do not know “Roskide”. Did you mean 4000 Roskilde?"),
    "unknown": ("4501", "The nearest numbers are 4490 Jerslev Sjælland, 4500 Nykøbing Sj, 4520 Svinninge."),
    "not_denmark": ("3900", "Greenland or the Faroe Islands"),
    "empty": ("", "for example 4500"),
}


def test_every_kind_of_answer_has_a_sample_here() -> None:
    assert set(SAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_has_its_sentence(kind: str) -> None:
    typed, expected = SAMPLES[kind]

    with translation.override("en"):
        text = message(lookup(typed))

    assert lookup(typed).kind == kind
    assert expected in text


def test_a_long_text_is_shortened_and_percent_signs_do_no_harm() -> None:
    with translation.override("en"):
        text = message(lookup("100 %(text)s %d " + "q" * 60))

    assert "…" in text
    assert "%(text)s" in text
