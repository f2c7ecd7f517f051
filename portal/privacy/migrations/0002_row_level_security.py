"""A party sees itself; its municipality sees it; another party sees its details under a consent in force."""

from django.db import migrations

from portal.municipalities.rls import OWN_MUNICIPALITY, USER, policy

_PARTY = "EXISTS (SELECT 1 FROM privacy_party p WHERE p.id = {column})"
_EITHER = f"{_PARTY.format(column='party_id')} OR {_PARTY.format(column='recipient_id')}"
# The moment a consent is withdrawn or expires, the row is gone for the recipient.
_UNDER_CONSENT = f"""
    EXISTS (
        SELECT 1 FROM privacy_consent c JOIN privacy_party r ON r.id = c.recipient_id
        WHERE c.party_id = privacy_contactdetails.party_id
          AND r.user_id = {USER}
          AND c.withdrawn_at IS NULL AND c.expires_at > now()
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0001_initial"),
    ]

    operations = [
        policy("privacy_party", f"{OWN_MUNICIPALITY} OR user_id = {USER}"),
        policy("privacy_consent", _EITHER, write=_PARTY.format(column="party_id")),
        policy("privacy_disclosure", _EITHER),
        policy(
            "privacy_contactdetails",
            read=f"{_PARTY.format(column='party_id')} OR {_UNDER_CONSENT}",
            write=_PARTY.format(column="party_id"),
        ),
    ]
