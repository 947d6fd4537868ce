"""The way to the mail relay: Django's SMTP backend, which also remembers whether a mail's text was handed over."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp


class _Dialogue(smtplib.SMTP):
    handed_over = False

    def mail(self, *args: Any, **kwargs: Any) -> Any:
        self.handed_over = False
        return super().mail(*args, **kwargs)

    def data(self, msg: Any) -> Any:
        # Set before the first byte: from here on, no answer means that nobody knows.
        self.handed_over = True
        return super().data(msg)


class _EncryptedDialogue(_Dialogue, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _EncryptedDialogue if self.use_ssl else _Dialogue

    @property
    def handed_over(self) -> bool:
        """Whether the last mail's text was on its way."""
        return getattr(self.connection, "handed_over", False)
