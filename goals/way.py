"""What is set down on a goal's way: the steps that lead there, how sure its owner is, and the means."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpis.models import ValueField
from teams.models import Member, audited
from teams.tenancy import TenantModel


@audited
class Milestone(TenantModel):
    """A dated value on the way; the expected line runs through it."""

    goal = models.ForeignKey("goals.Goal", on_delete=models.CASCADE, related_name="milestones")
    # Of a scorecard, whose line it bends; None is the goal's own KPI.
    further = models.ForeignKey("goals.GoalKpi", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("Milestone"), max_length=200)
    date = models.DateField(_("Date"))
    value = ValueField(_("Expected value"))
    request_id = models.UUIDField(default=uuid.uuid4)

    class Meta(TenantModel.Meta):
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "further", "date"], name="one_milestone_per_day", nulls_distinct=False
            ),
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_milestone_per_request"),
        ]

    def __str__(self) -> str:
        return self.name


class CheckIn(TenantModel):
    """How the owner sees it: confidence from 0 to 10, and a word. Never mixed into the status."""

    goal = models.ForeignKey("goals.Goal", on_delete=models.CASCADE, related_name="check_ins")
    date = models.DateField()
    confidence = models.PositiveSmallIntegerField(
        _("Confidence"), validators=[MinValueValidator(0), MaxValueValidator(10)]
    )
    note = models.CharField(_("Note"), max_length=1000, blank=True)
    request_id = models.UUIDField(default=uuid.uuid4)
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(confidence__range=(0, 10)), name="confidence_from_0_to_10"),
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_check_in_per_request"),
        ]
        indexes = [models.Index(fields=["organization", "goal", "date"], name="check_in_by_goal")]

    def __str__(self) -> str:
        return f"{self.date}: {self.confidence}/10"


@audited
class Action(TenantModel):
    """One of the means by which a goal is to be reached."""

    class State(models.TextChoices):
        TODO = "todo", _("To do")
        DOING = "doing", _("Under way")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    goal = models.ForeignKey("goals.Goal", on_delete=models.CASCADE, related_name="actions")
    title = models.CharField(_("What"), max_length=200)
    member = models.ForeignKey(
        Member,
        verbose_name=_("Who"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="actions",
    )
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("To"), null=True, blank=True)
    hours = models.DecimalField(_("Hours"), max_digits=7, decimal_places=2, null=True, blank=True)
    cost_planned = ValueField(_("Planned cost"), null=True, blank=True)
    cost_actual = ValueField(_("Actual cost"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=7, choices=State.choices, default=State.TODO)
    request_id = models.UUIDField(default=uuid.uuid4)

    class Meta(TenantModel.Meta):
        ordering = [F("starts_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="action_starts_before_it_ends",
            ),
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_action_per_request"),
        ]
        indexes = [models.Index(fields=["organization", "goal"], name="action_by_goal")]

    def __str__(self) -> str:
        return self.title
