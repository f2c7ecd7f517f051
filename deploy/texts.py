"""Collect every text to translate and merge it into locale/, without GNU gettext.

Python files are read by `ast`, templates by Django's own parser, so that what is found here is what is looked up when
a page is shown. `python -m deploy.texts` merges; a test asks `collect` whether any text lacks its translation.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib

PROJECT = Path(__file__).resolve().parent.parent
APPS = ("portal", "volunteers", "matching", "content")
LANGUAGES = ("da", "uk", "ar")  # the texts themselves are English
# What newcomers see on the pages that they open by a link or read on the adviser's screen, and no more, is translated
# into the other phone languages too: these templates with all that they include, and these names of these modules (of
# some all).
PHONE_TEMPLATES = PROJECT / "templates" / "phone"
SCREENS = tuple(
    PROJECT / "templates" / "matching" / name
    for name in ("household_answer.html", "match_for_household.html", "hand_over_screen.html")
)
PHONE_SOURCES: dict[str, tuple[str, ...]] = {
    "volunteers/choices.py": (
        "HelpKind", "ChildAge", "AgeBand", "Gender", "Interest", "HouseholdType", "WEEKDAYS", "PARTS_OF_DAY",
    ),
    "volunteers/words.py": (),
    "portal/languages/models.py": ("Level",),
    "portal/municipalities/models.py": ("DepartmentKind",),
    "portal/privacy/models.py": ("ContactField",),
    "portal/privacy/words.py": (),
    "portal/privacy/ledger.py": (),
    "matching/models/check_in.py": ("HowItGoes",),
    "matching/models/concern.py": ("ConcernKind",),
    "matching/models/match.py": ("EndReason",),
    "matching/models/proposal.py": ("DeclineReason",),
    "matching/words/reasons.py": ("travel_time",),
    "matching/calendar.py": ("OUR_MEETING", "VIDEO_TO_COME", "PLACE_TO_COME"),
}  # fmt: skip
# All but Danish are written by a machine and not yet read by somebody who speaks the language; pages say so too.
REVIEWED = ("da",)
DRAFT = "Machine draft: not yet reviewed by a person."
_SLAVIC = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
_ONE_UP_TO_ONE = "nplurals=2; plural=(n > 1);"  # none is said as one is
_ONE_ALONE = "nplurals=2; plural=(n != 1);"
# By language, after the Unicode CLDR; in the others one stands alone.
PLURALS = {
    "uk": _SLAVIC,
    "ru": _SLAVIC,
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
    "fa": _ONE_UP_TO_ONE,
    "prs": _ONE_UP_TO_ONE,
    "ti": _ONE_UP_TO_ONE,
}
# Function → positions of context, text and plural among its arguments.
FUNCTIONS = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "npgettext": (0, 1, 2),
}
_IN_EXPRESSION = re.compile(r"""_\("((?:[^"\\]|\\.)*)"\)|_\('((?:[^'\\]|\\.)*)'\)""")


@dataclass(frozen=True, order=True)
class Text:
    """A text as it is looked up."""

    msgid: str
    context: str = ""
    plural: str = ""


@dataclass
class Texts:
    """Texts and the files they stand in."""

    places: dict[Text, set[str]] = field(default_factory=dict)

    def add(self, text: Text, file: Path) -> None:
        if text.msgid.strip():
            self.places.setdefault(text, set()).add(str(file.relative_to(PROJECT)))


def collect() -> Texts:
    """Every text of the project. Django must be set up."""
    texts = Texts()
    for file in _files("*.py"):
        for text in _in_python(file.read_text(encoding="utf-8")):
            texts.add(text, file)
    for file in [*(PROJECT / "templates").rglob("*.*"), *_files("*.html")]:
        for text in _in_template(file.read_text(encoding="utf-8")):
            texts.add(text, file)
    return texts


def collect_for_phones() -> Texts:
    """The texts of the pages that newcomers open by a link or read on a screen. Django must be set up."""
    texts = Texts()
    for name, parts in PHONE_SOURCES.items():
        file = PROJECT / name
        for text in _in_python(file.read_text(encoding="utf-8"), parts):
            texts.add(text, file)
    for file in _with_included([*sorted(PHONE_TEMPLATES.rglob("*.*")), *SCREENS]):
        for text in _in_template(file.read_text(encoding="utf-8")):
            texts.add(text, file)
    return texts


