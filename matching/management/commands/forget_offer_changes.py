"""`manage.py forget_offer_changes`: empty the log by which the engine's columns are kept fresh."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

# Every process reads all offers anew each day, so nobody asks for a change that is older.
KEPT = timedelta(days=2)


class Command(BaseCommand):
    help = "Removes what the log of changed offers no longer needs to tell. The clock runs it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT matching_forget_offer_changes(%s)", [timezone.now() - KEPT])
            (forgotten,) = cursor.fetchone()
        self.stdout.write(f"{forgotten} forgotten")
