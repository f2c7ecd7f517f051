"""`manage.py prepare_drafts`: have the day's draft made in every municipality. Proposes nothing to anybody."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matching.services.drafts import prepare_daily
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force


class Command(BaseCommand):
    help = (
        "Hands the making of the day's drafts to the worker, once a day for each municipality. "
        "An adviser reviews them; nothing is sent. The clock runs it every hour."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", nargs="?", help="The slug of one municipality; all that joined without.")

    def handle(self, *args: Any, municipality: str | None, **options: Any) -> None:
        joined = Municipality.objects.joined()
        if municipality is not None:
            joined = joined.filter(slug=municipality)
            if not joined.exists():
                raise CommandError(f"No municipality {municipality} has joined.")
        for one in joined:
            self._prepare(one)

    def _prepare(self, municipality: Municipality) -> None:
        code, now = municipality.code, timezone.now()
        with in_force(municipality=code):
            asked = prepare_daily(municipality=code, day=timezone.localdate(now), now=now, record=Record(SYSTEM, code))
        if asked:
            self.stdout.write(f"{municipality.name}: asked for")
