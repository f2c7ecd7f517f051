"""Plain functions that make rows for tests. They write as the tables' owner; requests run as the site's role."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from matching import facts
from matching.answers.suggestions import Answer, suggest_offers
from matching.models import (
    AdviserChange,
    Call,
    Concern,
    Household,
    HouseholdMove,
    Match,
    MeetingPlace,
    Proposal,
    Request,
    Seat,
)
from matching.services.proposals import answer_for_household, answer_for_volunteer, propose
from portal.accounts.models import User
from portal.audit.record import Actor, Record
from portal.languages.models import SpokenLanguage
from portal.messages.models import Reply
from portal.municipalities.models import Membership, Municipality, Role
from portal.places.register import by_code
from portal.privacy.models import Consent, ContactDetails, GivenHow, Party, PartyKind, Purpose
from volunteers.lifecycle import VolunteerState
from volunteers.models import Activity, CertificateCheck, Offer, Volunteer

_number = count(1)

ODSHERRED, RINGKOEBING_SKJERN, ROSKILDE, LEJRE = 306, 760, 265, 350
EVERY_EVENING = [f"{day}-evening" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]


def make_municipality(code: int = ODSHERRED, *, joined: bool = True) -> Municipality:
    """One of the 98, which are there from the start."""
    municipality = Municipality.objects.get(code=code)
    municipality.joined_on = date(2026, 1, 1) if joined else None
    municipality.save(update_fields=["joined_on"])
    return municipality


def make_user(email: str | None = None, *, verified: bool = True, **fields: Any) -> User:
    """A user with a verified address and the password `password`."""
    number = next(_number)
    user = User.objects.create_user(
        email or f"person{number}@example.org", "password", **{"name": f"Person {number}", **fields}
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def make_member(municipality: Municipality | None = None, role: str = Role.ADVISER, user: User | None = None) -> User:
    """A municipal employee with one role."""
    user = user or make_user()
    Membership.objects.create(user=user, municipality=municipality or make_municipality(), role=role)
    return user


def make_party(municipality: Municipality, kind: str, *, user: User | None = None, **details: Any) -> Party:
    """A party with contact details and, if given, an account."""
    language = details.pop("language", "da")
    party = Party.objects.create(municipality=municipality, kind=kind, user=user, language=language)
    number = next(_number)
    ContactDetails.objects.create(
        party=party,
        **{
            "name": f"Fulde Navn {number}",
            "phone": f"5550{number:04}",
            "email": user.email if user else f"party{number}@example.org",
            **details,
        },
    )
    return party


def make_volunteer(
    municipality: Municipality | None = None,
    *,
    user: User | None = None,
    kinds: tuple[str, ...] = ("contact_family",),
    languages: dict[str, int] | None = None,
    capacity: int = 1,
    certificate: bool = True,
    consent: bool = True,
    postcode: str = "4500",
    contact: dict[str, str] | None = None,
    **fields: Any,
) -> Volunteer:
    """An active volunteer in Nykøbing Sjælland who fits `make_household` unless told otherwise."""
    municipality = municipality or make_municipality()
    user = user or make_user()
    party = make_party(municipality, PartyKind.VOLUNTEER, user=user, **(contact or {}))
    place = by_code()[postcode]
    now = timezone.now()
    volunteer = Volunteer.objects.create(
        municipality=municipality,
        party=party,
        **{
            "display_name": f"Frivillig {next(_number)}",
            "home_municipality_id": place.municipality,
            "postcode": place.code,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "household_type": "single",
            "age_band": "40-59",
            "slots": EVERY_EVENING,
            "max_km": 30,
            "state": VolunteerState.ACTIVE,
            "code_version": "2026-11",
            "code_accepted_at": now,
            "confidentiality_version": "2026-11",
            "confidentiality_accepted_at": now,
            **fields,
        },
    )
    for kind in kinds:
        Offer.objects.create(municipality=municipality, volunteer=volunteer, kind=kind, capacity=capacity)
    _speak(party, languages or {"da": 4, "en": 3})
    if certificate:
        make_certificate(volunteer)
    if consent:
        make_consent(party)
    return volunteer


def make_consent(party: Party, *, given_days_ago: int = 0, days: int = 365) -> Consent:
    """A yes to being suggested, without name or address."""
    given_at = timezone.now() - timedelta(days=given_days_ago)
    return Consent.objects.create(
        party=party,
        purpose=Purpose.MATCHING,
        fields=[],
        language=party.language,
        given_how=GivenHow.OWN_SCREEN,
        given_at=given_at,
        expires_at=given_at + timedelta(days=days),
    )


def make_certificate(volunteer: Volunteer, *, renew_in_days: int = 365) -> CertificateCheck:
    """A recorded child-certificate check."""
    today = timezone.localdate()
    return CertificateCheck.objects.create(
        municipality=volunteer.municipality,
        volunteer=volunteer,
        organisation="Røde Kors Odsherred",
        obtained_on=today + timedelta(days=min(renew_in_days, 0) - 30),
        renew_by=today + timedelta(days=renew_in_days),
    )


def make_household(
    municipality: Municipality | None = None,
    *,
    wishes: tuple[str, ...] = ("contact_family",),
    languages: dict[str, int] | None = None,
    language: str = "da",
    consent: bool = True,
    postcode: str = "4500",
    contact: dict[str, str] | None = None,
    **fields: Any,
) -> Household:
    """A household in Nykøbing Sjælland that speaks English, with an open request for each wish."""
    municipality = municipality or make_municipality()
    party = make_party(municipality, PartyKind.HOUSEHOLD, user=None, **{"language": language, **(contact or {})})
    place = by_code()[postcode]
    household = Household.objects.create(
        municipality=municipality,
        party=party,
        **{
            "display_name": f"Familie {next(_number)}",
            "postcode": place.code,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "adults": 2,
            "children": ["7-9"],
            "slots": EVERY_EVENING,
            **fields,
        },
    )
    _speak(party, languages or {"en": 3})
    if consent:
        make_consent(party)
    for kind in wishes:
        make_request(household, kind=kind)
    return household


def make_request(household: Household, *, kind: str = "contact_family", waiting_days: int = 0) -> Request:
    """An open wish."""
    return Request.objects.create(
        municipality=household.municipality,
        household=household,
        kind=kind,
        created_at=timezone.now() - timedelta(days=waiting_days),
    )


def answer_for(request: Request, *, now: datetime | None = None) -> Answer:
    """What the engine says of a wish, asked as the pages ask it."""
    now = now or timezone.now()
    rows = facts.with_facts(Request.objects.within(request.municipality_id), now=now)
    return suggest_offers(rows.get(pk=request.pk), now=now)


def make_proposal(
    request: Request | None = None,
    volunteer: Volunteer | None = None,
    *,
    by: User | None = None,
    now: datetime | None = None,
) -> Proposal:
    """A proposal made through the real service, by an adviser."""
    request = request or make_household().requests.get()
    municipality = request.municipality
    volunteer = volunteer or make_volunteer(municipality)
    return propose(
        municipality=municipality.code,
        request_id=request.pk,
        offer_id=volunteer.offers.earliest("pk").pk,
        now=now or timezone.now(),
        record=Record(Actor.of(by or make_member(municipality)), municipality.code),
    )


def make_match(
    request: Request | None = None,
    volunteer: Volunteer | None = None,
    *,
    municipality: Municipality | None = None,
    postcode: str = "4500",
) -> Match:
    """A match that two yeses made, through the real services."""
    if request is None:
        request = make_household(municipality, postcode=postcode).requests.get()
    volunteer = volunteer or make_volunteer(request.municipality, postcode=postcode)
    proposal = make_proposal(request, volunteer)
    now, code = timezone.now(), request.municipality_id
    answer_for_volunteer(proposal=proposal, yes=True, now=now, record=Record(Actor.of(volunteer.party.user), code))
    answer_for_household(proposal=proposal, yes=True, now=now, record=Record(Actor.of(proposal.proposed_by), code))
    return Match.objects.within(code).get(proposal=proposal)


def make_concern(match: Match, *, side: str = "household", kind: str = "other") -> Concern:
    """Somebody wants to be called; nothing else has happened."""
    return Concern.objects.create(municipality=match.municipality, match=match, side=side, kind=kind)


def make_reply(party: Party, text: str = "måske på tirsdag") -> Reply:
    """An SMS that came in and that nobody has understood."""
    return Reply.objects.create(
        municipality=party.municipality,
        party=party,
        text=text,
        received_at=timezone.now(),
        provider_id=f"sms-{next(_number)}",
    )


def make_activity(municipality: Municipality | None = None, *, postcode: str = "4500", **fields: Any) -> Activity:
    """An open homework café in Nykøbing Sjælland with room for ten, which fits `make_household`'s children."""
    place = by_code()[postcode]
    return Activity.objects.create(
        municipality=municipality or make_municipality(),
        **{
            "kind": "homework_cafe",
            "title": f"Lektiecafé {next(_number)}",
            "organiser": "Biblioteket",
            "venue": "Hovedgaden 1",
            "postcode": place.code,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "slots": ["tue-evening", "thu-evening"],
            "languages": ["da", "en"],
            "adults": False,
            "children": ["7-9", "10-14"],
            "capacity": 10,
            "email": "lektiecafe@example.org",
            **fields,
        },
    )


