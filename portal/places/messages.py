"""What to tell somebody about the postcode or town that they typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from portal.places.postcodes import Answer, Kind, Postcode

# A long text would push the help off a small screen.
_SHOWN = 40


def _list(postcodes: Iterable[Postcode]) -> str:
    return ", ".join(str(postcode) for postcode in postcodes)


def _typed(answer: Answer) -> str:
    return answer.text if len(answer.text) <= _SHOWN else f"{answer.text[:_SHOWN]}…"


def _found(answer: Answer) -> str:
    return _list(answer.candidates)


def _several(answer: Answer) -> str:
    return _("There are several places that fit “%(text)s”. Write one of these postcodes: %(places)s.") % {
        "text": _typed(answer),
        "places": _list(answer.candidates),
    }


def _po_box(answer: Answer) -> str:
    return _(
        "“%(text)s” is a number for PO boxes or for a firm, so it does not show where you live. "
        "Write the postcode of your home."
    ) % {"text": _typed(answer)}


def _misspelt(answer: Answer) -> str:
    return _("We do not know “%(text)s”. Did you mean %(places)s?") % {
        "text": _typed(answer),
        "places": _list(answer.candidates),
    }


def _unknown(answer: Answer) -> str:
    if answer.candidates:
        return _("There is no postcode “%(text)s”. The nearest numbers are %(places)s.") % {
            "text": _typed(answer),
            "places": _list(answer.candidates),
        }
    return _("We do not know “%(text)s”. Write a Danish postcode of four digits, or the name of a town.") % {
        "text": _typed(answer)
    }


def _not_denmark(answer: Answer) -> str:
    return _(
        "“%(text)s” is in Greenland or the Faroe Islands. The portal covers the 98 municipalities of Denmark only."
    ) % {"text": _typed(answer)}


def _empty(answer: Answer) -> str:
    return _("Write your postcode, for example 4500, or the name of your town.")


_TEXTS: dict[Kind, Callable[[Answer], str]] = {
    "found": _found,
    "several": _several,
    "po_box": _po_box,
    "misspelt": _misspelt,
    "unknown": _unknown,
    "not_denmark": _not_denmark,
    "empty": _empty,
}


def message(answer: Answer) -> str:
    """``answer`` in a sentence, in the language in force. It holds what was typed: escape it as any input."""
    return _TEXTS[answer.kind](answer)
