"""A contact detail reaches another party through `portal.privacy.disclosure` and in no other way.

Who touches them in the code stands in `test_who_touches_contact_details`. Here it is the running portal: a pair of
people at every stage of proposal and match has names and numbers that are found wherever they turn up. Every
address of the portal is opened by everybody; every message, every file and every line of the trail is read. There is no
programming interface yet: when there is one, its addresses are walked like the others.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from matching.models import Household, Match, Proposal, Request, TemplatePhase, TemplateStep
from matching.phone.registry import PAGES
from matching.services.matches import end_match
from matching.services.proposals import answer_for_household, answer_for_volunteer, expire, withdraw
from portal.accounts.models import User
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.messages import links
from portal.messages.models import Link, Message
from portal.municipalities.models import DepartmentMember, Role
from portal.municipalities.scoping import ScopedModel
from portal.privacy import consent
from portal.privacy.models import Consent, Disclosure, Party, Purpose
from tests import factories
from volunteers.models import Activity, Offer, Volunteer

RECORD = Record(SYSTEM, factories.ODSHERRED)
CONTACT = re.compile(r"kanarie([hv])(\d+)x|7777([12])(\d{3})", re.IGNORECASE)
DISPLAY = re.compile(r"visnavn([hv])(\d+)x", re.IGNORECASE)
SIDES = {"1": "h", "2": "v"}
OWN_PAGES = ("/frivillig/", "/mine-oensker/")
# The adviser's screen when it is turned towards the household.
SCREENS = re.compile(r"/forslag/[^/]+/svar/|/match/[^/]+/husstanden/")


@dataclass
class Pair:
    """A household and a volunteer at one stage; `open` are the sides whose details the other may see."""

    stage: str
    household: Any
    volunteer: Any
    open: str = ""


@dataclass
class Viewer:
    """Somebody with a browser. `own` is the one canary that is theirs."""

    name: str
    user: User | None = None
    own: tuple[str, int] | None = None
    staff: bool = False
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        if self.user:
            self.client.force_login(self.user)


def now():
    return timezone.now()


def yes(proposal: Proposal, side: str) -> None:
    answer = answer_for_volunteer if side == "v" else answer_for_household
    answer(proposal=proposal, yes=True, now=now(), record=RECORD)


def match_of(proposal: Proposal) -> Match:
    yes(proposal, "v")
    yes(proposal, "h")
    return (
        Match.objects.within(proposal.municipality_id)
        .select_related("volunteer__party", "household_party")
        .get(proposal=proposal)
    )


def in_state(state: str) -> Callable[[Proposal], None]:
    def move(proposal: Proposal) -> None:
        match = match_of(proposal)
        Match.objects.within(match.municipality_id).filter(pk=match.pk).update(state=state)
        if state == "stopped":
            for party, other in both_ways(match):
                consent.pause_consents(party=party, recipient=other, now=now(), record=RECORD)

    return move


def both_ways(match: Match) -> list[tuple[Party, Party]]:
    volunteer, household = match.volunteer.party, match.household_party
    return [(volunteer, household), (household, volunteer)]


def taken_back_by(side: int) -> Callable[[Proposal], None]:
    def take_back(proposal: Proposal) -> None:
        party, other = both_ways(match_of(proposal))[side]
        consent.withdraw_consents(party=party, recipient=other, now=now(), record=RECORD)

    return take_back


def run_out(proposal: Proposal) -> None:
    match = match_of(proposal)
    rows = Consent.objects.following("a test").filter(party__in=[party for party, _ in both_ways(match)])
    rows.filter(purpose=Purpose.MATCH).update(given_at=now() - timedelta(days=9), expires_at=now() - timedelta(days=1))


def expired(proposal: Proposal) -> None:
    Proposal.objects.within(proposal.municipality_id).filter(pk=proposal.pk).update(expires_at=now())
    expire(municipality=proposal.municipality_id, now=now(), record=RECORD)


# Stage → how a proposal gets there, and whose details are open to the other afterwards.
STAGES: dict[str, tuple[Callable[[Proposal], Any], str]] = {
    "expired": (expired, ""),  # first, as it ends every proposal whose time is over
    "proposed": (lambda proposal: None, ""),
    "volunteer_yes": (lambda proposal: yes(proposal, "v"), ""),
    "household_yes": (lambda proposal: yes(proposal, "h"), ""),
    "declined": (lambda proposal: answer_for_volunteer(proposal=proposal, yes=False, now=now(), record=RECORD), ""),
    "withdrawn": (lambda proposal: withdraw(proposal=proposal, now=now(), record=RECORD), ""),
    "active": (match_of, "hv"),
    "paused": (in_state("paused"), "hv"),
    "stopped": (in_state("stopped"), ""),
    "ended": (lambda proposal: end_match(match_of(proposal), now=now(), record=RECORD), ""),
    "volunteer_took_back": (taken_back_by(0), "h"),
    "household_took_back": (taken_back_by(1), "v"),
    "run_out": (run_out, ""),
}


def contact(side: str, number: int) -> dict[str, str]:
    digit = {name: digit for digit, name in SIDES.items()}[side]
    return {
        "name": f"Kanarie{side.upper()}{number}x",
        "phone": f"7777{digit}{number:03}",
        "email": f"kanarie{side}{number}x@example.org",
    }


@pytest.fixture
def pairs(odsherred, roskilde):
    """A pair at every stage, each side with an account of its own."""
    pairs = {}
    for number, (stage, (reach, is_open)) in enumerate(STAGES.items(), start=1):
        household = factories.make_household(odsherred, contact=contact("h", number), display_name=f"VisnavnH{number}x")
        household.party.user = factories.make_user(contact("h", number)["email"])
        household.party.save()
        volunteer = factories.make_volunteer(
            odsherred,
            user=factories.make_user(contact("v", number)["email"]),
            contact=contact("v", number),
            display_name=f"VisnavnV{number}x",
        )
        reach(factories.make_proposal(household.requests.get(), volunteer))
        pairs[number] = Pair(stage, household, volunteer, is_open)
    return pairs


def open_addresses(viewer: Viewer, addresses: dict[str, str], pairs: dict[int, Pair]) -> list[str]:
    """Everything that the viewer can open, each looked at for canaries. Nothing seen before counts for the next."""
    opened, only_posted = [], set()
    for address, name in addresses.items():
        if name in only_posted:
            continue
        response = viewer.client.get(address)
        if response.status_code == 405:
            only_posted.add(name)
        elif response.status_code == 200:
            body = b"".join(response.streaming_content) if response.streaming else response.content
            check(viewer, address, body.decode(errors="ignore"), pairs)
            opened.append(address)
            Disclosure.objects.following("a test").delete()
            Event.objects.filter(action__endswith=".contact_seen").delete()
    return opened


def check(viewer: Viewer, address: str, body: str, pairs: dict[int, Pair]) -> None:
    body = re.sub(r"(?<=\d) (?=\d)", "", body)
    for found in CONTACT.finditer(body):
        side, number = found[1] or SIDES[found[3]], int(found[2] or found[4])
        seen = (side.lower(), number)
        if seen != viewer.own:
            assert was_allowed(viewer, seen, pairs), f"{viewer.name} reads {found[0]} at {address}"
    named = {(found[1].lower(), int(found[2])) for found in DISPLAY.finditer(body)} - {viewer.own}
    if not viewer.staff:
        assert not named, f"{viewer.name} reads the names of {named} at {address}"
    elif SCREENS.search(address):
        assert not {side for side, _ in named} & {"v"}, f"a volunteer is named on the household's screen at {address}"


def was_allowed(viewer: Viewer, seen: tuple[str, int], pairs: dict[int, Pair]) -> bool:
    """Whether the look at somebody else was open to this viewer, and is in the log that the person reads."""
    side, number = seen
    pair = pairs[number]
    subject = pair.household if side == "h" else pair.volunteer
    if viewer.staff and Event.objects.about(subject).filter(actor_id=viewer.user.pk, action__endswith="_seen").exists():
        return True
    logged = Disclosure.objects.following("a test").filter(party=subject.party).exists()
    of_the_pair = viewer.own in (("h", number), ("v", number))
    return logged and side in pair.open and (of_the_pair or viewer.staff)


# --- Every address --------------------------------------------------------------------------------------------------

# Arguments that are not numbers of rows, and where they are looked after.
OTHERWISE = {
    "token": "links are opened by whom they were sent to, below",
    "step": "one's own sign-up, kept in one's own session",
    "key": "allauth's own",
    "uidb36": "allauth's own",
}


def patterns(resolver: URLResolver, namespace: str = "", known: dict[str, Any] | None = None) -> Iterator[Any]:
    """Every named pattern with the arguments of its whole path."""
    for entry in resolver.url_patterns:
        converters = {**(known or {}), **getattr(entry.pattern, "converters", {})}
        if isinstance(entry, URLPattern):
            if entry.name:
                regex = getattr(entry.pattern, "regex", None)
                groups = regex.groups if regex and not converters else 0
                yield f"{namespace}{entry.name}", converters, bool(groups)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner, converters)


def keys(*, some: bool = False) -> dict[str, list[Any]]:
    """The keys that a path may name: every proposal and match, household, wish and volunteer, and some of the rest.

    Only `some` of all are enough for those who may open none.
    """
    models = [model for model in apps.get_models() if issubclass(model, ScopedModel)]
    found: set[Any] = set()
    for model in models:
        rows = model.objects.following("a test").values_list("pk", flat=True)
        every = not some and model in (Proposal, Match, Household, Request, Volunteer)
        found |= set(rows if every else rows[:2])
    return {
        "IntConverter": sorted(key for key in found if isinstance(key, int)),
        "UUIDConverter": sorted(key for key in found if not isinstance(key, int)),
        "offer": list(Offer.objects.following("a test").values_list("pk", flat=True))[:2],
        "activity": list(Activity.objects.following("a test").values_list("pk", flat=True)),
        "code": ["medical_interpreting", "homework_help"],
        # Parts of something that stands before them in the path: two of each are enough.
        "phase": [1, 2],
        "template_phase": list(TemplatePhase.objects.following("a test").values_list("pk", flat=True))[:2],
        "template_step": list(TemplateStep.objects.following("a test").values_list("pk", flat=True))[:2],
        "member": list(DepartmentMember.objects.following("a test").values_list("pk", flat=True))[:2] or [1],
    }


def addresses(*municipalities: str, editors: bool = False, some: bool = False) -> dict[str, str]:
    """Every address with every number in it that a row has, and its name. The editors' framework only if asked for."""
    values, found = {**keys(some=some), "municipality": municipalities}, {"/": "front"}
    for name, converters, is_regex in patterns(get_resolver()):
        if is_regex or set(converters) & set(OTHERWISE) or "logout" in name:
            continue
        of_the_framework = ":" in name or name.startswith("wagtail")
        if of_the_framework and (not editors or converters):
            continue
        choices = [values.get(arg, values.get(type(kind).__name__, ())) for arg, kind in converters.items()]
        for chosen in product(*choices):
            try:
                found[reverse(name, kwargs=dict(zip(converters, chosen, strict=True)))] = name
            except NoReverseMatch:
                break
    found.pop("/admin/failwhale/", None)  # exists to fail
    return found


