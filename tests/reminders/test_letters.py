"""What letters say, in whose language, and when there is none."""

import datetime as dt
import email
import email.policy
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.models import CheckIn, Goal
from kpis.models import Entry, Kpi
from reminders.cards import Teller
from reminders.letters import Letter, write, write_all
from reminders.models import Kind, Message, Preference
from reminders.outbox import enqueue_all
from reminders.sending import mail_of
from teams.invitations import address_of, hash_of
from teams.models import Invitation
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import Cast, make_member
from tests.reminders.stories import bangkok, due_messages, make_goal, make_kpi


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with tenant(cast.acme.pk):
        yield cast


def message_at(cast: Cast, now: str, kind: Kind) -> Message:
    """The one message of the kind that the clock finds."""
    enqueue_all(due_messages(cast.acme, bangkok(now)), cast.acme.pk)
    return Message.objects.select_related("organization", "member", "user").get(kind=kind)


def letter_at(cast: Cast, now: str, kind: Kind) -> Letter:
    letter = write(message_at(cast, now, kind), bangkok(now))
    assert letter
    return letter


@pytest.mark.parametrize(
    ("now", "subject"),
    [
        ("2026-12-11 09:00", "7 days left, until 18 Dec 2026: Sell the new service to old customers"),
        # The step of 7 days, sent late: the letter says what is true when it is written.
        ("2026-12-14 20:00", "4 days left, until 18 Dec 2026: Sell the new service to old customers"),
        ("2026-12-17 09:00", "Due tomorrow, 18 Dec 2026: Sell the new service to old customers"),
        ("2026-12-18 09:00", "Due today, 18 Dec 2026: Sell the new service to old customers"),
    ],
)
def test_subject_says_what_and_when(acme: Cast, now: str, subject: str) -> None:
    make_goal(acme)
    assert letter_at(acme, now, Kind.DEADLINE).subject == subject


def test_a_deadline_leads_straight_to_the_form(acme: Cast) -> None:
    goal = make_goal(acme)
    letter = letter_at(acme, "2026-12-11 09:00", Kind.DEADLINE)
    form = f"{settings.BASE_URL}/acme/entries/log/?kpi={goal.kpi_id}&member={acme.bob.pk}"
    assert form in letter.text
    assert form.replace("&", "&amp;") in letter.html
    assert f"{settings.BASE_URL}/acme/goals/{goal.pk}/" in letter.html
    assert "Revenue: ฿0.00 of ฿1,000.00" in letter.text or "Revenue: ฿0 of ฿1,000" in letter.text
    assert "Expected by today" in letter.text


def test_what_is_needed_of_a_small_count_is_never_nothing(acme: Cast) -> None:
    goal = make_goal(acme)
    goal.kpi = Kpi(code="demos", name="Demos", unit=Kpi.Unit.COUNT, decimals=0)
    teller = Teller("en", "THB")
    assert teller.reckoned(goal, Decimal("0.16")) == "0.2"
    assert teller.reckoned(goal, Decimal("2.00")) == "2"
    assert teller.reckoned(goal, Decimal("123.4")) == "123"


def test_a_formulas_or_a_teams_goal_leads_to_the_check_in(acme: Cast) -> None:
    goal = make_goal(acme, team=acme.north)
    letter = letter_at(acme, "2026-12-11 09:00", Kind.DEADLINE)
    assert f"/acme/goals/{goal.pk}/check-in/" in letter.text
    assert "North" in letter.text


def test_overdue(acme: Cast) -> None:
    make_goal(acme)
    letter = letter_at(acme, "2026-12-21 09:00", Kind.OVERDUE)
    assert letter.subject == "Past its deadline of 18 Dec 2026: Sell the new service to old customers"


def test_check_ins(acme: Cast) -> None:
    weekly = make_kpi(cadence="weekly")
    first = make_goal(acme, kpi=weekly, start=dt.date(2026, 11, 16))
    message = message_at(acme, "2026-11-23 09:00", Kind.CHECK_IN)
    letter = write(message, bangkok("2026-11-23 09:00"))
    assert letter
    assert letter.subject == "Check-in due on 23 Nov 2026: Sell the new service to old customers"
    assert f"/acme/goals/{first.pk}/check-in/" in letter.text


def test_several_check_ins_are_one_letter_and_what_was_done_meanwhile_is_left_out(acme: Cast) -> None:
    weekly = make_kpi(cadence="weekly")
    goals = [make_goal(acme, kpi=weekly, start=dt.date(2026, 11, 16), statement=f"Goal {n}") for n in range(3)]
    message = message_at(acme, "2026-11-23 09:00", Kind.CHECK_IN)
    CheckIn.objects.create(goal=goals[1], date=dt.date(2026, 11, 23), confidence=5)
    letter = write(message, bangkok("2026-11-23 10:00"))
    assert letter
    assert letter.subject == "Check-ins due on 23 Nov 2026: 2 goals"
    assert ("Goal 0" in letter.text, "Goal 1" in letter.text, "Goal 2" in letter.text) == (True, False, True)
    for goal in goals:
        CheckIn.objects.create(goal=goal, date=dt.date(2026, 11, 24), confidence=5)
    assert write(message, bangkok("2026-11-24 10:00")) is None


