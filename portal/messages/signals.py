"""What the ground floor tells those upstairs."""

from django.dispatch import Signal

# A party answered an SMS: `reply`, `meaning` ("yes", "no" or None), `now` and `record`, inside the transaction and with
# the party's municipality in force. A receiver that has dealt with it returns True.
reply_received = Signal()
