"""The words of messages and consents, in the language of the one who reads them.

They stand in one file a language beside this one, and in the database as versions that are only added to: a person can
correct them in the admin, and a consent keeps the very words that were agreed to.
"""

from portal.languages.texts.registry import REGISTRY, TextKind
from portal.languages.texts.sms import sms_parts
from portal.languages.texts.wording import MissingValue, Words, current, words

__all__ = ["REGISTRY", "MissingValue", "TextKind", "Words", "current", "sms_parts", "words"]
