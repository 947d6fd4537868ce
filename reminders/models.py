"""What must be told to whom, once: the outbox, each person's choices, and the clock's heartbeat."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goals.models import Goal
from goals.progress import Status
from teams.models import Member, Organization, Team, User
from teams.tenancy import TenantManager, TenantModel


class Kind(models.TextChoices):
    """What a message is about. Account mails and invitations can't be switched off."""

    DEADLINE = "deadline", _("A goal's deadline comes near")
    OVERDUE = "overdue", _("A goal is past its deadline")
    MILESTONE = "milestone", _("A milestone comes near")
    ACTION = "action", _("An action is due")
    CHECK_IN = "check_in", _("A check-in is due")
    AT_RISK = "at_risk", _("A goal turns to at risk or off track")
    ASSIGNED = "assigned", _("A goal or an action is yours now")
    PROPOSED = "proposed", _("A goal is proposed to you")
    COUNTERED = "countered", _("An offer is answered by another one")
    ANSWERED = "answered", _("An offer of yours is accepted or declined")
    NUDGE = "nudge", _("Somebody who leads you asks about a goal of yours")
    ESCALATION = "escalation", _("A goal of your people is past its deadline")
    DIGEST = "digest", _("Daily digest")
    WEEKLY = "weekly", _("Weekly digest of your teams")
    INVITATION = "invitation", _("Invitations")
    ACCOUNT = "account", _("Account mails")


# What a person may do without, in the order of the preferences page.
OPTIONAL_KINDS = (
    Kind.DEADLINE,
    Kind.OVERDUE,
    Kind.MILESTONE,
    Kind.ACTION,
    Kind.CHECK_IN,
    Kind.AT_RISK,
    Kind.ASSIGNED,
    Kind.PROPOSED,
    Kind.COUNTERED,
    Kind.ANSWERED,
    Kind.NUDGE,
    Kind.ESCALATION,
)
# What stands in for mails of other kinds.
DIGESTS = (Kind.DIGEST, Kind.WEEKLY)


class Message(models.Model):
    """A row of the outbox: the queue of record for every mail of the product.

    `key` says what the mail is about and is unique, so one thing is told once. A sender claims a row with a lease and
    a fencing token on the database's clock; whoever lost the lease can't write any more.
    Account mails have no organization; the row-level policy shows them only outside a tenant.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DEAD = "dead", _("Given up")
        LAPSED = "lapsed", _("Lapsed")
        # Gets no mail of its own: a digest tells it, or the page alone.
        FOLDED = "folded", _("In a digest")

    organization = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=250, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField()
    # What the mail is rendered from when it is sent: ids and, for account mails, their finished text.
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Attempts that ended after the text was handed over and before the relay's answer: each may have arrived.
    doubts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    # The digest in which a folded message is told; None: the next one.
    digest = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, db_index=False, related_name="folded")
    # In the page: when its reader opened it, and when they ticked it off.
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "member"], condition=Q(state="folded", digest=None), name="message_to_fold"
            ),
            models.Index(fields=["digest"], condition=Q(digest__isnull=False), name="message_by_digest"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=["pending", "sending"]), name="message_waiting"
            ),
            models.Index(
                fields=["organization", "due_at", "id"],
                condition=Q(state__in=["pending", "sending"]),
                name="message_waiting_by_tenant",
            ),
            models.Index(fields=["organization", "state"], name="message_by_state"),
            models.Index(fields=["member", "due_at"], name="message_of_member"),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="message_sent"),
            models.Index(fields=["organization", "created_at"], condition=Q(state="dead"), name="message_dead"),
        ]

    def __str__(self) -> str:
        return self.key


class Preference(TenantModel):
    """A member's switch for one kind of message. Without a row the kind is on."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="one_switch_per_kind")]

    def __str__(self) -> str:
        return f"{self.member}: {self.kind}"


class OrganizationSwitch(TenantModel):
    """The organization's switch for one kind of message. Off is off for everyone; without a row the kind is on."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="one_switch_per_organization")]

    def __str__(self) -> str:
        return self.kind


class Rhythm(TenantModel):
    """How often and when a member wants mail. Without a row: each message at once, at any hour of a working day."""

    class Mails(models.TextChoices):
        EACH = "each", _("One mail for each message")
        DAILY = "daily", _("One mail a day, on my working days")
        NONE = "none", _("No mails: I look at the page")

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="rhythm")
    mails = models.CharField(max_length=5, choices=Mails.choices, default=Mails.EACH)
    # Of those who lead: one mail on the week's first working day, about their teams' goals.
    weekly = models.BooleanField(default=False)
    # On the member's own clock. From 22:00 to 7:00 goes over midnight.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_have_both_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.mails}"

    @property
    def quiet(self) -> tuple[dt.time, dt.time] | None:
        """From when until when no mail is to come."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return self.quiet_from, self.quiet_until


# From good to bad.
JUDGED = (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)


class LastStatus(TenantModel):
    """What a running goal's status was when the clock last looked, and when it last turned for the worse."""

    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=11, choices=[(status.value, status.value) for status in Status])
    # The latest of on_track, at_risk and off_track: between two of them there may be a time without news.
    judged = models.CharField(max_length=9, blank=True, choices=[(status.value, status.value) for status in JUDGED])
    worse_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "worse_at"], name="status_by_turn")]

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.status}"


class RefusedAddress(models.Model):
    """An address that a mail server refused for good (5.1.x): nothing more is sent to it."""

    address = models.EmailField(unique=True)
    answer = models.TextField()
    refused_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.address


class Hold(TenantModel):
    """While there is a row, the organization's mail stays in the outbox."""

    held_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    held_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_hold_per_organization")]

    def __str__(self) -> str:
        return f"{self.organization} since {self.held_at}"


class Home(models.Model):
    """The one database whose mail may leave: a copy of it finds another database's name here, and holds its mail."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    database = models.CharField(max_length=60)
    since = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_home")]

    def __str__(self) -> str:
        return self.database


class Feed(TenantModel):
    """A calendar that any program may read by its secret address, as its member. Only the secret's hash is stored;
    outside row-level security, as it finds the tenant.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    # The team whose dates it shows; None: the member's own.
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # May lie ahead: the end of a membership is known beforehand.
    revoked_at = models.DateTimeField(null=True)
    request_id = models.UUIDField(null=True)

    # For finding a feed by its secret, and nothing else.
    across_tenants: ClassVar[models.Manager["Feed"]] = models.Manager()
    objects: ClassVar = TenantManager()

    class Meta(TenantModel.Meta):
        default_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organization", "request_id"], name="one_feed_per_request")]
        indexes = [models.Index(fields=["organization", "member"], name="feed_by_member")]

    def __str__(self) -> str:
        return f"{self.member}: {self.team or self.member}"


class Heartbeat(models.Model):
    """When a part of the machinery last did its work, on the database's clock."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
