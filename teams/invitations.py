"""An invitation's secret: derived from the row, so that the mail can be written later. Only its hash is stored."""

import datetime as dt
import hashlib

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from teams.models import Invitation

LIFETIME = dt.timedelta(days=7)


def token_of(invitation: Invitation) -> str:
    """The secret in the link. Needs a stored row."""
    row = f"{invitation.pk}:{invitation.created_at.isoformat()}"
    return salted_hmac("teams.invitation", row, algorithm="sha256").hexdigest()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def address_of(invitation: Invitation) -> str:
    """The whole address that the mail links to."""
    return settings.BASE_URL + reverse("teams:invitation", kwargs={"token": token_of(invitation)})


def find(token: str) -> Invitation | None:
    """The invitation behind a link, open or not, in whichever organization."""
    found = Invitation.across_tenants.select_related("organization", "member", "invited_by")
    return found.filter(token_hash=hash_of(token)).first()
