"""What every page behind a link shares: who opened it, in which language it speaks, and how it is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from matching.services.links import record_for
from portal.audit.record import Record
from portal.languages.registry import Language, all_languages
from portal.messages.links import token
from portal.messages.models import Link
from portal.privacy.models import Party


class PhoneRequest(HttpRequest):
    """A request that the dispatcher has looked at: `phone_language` is the language that the page speaks."""

    phone_language: str


PhoneView = Callable[[PhoneRequest, Link], HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """What a link opens. `after` shows what came of it once a link that answers one question has been used."""

    view: PhoneView
    after: PhoneView | None = None


def record_of(link: Link) -> Record:
    """Whose doing it is: the person's whom the link was sent to."""
    return record_for(link.party)


def language_for(request: HttpRequest, party: Party | None) -> str:
    """The language chosen on the page, else the party's own, else the phone's, else Danish."""
    wanted = [request.GET.get("sprog", ""), party.language if party else "", *_of_the_phone(request)]
    if party:
        wanted.insert(2, "en")  # a language of its own that no page is written in
    return next((code for code in wanted if code in settings.PHONE_LANGUAGES), settings.LANGUAGE_CODE)


def render_page(
    request: PhoneRequest, link: Link, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page in its language, with `here` (the address that its forms answer to) and the municipality's own phone."""
    page = {
        "link": link,
        "municipality": link.municipality,
        "here": address_of(request, link),
        **(context or {}),
    }
    return render_words(request, template, page, status=status)


def render_words(
    request: PhoneRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page that may have no link behind it."""
    page = {"language": request.phone_language, "languages": phone_languages(), **context}
    return render(request, template, page, status=status)


def address_of(request: PhoneRequest, link: Link, step: str = "", **query: str) -> str:
    """The link's page, or a step of it, in the language that is read now."""
    return f"/s/{token(link)}/{step}?{urlencode({'sprog': request.phone_language, **query})}"


def go_to(request: PhoneRequest, link: Link, step: str = "", **query: str) -> HttpResponseRedirect:
    """After an answer the page is fetched anew, so that reloading it answers nothing."""
    return HttpResponseRedirect(address_of(request, link, step, **query))


def phone_languages() -> list[Language]:
    """The languages to choose from, each with its own name for itself."""
    known = all_languages()
    return [known[code] for code in settings.PHONE_LANGUAGES]


def is_given_up(link: Link, now: datetime) -> bool:
    """Whether nothing is to be asked of its party any more: after a death or a return the portal is silent."""
    return link.party.silent_since is not None and link.party.silent_since <= now


def _of_the_phone(request: HttpRequest) -> list[str]:
    accepted = request.headers.get("Accept-Language", "")
    return [part.split(";")[0].split("-")[0].strip().lower() for part in accepted.split(",")][:10]
