"""How long proposals, matches and closed households are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from matching.models import (
    AdviserChange,
    Agreement,
    Call,
    CheckIn,
    Concern,
    FollowUp,
    Household,
    HouseholdMove,
    Match,
    Meeting,
    Proposal,
    Reception,
)
from matching.states import LIVE_MATCHES, LIVE_PROPOSALS, HouseholdState, MoveState, ReceptionState
from portal.audit.record import Record
from portal.languages.models import SpokenLanguage
from portal.places.register import by_code
from portal.privacy.models import ContactDetails, Party
from portal.privacy.retention import Rule

# What a household is called when nobody knows its name any more.
NAMELESS = "–"
OF_A_MATCH = (Agreement, CheckIn, Concern, FollowUp, Meeting)


def _proposals(municipality: int, before: datetime) -> Any:
    """Those that are over; where they made a match, the match is over too."""
    matches = Match.objects.within(municipality).filter(proposal=OuterRef("pk"))
    goes_on = matches.filter(Q(state__in=LIVE_MATCHES) | Q(ended_at__gte=before))
    rows = Proposal.objects.within(municipality).exclude(state__in=LIVE_PROPOSALS).filter(ended_at__lt=before)
    return rows.filter(~Exists(goes_on), ~Q(reasons=[]) | ~Q(parts={}) | ~Q(decline_reason=""))


def _empty_proposals(municipality: int, keys: Sequence[Any], record: Record) -> None:
    """What the two were told of each other, why they suited, and why not. The kind of help stays, to be counted."""
    for proposal in Proposal.objects.within(municipality).filter(pk__in=keys):
        proposal.volunteer_card = _bare(proposal.volunteer_card)
        proposal.household_card = _bare(proposal.household_card)
        proposal.reasons, proposal.parts, proposal.decline_reason = [], {}, ""
        proposal.save(update_fields=["volunteer_card", "household_card", "reasons", "parts", "decline_reason"])


def _bare(card: dict[str, Any]) -> dict[str, Any]:
    """A card as the pages know it, with nothing on it but the kind of help."""
    empty = {name: None if value is None else type(value)() for name, value in card.items()}
    return {**empty, "kind": card["kind"]}


def _matches(municipality: int, before: datetime) -> Any:
    """Those that are over and still have something said or agreed hanging on them."""
    rows = Match.objects.within(municipality).exclude(state__in=LIVE_MATCHES).filter(ended_at__lt=before)
    said: Any = Q()
    for model in OF_A_MATCH:
        said |= Exists(model.objects.within(municipality).filter(match=OuterRef("pk")))
    return rows.filter(said)


def _empty_matches(municipality: int, keys: Sequence[Any], record: Record) -> None:
    for model in OF_A_MATCH:
        model.objects.within(municipality).filter(match__in=keys).delete()


def _changes(municipality: int, before: datetime) -> Any:
    return AdviserChange.objects.within(municipality).filter(changed_at__lt=before).exclude(note="")


def _empty_changes(municipality: int, keys: Sequence[Any], record: Record) -> None:
    AdviserChange.objects.within(municipality).filter(pk__in=keys).update(note="")


def _moves(municipality: int, before: datetime) -> Any:
    rows = HouseholdMove.objects.within(municipality).exclude(state=MoveState.ASKED)
    return rows.filter(asked_at__lt=before).exclude(note="")


def _empty_moves(municipality: int, keys: Sequence[Any], record: Record) -> None:
    HouseholdMove.objects.within(municipality).filter(pk__in=keys).update(note="")


def _receptions(municipality: int, before: datetime) -> Any:
    over = [ReceptionState.FINISHED, ReceptionState.CANCELLED]
    return Reception.objects.within(municipality).filter(state__in=over, finished_at__lt=before)


def _forget_receptions(municipality: int, keys: Sequence[Any], record: Record) -> None:
    """Its steps and who coordinated it go with it."""
    Reception.objects.within(municipality).filter(pk__in=keys).delete()


def _closed(municipality: int, before: datetime) -> Any:
    return Household.objects.within(municipality).filter(state=HouseholdState.CLOSED, closed_at__lt=before)


def _reachable(municipality: int, before: datetime) -> Any:
    details = ContactDetails.objects.following("the municipality's own households").exclude(name="", phone="", email="")
    known = Exists(details.filter(party=OuterRef("party")))
    return _closed(municipality, before).filter(known | Q(party__user__isnull=False))


def _forget_addresses(municipality: int, keys: Sequence[Any], record: Record) -> None:
    """The row of details stays, empty: a message that still waits then has no address to go to."""
    parties = Household.objects.within(municipality).filter(pk__in=keys).values("party")
    details = ContactDetails.objects.following("the municipality's own households").filter(party__in=parties)
    details.update(name="", phone="", email="")
    Party.objects.within(municipality).filter(pk__in=parties).update(user=None)


def _named(municipality: int, before: datetime) -> Any:
    return _closed(municipality, before).exclude(display_name=NAMELESS)


def _forget_profiles(municipality: int, keys: Sequence[Any], record: Record) -> None:
    """Who they were, what they wished and where exactly they lived. The town, the wishes and the dates are counted."""
    for household in Household.objects.within(municipality).filter(pk__in=keys):
        place = by_code()[household.postcode]
        Call.objects.within(municipality).filter(household=household).delete()
        Household.objects.within(municipality).filter(pk=household.pk).update(
            display_name=NAMELESS, latitude=place.latitude, longitude=place.longitude, adults=1, children=[], slots=[],
            interests=[], genders=[], gender_wish=[], age_wish=[], background_wish="no_wish", smokes=False,
            has_pets=False, no_smoke=False, no_pets=False, has_network=None, arrival=None, programme_ends=None,
            max_km=None, danish_module="none", interpreter_booked=False,
        )  # fmt: skip
        SpokenLanguage.objects.following("the household's own").filter(party=household.party_id).delete()


RULES = (
    Rule(
        "proposals",
        gettext_lazy("What two people were told of each other in a proposal, and why it came to nothing"),
        365,
        _proposals,
        _empty_proposals,
    ),
    Rule(
        "matches",
        gettext_lazy("Agreements, meetings, answers to how it goes, and concerns of matches that have ended"),
        365,
        _matches,
        _empty_matches,
    ),
    Rule("changes", gettext_lazy("Notes from one adviser to the next"), 365, _changes, _empty_changes),
    Rule("moves", gettext_lazy("Notes to an adviser in another municipality"), 365, _moves, _empty_moves),
    Rule(
        "receptions",
        gettext_lazy("Who did what in receptions that are over"),
        365,
        _receptions,
        _forget_receptions,
    ),
    Rule(
        "closed_contact",
        gettext_lazy("Names, phone numbers and e-mail addresses of closed households"),
        30,
        _reachable,
        _forget_addresses,
    ),
    Rule("closed_profile", gettext_lazy("What closed households had told us"), 365, _named, _forget_profiles),
)
