"""“May I do this?”: a question in everyday words, and the task types it is about, with the answer for each.

What is asked is looked up and forgotten: nothing here stores or logs it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db.models import Count, Max, Q

from portal.municipalities.models import Municipality
from volunteers.boundary.entries import Answer
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.models import TaskType
from volunteers.boundary.search import LANGUAGES, Index, is_sure, worth_showing
from volunteers.boundary.tokens import language_of
from volunteers.boundary.verdict import FORBIDDEN_SIDES, Side

# So many indexes are kept: the common one, and those of municipalities with task types of their own.
KEPT = 16


@dataclass(frozen=True, slots=True)
class Found:
    """A task type that the question may be about, as it holds in the municipality, and the answer."""

    code: str
    score: float
    here: TaskHere
    answer: Answer


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found, the best first. Not `sure`: nothing fits well, and all of it is guesses, if there is any."""

    found: tuple[Found, ...]
    sure: bool

    @property
    def best(self) -> Found | None:
        """What the answer is about; None where nothing fits well."""
        return self.found[0] if self.sure else None


def ask(question: str, *, language: str, municipality: Municipality | None, limit: int = 5) -> Answered:
    """The task types that a question is about. `language` is the page's; a question may be in another one."""
    hits = _index(municipality).search(question, language_of(question, language))
    shown = worth_showing(hits, question)[:limit]
    here = tasks_here(municipality, [hit.code for hit in shown])
    found = tuple(
        Found(hit.code, round(hit.score, 2), here[hit.code], answer_for(here[hit.code].side))
        for hit in shown
        if hit.code in here
    )
    return Answered(found, bool(found) and is_sure(hits, question))


def answer_for(side: Side) -> Answer:
    """Whether a volunteer may do a task of this side."""
    if side in FORBIDDEN_SIDES:
        return Answer.NO
    return Answer.YES_BUT if side == Side.SHARED else Answer.YES


_indexes: OrderedDict[int | None, tuple[tuple[int, int], Index]] = OrderedDict()
_lock = Lock()


def _index(municipality: Municipality | None) -> Index:
    """The index over what is in the catalogue there, made anew when a version has been added or a type withdrawn."""
    types = TaskType.objects.for_municipality(municipality)
    state = types.aggregate(
        own=Count("pk", filter=Q(municipality__isnull=False), distinct=True),
        number=Count("pk", distinct=True),
        version=Max("versions__pk"),
    )
    key = municipality.pk if municipality and state["own"] else None
    revision = (state["number"], state["version"] or 0)
    with _lock:
        kept = _indexes.get(key)
        if kept is None or kept[0] != revision:
            kept = revision, Index(_texts(types))
            _indexes[key] = kept
        _indexes.move_to_end(key)
        while len(_indexes) > KEPT:
            _indexes.popitem(last=False)
    return kept[1]


def _texts(types: Any) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The catalogue's texts by language, code and field."""
    by_code = {one.pk: one.by_language for one in types}
    return {
        language: {code: texts[language] for code, texts in by_code.items() if language in texts}
        for language in LANGUAGES
    }
