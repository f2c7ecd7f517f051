"""`manage.py send_messages`: sends what is due, for a bounded time, or again and again."""

import logging
import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection
from django.utils import timezone

from portal.messages.models import MessageChannel
from portal.messages.sending import PATIENCE, Outcome, send_next

logger = logging.getLogger(__name__)

# Seconds of one run: what is left waits for the next one, so that a slow server does not hold everything else up.
BUDGET = 10.0
# Failures in a row after which a server is taken for down and left alone until the next run.
TROUBLE = 3


class Command(BaseCommand):
    help = "Sends the messages whose time has come."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="Go on until told to stop.")
        parser.add_argument("--every", type=float, default=15, help="Seconds between two runs (default: 15).")
        parser.add_argument(
            "--patience",
            type=float,
            default=PATIENCE[MessageChannel.EMAIL].total_seconds(),
            help="Seconds after which an unfinished e-mail counts as left by a dead sender; an SMS gets twice that.",
        )

    def handle(self, *args: Any, forever: bool, every: float, patience: float, **options: Any) -> None:
        times = {
            MessageChannel.EMAIL: timedelta(seconds=patience),
            MessageChannel.SMS: timedelta(seconds=2 * patience),
        }
        while True:
            try:
                send_due(times, until=time.monotonic() + BUDGET)
            except Exception:
                if not forever:
                    raise
                logger.exception("Sending stopped; it starts again in %s s.", every)
            if not forever:
                return
            time.sleep(every)
            close_old_connections()


def send_due(patience: dict[Any, timedelta], *, until: float) -> None:
    """Send one message of each municipality in turn until nothing is due or the time (monotonic seconds) is over."""
    waiting, trouble = _municipalities(), 0
    while waiting:
        for code in list(waiting):
            if time.monotonic() > until or trouble >= TROUBLE:
                return
            outcome = send_next(municipality=code, now=timezone.now(), patience=patience)
            if outcome is None:
                waiting.remove(code)
            trouble = trouble + 1 if outcome == Outcome.TROUBLE else 0


def _municipalities() -> list[int]:
    """Those with messages on their way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_messages_on_their_way()")
        return sorted(code for (code,) in cursor.fetchall())
