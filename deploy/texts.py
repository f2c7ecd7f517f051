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
# Written by a machine and not yet read by somebody who speaks the language; pages say so too.
DRAFTS = ("uk", "ar")
DRAFT = "Machine draft: not yet reviewed by a person."
PLURALS = {
    "da": "nplurals=2; plural=(n != 1);",
    "uk": ("nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"),
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
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


def merge(language: str, texts: Texts) -> polib.POFile:
    """The language's catalogue with every text of the project: translations kept, new texts empty, old ones gone."""
    path = PROJECT / "locale" / language / "LC_MESSAGES" / "django.po"
    old = {(entry.msgid, entry.msgctxt or ""): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.header = DRAFT if language in DRAFTS else ""
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "Plural-Forms": PLURALS[language],
    }
    for text in sorted(texts.places):
        catalogue.append(_entry(text, sorted(texts.places[text]), old.get((text.msgid, text.context)), language))
    return catalogue


def write(language: str, catalogue: polib.POFile) -> None:
    """Write a catalogue where Django looks for it."""
    path = PROJECT / "locale" / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


def _entry(text: Text, files: list[str], old: polib.POEntry | None, language: str) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.msgid, msgctxt=text.context or None, occurrences=[(file, "") for file in files])
    if "%(" in text.msgid:
        entry.flags.append("python-format")
    if text.plural:
        forms = int(PLURALS[language][9])
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


def _in_python(source: str) -> Iterator[Text]:
    tree = ast.parse(source)
    aliases = dict(_aliases(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        name = aliases.get(name, name)
        if name in FUNCTIONS:
            context, text, plural = (_argument(node, position) for position in FUNCTIONS[name])
            if text:
                yield Text(text, context, plural)


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
    texts = collect()
    for language in LANGUAGES:
        catalogue = merge(language, texts)
        write(language, catalogue)
        sys.stdout.write(f"{language}: {len(catalogue)} texts, {len(catalogue.untranslated_entries())} to translate\n")


if __name__ == "__main__":
    main()
