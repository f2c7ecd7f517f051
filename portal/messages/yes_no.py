"""Understanding a yes or a no that somebody writes on a phone, in the languages in which the portal asks.

Case, accents, signs and doubled letters are forgiven; so are the many ways to write one Arabic letter. The party's own
language is asked first, then Danish and English, then all the others together: a word that is a yes in one of those and
a no in another, or an everyday word of somebody else's, counts as nothing.
"""

import re
import unicodedata

YES, NO = "yes", "no"

# As people write them, in their own script and in Latin letters.
WORDS: dict[str, tuple[str, str]] = {
    "da": ("ja jo jep jaa jatak ok okay gerne", "nej næ nejtak"),
    "en": ("yes yeah yep y ok okay sure yess", "no nope n nah"),
    "uk": ("так да ага добре згода згоден згодна tak да", "ні нет ni нi"),
    "ru": ("да ага хорошо согласен согласна da", "нет не net niet нэт"),
    "ar": ("نعم ايوه ايوة اي أجل اجل تمام موافق موافقة naam nam aywa aywa aiwa eywa", "لا كلا la laa kalla"),
    "fa": ("بله بلی آره اره باشه bale baleh bali are areh", "نه خیر نخیر na nah neh kheyr kheir"),
    "prs": ("بلی بله آری آره هان bale bali balay are", "نه نی نخیر نخیرد na ne nakhair nakheir"),
    "ps": ("هو هوکې هوکی بلې بلی ho hoo hoke hokay", "نه نا یا na nah ya"),
    "ti": ("እወ እወን ኦኬ ewe eway awe", "ኣይፋል አይፋል ኣይኮነን ኣይፋሉን aifal ayfal ayfalu aykonen"),
    "so": ("haa ha hee haye waayahay", "maya mayo may"),
    "kmr": ("erê ere belê bele eree", "na ne nexêr nexer"),
    "ckb": ("بەڵێ بەلێ بەڵی بەلی ئا ئەرێ bale bele bali era", "نەخێر نەخیر نا نە na nakher naxer nexer"),
}
# Mean something else to many who write from Denmark: counted only for those whose language it is.
OTHERWISE = "tak are may ho ha na ne era net bale hee haye da هو خیر اي یا نا"
STOP_WORDS = "stop stopp stands afmeld framelding stopall unsubscribe стоп توقف قف ستوب"
START_WORDS = "start tilmeld begynd старт ابدأ ستارت"

_LETTERS = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىيېئ", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ةهۀە", "ه"),
    "ؤ": "و",
    "ڵ": "ل",
    "ێ": "ی",
    "ۆ": "و",
    # Tigrinya writes one sound with several letters.
    **dict.fromkeys("ኣዓዐ", "አ"),
    "ዕ": "እ",
    "ı": "i",
    "ø": "o",
    "æ": "ae",
}
_TABLE = str.maketrans(_LETTERS)
_NOT_A_LETTER = re.compile(r"[^\w]+|_+|\d+")
_DOUBLED = re.compile(r"(.)\1+")


def plain(text: str) -> str:
    """The text without case, accents, invisible signs, variants of letters, doubled letters and punctuation."""
    seen = "".join(sign for sign in text.replace("ـ", "") if unicodedata.category(sign) != "Cf")
    composed = unicodedata.normalize("NFKC", seen).casefold().translate(_TABLE)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", composed) if not unicodedata.combining(sign))
    return _DOUBLED.sub(r"\1", _NOT_A_LETTER.sub(" ", unicodedata.normalize("NFC", bare).translate(_TABLE))).strip()


def _plain_words(words: str) -> frozenset[str]:
    return frozenset(plain(word) for word in words.split())


_YES = {language: _plain_words(yes) for language, (yes, _) in WORDS.items()}
_NO = {language: _plain_words(no) for language, (_, no) in WORDS.items()}
_OTHERWISE = _plain_words(OTHERWISE)
_ANY = (frozenset().union(*_YES.values()) - _OTHERWISE, frozenset().union(*_NO.values()) - _OTHERWISE)
_STOP, _START = _plain_words(STOP_WORDS), _plain_words(START_WORDS)


def understand(text: str, language: str) -> str | None:
    """`yes` or `no` where the text begins with one of them and does not go on to say the other, else None."""
    words = plain(text).split()[:2]
    for yes, no in (*((_YES.get(one, frozenset()), _NO.get(one, frozenset())) for one in (language, "da", "en")), _ANY):
        said = [_said(word, yes, no) for word in words]
        if said and said[0]:
            return said[0] if set(said[1:]) <= {None, said[0]} else None
    return None


def asks_to_stop(text: str) -> bool:
    """Whether the text is STOP and no more than one word beside it."""
    return _is_about(text, _STOP)


def asks_to_start(text: str) -> bool:
    """Whether the text is START and no more than one word beside it."""
    return _is_about(text, _START)


def _is_about(text: str, wanted: frozenset[str]) -> bool:
    words = plain(text).split()
    return bool(words) and len(words) <= 2 and words[0] in wanted


def _said(word: str, yes: frozenset[str], no: frozenset[str]) -> str | None:
    if (word in yes) == (word in no):
        return None
    return YES if word in yes else NO
