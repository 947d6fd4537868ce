"""What is measured: KPI definitions, the ledger of entries, and the rollups made from it."""

from decimal import Decimal
from typing import Any, ClassVar

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpis.catalogue import display_name, display_note
from teams.models import Member, User, audited
from teams.reach import Reach
from teams.tenancy import TenantKey, TenantManager, TenantModel

VALUE_DIGITS, VALUE_DECIMALS = 24, 6
# One dong is 0.0000393 dollars: small units need many decimals.
RATE_DIGITS, RATE_DECIMALS = 24, 12


class ValueField(models.DecimalField):  # type: ignore[type-arg]
    """A KPI's value as typed: unrounded, in the KPI's own unit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_digits": VALUE_DIGITS, "decimal_places": VALUE_DECIMALS})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """The three letters of ISO 4217."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 3})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class KpiQuerySet(models.QuerySet["Kpi"]):
    def live(self) -> "KpiQuerySet":
        return self.filter(archived_at=None)

    def stored(self) -> "KpiQuerySet":
        """Those that entries are written for: no formula."""
        return self.exclude(aggregation="")


@audited
class Kpi(TenantModel):
    """A key performance indicator: recorded and aggregated, or computed by a formula from others."""

    class Unit(models.TextChoices):
        MONEY = "money", _("Money")
        COUNT = "count", _("Count")
        PERCENT = "percent", _("Percent")
        RATIO = "ratio", _("Ratio")
        DURATION = "duration", _("Duration in hours")

    class Direction(models.TextChoices):
        HIGHER = "higher", _("Higher is better")
        LOWER = "lower", _("Lower is better")

    class Aggregation(models.TextChoices):
        SUM = "sum", _("Sum: a flow, such as revenue or calls")
        AVERAGE = "average", _("Average: weighted by the number of entries")
        LAST = "last", _("Last value: a stock, such as customers")

    class Cadence(models.TextChoices):
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")
        QUARTERLY = "quarterly", _("Every quarter")

    code = models.CharField(
        _("Code"),
        max_length=40,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use small letters, digits and _, beginning with a letter."))
        ],
        help_text=_("The name in formulas, for example won_deals."),
    )
    catalogue_key = models.CharField(max_length=40, blank=True)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    note = models.TextField(_("What exactly is counted"), blank=True)
    unit = models.CharField(_("Unit"), max_length=8, choices=Unit.choices, default=Unit.COUNT)
    decimals = models.PositiveSmallIntegerField(_("Decimals shown"), default=0)
    direction = models.CharField(_("Direction"), max_length=6, choices=Direction.choices, default=Direction.HIGHER)
    aggregation = models.CharField(_("Aggregation"), max_length=7, blank=True, choices=Aggregation.choices)
    formula = models.CharField(_("Formula"), max_length=500, blank=True)
    cadence = models.CharField(
        pgettext_lazy("how often", "Recorded"), max_length=9, choices=Cadence.choices, default=Cadence.DAILY
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    request_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(KpiQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="one_kpi_per_code"),
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_kpi_per_request"),
            models.CheckConstraint(
                condition=Q(aggregation="", formula__gt="") | Q(aggregation__gt="", formula=""),
                name="kpi_has_aggregation_or_formula",
            ),
            models.CheckConstraint(condition=~Q(name="", catalogue_key=""), name="kpi_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The organization's own name, or the catalogue's in the reader's language."""
        return self.name or display_name(self.catalogue_key)

    @property
    def explanation(self) -> str:
        return self.note or display_note(self.catalogue_key)

    @property
    def is_accruing(self) -> bool:
        """Grows through a window; everything else is a level."""
        return self.aggregation == self.Aggregation.SUM


class EntryQuerySet(models.QuerySet["Entry"]):
    def counted(self) -> "EntryQuerySet":
        return self.filter(voided_at=None)

    def visible_to(self, reach: Reach) -> "EntryQuerySet":
        """Own entries, those one has a share in, and all of the people that one leads."""
        if reach.sees_everything:
            return self
        people = {reach.own, *reach.led_members}
        shared = Credit.objects.filter(entry=OuterRef("pk"), member__in=people)
        return self.filter(Q(member__in=people) | Q(is_split=True) & Exists(shared))

    def editable_by(self, reach: Reach) -> "EntryQuerySet":
        """Those filed under oneself or under the people that one leads."""
        if reach.leads_everything:
            return self
        return self.filter(member__in={reach.own, *reach.led_members})

    def with_names(self) -> "EntryQuerySet":
        """With the rate too by which an amount in another currency counts, as `rate`."""
        in_force = ExchangeRate.objects.filter(currency=OuterRef("currency"), day__lte=OuterRef("date"))
        rate = Subquery(in_force.order_by("-day").values("rate")[:1])
        return self.select_related("kpi", "member", "created_by").annotate(
            rate=Case(When(currency__gt="", then=rate), default=None)
        )


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Entry(TenantModel):
    """One recorded value. Its team is where the member was on that day (`TeamMembership`)."""

    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="entries", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="entries", db_index=False)
    date = models.DateField(_("Date"))
    value = ValueField(_("Value"))
    # Money that was recorded in another currency than the organization's: then `value` is what the amount is worth in
    # that one, by the rate of the entry's day.
    currency = CurrencyField(_("Currency"), blank=True, default="", db_default="")
    amount = ValueField(_("Amount"), null=True, blank=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    # Shared credit: then the rows of Credit say whose, and `member` only who the entry is filed under.
    is_split = models.BooleanField(default=False)
    source = models.CharField(max_length=40, default="manual")
    external_id = models.CharField(max_length=200, null=True, blank=True)
    request_id = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(EntryQuerySet)()

    class Meta(TenantModel.Meta):
        # The unique keys are partial, so that no look-up by KPI and member can take one of them for its index: before a
        # first import has been analyzed the planner would, and read all of the organization's entries for each key.
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "request_id"],
                condition=Q(request_id__isnull=False),
                name="one_entry_per_request",
            ),
            models.UniqueConstraint(
                fields=["organization", "source", "kpi", "external_id"],
                condition=Q(external_id__isnull=False),
                name="one_entry_per_external_id",
            ),
            models.CheckConstraint(
                condition=Q(currency="", amount=None) | Q(currency__gt="", amount__isnull=False),
                name="amount_has_a_currency",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "currency", "date"], condition=~Q(currency=""), name="entry_converted"
            ),
            models.Index(
                fields=["organization", "kpi", "member", "date"],
                include=["id", "value"],  # all that a rollup is made of
                condition=Q(voided_at=None, is_split=False),
                name="entry_by_key",
            ),
            models.Index(
                fields=["organization", "kpi", "date"],
                condition=Q(voided_at=None, is_split=True),
                name="entry_split",
            ),
            models.Index(fields=["organization", "member", "date"], name="entry_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi.code} {self.date} {self.value}"


class Credit(TenantModel):
    """A member's share of a split entry; the shares of one entry sum to 1."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="credits")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="credits")
    share = models.DecimalField(max_digits=9, decimal_places=8)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["entry", "member"], name="one_credit_per_member"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="share_is_a_part"),
        ]
        indexes = [models.Index(fields=["organization", "member"], name="credit_by_member")]

    def __str__(self) -> str:
        return f"{self.member} {self.share:%}"


class EntryChange(TenantModel):
    """A correction, a withdrawal or its undoing, a new rate: what stood before, who, when and why. Never changed."""

    class Kind(models.TextChoices):
        CORRECTED = "corrected", _("Corrected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        RESTORED = "restored", _("Restored")
        REDELIVERED = "redelivered", _("Updated by its source")
        RECONVERTED = "reconverted", _("Converted anew")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    old_date = models.DateField()
    old_value = ValueField()
    new_date = models.DateField()
    new_value = ValueField()
    # As in the entry: of money in another currency.
    old_currency = CurrencyField(blank=True, default="", db_default="")
    old_amount = ValueField(null=True, blank=True)
    new_currency = CurrencyField(blank=True, default="", db_default="")
    new_amount = ValueField(null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=500, blank=True)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.old_value} → {self.new_value}"

    @property
    def is_of_value(self) -> bool:
        """Says something else than before, and not only whether it counts."""
        return self.kind not in (self.Kind.WITHDRAWN, self.Kind.RESTORED)


@audited
class ExchangeRate(TenantModel):
    """What one unit of a currency is worth in the organization's own, from a day on until the next rate's day."""

    currency = CurrencyField(_("Currency"))
    day = models.DateField(_("From"))
    rate = models.DecimalField(_("Rate"), max_digits=RATE_DIGITS, decimal_places=RATE_DECIMALS)
    set_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "currency", "day"], include=["rate"], name="one_rate_per_day"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="rate_of_a_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}: {self.rate}"


class Rollup(TenantModel):
    """A member's day of one KPI, made from the entries. Only `kpis.rollups` writes here.

    Its keys are the entries' keys, which the database checks there: checking them again would double the work.
    """

    organization = TenantKey(db_constraint=False)
    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    day = models.DateField()
    # Sum of value x share; sum of shares; the day's last value x share. 6 + 8 decimals: nothing is rounded.
    total = models.DecimalField(max_digits=38, decimal_places=14, default=Decimal(0))
    weight = models.DecimalField(max_digits=24, decimal_places=8, default=Decimal(0))
    closing = models.DecimalField(max_digits=38, decimal_places=14)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kpi", "member", "day"],
                include=["total", "weight", "closing"],
                name="one_rollup",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.member_id} {self.day}"


class StaleRollup(TenantModel):
    """A key whose rollup no longer says what the entries say. Added by the database with the entry's own statement.

    Rows are only ever added and removed, never merged: a key that is marked while a worker recomputes it stands in
    a row of its own, which that worker can't see and so can't remove.
    """

    organization = TenantKey(db_constraint=False)
    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    day = models.DateField()
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "kpi", "member", "day"], name="stale_by_key")]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.member_id} {self.day}"
