"""`manage.py may_i QUESTION`: the same answer as on the page "May I do this?"."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from portal.municipalities.models import Municipality
from volunteers.boundary.asking import Answered, ask
from volunteers.boundary.search import LANGUAGES


class Command(BaseCommand):
    help = "Says which tasks a question is about, best first, and whether a volunteer may do them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", help="What somebody was asked to do, in everyday words.")
        parser.add_argument("--language", choices=LANGUAGES, default="da", help="Of the question (default: da).")
        parser.add_argument("--municipality", default="", help="Its name in addresses (odsherred): its own rules hold.")
        parser.add_argument("--limit", type=int, default=5, help="So many tasks at most.")
        parser.add_argument("--json", action="store_true", help="A JSON list; `sure` is false where all are guesses.")

    def handle(self, *args: Any, question: str, language: str, municipality: str, limit: int, **options: Any) -> None:
        with translation.override(language):
            answered = ask(question, language=language, municipality=_municipality(municipality), limit=limit)
            self.stdout.write(_as_json(answered) if options["json"] else _as_text(answered))


def _municipality(slug: str) -> Municipality | None:
    if not slug:
        return None
    try:
        return Municipality.objects.get(slug=slug)
    except Municipality.DoesNotExist:
        raise CommandError(f"There is no municipality {slug!r}.") from None


def _as_json(answered: Answered) -> str:
    tasks = [
        {
            "code": one.code,
            "score": one.score,
            "side": one.here.side,
            "answer": one.answer,
            "sure": answered.sure,
        }
        for one in answered.found
    ]
    return json.dumps(tasks, ensure_ascii=False, indent=2)


def _as_text(answered: Answered) -> str:
    lines = [
        f"{one.score:6.2f}  {one.answer:<8}  {one.here.side:<13}  {one.code}: {one.here.task_type.name}"
        for one in answered.found
    ]
    return "\n".join([*lines, "" if answered.sure else "Nothing fits well: ask the coordinator."]).strip()
