"""What must be told to whom, once: the outbox, each person's choices, and the clock's heartbeat."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from teams.models import Member, Organization, User
from teams.tenancy import TenantModel


class Kind(models.TextChoices):
    """What a message is about. Account mails and invitations can't be switched off."""

    DEADLINE = "deadline", _("A goal's deadline comes near")
    OVERDUE = "overdue", _("A goal is past its deadline")
    CHECK_IN = "check_in", _("A check-in is due")
    INVITATION = "invitation", _("Invitations")
    ACCOUNT = "account", _("Account mails")


# What a person may do without, in the order of the preferences page.
OPTIONAL_KINDS = (Kind.DEADLINE, Kind.OVERDUE, Kind.CHECK_IN)


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
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=["pending", "sending"]), name="message_waiting"
            ),
            models.Index(
                fields=["organization", "due_at", "id"],
                condition=Q(state__in=["pending", "sending"]),
                name="message_waiting_by_tenant",
            ),
            models.Index(fields=["organization", "state"], name="message_by_state"),
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


class RefusedAddress(models.Model):
    """An address that a mail server refused for good (5.1.x): nothing more is sent to it."""

    address = models.EmailField(unique=True)
    answer = models.TextField()
    refused_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.address


class Heartbeat(models.Model):
    """When a part of the machinery last did its work, on the database's clock."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
