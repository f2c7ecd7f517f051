"""What the portal keeps about a volunteer."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy

from portal.privacy.export import Gatherer, Row, entries, entry
from portal.privacy.models import Party
from volunteers import words
from volunteers.models import CertificateCheck, Offer, Volunteer

PROFILE = {
    "display_name": gettext_lazy("First name"),
    "organisation": gettext_lazy("Organisation"),
    "postcode": gettext_lazy("Postcode"),
    "household_type": gettext_lazy("Signs up as"),
    "age_band": gettext_lazy("Age"),
    "gender": gettext_lazy("Gender"),
    "children": gettext_lazy("Children"),
    "max_km": gettext_lazy("How far, in kilometres"),
    "interests": gettext_lazy("Interests"),
    "transport": gettext_lazy("Gets about"),
    "came_as_newcomer": gettext_lazy("Came as a newcomer"),
    "smokes": gettext_lazy("Smokes"),
    "has_pets": gettext_lazy("Has pets"),
    "gender_wish": gettext_lazy("Would rather meet"),
    "no_smoke": gettext_lazy("Rather no smoke"),
    "no_pets": gettext_lazy("Rather no pets"),
    "not_same_background": gettext_lazy("Rather not the same background"),
    "state": gettext_lazy("How it stands"),
    "paused_until": gettext_lazy("On a break until"),
    "signed_up_at": gettext_lazy("Signed up"),
    "signed_up_from": gettext_lazy("Came from the page"),
    "code_version": gettext_lazy("Code of conduct, version"),
    "code_accepted_at": gettext_lazy("Code of conduct, accepted"),
    "confidentiality_version": gettext_lazy("Declaration of confidentiality, version"),
    "confidentiality_accepted_at": gettext_lazy("Declaration of confidentiality, accepted"),
}
OFFER = {
    "kind": gettext_lazy("Offers"),
    "capacity": gettext_lazy("For at most so many at a time"),
    "open": gettext_lazy("Open"),
}
CERTIFICATE = {
    "organisation": gettext_lazy("Obtained by"),
    "obtained_on": gettext_lazy("Obtained on"),
    "renew_by": gettext_lazy("Renew by"),
}


def _profile(party: Party, now: datetime) -> Iterator[Row]:
    for volunteer in Volunteer.objects.within(party.municipality_id).filter(party=party):
        times = entry("slots", gettext_lazy("Free times"), volunteer.slots, words.slots(volunteer.slots))
        places = [entry("latitude", gettext_lazy("Latitude"), volunteer.latitude)]
        places.append(entry("longitude", gettext_lazy("Longitude"), volunteer.longitude))
        yield [*entries(volunteer, PROFILE), times, *places]
        for offer in Offer.objects.within(party.municipality_id).filter(volunteer=volunteer):
            yield entries(offer, OFFER)


def _certificates(party: Party, now: datetime) -> Iterator[Row]:
    for row in CertificateCheck.objects.within(party.municipality_id).filter(volunteer__party=party):
        yield entries(row, CERTIFICATE)


GATHERERS = (
    Gatherer(
        "volunteer",
        gettext_lazy("You as a volunteer"),
        frozenset({"volunteers.Volunteer", "volunteers.Offer"}),
        _profile,
    ),
    Gatherer(
        "certificates",
        gettext_lazy("Child-certificate checks"),
        frozenset({"volunteers.CertificateCheck"}),
        _certificates,
    ),
)
