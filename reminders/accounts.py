"""Account mails (verification, password reset, notices) go through the outbox like every other mail.

The rules of allauth on rates and on not telling who has an account stay as they are: this only changes how a mail is
worded and by which road it leaves.
"""

import datetime as dt
import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from reminders.account_words import Words, words_for
from reminders.models import Kind
from reminders.outbox import enqueue
from teams.models import User

# Longer than any relay is away, shorter than the links live.
LIFETIME = dt.timedelta(days=1)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts the mail into the outbox, in the language of the person that the address belongs to."""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = (user.language if user else "") or translation.get_language() or "en"
        with translation.override(language):
            words = words_for(template_prefix, {**context, "email": email})
            letter = lay_out(words, language) if words else self._standard(template_prefix, email, context, language)
        now = timezone.now()
        enqueue(
            key=f"account:{uuid.uuid4()}",
            kind=Kind.ACCOUNT,
            address=email,
            payload=letter,
            due_at=now,
            expires_at=now + LIFETIME,
            user=user,
        )

    def _standard(self, prefix: str, email: str, context: dict[str, Any], language: str) -> dict[str, Any]:
        """allauth's own words, for a kind of mail that we have none for."""
        mail: EmailMultiAlternatives = self.render_mail(prefix, email, {"email": email, **context})
        words = Words(str(mail.subject), str(mail.subject), str(mail.body).split("\n\n"))
        return lay_out(words, language)


def lay_out(words: Words, language: str) -> dict[str, Any]:
    """The finished letter, as the outbox keeps it."""
    context = {"content": words, "language": language}
    return {
        "subject": words.subject,
        "text": render_to_string("reminders/mail/letter.txt", context).strip() + "\n",
        "html": render_to_string("reminders/mail/letter.html", context),
        "language": language,
    }
