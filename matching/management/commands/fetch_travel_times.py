"""`manage.py fetch_travel_times`: ask the journey planner how long the journeys take that matching reckons with."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from matching.engine.journeys import wanted_pairs
from portal.places.models import TravelTime
from portal.places.travel import provider
from portal.places.travel_store import due, fetch

#: A run is short, so that it holds nothing else up that the clock has to do; with one an hour, 1,440 a day.
JOURNEYS, SECONDS = 60, 60


class Command(BaseCommand):
    help = (
        "Asks the journey planner that PORTAL_TRAVEL_PROVIDER names how long it takes from waiting households' "
        "postcodes to volunteers', where that is not known or 90 days old. The clock runs it every hour."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--journeys", type=int, default=JOURNEYS, help="Ask about so many at most.")
        parser.add_argument("--seconds", type=int, default=SECONDS, help="Begin nothing new after so long.")
        parser.add_argument("--forget", action="store_true", help="Forget all travelling times instead.")

    def handle(self, *args: Any, journeys: int, seconds: int, forget: bool, **options: Any) -> None:
        if forget:
            count, _ = TravelTime.objects.all().delete()
            self.stdout.write(f"{count} forgotten")
            return
        planner = provider()
        if planner is None:
            self.stdout.write("no journey planner is named")
            return
        now = timezone.now()
        waiting = due(wanted_pairs(), now=now)
        told = fetch(waiting[:journeys], planner, now=now, until=now + timedelta(seconds=seconds))
        left = len(waiting) - told.known - told.without
        self.stdout.write(
            f"{told.known} travelling times, {told.without} without a journey, {told.failed} failed, {left} left"
        )