def test_every_argument_of_an_address_is_filled_in_or_looked_after_elsewhere():
    ours = {name: kinds for name, kinds, is_regex in patterns(get_resolver()) if ":" not in name and not is_regex}
    unknown = {
        (name, argument)
        for name, kinds in ours.items()
        for argument, kind in kinds.items()
        if argument not in {"municipality", "offer", "activity", "code", *OTHERWISE}
        and type(kind).__name__ not in ("IntConverter", "UUIDConverter")
    }
    assert {pair for pair in unknown if not pair[0].startswith(("wagtail", "account_", "usersessions"))} == set()


def staff_of(municipality: Any, role: str) -> Viewer:
    return Viewer(f"{role} of {municipality}", factories.make_member(municipality, role), staff=True)


@pytest.mark.demand("F041", "F049")
@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_an_employee_reads_contact_details_only_where_the_look_is_noted(pairs, odsherred, role):
    opened = open_addresses(staff_of(odsherred, role), addresses("odsherred", editors=role == Role.EDITOR), pairs)
    if role == Role.ADVISER:
        assert sum("/husstande/" in address for address in opened) > len(pairs)
        assert sum("/match/" in address for address in opened) >= 7


@pytest.mark.demand("F041", "F049")
@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ADVISER, Role.VOLUNTEER_COORDINATOR])
def test_an_employee_of_another_municipality_reads_nobodys(pairs, roskilde, role):
    viewer = staff_of(roskilde, role)
    viewer.staff = False  # no name either, and no look that is noted
    opened = open_addresses(viewer, addresses("odsherred", "roskilde", some=True), pairs)
    assert not [address for address in opened if "/kommune/odsherred/" in address]


