"""Where a person lands after logging in."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from portal.messages.outbox import message_language
from portal.municipalities.requests import PersonRequest


@login_required
def my_page(request: PersonRequest) -> HttpResponse:
    """Volunteers and newcomers go to their own page, municipal employees to their work.

    Who is both volunteer and newcomer finds the own wishes from the volunteer's page (000:119). Who is none of
    them is told what they may do.
    """
    if request.user.is_volunteer:
        return redirect("volunteer_home")
    if request.user.current_memberships:
        municipality = request.user.current_memberships[0].municipality
        return redirect("work", municipality=municipality.slug)
    if request.user.is_newcomer:
        return _own_household(request)
    return render(request, "accounts/no_role.html")


def _own_household(request: PersonRequest) -> HttpResponse:
    """The newcomer's page, in the household's language unless the reader has chosen another than Danish."""
    language = translation.get_language()
    if language == settings.LANGUAGE_CODE:
        party = request.user.parties.following("a person's own parties").get(kind="household")
        language = message_language(party)
    with translation.override(language):
        return redirect(reverse("own_household"))
