"""Drafts made through the real services, for the tests of them."""

from datetime import datetime

from django.utils import timezone

from matching.drafting.rows import pairs_of
from matching.models import Draft, DraftPair
from matching.services.draft_review import Outcome, decide, send_draft
from matching.services.drafts import ask_for_draft, make_draft
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality
from tests import factories


def record_of(municipality: Municipality) -> Record:
    return Record(SYSTEM, municipality.code)


def make(municipality: Municipality, *, cardinality_first: bool = False, now: datetime | None = None) -> Draft:
    """A draft that is ready for review, as the worker would make it."""
    now, record = now or timezone.now(), record_of(municipality)
    asked = ask_for_draft(municipality=municipality.code, cardinality_first=cardinality_first, now=now, record=record)
    made = make_draft(draft=asked, now=now, record=record)
    made.municipality = municipality
    return made


def choose(draft: Draft, event: str, *households) -> list[DraftPair]:
    """Decide on the suggestions for some households; for all without."""
    rows = pairs_of(draft).filter(decision__in=["suggested", "accepted", "pinned"])
    if households:
        rows = rows.filter(request__household__in=households)
    return [
        decide(pair=pair, event=event, record=record_of(draft.municipality)) for pair in rows.select_related("draft")
    ]


def send(draft: Draft, *, adviser: int | None = None) -> Outcome:
    """Send what is accepted or kept, as the page that asks once more would."""
    chosen = pairs_of(draft).filter(decision__in=["accepted", "pinned"])
    if adviser:
        chosen = chosen.filter(request__household__adviser=adviser)
    return send_draft(
        draft=draft,
        adviser=adviser,
        expected=[str(key) for key in chosen.values_list("pk", flat=True)],
        now=timezone.now(),
        record=record_of(draft.municipality),
    )


def by_household(draft: Draft) -> dict[int, tuple[int, str]]:
    """Household -> volunteer and decision of its suggestion, those that are out of it left aside."""
    rows = pairs_of(draft).exclude(decision__in=["dropped", "failed"])
    return {
        household: (volunteer, decision)
        for household, volunteer, decision in rows.values_list("request__household", "volunteer", "decision")
    }


def town(municipality: Municipality, *, households: int = 3, volunteers: int = 3, **of_volunteers):
    """Households and volunteers who all fit one another, some better than others."""
    places = ("4500", "4534", "4540", "4550", "4560", "4571", "4572", "4573")
    return (
        [factories.make_household(municipality, postcode=places[n % 8]) for n in range(households)],
        [
            factories.make_volunteer(municipality, postcode=places[(3 * n + 1) % 8], **of_volunteers)
            for n in range(volunteers)
        ],
    )
