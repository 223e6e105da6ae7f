"""Mail out, by SMTP, where an administrator has set it up (GCRM_MAIL_*): else no mail leaves the machine."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.settings import Settings

TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: plain text, and a calendar file with it where there is one. method: as in iCalendar."""

    to: str
    subject: str
    text: str
    calendar: bytes = b""
    method: str = "PUBLISH"


def can_send(settings: Settings) -> bool:
    """Whether mail is set up."""
    return bool(settings.mail_host and settings.mail_from)


def is_address(text: str) -> bool:
    """Whether a text is one e-mail address and nothing more: a second one, or a header, cannot hide in it."""
    name, at, host = text.partition("@")
    plain = text.isascii() and text.isprintable() and not any(letter in text for letter in ' ,;:<>()[]"\\')
    return bool(plain and at and name and "." in host and "@" not in host and len(text) <= 254)


def send(settings: Settings, mail: Mail) -> None:
    """Hand a mail to the server.

    Raises NotReady where none is set up or it does not take it, InputRejected for what is no address.
    """
    if not can_send(settings):
        raise NotReady(say("Mail is not set up."), say("Set GCRM_MAIL_HOST and GCRM_MAIL_FROM."))
    if not is_address(mail.to):
        raise InputRejected(say("{to!r} is no e-mail address.", to=mail.to[:60]), say("Correct it."))
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, mail.to
    message["Subject"] = " ".join(mail.subject.split())[:200]
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.calendar:
        message.add_attachment(
            mail.calendar,
            maintype="text",
            subtype="calendar",
            filename="appointment.ics",
            params={"method": mail.method, "charset": "utf-8"},
        )
    try:
        with _server(settings) as server:
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as refused:
        raise NotReady(
            say("The mail server does not take it: {refused}.", refused=refused),
            say("Check GCRM_MAIL_* and try again."),
        ) from refused


def _server(settings: Settings) -> smtplib.SMTP:
    host, port = settings.mail_host, settings.mail_port
    if settings.mail_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    if settings.mail_security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
