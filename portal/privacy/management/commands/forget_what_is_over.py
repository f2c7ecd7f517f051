"""`manage.py forget_what_is_over`: forgets what has been kept long enough, in every municipality that takes part."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality
from portal.privacy.retention import forget_what_is_over, rules, waiting


class Command(BaseCommand):
    help = "Forgets what has been kept as long as the rules say (docs/decisions/0010)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say how many rows it would be, and forget nothing.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        for municipality in Municipality.objects.joined():
            for rule in rules():
                if dry_run:
                    count = waiting(rule, municipality, now=now)
                else:
                    record = Record(SYSTEM, municipality.pk)
                    count = forget_what_is_over(rule, municipality, now=now, record=record)
                if count:
                    self.stdout.write(f"{municipality.slug} {rule.name}: {count}")
