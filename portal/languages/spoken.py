"""Writing down which languages a party speaks."""

from collections.abc import Mapping

from portal.languages.models import SpokenLanguage
from portal.privacy.models import Party


def set_languages(party: Party, languages: Mapping[str, int]) -> bool:
    """Make these the party's languages, with their levels by code; True if that changed anything."""
    before = {row.language: row.level for row in party.spoken_languages.all()}
    party.spoken_languages.exclude(language__in=languages).delete()
    for code, level in languages.items():
        SpokenLanguage.objects.following("the party's own").update_or_create(
            party=party, language=code, defaults={"level": level}
        )
    return before != dict(languages)
