"""`manage.py clock`: what must happen by itself, each at its own pace. One process is enough for all web servers."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

logger = logging.getLogger(__name__)

MINUTE, HOUR, DAY = 60, 3600, 86400
# Command → seconds between two runs.
PACE = {
    "send_messages": 15,  # what is due: held back until now, tried before, or left by a sender that ended
    "publish_catalogue": MINUTE,  # task types that hold from today, before the pages: only operators may write them
    "publish_scheduled": MINUTE,  # pages whose time has come or is over
    "expire_proposals": 10 * MINUTE,  # frees both sides of a proposal that nobody answered
    "ask_check_ins": HOUR,  # how is it going, on the day planned for each match
    "mind_hand_overs": HOUR,  # reminders of what was handed over, what is late, and what nobody answered
    "remind_steps": HOUR,  # once a day and person, in the morning: how many steps of receptions wait
    "end_breaks": HOUR,  # volunteers and matches whose break has a last day go on
    "prepare_drafts": HOUR,  # once a day for each municipality, in the day's first hour or when the portal is up again
    "pass_meetings": HOUR,  # first meetings whose time is over
    "fetch_travel_times": HOUR,  # a few journeys at a time; does nothing where no journey planner is named
    "clearsessions": DAY,  # abandoned sign-ups hold a name and a phone number
    "prune_db_task_results": DAY,
    "forget_offer_changes": DAY,
    "tell_of_ending_consents": DAY,
    "forget_what_is_over": DAY,
}


class Clock:
    """Runs each command when its pace says so. A command that fails is logged and tried again at its next turn."""

    def __init__(self, run: Callable[[str], Any]) -> None:
        self._run = run
        self._due = dict.fromkeys(PACE, 0.0)

    def tick(self, now: float) -> None:
        """Run what is due at `now` (seconds on any clock that only goes forward)."""
        for command, due in self._due.items():
            if due <= now:
                self._due[command] = now + PACE[command]
                try:
                    self._run(command)
                except Exception:
                    logger.exception("%s failed", command)


class Command(BaseCommand):
    help = "Publishes what is scheduled, expires proposals and tidies up, for as long as it runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run everything once and end.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        clock = Clock(call_command)
        while True:
            clock.tick(time.monotonic())
            if once:
                return
            time.sleep(5)
            close_old_connections()
