"""What volunteers tell those who build on them."""

from django.dispatch import Signal

# Sent with volunteer, record and silent (nobody is to be written to), inside the transaction. Matching takes back open
# proposals on it and ends the matches.
volunteer_left = Signal()

# Sent with volunteer and record, inside the transaction: the volunteer may not be suggested to anybody any more.
consent_withdrawn = Signal()

# Sent with volunteer, consent, now and record, inside the transaction and before the volunteer's yes to the other side
# of a match is taken back. Matching calls off what the two have agreed.
contact_closes = Signal()
