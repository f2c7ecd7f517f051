"""What is forgotten when, as rules: each says which rows, after how many days, and what is taken from them.

Each app names its rules in a module `retention`. A line in the trail says how many rows of which rule were forgotten in
which municipality, and nothing about them. Consents, disclosures and the trail itself hold codes and stay.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from portal.audit.record import Record
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force
from portal.municipalities.scoping import ScopedQuerySet

# So many rows in one transaction, so that nobody waits for it.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """`rows` are those of a municipality whose time was over before a moment, and that still hold something.

    `forget` takes it from the rows with these keys, with the municipality in force. `days` is the default; the setting
    PORTAL_RETENTION_DAYS names others.
    """

    name: str
    what: Promise
    days: int
    rows: Callable[[int, datetime], ScopedQuerySet[Any]]
    forget: Callable[[int, Sequence[Any], Record], None]

    @property
    def kept_days(self) -> int:
        """After so many days it is forgotten."""
        return int(settings.PORTAL_RETENTION_DAYS.get(self.name, self.days))

    def over(self, municipality: int, now: datetime) -> ScopedQuerySet[Any]:
        """The rows of a municipality that are to be forgotten at a moment."""
        return self.rows(municipality, now - timedelta(days=self.kept_days))


def rules() -> Iterator[Rule]:
    """Those of the ground floor first, then of each app that has some."""
    for config in reversed(list(apps.get_app_configs())):
        if config.module and module_has_submodule(config.module, "retention"):
            yield from getattr(import_module(f"{config.name}.retention"), "RULES", ())


def forget_what_is_over(rule: Rule, municipality: Municipality, *, now: datetime, record: Record) -> int:
    """Forget a municipality's rows of one rule, a batch a transaction. Returns how many."""
    forgotten, last = 0, None
    while True:
        with in_force(municipality=municipality.pk):
            keys = _next(rule.over(municipality.pk, now), last)
            if keys:
                rule.forget(municipality.pk, keys, record)
                record.write("retention.forgot", municipality, rule=rule.name, count=len(keys))
        forgotten += len(keys)
        if len(keys) < BATCH:
            return forgotten
        last = keys[-1]


def waiting(rule: Rule, municipality: Municipality, *, now: datetime) -> int:
    """How many rows of a municipality the rule would forget at a moment."""
    with in_force(municipality=municipality.pk):
        return rule.over(municipality.pk, now).order_by().count()


def _next(rows: ScopedQuerySet[Any], after: Any) -> list[Any]:
    rows = rows if after is None else rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