def _with_included(files: list[Path]) -> list[Path]:
    """These templates and those that they include by name, however deep."""
    found = list(files)
    for file in found:
        named = re.findall(r'{% include "([^"]+)"', file.read_text(encoding="utf-8"))
        found += [path for name in named if (path := PROJECT / "templates" / name) not in found]
    return found


def phone_languages() -> tuple[str, ...]:
    """The languages of those pages alone, as the settings have them. The texts themselves are English."""
    from django.conf import settings

    return tuple(code for code in settings.PHONE_LANGUAGES if code not in {"en", *LANGUAGES})


def merge(language: str, texts: Texts) -> polib.POFile:
    """The language's catalogue with all these texts: translations kept, new texts empty, old ones gone."""
    path = PROJECT / "locale" / language / "LC_MESSAGES" / "django.po"
    old = {(entry.msgid, entry.msgctxt or ""): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.header = "" if language in REVIEWED else DRAFT
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "Plural-Forms": _plural_forms(language),
    }
    for text in sorted(texts.places):
        catalogue.append(_entry(text, sorted(texts.places[text]), old.get((text.msgid, text.context)), language))
    return catalogue


def write(language: str, catalogue: polib.POFile) -> None:
    """Write a catalogue where Django looks for it."""
    path = PROJECT / "locale" / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


def _plural_forms(language: str) -> str:
    return PLURALS.get(language, _ONE_ALONE)


def _entry(text: Text, files: list[str], old: polib.POEntry | None, language: str) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.msgid, msgctxt=text.context or None, occurrences=[(file, "") for file in files])
    if "%(" in text.msgid:
        entry.flags.append("python-format")
    if text.plural:
        forms = int(_plural_forms(language)[9])
        entry.msgid_plural = text.plural
        entry.msgstr_plural = dict.fromkeys(range(forms), "")
    if old is not None and bool(old.msgid_plural) == bool(text.plural):
        entry.msgstr, entry.comment, entry.tcomment = old.msgstr, old.comment, old.tcomment
        if text.plural:
            entry.msgstr_plural |= old.msgstr_plural
    return entry


def _files(pattern: str) -> Iterator[Path]:
    for app in APPS:
        yield from sorted((PROJECT / app).rglob(pattern))


def _in_python(source: str, parts: tuple[str, ...] = ()) -> Iterator[Text]:
    """The texts of a module, or only those of the classes and constants named."""
    tree = ast.parse(source)
    aliases = dict(_aliases(tree))
    chosen = [node for node in tree.body if not parts or _name(node) in parts]
    for node in (inner for outer in chosen for inner in ast.walk(outer)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        name = aliases.get(name, name)
        if name in FUNCTIONS:
            context, text, plural = (_argument(node, position) for position in FUNCTIONS[name])
            if text:
                yield Text(text, context, plural)


def _name(node: ast.stmt) -> str:
    """What a statement at the top of a module defines."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return getattr(node, "name", "")


def _aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that a module gives to Django's functions: `from … import gettext_lazy as _`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from ((name.asname or name.name, name.name) for name in node.names)


def _argument(call: ast.Call, position: int | None) -> str:
    if position is None or position >= len(call.args):
        return ""
    argument = call.args[position]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


def _in_template(source: str) -> Iterator[Text]:
    from django.template import engines
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    template: Any = engines["django"].from_string(source)
    nodes = template.template.nodelist
    for node in nodes.get_nodes_by_type(TranslateNode):
        literal = node.filter_expression.var
        yield Text(str(getattr(literal, "literal", literal)), _context(node.message_context))
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        singular = node.render_token_list(node.singular)[0]
        plural = node.render_token_list(node.plural)[0] if node.plural and node.countervar else ""
        yield Text(singular, _context(node.message_context), plural)
    for found in _IN_EXPRESSION.finditer(source):
        yield Text(found.group(1) or found.group(2))


def _context(expression: Any) -> str:
    return "" if expression is None else str(getattr(expression.var, "literal", None) or expression.var)


def main() -> None:
    """Merge into every catalogue, and say how many texts lack a translation."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    django.setup()
    everything, for_phones = collect(), collect_for_phones()
    for language in (*LANGUAGES, *phone_languages()):
        catalogue = merge(language, everything if language in LANGUAGES else for_phones)
        write(language, catalogue)
        sys.stdout.write(f"{language}: {len(catalogue)} texts, {len(catalogue.untranslated_entries())} to translate\n")


if __name__ == "__main__":
    main()
