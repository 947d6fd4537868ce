"""What is promised, by when, and what was said on the way."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi, ValueField
from teams.models import Member, Team, User, audited
from teams.reach import Reach
from teams.tenancy import TenantManager, TenantModel

_PAPERS = (
    "why", "growth", "compounds", "waits_since", "agreed_at", "started_at", "close_note", "helped",
    "hindered", "looked_back_at", "version", "request_id", "created_by", "created_at",
)  # fmt: skip


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, reach: Reach) -> "GoalQuerySet":
        """The one rule of who sees a goal. The organization's goals are everyone's.

        Drafts and proposals are their two sides' alone, however open the organization is.
        """
        if reach.leads_everything:
            return self
        settled, shown = ~Q(state__in=Goal.UNSETTLED), Q()
        if not reach.sees_everything:
            of_organization = Q(member=None, team=None)
            shown = Q(member__in=reach.seen_members) | Q(team__in=reach.seen_teams) | of_organization
        return self.filter(shown & settled | Q(member=reach.own) | self._led(reach))

    def editable_by(self, reach: Reach) -> "GoalQuerySet":
        """Own goals, and those of the members and teams that one leads."""
        if reach.leads_everything:
            return self
        return self.filter(Q(member=reach.own) | self._led(reach))

    @staticmethod
    def _led(reach: Reach) -> Q:
        return Q(member__in=reach.led_members) | Q(team__in=reach.led_teams)

    def running(self) -> "GoalQuerySet":
        return self.filter(state=Goal.State.RUNNING)

    def promised(self) -> "GoalQuerySet":
        """Agreed on and not over: those that run, and those whose first day is still to come."""
        return self.filter(state__in=Goal.PROMISED)

    def with_stored(self) -> "GoalQuerySet":
        """And with where they stood when that was stored last: `goals.kept` knows whether they still do."""
        return self.with_names().select_related("stored")

    def without_papers(self) -> "GoalQuerySet":
        """Without what only a goal's own page tells: of a thousand goals, moments alone would take longer to read than
        all that a dashboard shows. Needs the member and the forecast joined.
        """
        return self.defer(*_PAPERS, "member__request_id", "member__created_at", "forecast__made_at")

    def with_names(self) -> "GoalQuerySet":
        """And with the forecasts, which the standings read."""
        return self.select_related("kpi", "member", "team", "parent", "forecast")


@audited
class Goal(TenantModel):
    """A promise: a KPI of an owner from a baseline to a target by a deadline. Incomplete ones stay drafts."""

    class TargetType(models.TextChoices):
        INCREASE_TO = "increase_to", _("Increase to")
        DECREASE_TO = "decrease_to", _("Decrease to")
        STAY_AT_OR_ABOVE = "stay_at_or_above", _("Stay at or above")
        STAY_AT_OR_BELOW = "stay_at_or_below", _("Stay at or below")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        RUNNING = "running", _("Running")
        CLOSED = "closed", _("Closed")

    # Not yet the business of anyone but the two sides; and what holds.
    UNSETTLED = (State.DRAFT, State.PROPOSED)
    PROMISED = (State.AGREED, State.RUNNING)

    class Side(models.TextChoices):
        """The two who agree on a goal: whose it is, and who leads them."""

        OWNER = "owner", _("The owner")
        LEADER = "leader", _("The manager")

    class Outcome(models.TextChoices):
        ACHIEVED = "achieved", _("Achieved")
        MISSED = "missed", _("Missed")
        DROPPED = "dropped", _("Dropped")

    class Repeats(models.TextChoices):
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")
        QUARTERLY = "quarterly", _("every quarter")

    statement = models.CharField(_("What we will do"), max_length=300)
    why = models.CharField(_("Why it matters"), max_length=500, blank=True)
    kpi = models.ForeignKey(Kpi, null=True, blank=True, on_delete=models.PROTECT, related_name="goals")
    # A member's, a team's, or, with neither, the organization's.
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="goals")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="goals")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    target_type = models.CharField(
        _("Target type"), max_length=16, choices=TargetType.choices, default=TargetType.INCREASE_TO
    )
    baseline = ValueField(_("From"), null=True, blank=True)
    target = ValueField(_("To"), null=True, blank=True)
    start = models.DateField(_("Start"), null=True, blank=True)
    deadline = models.DateField(_("Deadline"), null=True, blank=True)
    weight = models.DecimalField(_("Weight"), max_digits=6, decimal_places=2, default=Decimal(1))
    # Of its KPI beside the further ones; None where there are none.
    own_weight = models.DecimalField(null=True, blank=True, max_digits=6, decimal_places=2)
    # What is sure, and what would be splendid; the target lies between them.
    commit = ValueField(_("Commit"), null=True, blank=True)
    stretch = ValueField(_("Stretch"), null=True, blank=True)
    # Hours of the owner beside those of its actions, spread over its days.
    effort_hours = models.DecimalField(_("Effort in hours"), max_digits=7, decimal_places=2, null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    # What comes after it: by the clock where it repeats, else by hand. `growth` is the change of the target each time,
    # of the latest target where it compounds, else of the first one, which `growth_base` keeps.
    repeats = models.CharField(_("Repeats"), max_length=9, blank=True, choices=Repeats.choices)
    growth = models.DecimalField(_("Change each time"), max_digits=9, decimal_places=6, null=True, blank=True)
    compounds = models.BooleanField(_("Compounding"), default=False)
    growth_base = ValueField(null=True, blank=True)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followers")
    # While it is proposed: which side has to answer, and since when.
    waits_for = models.CharField(max_length=6, blank=True, choices=Side.choices)
    waits_since = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    # Stored once, when the goal is closed.
    outcome = models.CharField(max_length=8, blank=True, choices=Outcome.choices)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_value = models.DecimalField(null=True, blank=True, max_digits=38, decimal_places=14)
    closing_attainment = models.DecimalField(null=True, blank=True, max_digits=24, decimal_places=8)
    own_attainment = models.DecimalField(null=True, blank=True, max_digits=24, decimal_places=8)
    close_note = models.CharField(_("What helped, what hindered"), max_length=500, blank=True)
    helped = models.CharField(_("What helped"), max_length=500, blank=True)
    hindered = models.CharField(_("What hindered"), max_length=500, blank=True)
    looked_back_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    request_id = models.UUIDField(default=uuid.uuid4)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(GoalQuerySet)()
    # Of a part of a scorecard, which is never stored.
    line_weight: Decimal = Decimal(1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(own_weight=None) | Q(own_weight__gt=0), name="own_kpi_has_weight"),
            models.CheckConstraint(condition=Q(member=None) | Q(team=None), name="goal_has_one_owner"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(kpi__isnull=False, target__isnull=False, start__isnull=False, deadline__isnull=False),
                name="only_drafts_are_incomplete",
            ),
            models.CheckConstraint(
                condition=Q(start=None) | Q(deadline=None) | Q(start__lte=F("deadline")),
                name="goal_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(target_type__in=["increase_to", "decrease_to"], baseline=F("target")),
                name="target_differs_from_baseline",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", outcome__gt="") | ~Q(state="closed") & Q(outcome=""),
                name="closed_goals_have_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", waits_for__gt="", waits_since__isnull=False)
                | ~Q(state="proposed") & Q(waits_for="", waits_since=None),
                name="proposed_goals_wait_for_a_side",
            ),
            models.CheckConstraint(condition=Q(effort_hours=None) | Q(effort_hours__gte=0), name="effort_from_zero"),
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_goal_per_request"),
            models.UniqueConstraint(
                fields=["organization", "previous"],
                condition=Q(previous__isnull=False) & ~Q(outcome="dropped"),
                name="one_goal_follows",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "member", "state"], name="goal_by_member"),
            models.Index(fields=["organization", "team", "state"], name="goal_by_team"),
            models.Index(fields=["organization", "state", "deadline"], name="goal_by_deadline"),
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_proposed(self) -> bool:
        return self.state == self.State.PROPOSED

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_promised(self) -> bool:
        """Agreed on and not over."""
        return self.state in self.PROMISED

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def is_scorecard(self) -> bool:
        """Is measured by further KPIs beside its own: see `goals.scorecard`."""
        return self.own_weight is not None

    @property
    def is_complete(self) -> bool:
        """Has all that a goal needs to be started."""
        return None not in (self.kpi_id, self.target, self.start, self.deadline)

    def follow(self, goal: "Goal") -> None:
        """Comes after it; what grows by the first target of the series keeps growing by that one."""
        self.previous, self.growth_base = goal, goal.growth_base or goal.target

    @property
    def owner_name(self) -> str:
        owner = self.member or self.team
        return owner.name if owner else str(_("The organization"))


@audited
class Turn(TenantModel):
    """One turn of the talk about a goal: who said what, when, and which offer lay on the table then."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        COUNTERED = "countered", _("Counter-proposal")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SAID = "said", _("Said")

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="turns")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(_("Your words"), max_length=1000, blank=True)
    target = ValueField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    # The targets of further KPIs, as texts by the KPI's id.
    further = models.JSONField(default=dict, blank=True)
    request_id = models.UUIDField(default=uuid.uuid4)
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["made_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["organization", "request_id"], name="one_turn_per_request")]
        indexes = [models.Index(fields=["organization", "goal"], name="turn_by_goal")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"


@audited
class TargetRevision(TenantModel):
    """A change of target: from when, who, why. Days before it keep the target that they had."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="revisions")
    # Of a scorecard, whose target it is; None is the goal's own KPI.
    further = models.ForeignKey("goals.GoalKpi", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    effective_on = models.DateField(_("From"))
    old_target = ValueField()
    new_target = ValueField(_("New target"))
    reason = models.CharField(_("Reason"), max_length=500)
    request_id = models.UUIDField(default=uuid.uuid4)
    revised_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    revised_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["effective_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["organization", "request_id"], name="one_revision_per_request")]

    def __str__(self) -> str:
        return f"{self.old_target} → {self.new_target}"


# They name the goal.
from goals import further, stored, unfinished  # noqa: E402, F401
from goals.way import Action, CheckIn, Milestone  # noqa: E402

__all__ = ["Action", "CheckIn", "Goal", "GoalQuerySet", "Milestone", "TargetRevision", "Turn"]
