"""Which task types fit a question best: words with their stems, weighed by how rare they are, typing errors forgiven.

Pure Python, no database: the texts of the task types fit into memory, and an index over them answers in milliseconds.
docs/decisions/0012-may-i-search.md has the measurements that chose it and its numbers.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from volunteers.boundary.likeness import grams, likeness
from volunteers.boundary.tokens import stem, words_of

# The languages that questions are asked in, and the texts that are looked through.
LANGUAGES = ("da", "en", "uk", "ar")
# What a word counts by the field it stands in; `words` are what people really say.
FIELDS = {"words": 1.0, "name": 0.5, "line": 0.3, "may": 0.25, "must_not": 0.25}
PHRASES = ("words", "name")
# What a language counts that is not the question's: people mix ("MitID" in a Ukrainian question).
OTHER_LANGUAGE = 0.2
# BM25's two numbers, and how much more a rare word says than a common one.
SATURATION, LENGTH, RARITY = 2.0, 0.3, 0.8
# What a word like one that is known counts, where it is known itself; how alike two words must be to count at all.
BESIDE, LEAST = 0.3, 0.4
# A phrase counts by the square of the part of it that was said.
FULLY = 2.0
# An answer instead of guesses: so much of one phrase was said, and the words count so much (less where there are only
# one or two); or they count even more.
SURE_PART, SURE_SCORE, SURE_BY_WORD, CERTAIN_SCORE = 0.7, 6.5, 3.0, 9.0
# What is not worth suggesting, as it only looks like what was asked: words that count less than this, a smaller part of
# one phrase, or a question of fewer letters.
LEAST_SCORE, LEAST_PART, FEWEST_LETTERS = 4.5, 0.67, 3

Texts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A task type, how well it fits, and how much of the one phrase was said that fits best, from 0 to 1."""

    code: str
    score: float
    part: float


class Index:
    """The texts of the task types in every language, ready to be asked."""

    def __init__(self, texts: Mapping[str, Texts]) -> None:
        """`texts` by language, code and field."""
        self._terms = {language: _Terms(language, texts[language]) for language in texts}

    def search(self, question: str, language: str) -> list[Hit]:
        """All task types that have something of the question, the best first."""
        words = list(dict.fromkeys(words_of(question)))
        score: dict[str, float] = defaultdict(float)
        full: dict[str, float] = defaultdict(float)
        for code, terms in self._terms.items():
            weight = 1.0 if code == language else OTHER_LANGUAGE
            for hit, (value, part) in terms.score(words).items():
                score[hit] += weight * value
                full[hit] = max(full[hit], part)
        order = sorted(score, key=lambda one: (-score[one], one))
        return [Hit(code, score[code], full[code]) for code in order]


def is_sure(hits: Sequence[Hit], question: str) -> bool:
    """Whether the best fits the question so well that it is an answer; else all of them are guesses."""
    if not hits:
        return False
    best, enough = hits[0], min(SURE_SCORE, SURE_BY_WORD * len(set(words_of(question))))
    return best.score >= CERTAIN_SCORE or (best.score >= enough and best.part >= SURE_PART)


def worth_showing(hits: Sequence[Hit], question: str) -> list[Hit]:
    """The answer with what else may be meant; where there is no answer the guesses, and none that is far-fetched."""
    likely = [hit for hit in hits if hit.score >= LEAST_SCORE]
    if is_sure(hits, question):
        return [hits[0], *(hit for hit in likely if hit is not hits[0])]
    letters = sum(letter.isalnum() for letter in question)
    return [hit for hit in likely if hit.part >= LEAST_PART] if letters >= FEWEST_LETTERS else []


class _Terms:
    """The terms of one language's texts: where they stand, how rare they are, and which look alike."""

    def __init__(self, language: str, texts: Texts) -> None:
        self._language = language
        self._stems: dict[str, str] = {}
        self._counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._phrases: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        lengths = {code: self._read(code, fields) for code, fields in texts.items()}
        mean = sum(lengths.values()) / max(len(lengths), 1)
        self._held_back = {code: 1 - LENGTH + LENGTH * length / mean for code, length in lengths.items()}
        self._rarity = {
            term: math.log(1 + (len(texts) - len(at) + 0.5) / (len(at) + 0.5)) ** RARITY
            for term, at in self._counts.items()
        }
        self._grams: dict[str, list[str]] = defaultdict(list)
        for word in self._stems:
            for gram in grams(word):
                self._grams[gram].append(word)

    def score(self, words: Iterable[str]) -> dict[str, tuple[float, float]]:
        """For each task type what its words and its best phrase add, and how much of that phrase was said."""
        total: dict[str, float] = defaultdict(float)
        said: dict[str, float] = {}
        for word in words:
            by_word: dict[str, float] = defaultdict(float)
            for term, likely in self._meant(word).items():
                said[term] = max(said.get(term, 0), likely)
                for code, count in self._counts[term].items():
                    often = count * (SATURATION + 1) / (count + SATURATION * self._held_back[code])
                    by_word[code] = max(by_word[code], likely * self._rarity[term] * often)
            for code, value in by_word.items():
                total[code] += value
        phrases = self._best_phrases(said)
        return {code: (total[code] + phrases[code][0], phrases[code][1]) for code in total}

    def _read(self, code: str, fields: Mapping[str, Any]) -> float:
        """Take in a task type's texts. Returns their length."""
        length = 0.0
        for field, weight in FIELDS.items():
            value = fields.get(field) or ()
            for phrase in [value] if isinstance(value, str) else value:
                terms = [self._stems.setdefault(word, stem(word, self._language)) for word in words_of(phrase)]
                for term in terms:
                    self._counts[term][code] += weight
                    length += weight
                if field in PHRASES:
                    entry = code, tuple(dict.fromkeys(terms))
                    for term in entry[1]:
                        self._phrases[term].append(entry)
        return length

    def _meant(self, word: str) -> dict[str, float]:
        """The terms that may be meant by a word, with how likely that is: 1 for its own stem."""
        own = stem(word, self._language)
        is_known = own in self._counts
        found = {own: 1.0} if is_known else {}
        pairs = grams(word)
        shared = Counter(chain.from_iterable(self._grams.get(gram, ()) for gram in pairs))
        for other, number in shared.items():
            # Words with fewer letters in common are not looked at closely: of thousands, dozens are left.
            if 2 * number >= min(len(pairs), len(other) + 1) and (likely := likeness(word, other)) >= LEAST:
                term = self._stems[other]
                found[term] = max(found.get(term, 0), likely * (BESIDE if is_known else 1))
        return found

    def _best_phrases(self, said: Mapping[str, float]) -> dict[str, tuple[float, float]]:
        """What the phrase adds that is said most fully, and how much of it was said, by task type."""
        best: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
        for code, terms in {entry for term in said for entry in self._phrases.get(term, ())}:
            there = sum(self._rarity[term] * said.get(term, 0) for term in terms)
            part = there / sum(self._rarity[term] for term in terms)
            best[code] = max(best[code], (there * part**FULLY, part))
        return best
