"""Who may call from a program: tokens, and how often each was used."""

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models import Member
from teams.tenancy import TenantManager, TenantModel


class Scope(models.TextChoices):
    """What a token is for. It never lets its member do more than their role and reach allow."""

    READ_NUMBERS = "read:numbers", _("Read KPIs, people, teams, entries and numbers")
    WRITE_ENTRIES = "write:entries", _("Record, correct and withdraw entries")
    READ_GOALS = "read:goals", _("Read goals and where they stand")
    CHECK_GOALS = "check:goals", _("Have drafts of goals checked by the coach")


# A scope is of use only to members whose role may do this verb (teams.roles).
VERB_OF = {
    Scope.READ_NUMBERS: "see organization",
    Scope.WRITE_ENTRIES: "log entry",
    Scope.READ_GOALS: "see organization",
    Scope.CHECK_GOALS: "write goal",
}


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, member: Member) -> "TokenQuerySet":
        """One's own; all of the organization for those who manage tokens."""
        return self if member.may("manage tokens") else self.filter(member=member)


class Token(TenantModel):
    """Lets a program act as its member. Only the hash of the secret is stored; outside row-level security, as it finds
    the tenant.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=80)
    # The first characters of the secret, by which its owner tells it from others.
    start = models.CharField(max_length=24)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("What it may do"))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    request_id = models.UUIDField(null=True, blank=True)

    # For finding a token by its secret, and nothing else.
    across_tenants: ClassVar[models.Manager["Token"]] = models.Manager()
    objects: ClassVar = TenantManager.from_queryset(TokenQuerySet)()

    class Meta(TenantModel.Meta):
        default_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organization", "request_id"], name="one_token_per_request")]
        indexes = [models.Index(fields=["organization", "member"], name="token_by_member")]

    def __str__(self) -> str:
        return self.name

    def is_open(self, now: dt.datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]


class TokenUse(TenantModel):
    """How often a token was used on one of the organization's days, and within the latest minute."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    requests = models.PositiveBigIntegerField(default=0)
    minute = models.DateTimeField()
    in_minute = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["token", "day"], name="one_use_per_token_and_day")]
        indexes = [models.Index(fields=["organization", "day"], name="token_use_by_day")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.day}: {self.requests}"
