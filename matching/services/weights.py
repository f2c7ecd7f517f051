"""Choosing the weights of a municipality's score. What was chosen stays; going back is one more choice."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from matching.domain.weights import Weights
from matching.models import WeightSet
from matching.weights import PARTS, changes, weights_in_force
from portal.audit.record import Record
from portal.municipalities.models import Municipality


class ChosenMeanwhile(Exception):
    """Somebody else has chosen weights since these were looked at; `version` is now in force."""

    def __init__(self, version: int | None) -> None:
        super().__init__(f"version {version} is in force")
        self.version = version


class NothingChanged(Exception):
    """These are the weights in force already."""


@transaction.atomic
def choose_weights(
    *,
    municipality: int,
    values: Mapping[str, Decimal],
    note: str,
    based_on: int | None,
    now: datetime,
    record: Record,
) -> WeightSet:
    """Put new weights in force as the next version; `based_on` is the version that was looked at (None: the standard).

    The trail gets the version and the changed weights before and after. Raises ValueError for weights outside their
    bounds or that do not add up to 1, ChosenMeanwhile and NothingChanged.
    """
    chosen = Weights(**{part: float(values[part]) for part in PARTS})
    # Two who save at the same moment wait for each other here; rows that refer to the municipality do not wait.
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality)
    before, version = weights_in_force(municipality)
    if version != based_on:
        raise ChosenMeanwhile(version)
    changed = changes(before, chosen)
    if not changed:
        raise NothingChanged
    row = WeightSet(
        municipality_id=municipality,
        version=(version or 0) + 1,
        note=note,
        chosen_at=now,
        chosen_by_id=record.actor.user_id,
        **{part: values[part] for part in PARTS},
    )
    row.full_clean(exclude=("municipality", "chosen_by"), validate_constraints=False)
    row.save()
    record.write(
        "weights.chosen",
        row,
        version=row.version,
        before={change.part: change.before for change in changed},
        after={change.part: change.after for change in changed},
    )
    return row
