"""The mail server: letters leave by SMTP, with TLS wherever the server has it."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from syndication.networks.contract import Rejected, Unavailable

TLS_AT_ONCE = 465
TIMEOUT = 20
"""Seconds that the server may take to say something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postbox:
    """Where letters are dropped. Each call is one connection."""

    host: str
    port: int
    sender: str  # "Name <address>"
    user: str = ""
    password: str = field(default="", repr=False)

    def __call__(self, letter: EmailMessage) -> None:
        """Send `letter` in our name. Raises `Unavailable` (later) or `Rejected` (never)."""
        letter["From"] = self.sender
        letter["Date"] = formatdate(usegmt=True)
        letter["Message-ID"] = make_msgid(domain=parseaddr(self.sender)[1].rpartition("@")[2])
        try:
            with self._server() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            if code >= 500:
                raise Rejected(f"the mail server refuses this address ({code})") from None
            raise Unavailable(f"the mail server does not take it now ({code})") from None
        except (OSError, smtplib.SMTPException) as error:
            # Nothing of the letter may stand in a log: an error of ours names its kind alone.
            raise Unavailable(f"{self.host}:{self.port}: {type(error).__name__}") from None

    def verify(self) -> None:
        """Does the server answer, and take the password? Sends nothing. Raises `Unavailable`."""
        try:
            with self._server():
                pass
        except smtplib.SMTPAuthenticationError:
            raise Unavailable(
                f"{self.host}:{self.port} does not take user and password; see [mail]"
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            why = type(error).__name__
            raise Unavailable(
                f"{self.host}:{self.port} cannot be used ({why}); see [mail] server"
            ) from None

    def _server(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.port == TLS_AT_ONCE:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif self.user:
                server.close()
                raise smtplib.SMTPNotSupportedError("it has no TLS, and a password goes not bare")
        if self.user:
            server.login(self.user, self.password)
        return server
