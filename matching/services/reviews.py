"""The yearly review: everybody who receives newcomers looks back once a year, and the minutes are kept (002:577)."""

from datetime import date

from django.db import IntegrityError, transaction

from matching.models import ReceptionReview
from portal.audit.record import Record
from portal.municipalities.models import Municipality


class ChangedMeanwhile(Exception):
    """Somebody else has written in the same minutes; `review` is what stands there now."""

    def __init__(self, review: ReceptionReview) -> None:
        super().__init__(f"version {review.version}")
        self.review = review


class WrittenAlready(Exception):
    """There is a review of that day: pressed twice, or a colleague was first."""


def add_review(
    *, municipality: Municipality, held_on: date, participants: str, minutes: str, record: Record
) -> ReceptionReview:
    """Keep the minutes of a review. Raises WrittenAlready."""
    review = ReceptionReview(
        municipality=municipality, year=held_on.year, held_on=held_on, participants=participants, minutes=minutes
    )
    with transaction.atomic():
        _keep(review)
        record.write("review.added", review)
    return review


@transaction.atomic
def change_review(
    review: ReceptionReview, *, version: int, held_on: date, participants: str, minutes: str, record: Record
) -> ReceptionReview:
    """Write on in the minutes. `version` is the one that was looked at; raises ChangedMeanwhile, WrittenAlready."""
    rows = ReceptionReview.objects.within(review.municipality_id).select_for_update(no_key=True)
    locked = rows.get(pk=review.pk)
    if locked.version != version:
        raise ChangedMeanwhile(locked)
    locked.year, locked.held_on = held_on.year, held_on
    locked.participants, locked.minutes = participants, minutes
    locked.version += 1
    _keep(locked)
    record.write("review.changed", locked, version=locked.version)
    return locked


def _keep(review: ReceptionReview) -> None:
    """The form has looked for another of the same day; of two at once the database lets the first."""
    try:
        with transaction.atomic():
            review.save()
    except IntegrityError as refusal:
        raise WrittenAlready from refusal
