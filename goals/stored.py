"""Where goals stand, as it is stored for the pages, and the marks that say which of it is no longer so."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from goals.progress import Status
from teams.tenancy import TenantKey, TenantModel

# More than `decimal` reckons with: only forms would ask.
_DIGITS = {"max_digits": 60, "decimal_places": 30}


class Unrounded(models.DecimalField):  # type: ignore[type-arg]
    """A number with as many digits as it was reckoned with."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, **_DIGITS, "null": True})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {key: value for key, value in options.items() if key not in (*_DIGITS, "null")}

    def db_type(self, connection: Any) -> str:
        return "numeric"


def of_one_line(name: str) -> models.CheckConstraint:
    """A row is of a goal's own KPI or of one of the further KPIs of a scorecard."""
    return models.CheckConstraint(condition=Q(goal=None) ^ Q(further=None), name=name)


class GoalForecast(TenantModel):
    """Where a running goal will probably end, reckoned anew by the clock and after each number logged on its card.

    Kept because it takes the record of two years, which no list of goals could read for all of them.
    """

    goal = models.OneToOneField("goals.Goal", null=True, on_delete=models.CASCADE, related_name="forecast")
    further = models.OneToOneField("goals.GoalKpi", null=True, on_delete=models.CASCADE, related_name="forecast")
    day = models.DateField()
    made_at = models.DateTimeField()
    # None where the record is too thin to say.
    probability = models.DecimalField(null=True, max_digits=3, decimal_places=2)
    expected = models.DecimalField(null=True, max_digits=38, decimal_places=14)
    low = models.DecimalField(null=True, max_digits=38, decimal_places=14)
    high = models.DecimalField(null=True, max_digits=38, decimal_places=14)

    class Meta(TenantModel.Meta):
        constraints = [of_one_line("forecast_is_of_one_line")]
        indexes = [models.Index(fields=["organization", "made_at"], name="forecast_by_age")]

    def __str__(self) -> str:
        return f"{self.goal_id or self.further_id} {self.day}: {self.probability}"


class StoredStanding(TenantModel):
    """A goal at the end of a day: what `goals.reading.Standing` says, but for its forecast, which has its own row.

    Only `goals.kept` writes here. It holds for its day, unless a mark says otherwise. Of a scorecard each line is
    stored, and what they come to together is reckoned from these.
    """

    goal = models.OneToOneField("goals.Goal", null=True, on_delete=models.CASCADE, related_name="stored")
    further = models.OneToOneField("goals.GoalKpi", null=True, on_delete=models.CASCADE, related_name="stored")
    day = models.DateField()
    status = models.CharField(max_length=11, choices=[(status.value, status.value) for status in Status])
    target = Unrounded()
    window_start = models.DateField(null=True)
    window_end = models.DateField(null=True)
    value = Unrounded()
    expected = Unrounded()
    progress = Unrounded()
    attainment = Unrounded()
    pace = Unrounded()
    pace_before = Unrounded()
    tick = Unrounded()
    needed_per_working_day = Unrounded()
    doing_per_week = Unrounded()
    elapsed = Unrounded()
    days_left = models.IntegerField(default=0)
    periods_held = models.PositiveIntegerField(null=True)
    periods_full = models.PositiveIntegerField(null=True)
    so_far = Unrounded()
    last_entry_on = models.DateField(null=True)
    spark = ArrayField(Unrounded())
    said_confidence = models.PositiveSmallIntegerField(null=True)
    said_on = models.DateField(null=True)
    said_note = models.CharField(max_length=1000, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [of_one_line("standing_is_of_one_line")]
        indexes = [models.Index(fields=["organization", "day"], name="standing_by_day")]

    def __str__(self) -> str:
        return f"{self.goal_id or self.further_id} {self.day}: {self.status}"


class StandingMark(TenantModel):
    """Something changed after which standings are no longer what was stored: of one goal, of all that read a KPI of a
    member, or of the whole organization.

    Set by the database with the change's own statement. Rows are only ever added and removed, never merged: a mark
    that is set while a worker reckons stands in a row of its own, which that worker can't see and so can't remove.
    """

    organization = TenantKey(db_constraint=False)
    goal = models.ForeignKey(
        "goals.Goal", null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # Kept as plain numbers: nothing is looked up by them, and what they name may be gone.
    kpi = models.BigIntegerField(null=True)
    member = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "id"], name="mark_by_organization")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.kpi} {self.member}"
