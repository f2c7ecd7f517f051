"""No state changes without its line in the trail: every service demands the record as an argument."""

import importlib
import inspect
import pkgutil

import pytest

import matching.services
import portal.privacy.consent
import volunteers.services

# These lock, read or are a step of a service in another module, which writes the line.
STEPS = {
    "about",
    "address_for",
    "adviser_at",
    "answer_by_sms",  # the reply's own municipality and the system are the actor
    "can_be_reopened",
    "can_be_written_to",
    "check_no_concern",
    "confirm_email",  # the user who confirms is the actor
    "due_day",
    "ends_soon",
    "fields_of",
    "first_name",
    "follow_account_email",  # so is the user whose address changed
    "forget",
    "is_missing",
    "lock_case",
    "lock_cases",
    "lock_household",
    "lock_match",
    "lock_pair",
    "lock_proposal",
    "lock_volunteers",
    "matches_that_end",
    "matching_consent",
    "matching_consents",
    "note_done_anyway",  # a line in the trail would name who told of it
    "note_stop",  # codes and a day, by nobody
    "note_stop_once",  # so is this
    "note_question",  # nobody is named: an entry of codes and a day
    "open_links",
    "other_side",
    "party_of",
    "people_together",
    "place_for",
    "plan_for",
    "publish_own_type",
    "question_asked",
    "question_to",
    "record_for",
    "set_offers",
    "shows_own_details",
    "times_for",
    "welcome_waiting",
    "why_refused",
}
MODULES = [
    portal.privacy.consent,
    *(
        importlib.import_module(f"{package.__name__}.{module.name}")
        for package in (matching.services, volunteers.services)
        for module in pkgutil.iter_modules(package.__path__)
    ),
]
SERVICES = [
    function
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: f"{service.__module__}.{service.__name__}")
def test_a_service_that_changes_something_takes_who_did_it(service):
    parameters = inspect.signature(service).parameters
    asked = [parameters[name] for name in ("record", "actor") if name in parameters]
    if service.__name__ not in STEPS:
        assert [parameter.default for parameter in asked] == [inspect.Parameter.empty]
