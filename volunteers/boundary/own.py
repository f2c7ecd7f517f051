"""What a municipality's own task type shares with the national one that it is a kind of, and what is its own."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify

from portal.municipalities.models import Municipality
from volunteers.boundary.models import FIELDS, TaskType
from volunteers.boundary.verdict import Side, stricter_of

# The trail names a row in forty signs.
LONGEST_CODE = 40
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})

# By language and field; `words` is a list.
Texts = Mapping[str, Mapping[str, Any]]


def side_by_law(task_type: TaskType) -> Side:
    """The side that nobody there can go below: the type's own, or that of the national one it is a kind of."""
    law = Side(task_type.side)
    return stricter_of(Side(task_type.kind_of.side), law) if task_type.kind_of else law


def texts_with_national(texts: Texts, kind_of: TaskType) -> dict[str, dict[str, Any]]:
    """The texts as people read them: what is left empty in a language is the national type's in that language.

    Search words are the municipality's own: those of the national type lead to the national one.
    """
    national = kind_of.by_language
    languages = dict.fromkeys([*texts, *national])
    return {
        code: {field: texts.get(code, {}).get(field) or national.get(code, {}).get(field, "") for field in FIELDS}
        | {"words": list(texts.get(code, {}).get("words", []))}
        for code in languages
    }


def own_texts(task_type: TaskType) -> dict[str, dict[str, Any]]:
    """The texts without those that are the national type's."""
    national = task_type.kind_of.by_language if task_type.kind_of else {}
    return {
        code: {name: value for name, value in texts.items() if value != national.get(code, {}).get(name)}
        for code, texts in task_type.by_language.items()
    }


def code_for(municipality: Municipality, name: str) -> str:
    """The code of a new type: the municipality's number and the name, in letters that fit an address."""
    plain = slugify(name.translate(_LETTERS)) or "opgave"
    wished = f"{municipality.code}-{plain}"[:LONGEST_CODE].rstrip("-")
    taken = set(TaskType.objects.filter(pk__startswith=f"{municipality.code}-").values_list("pk", flat=True))
    code, number = wished, 2
    while code in taken:
        ending = f"-{number}"
        code, number = wished[: LONGEST_CODE - len(ending)].rstrip("-") + ending, number + 1
    return code
