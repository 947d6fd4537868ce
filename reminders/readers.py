"""Who reads a message: language, time zone, and the addresses that lead from a mail into the product."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from reminders.models import DIGESTS, OPTIONAL_KINDS, Kind, Message
from reminders.unsubscribe import token_for
from teams.models import Member, Organization, User


@dataclass(frozen=True)
class Reader:
    organization: Organization
    member: Member | None
    user: User | None
    kind: Kind

    @classmethod
    def of(cls, message: Message) -> "Reader":
        assert message.organization is not None
        return cls(message.organization, message.member, message.user, Kind(message.kind))

    @property
    def language(self) -> str:
        return (self.user.language if self.user else "") or self.organization.language

    def address(self, name: str, query: dict[str, int] | None = None, **kwargs: int) -> str:
        """The whole address of a page of the organization."""
        path = reverse(name, kwargs={"organization": self.organization.slug, **kwargs})
        return f"{settings.BASE_URL}{path}" + (f"?{urlencode(query)}" if query else "")

    @property
    def preferences_url(self) -> str:
        return self.address("reminders:preferences")

    @cached_property
    def unsubscribe_url(self) -> str:
        """Empty for what nobody may do without."""
        if self.member is None or self.kind not in (*OPTIONAL_KINDS, *DIGESTS):
            return ""
        token = token_for(self.organization.pk, self.member.pk, self.kind)
        return settings.BASE_URL + reverse("reminders:unsubscribe", kwargs={"token": token})