@pytest.mark.django_db
def test_a_visitor_reads_nobodys(pairs):
    assert "/" in open_addresses(Viewer("a visitor"), addresses("odsherred", some=True), pairs)


@pytest.mark.demand("F041")
@pytest.mark.django_db
@pytest.mark.parametrize("side", ["h", "v"])
def test_each_side_reads_the_others_only_while_both_have_said_yes_and_neither_took_it_back(pairs, side):
    everything = addresses()  # those below a municipality are for its employees
    personal = {address: name for address, name in everything.items() if address.startswith(OWN_PAGES)}
    for number, pair in pairs.items():
        own = pair.household if side == "h" else pair.volunteer
        reachable = everything if pair.stage == "active" else personal
        opened = open_addresses(Viewer(f"{side} {pair.stage}", own.party.user, (side, number)), reachable, pairs)
        assert any("hvem-har-set" in address for address in opened)
        file = "/mine-oensker/mine-data/?fil=json" if side == "h" else "/frivillig/mine-data/?fil=json"
        assert open_addresses(Viewer("the file", own.party.user, (side, number)), {file: "file"}, pairs)


@pytest.mark.demand("F041")
@pytest.mark.django_db
def test_the_volunteer_of_a_live_match_does_read_them_so_that_the_search_is_not_blind(pairs):
    active = next(pair for pair in pairs.values() if pair.stage == "active")
    match = Match.objects.following("a test").get(volunteer=active.volunteer)
    viewer = Viewer("volunteer", active.volunteer.party.user)
    page = viewer.client.get(reverse("volunteer_match", args=[match.pk])).content.decode()
    assert CONTACT.search(page)


