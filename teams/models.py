"""Who: users, organizations, members, teams."""

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast
from zoneinfo import ZoneInfo

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from teams.roles import Role, may_role
from teams.tenancy import TenantManager, TenantModel
from teams.validators import validate_slug_free, validate_time_zone
from web.collation import LEADING_VOWELS

if TYPE_CHECKING:
    from teams.reach import Reach

M = TypeVar("M", bound=models.Model)


class VersionField(models.PositiveBigIntegerField):  # type: ignore[type-arg]
    """Counted on by triggers of the database alone: a saved row keeps what stands there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "default": 0, "db_default": 0, "editable": False})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveBigIntegerField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return super().pre_save(model_instance, add) if add else F(self.attname)


def audited(model: type[M]) -> type[M]:
    """Every change of a row is kept by a trigger, with user and request, whichever road it came by."""
    uncounted = [field.name for field in model._meta.local_fields if isinstance(field, VersionField)]
    track = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=uncounted
    )
    return cast("type[M]", track(model))


def monday_to_friday() -> list[int]:
    """ISO weekdays."""
    return [1, 2, 3, 4, 5]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. May be a member of several organizations."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("Email address"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    language = models.CharField(_("Language"), max_length=5, blank=True, choices=[("en", "English"), ("th", "ไทย")])
    theme = models.CharField(_("Theme"), max_length=5, blank=True, choices=Theme.choices)
    time_zone = models.CharField(
        _("Time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: the organization's."),
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    asks_as: "Member | None" = None  # of the person of a request to an organization's page

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.email


@audited
class Organization(models.Model):
    """The tenant, with the rules of its calendar."""

    class Visibility(models.TextChoices):
        TEAMS = "teams", _("Own teams: people see their own teams and the organization's goals")
        OPEN = "open", _("Open: everyone sees everything")
        CLOSED = "closed", _("Closed: people see only their own numbers and the organization's goals")

    class FiscalCalendar(models.TextChoices):
        MONTHS = "months", _("Calendar months")
        WEEKS = "weeks", _("4-4-5: every quarter has months of 4, 4 and 5 weeks")

    name = models.CharField(_("Name"), max_length=120)
    slug = models.SlugField(_("Address"), max_length=40, unique=True, validators=[validate_slug_free])
    time_zone = models.CharField(_("Time zone"), max_length=64, default="Asia/Bangkok", validators=[validate_time_zone])
    language = models.CharField(_("Language"), max_length=5, default="en", choices=[("en", "English"), ("th", "ไทย")])
    currency = models.CharField(_("Currency"), max_length=3, default="THB")
    week_start = models.PositiveSmallIntegerField(
        _("Week begins on"), default=1, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("Fiscal year begins in"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    fiscal_calendar = models.CharField(
        _("The fiscal year is made of"), max_length=6, choices=FiscalCalendar.choices, default=FiscalCalendar.MONTHS
    )
    working_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("Working days"), default=monday_to_friday
    )
    grace_days = models.PositiveSmallIntegerField(
        _("Working days after a deadline in which late entries still count"), default=2
    )
    weekly_hours = models.DecimalField(
        _("Hours a week of a full-time member"), max_digits=4, decimal_places=1, default=40
    )
    # Percent of the full target in each of a new member's first months; empty: no ramp.
    ramp = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)]),
        verbose_name=_("Ramp of new members"),
        default=list,
        blank=True,
        size=24,
    )
    visibility = models.CharField(
        _("Who sees whose numbers"), max_length=8, choices=Visibility.choices, default=Visibility.TEAMS
    )
    leaderboard = models.BooleanField(_("Leaderboards in all teams"), default=False, db_default=False)
    definitions_version = VersionField()  # of its KPIs
    request_id = models.UUIDField(null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(week_start__range=(1, 7)), name="week_start_is_a_day"),
            models.CheckConstraint(condition=Q(fiscal_year_start__range=(1, 12)), name="fiscal_start_is_a_month"),
            models.CheckConstraint(condition=Q(fiscal_calendar__in=["months", "weeks"]), name="fiscal_calendar_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts_in_weeks(self) -> bool:
        """Whether months, quarters and years are made of whole weeks (4-4-5)."""
        return self.fiscal_calendar == self.FiscalCalendar.WEEKS

    def today(self, now: dt.datetime) -> dt.date:
        """The organization's day at this moment."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def midnight(self, day: dt.date) -> dt.datetime:
        """When the organization's day begins."""
        return dt.datetime.combine(day, dt.time.min, ZoneInfo(self.time_zone))


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self, today: dt.date) -> "MemberQuerySet":
        return self.filter(Q(left_on=None) | Q(left_on__gt=today))

    def by_name(self) -> "MemberQuerySet":
        return self.order_by(Lower("name"), "pk")

    def visible_to(self, reach: "Reach") -> "MemberQuerySet":
        return self if reach.sees_everything else self.filter(pk__in=reach.seen_members)

    def led_by(self, reach: "Reach") -> "MemberQuerySet":
        return self if reach.leads_everything else self.filter(pk__in=reach.led_members)


