"""Links by which people outside look at a dashboard, and how often they did."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dashboards.period import Period, period_on
from kpis.periods import PeriodRules
from teams.models import Member, Team, audited
from teams.roles import Role
from teams.tenancy import TenantManager, TenantModel


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def visible_to(self, member: Member) -> "ShareLinkQuerySet":
        """One's own; all of the organization for owners and admins."""
        return self if member.role in (Role.OWNER, Role.ADMIN) else self.filter(member=member)


@audited
class ShareLink(TenantModel):
    """Shows a team's dashboard (without a team: the organization's) to whoever has its address, as far as its member
    may see it. Only the hash of the address is stored; outside row-level security, as it finds the tenant.
    """

    class Kind(models.TextChoices):
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("For whom"), max_length=80)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("Period"), max_length=7, choices=Kind.choices)
    # A day of the period that it shows; None: the one that is current when somebody looks.
    day = models.DateField(null=True, blank=True)
    with_people = models.BooleanField(_("Show people and their goals"), default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    request_id = models.UUIDField(null=True, blank=True)

    # For finding a link by its address, and nothing else.
    across_tenants: ClassVar[models.Manager["ShareLink"]] = models.Manager()
    objects: ClassVar = TenantManager.from_queryset(ShareLinkQuerySet)()

    class Meta(TenantModel.Meta):
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_share_link_per_request"),
            models.CheckConstraint(condition=Q(kind__in=["month", "quarter", "year"]), name="share_link_kind"),
        ]
        indexes = [models.Index(fields=["organization", "member"], name="share_link_by_member")]

    def __str__(self) -> str:
        return self.name

    def is_open(self, now: dt.datetime) -> bool:
        return self.withdrawn_at is None and now < self.expires_at

    def period(self, rules: PeriodRules, today: dt.date) -> Period:
        return period_on(self.kind, self.day.isoformat() if self.day else "", rules, today)


class ShareView(TenantModel):
    """How often a link was opened from a network on one of the organization's days, and asked for in its latest minute.

    `network` is no single device's: of an IPv4 address the first three bytes, of an IPv6 one the first six.
    """

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="views")
    day = models.DateField()
    network = models.CharField(max_length=43)
    views = models.PositiveIntegerField(default=0)
    minute = models.DateTimeField()
    in_minute = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["link", "day", "network"], name="one_view_per_link_day_and_network")
        ]
        indexes = [models.Index(fields=["organization", "day"], name="share_view_by_day")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.day}: {self.views}"
