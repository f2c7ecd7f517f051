"""Reading volunteers: one's own, and those of a municipality."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Prefetch

from portal.accounts.models import User
from portal.languages.models import SpokenLanguage
from portal.municipalities.models import Municipality
from volunteers.models import Offer, Volunteer


def own_volunteer(user: User | AnonymousUser) -> Volunteer | None:
    """The signed-in person's own sign-up, or None."""
    return (
        Volunteer.objects.following("a person's own sign-up")
        .filter(party__user=user.pk)
        .select_related("party", "municipality", "home_municipality")
        .first()
    )


def volunteers_of(municipality: Municipality) -> Any:
    """A municipality's volunteers with open offers, languages and the day their certificate check runs to."""
    spoken = SpokenLanguage.objects.following("the volunteer's own").order_by("-level", "language")
    open_offers = Offer.objects.within(municipality).filter(open=True)
    return (
        Volunteer.objects.within(municipality)
        .select_related("party")
        .prefetch_related(Prefetch("party__spoken_languages", spoken, to_attr="languages"))
        .prefetch_related(Prefetch("offers", open_offers, to_attr="open_offers"))
        .annotate(certificate_until=Max("certificate_checks__renew_by"))
        .order_by("display_name", "pk")
    )
