"""Further KPIs of a goal: with them it is a scorecard, whose first line is the goal's own KPI."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goals.progress import TargetType
from kpis.models import Kpi, ValueField
from teams.models import audited
from teams.tenancy import TenantModel

MOST_FURTHER = 5


@audited
class GoalKpi(TenantModel):
    """One more KPI that a goal is measured by, with numbers and a weight of its own; owner and days are the goal's."""

    goal = models.ForeignKey("goals.Goal", on_delete=models.CASCADE, related_name="further")
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="+")
    target_type = models.CharField(
        _("Target type"), max_length=16, choices=[(kind.value, kind.value) for kind in TargetType]
    )
    baseline = ValueField(_("From"), null=True, blank=True)
    target = ValueField(_("To"), null=True, blank=True)
    weight = models.DecimalField(
        _("Weight"), max_digits=6, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(0)]
    )
    # Stored once, when the goal is closed.
    closing_value = models.DecimalField(null=True, blank=True, max_digits=38, decimal_places=14)
    closing_attainment = models.DecimalField(null=True, blank=True, max_digits=24, decimal_places=8)

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "kpi"], name="kpi_once_in_a_goal"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="further_kpi_has_weight"),
            models.CheckConstraint(
                condition=~Q(target_type__in=["increase_to", "decrease_to"], baseline=F("target")),
                name="further_target_differs_from_baseline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id}: {self.target}"