@audited
class Member(TenantModel):
    """A person in one organization: with an account, or without one (imported, or not yet invited)."""

    Role = Role
    ROLES = [
        (Role.OWNER.value, _("Owner")),
        (Role.ADMIN.value, _("Admin")),
        (Role.MANAGER.value, _("Manager")),
        (Role.REP.value, _("Rep")),
        (Role.VIEWER.value, _("Viewer")),
    ]

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("Email address"), blank=True)
    role = models.CharField(_("Role"), max_length=8, choices=ROLES, default=Role.REP.value)
    weekly_hours = models.DecimalField(_("Hours a week"), max_digits=4, decimal_places=1, null=True, blank=True)
    joined_on = models.DateField(_("Joined on"), null=True, blank=True)
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    request_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(MemberQuerySet)()
    # For finding the tenant of a signed-in user, and nothing else.
    across_tenants: ClassVar[models.Manager["Member"]] = models.Manager()

    class Meta(TenantModel.Meta):
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_user"),
            models.UniqueConstraint(
                "organization", Lower("email"), condition=~Q(email=""), name="one_member_per_email"
            ),
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_member_per_request"),
        ]
        indexes = [models.Index(F("organization"), Lower("name"), name="member_by_name")]

    def __str__(self) -> str:
        return self.name

    def may(self, verb: str) -> bool:
        """Whether this member's role may do the verb. Raises `UnknownVerb`."""
        return may_role(self.role, verb)

    def has_left(self, today: dt.date) -> bool:
        return self.left_on is not None and self.left_on <= today

    @classmethod
    def of_user(cls, user: User, now: dt.datetime) -> "list[Member]":
        """The user's places in all organizations that they have not left, by name."""
        places = cls.across_tenants.filter(user=user).select_related("organization").order_by("organization__name")
        return [place for place in places if not place.has_left(place.organization.today(now))]

    @property
    def initials(self) -> str:
        # A Thai word may begin with a vowel that belongs to the consonant after it: แสงทอง is an ส.
        words = [word.lstrip(LEADING_VOWELS) or word for word in self.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


class TeamQuerySet(models.QuerySet["Team"]):
    def live(self) -> "TeamQuerySet":
        return self.filter(archived_at=None)

    def by_name(self) -> "TeamQuerySet":
        return self.order_by(Lower("name"), "pk")

    def visible_to(self, reach: "Reach") -> "TeamQuerySet":
        return self if reach.sees_everything else self.filter(pk__in=reach.seen_teams)


@audited
class Team(TenantModel):
    name = models.CharField(_("Name"), max_length=120)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    manager = models.ForeignKey(
        Member,
        verbose_name=_("Manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="led_teams",
    )
    leaderboard = models.BooleanField(_("Leaderboard"), default=False, db_default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    request_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(TeamQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="one_team_per_name"),
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_team_per_request"),
        ]

    def __str__(self) -> str:
        return self.name


class DateRange(Func):
    """daterange(starts_on, ends_on): both days are in; an empty day is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


@audited
class TeamMembership(TenantModel):
    """Which team a member was in, and when. A member is in one team at a time; entries count where it was then."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("To"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            ExclusionConstraint(
                name="one_team_at_a_time",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="membership_starts_before_it_ends",
            ),
        ]
        indexes = [models.Index(fields=["organization", "team"], name="membership_by_team")]

    def __str__(self) -> str:
        return f"{self.member} / {self.team}"

    def covers(self, day: dt.date) -> bool:
        return (self.starts_on or day) <= day <= (self.ends_on or day)


class Invitation(TenantModel):
    """Asks a person to join by mail. The token is stored hashed; outside row-level security, as it finds the tenant."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("Email address"))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    request_id = models.UUIDField(null=True, blank=True)

    # For finding an invitation by its token, and nothing else.
    across_tenants: ClassVar[models.Manager["Invitation"]] = models.Manager()
    objects: ClassVar = TenantManager()

    class Meta(TenantModel.Meta):
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_invitation_per_request")
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, now: dt.datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class Holiday(TenantModel):
    date = models.DateField(_("Date"))
    name = models.CharField(_("Name"), max_length=120)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "date"], name="one_holiday_per_day")]

    def __str__(self) -> str:
        return self.name


class Leave(TenantModel):
    """Days on which a member does not work."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="leaves")
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    request_id = models.UUIDField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="leave_starts_before_it_ends"),
            models.UniqueConstraint(fields=["organization", "request_id"], name="one_leave_per_request"),
        ]
        indexes = [models.Index(fields=["organization", "member"], name="leave_by_member")]

    def __str__(self) -> str:
        return f"{self.member}: {self.starts_on} – {self.ends_on}"