def make_meeting_place(
    municipality: Municipality | None = None, *, postcode: str = "4500", **fields: Any
) -> MeetingPlace:
    """A public place in Nykøbing Sjælland that first meetings are suggested at."""
    place = by_code()[postcode]
    return MeetingPlace.objects.create(
        municipality=municipality or make_municipality(),
        **{
            "name": "Biblioteket",
            "address": "Ved torvet",
            "postcode": place.code,
            "latitude": place.latitude,
            "longitude": place.longitude,
            **fields,
        },
    )


def make_seat(request: Request, activity: Activity | None = None) -> Seat:
    """A place that the household of this wish has taken."""
    return Seat.objects.create(
        municipality=request.municipality,
        request=request,
        activity=activity or make_activity(request.municipality),
        language="da",
        given_how="adviser_screen",
    )


def make_move(household: Household, to: Municipality, adviser: User) -> HouseholdMove:
    """A household on its way to another municipality, with its consent; the adviser there has not answered."""
    now = timezone.now()
    consent = Consent.objects.create(
        party=household.party,
        adviser=adviser,
        purpose=Purpose.MOVE,
        fields=["name"],
        language="da",
        given_how=GivenHow.ADVISER_SCREEN,
        given_at=now,
        expires_at=now + timedelta(days=30),
    )
    return HouseholdMove.objects.create(
        municipality=household.municipality,
        household=household,
        to_municipality=to,
        adviser=adviser,
        consent=consent,
        card={"wishes": ["contact_family"], "town": "Nykøbing Sj", "language": "ar"},
    )


def make_call(match: Match) -> Call:
    """The volunteer of a match is to be called by a person."""
    return Call.objects.create(
        municipality=match.municipality, household=match.household, volunteer=match.volunteer, side="volunteer"
    )


def make_note(household: Household, *, to: User) -> AdviserChange:
    """A note to a household's new adviser, not read yet."""
    return AdviserChange.objects.create(
        municipality=household.municipality, household=household, after=to, note="Vil helst skrives til."
    )


def _speak(party: Party, languages: dict[str, int]) -> None:
    for code, level in languages.items():
        SpokenLanguage.objects.create(party=party, language=code, level=level)
