"""What apps above are asked before something changes on which they count, or told after it: teams may not know them."""

from django.dispatch import Signal

# Sent with the stored `organization` and the `currency` that it would get. Who has money of the old one raises
# `ValidationError` at the field.
currency_changes = Signal()

# Sent with the `member` who has a last day now, and `at`: the moment from which they can't come in.
membership_ends = Signal()
