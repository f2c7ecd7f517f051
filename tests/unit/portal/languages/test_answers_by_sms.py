"""What a text tells people to answer is what the portal understands."""

import re

import pytest
from django.conf import settings

from portal.languages.texts.files import FOLDER, read_file
from portal.messages.yes_no import asks_to_start, asks_to_stop, understand

WRITTEN = [code for code in settings.PHONE_LANGUAGES if (FOLDER / f"{code}.toml").exists()]


def words_of(language, code):
    return re.findall(r"\w+", read_file(FOLDER / f"{language}.toml")[code].text)


@pytest.mark.demand("F137")
@pytest.mark.parametrize("code", ["proposal_household", "proposal_reminder_household", "sms_help"])
@pytest.mark.parametrize("language", WRITTEN)
def test_the_yes_and_the_no_that_are_asked_for_are_understood(language, code):
    assert {"yes", "no"} <= {understand(word, language) for word in words_of(language, code)}


@pytest.mark.parametrize(
    ("code", "is_understood"),
    [("sms_help", asks_to_stop), ("sms_started", asks_to_stop), ("sms_stopped", asks_to_start)],
)
@pytest.mark.parametrize("language", WRITTEN)
def test_the_way_to_stop_and_to_start_again_is_understood(language, code, is_understood):
    assert any(is_understood(word) for word in words_of(language, code))