@pytest.mark.demand("F041")
@pytest.mark.django_db
def test_a_link_shows_whom_it_was_sent_to_what_they_may_see_and_no_more(pairs, odsherred):
    opened = 0
    for number, pair in pairs.items():
        for side, row in (("h", pair.household), ("v", pair.volunteer)):
            viewer = Viewer(f"link of {side} {pair.stage}", own=(side, number))
            for link in Link.objects.within(odsherred).filter(party=row.party):
                steps = [step for purpose, step in PAGES if purpose == link.purpose]
                cache.clear()  # nobody opens so many in ten minutes
                behind = {f"/s/{links.token(link)}/{step}": link.purpose for step in steps}
                opened += len(open_addresses(viewer, behind, pairs))
    assert opened >= len(pairs)


# --- Everything that is written ---------------------------------------------------------------------------------------


@pytest.mark.demand("F041", "F137")
@pytest.mark.django_db
def test_no_message_holds_anything_of_the_other_party(pairs, odsherred):
    owners = {row.party_id: (side, number) for number, pair in pairs.items() for side, row in both(pair)}
    messages = list(Message.objects.within(odsherred))
    assert len(messages) > len(pairs)
    for message in messages:
        words = " ".join((message.subject, message.body, message.calendar, message.key, message.about))
        found = {(side.lower(), int(number)) for side, number in DISPLAY.findall(words)}
        found |= {((a or SIDES[c]).lower(), int(b or d)) for a, b, c, d in CONTACT.findall(words)}
        assert found <= {owners.get(message.party_id)}, message.text


@pytest.mark.django_db
def test_no_line_of_the_trail_holds_a_name_or_an_address(pairs):
    lines = [f"{event.action} {event.details}" for event in Event.objects.all()]
    assert len(lines) > len(pairs)
    assert [line for line in lines if CONTACT.search(line) or DISPLAY.search(line)] == []


def both(pair: Pair) -> list[tuple[str, Any]]:
    return [("h", pair.household), ("v", pair.volunteer)]
