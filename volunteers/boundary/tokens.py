"""Text as search terms: folded letters, words, and their stems in Danish, English, Ukrainian and Arabic.

What is folded here is what people type in more than one way: capitals, apostrophes, Danish letters on a foreign
keyboard, the Arabic letters that look alike, vowel signs. A stem need not be a word: it only has to be the same for
the forms of one word. Endings that nobody types when asking (learned plurals, the past historic) are left out.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from volunteers.boundary import stop_words

APOSTROPHES = re.compile("['’ʼ‘`´′]")
WORD = re.compile(r"[^\W_]+")
FOLDED = str.maketrans({
    "æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ß": "ss",
    "ё": "е", "ґ": "г", "ы": "и", "э": "е", "ъ": None,
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "گ": "ك",
    "پ": "ب", "چ": "ج", "ڤ": "ف", "ـ": None, "ء": None,
})  # fmt: skip
# A stem keeps at least so many letters.
SHORTEST = 3


def fold(text: str) -> str:
    """The text with the letters that people type in more than one way made one."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = APOSTROPHES.sub("", text).translate(FOLDED)
    # What is left of marks above and below the letters: й and ї are letters of their own and are kept whole.
    return "".join(
        letter if letter in "йї" else unicodedata.normalize("NFD", letter)[:1]
        for letter in text
        if not unicodedata.combining(letter)
    )


def _longest_first(endings: str) -> tuple[str, ...]:
    return tuple(sorted(fold(endings).split(), key=len, reverse=True))


# Endings by language, the longest first.
DANISH = _longest_first("""
    erendes erende hedens ethed erede heden heder endes ernes erens erets ered ende erne eren erer heds enes eres eret
    hed ene ere ens ers ets en er es et e s ede te elser elsen else ning ningen ninger ningerne ing ingen inger
""")
UKRAINIAN = _longest_first("""
    ювання ювати увати ування ується уються ання ення яння іння ати яти ити іти ути ти тися тись ся сь ають яють
    ують юють ить ять ать уть ють ає яє ує ює аємо яємо уємо емо имо аю яю ую юю ав ала али ало ила или ило ів єш еш
    иш ами ями ах ях ам ям ом ем єм ою ею єю ові еві єві їв ей ій ий ого ього ому ьому ими іми их іх ої ьої а я о е
    є і ї и у ю ь й ість ості істю ський ська ське ські ського ському ських цький цька цьке цькі ник ника ники ка ку
    ки ці ок ця цю
""")
ARABIC_BEFORE = _longest_first("وبال وكال وفال ولل وال فال بال كال عال هال لل ال")
ARABIC_BEHIND = _longest_first("تهم تها ته يات اتهم اتها هما هم كم هن نا ها ني ات ون ين ان وا يه تي ه ي ك ت ا")
ENGLISH = _longest_first("""
    ations ation ingly ings ing edly ed ies ied ier ers er ements ement ments ment es s ly e y ness ion ions
""")


def words_of(text: str) -> Iterator[str]:
    """The words of a text, folded, without those that say nothing."""
    for word in WORD.findall(fold(text)):
        if word not in _stop_words():
            yield word


def stem(word: str, language: str) -> str:
    """A folded word without its endings. Its letters say more than `language`, which only tells English from Danish."""
    if any("\u0400" <= letter <= "\u04ff" for letter in word):
        return _strip(word, UKRAINIAN)
    if any("\u0600" <= letter <= "\u06ff" for letter in word):
        return _strip_arabic(word)
    return _strip(word, ENGLISH if language == "en" else DANISH)


def language_of(question: str, page: str) -> str:
    """The language that a question is asked in, by its letters and small words; `page` where those do not tell."""
    text = fold(question)
    for language, first, last in (("uk", "\u0400", "\u04ff"), ("ar", "\u0600", "\u06ff")):
        if 2 * sum(first <= letter <= last for letter in text) > sum(letter.isalpha() for letter in text):
            return language
    words = WORD.findall(text)
    danish, english = (sum(word in small for word in words) for small in _small_words())
    if danish == english:
        return page if page in ("da", "en") else "da"
    return "da" if danish > english else "en"


@cache
def _small_words() -> tuple[frozenset[str], frozenset[str]]:
    """The stop words that only one of the two languages in Latin letters has."""
    danish, english = (frozenset(fold(text).split()) for text in (stop_words.DANISH, stop_words.ENGLISH))
    return danish - english, english - danish


@cache
def _stop_words() -> frozenset[str]:
    lists = (stop_words.DANISH, stop_words.ENGLISH, stop_words.UKRAINIAN, stop_words.ARABIC)
    return frozenset(word for text in lists for word in fold(text).split())


def _strip(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST + (len(ending) == 1):
            word = word[: -len(ending)]
            break
    # A double letter is left by some endings: "kommuner", "bussen".
    return word[:-1] if len(word) > SHORTEST and word[-1] == word[-2] else word


def _strip_arabic(word: str) -> str:
    for start in ARABIC_BEFORE:
        if word.startswith(start) and len(word) - len(start) >= SHORTEST:
            word = word[len(start) :]
            break
    for ending in ARABIC_BEHIND:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word