def test_in_thai_with_the_buddhist_year(acme: Cast) -> None:
    assert acme.bob.user is not None
    acme.bob.user.language = "th"
    acme.bob.user.save()
    make_goal(acme)
    letter = letter_at(acme, "2026-12-11 09:00", Kind.DEADLINE)
    assert letter.language == "th"
    assert "18 ธ.ค. 2569" in letter.subject
    assert 'lang="th"' in letter.html


def test_the_organizations_language_where_the_person_chose_none(acme: Cast) -> None:
    acme.acme.language = "th"
    acme.acme.save()
    make_goal(acme)
    assert letter_at(acme, "2026-12-11 09:00", Kind.DEADLINE).language == "th"


def test_what_one_may_do_without_can_be_ended_with_one_click(acme: Cast) -> None:
    make_goal(acme)
    letter = letter_at(acme, "2026-12-11 09:00", Kind.DEADLINE)
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter.headers["List-Unsubscribe"].strip("<>")
    assert address.startswith(f"{settings.BASE_URL}/unsubscribe/")
    assert address in letter.text
    assert address in letter.html
    assert f"{settings.BASE_URL}/acme/notifications/" in letter.text


@pytest.mark.parametrize("change", ["closed", "moved", "off", "left", "past"])
def test_no_letter_where_it_became_idle(acme: Cast, change: str) -> None:
    goal = make_goal(acme)
    message = message_at(acme, "2026-12-11 09:00", Kind.DEADLINE)
    now = bangkok("2026-12-11 09:05")
    assert write(message, now)
    if change == "closed":
        Goal.objects.filter(pk=goal.pk).update(state=Goal.State.CLOSED, outcome="dropped")
    if change == "moved":
        Goal.objects.filter(pk=goal.pk).update(deadline=dt.date(2026, 12, 31))
    if change == "off":
        Preference.objects.create(member=acme.bob, kind=Kind.DEADLINE, is_on=False)
    if change == "left":
        acme.bob.left_on = dt.date(2026, 12, 1)
        acme.bob.save()
        message.refresh_from_db()
    if change == "past":
        now = bangkok("2026-12-19 00:01")
    assert write(message, now) is None


def test_an_invitation(acme: Cast) -> None:
    acme.acme.language = "en"
    member = make_member("Newcomer", Role.REP, account=False)
    invitation = Invitation.objects.create(
        member=member,
        email="new@example.com",
        token_hash=hash_of("x"),
        invited_by=acme.dan,
        expires_at=bangkok("2026-12-20 09:00"),
    )
    letter = letter_at(acme, "2026-12-11 09:00", Kind.INVITATION)
    assert letter.subject == "Dan invites you to Acme on SmartGoals"
    assert address_of(invitation) in letter.text
    assert "20 Dec 2026, 09:00" in letter.text
    assert letter.headers == {}


def test_words_of_people_stay_words(acme: Cast) -> None:
    make_goal(acme, statement="<b>Sell</b> & more\r\nBcc: x@example.com")
    letter = letter_at(acme, "2026-12-11 09:00", Kind.DEADLINE)
    assert "<b>Sell</b>" not in letter.html
    assert "&lt;b&gt;Sell&lt;/b&gt; &amp; more" in letter.html
    assert "<b>Sell</b> & more" in letter.text
    assert "\n" not in letter.subject


def test_the_bar_is_a_picture_within_the_mail_and_words_where_it_is_not_shown(acme: Cast) -> None:
    goal = make_goal(acme)
    assert goal.kpi is not None
    Entry.objects.create(kpi=goal.kpi, member=acme.bob, date=dt.date(2026, 11, 2), value=400)
    message = message_at(acme, "2026-12-11 09:00", Kind.DEADLINE)
    letter = write(message, bangkok("2026-12-11 09:00"))
    assert letter
    mail = email.message_from_bytes(mail_of(message, letter).message().as_bytes(), policy=email.policy.default)
    assert mail.get_content_type() == "multipart/related"
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    name = str(picture["Content-ID"]).strip("<>")
    assert f'src="cid:{name}"' in letter.html
    assert 'alt="40% of the way done, 91% expected by today"' in letter.html
    assert "████████░░░░░░░░░░│░░" in letter.text
    assert picture.get_content_disposition() == "inline"


@pytest.mark.parametrize(("now", "kind"), [("2026-12-11 09:00", Kind.DEADLINE), ("2026-11-23 09:00", Kind.CHECK_IN)])
def test_letters_that_are_written_together_take_as_many_queries_for_many(acme: Cast, now: str, kind: Kind) -> None:
    kpi = make_kpi(cadence="weekly")

    def queries(people: int) -> int:
        for n in range(people):
            goal = make_goal(acme, kpi=kpi, member=make_member(f"Rep {people} {n}", Role.REP))
            CheckIn.objects.create(goal=goal, date=dt.date(2026, 11, 2), confidence=5)
        enqueue_all(due_messages(acme.acme, bangkok(now)), acme.acme.pk)
        rows = Message.objects.select_related("organization", "member", "user").filter(kind=kind)
        messages = [message for message in rows if message.member and f"Rep {people} " in message.member.name]
        with CaptureQueriesContext(connection) as counted:
            letters = write_all(messages, bangkok(now))
        assert len([letter for letter in letters if letter]) == people
        return len(counted)

    assert queries(2) == queries(9)
