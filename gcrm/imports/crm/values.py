# ruff: noqa: SIM905 - words are read more easily in a row
"""What the cells of old CRMs' exports say: stamps, numbers, lists, HTML, words for won and lost."""

import html
import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from gcrm.accounts.cells import EMAIL, clean_date, clean_phone
from gcrm.common.text import joined, tokens

YES = frozenset(
    "true yes 1 x ja wahr oui vrai si verdadero sim done erledigt completed abgeschlossen y doneyes closed"
    " sim tak igen verdadeiro vero waar sant prawda".split()
)
NO = frozenset("false no 0 nein falsch non faux n open todo nee nao nie nej falso onwaar".split())
REFUSALS = frozenset(
    "true yes 1 x ja wahr oui donotallow nichtzulassen unsubscribed abgemeldet optedout optout refused verweigert y"
    " abbestellt si sim tak desinscrit desabonne cancelado disiscritto uitgeschreven avregistrerad wypisany".split()
)
GIVEN = frozenset("subscribed abonniert optedin optin".split())
WON = ("won", "gewonnen", "gagne", "ganado", "closedwon", "geschlossenundgewonnen", "geschlossengewonnen", "gagnee",
       "ganada", "vinto", "vinta", "gewonnen", "ganho", "ganha", "vunnen", "wygrana", "wygrane")  # fmt: skip
LOST = ("lost", "verloren", "perdu", "perdido", "closedlost", "geschlossenundverloren", "geschlossenverloren", "perdue",
        "perdida", "perso", "persa", "forlorad", "przegrana", "przegrane")  # fmt: skip
OPEN = tuple(
    "open offen inprogress inbearbeitung ouvert ouverte abierto abierta aperto aperta aberto oppen otwarta".split()
)
DONE = frozenset(
    "completed abgeschlossen erledigt done held stattgefunden abgehalten sent gesendet received empfangen archived"
    " closed true 1 yes ja durchgefuhrt verbunden connected fertig replied"
    " termine terminee fait faite oui completado completada hecho hecha si completato completata fatto fatta voltooid"
    " afgerond klaar gereed concluido concluida feito sim klar slutford avslutad zakonczone wykonane tak envoye".split()
)
NOT_DONE = frozenset(
    "open offen notstarted nichtbegonnen nichtgestartet inprogress inbearbeitung planned geplant scheduled anberaumt"
    " todo zuerledigen waitingonsomeoneelse deferred draft entwurf waiting false 0 no nein rescheduled"
    " ouvert ouverte encours afaire planifie planifiee non pendiente abierto abierta enproceso programado aperto aperta"
    " dafare incorso programmato gepland bezig nee pendente aberto nao oppen planerad pagaende nej otwarte nie".split()
)
CANCELLED = frozenset(
    "canceled cancelled abgebrochen abgesagt storniert nothelld notheld nichtstattgefunden annule annulee cancelado"
    " cancelada annullato annullata geannuleerd installd anulowane".split()
)
KINDS = {
    "call": "call", "anruf": "call", "telefonat": "call", "phonecall": "call", "telefonanruf": "call",
    "meeting": "meeting", "besprechung": "meeting", "termin": "meeting", "event": "meeting", "lunch": "meeting",
    "mittagessen": "meeting", "appointment": "meeting", "treffen": "meeting", "ereignis": "meeting", "demo": "meeting",
    "email": "mail", "mail": "mail", "listemail": "mail", "note": "note", "notiz": "note", "comment": "note",
    "task": "task", "aufgabe": "task", "todo": "task", "deadline": "task", "frist": "task", "other": "task",
    "andere": "task", "upload": "task", "uploaddocument": "task", "visit": "meeting", "besuch": "meeting",
    "appel": "call", "appeltelephonique": "call", "llamada": "call", "chiamata": "call", "telefonata": "call",
    "gesprek": "call", "telefoongesprek": "call", "bellen": "call", "chamada": "call", "ligacao": "call",
    "samtal": "call", "telefonsamtal": "call", "rozmowa": "call", "telefon": "call", "phone": "call",
    "reunion": "meeting", "rendezvous": "meeting", "rdv": "meeting", "visite": "meeting", "visita": "meeting",
    "cita": "meeting", "riunione": "meeting", "appuntamento": "meeting", "incontro": "meeting",
    "vergadering": "meeting",
    "afspraak": "meeting", "bezoek": "meeting", "reuniao": "meeting", "mote": "meeting", "besok": "meeting",
    "spotkanie": "meeting", "wizyta": "meeting",
    "courriel": "mail", "correo": "mail", "correoelectronico": "mail", "epost": "mail", "emaile": "mail",
    "nota": "note", "commentaire": "note", "notitie": "note", "anteckning": "note", "notatka": "note",
    "tache": "task", "tarea": "task", "attivita": "task", "compito": "task", "taak": "task", "tarefa": "task",
    "uppgift": "task", "zadanie": "task",
}  # fmt: skip
OUTWARD = frozenset("outbound outgoing ausgehend out email forwardedemail sent gesendet outgoingemail 1".split())
INWARD = frozenset("inbound incoming eingehend in incomingemail received empfangen".split())
FREE_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.de gmx.de gmx.net gmx.at gmx.ch"
    " web.de t-online.de icloud.com me.com mac.com aol.com proton.me protonmail.com bluewin.ch hispeed.ch sunrise.ch"
    " freenet.de mail.com mail.ru yandex.ru posteo.de mailbox.org adon.li supra.net hotmail.de outlook.de live.de"
    " hotmail.fr orange.fr free.fr wanadoo.fr laposte.net libero.it tiscali.it virgilio.it aon.at chello.at"
    " telenet.be skynet.be ziggo.nl kpnmail.nl hotmail.co.uk yahoo.co.uk btinternet.com comcast.net att.net"
    " verizon.net qq.com 163.com wp.pl o2.pl onet.pl seznam.cz".split()
)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets count in no zone
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_CLOCK = re.compile(
    r"(.*?)[T ,]+\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*(am|pm)?\s*(z|utc|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_TAG = re.compile(r"<(/?[a-zA-Z][^<>]*|!--.*?--)>", re.DOTALL)
_HIDDEN = re.compile(r"<(script|style|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|[aouAOU]uml|szlig|#\d+|#x[0-9a-fA-F]+);")
_WITH_ID = re.compile(r"(.*\S)\s*\((\d{3,})\)\s*")
_SPLIT_IDS = re.compile(r"(?<=\(|\d)\)\s*;\s*|(?<=\d\))\s*;\s*")


def word(text: str) -> str:
    """A word as it is compared: "Do Not Allow" is "donotallow"."""
    return joined(tokens(text))


def unguarded(text: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from reckoning: '+423 is +423."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "+-=@" else text


@lru_cache(maxsize=200_000)
def read_stamp(text: str, zone: str, written_in: str, *, day_first: bool) -> tuple[date | None, datetime | None]:
    """The day in `zone` and the instant of a stamp; the instant None where only a day is said, both where it is none.

    written_in: the zone of stamps that name none.
    """
    if not text:
        return None, None
    if _SERIAL.fullmatch(text):
        moment = _EPOCH + timedelta(days=float(text))
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        if not 1980 <= moment.year <= 2100:
            return None, None
        return _placed(moment, zone, written_in) if moment.time() != time(0) else (moment.date(), None)
    iso = None
    if _ISO.match(text):
        try:
            iso = datetime.fromisoformat(text)
        except ValueError:
            iso = None
        if iso is not None and len(text) > 10:
            if iso.tzinfo is not None:
                return iso.astimezone(ZoneInfo(zone)).date(), iso.astimezone(UTC)
            return _placed(iso, zone, written_in)
        if iso is not None:
            return iso.date(), None
    clock = _CLOCK.fullmatch(text)
    if clock and (day := clean_date(clock[1].strip(" ,"), day_first=day_first)):
        hour = int(clock[2]) % 12 + (12 if clock[5].lower() == "pm" else 0) if clock[5] else int(clock[2])
        try:
            moment = datetime.combine(day, time(hour, int(clock[3]), int(clock[4] or 0)))
        except ValueError:
            return day, None
        return _placed(moment, zone, "UTC" if clock[6] and clock[6].lower() in {"z", "utc"} else written_in)
    return clean_date(text, day_first=day_first), None


def _placed(moment: datetime, zone: str, written_in: str) -> tuple[date, datetime]:
    instant = moment.replace(tzinfo=ZoneInfo(written_in)).astimezone(UTC)
    return instant.astimezone(ZoneInfo(zone)).date(), instant


def decimal_comma(texts: Iterable[str]) -> bool:
    """Whether the numbers of a column have a decimal comma, as far as they tell."""
    points = commas = 0
    for text in texts:
        bare = re.sub(r"[^\d.,]", "", text)
        last = max(bare.rfind("."), bare.rfind(","))
        if last < 0:
            continue
        sign, behind = bare[last], len(bare) - last - 1
        both, many = "." in bare and "," in bare, bare.count(sign) > 1
        if both or (behind != 3 and not many):
            points, commas = points + (sign == "."), commas + (sign == ",")
        elif many:
            points, commas = points + (sign == ","), commas + (sign == ".")
    return commas > points


@lru_cache(maxsize=200_000)
def read_decimal(text: str, *, comma: bool) -> Decimal | None:
    """An exact number, to the ten-thousandth; None where it is none."""
    bare = re.sub(r"[\s\u00a0\u202f'\u2019_]", "", text)
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,2}", bare):
        found = bare
    else:
        bare = re.sub(r"^[^\d+\-(.,]+|[^\d).,]+$", "", bare.replace("\u2212", "-"))
        if not re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*", bare):
            return None
        if comma and bare.count(",") <= 1:
            found = bare.replace(".", "").replace(",", ".")
        elif not comma and bare.count(".") <= 1:
            found = bare.replace(",", "")
        else:
            return None
    try:
        value = Decimal(found).quantize(Decimal("0.0001"))
    except InvalidOperation:
        return None
    return value if abs(value) < Decimal(10) ** 12 else None


def text_of(written: str) -> str:
    """Text of a cell that may be HTML: breaks where it has them, nothing that runs, no signs of it."""
    if "<" in written and _TAG.search(written):
        plain = _BREAK.sub("\n", re.sub(r"\s*\n\s*", "\n", _HIDDEN.sub("", written)))
        plain = html.unescape(_TAG.sub("", plain)).replace("\u00a0", " ")
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in plain.split("\n"))).strip()
    if "&" in written and _ENTITY.search(written):
        written = html.unescape(written)
    return written.replace("\r\n", "\n").strip()


def with_ids(text: str) -> list[tuple[str, str]]:
    """The names and ids of a list as HubSpot writes it: "Acme (123);Gasthaus Dohle (Nendeln) (456)"."""
    found = []
    parts: list[str] = []
    for part in text.split(";"):
        parts.append(part)
        whole = ";".join(parts)
        if one := _WITH_ID.fullmatch(whole.strip()):
            found.append((one[1], one[2]))
            parts = []
    rest = ";".join(parts).strip()
    return [*found, (rest, "")] if rest else found


def name_of_owner(text: str) -> tuple[str, str]:
    """Name and e-mail of "Mara Lenz (mara@x.example)"."""
    found = re.fullmatch(r"(.*?)\s*\(([^()\s]+@[^()\s]+)\)", text.strip())
    if found:
        return found[1], found[2].lower()
    return ("", text.strip().lower()) if EMAIL.fullmatch(text.strip()) else (text.strip(), "")


def json_list(text: str) -> list[str]:
    """The texts of a list in a cell: JSON, else with commas."""
    if not text:
        return []
    try:
        told = json.loads(text)
    except ValueError:
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(told, dict):
        return [str(one) for one in told]
    return [str(one) for one in told] if isinstance(told, list) else []


def json_rows(text: str) -> list[dict[str, object]]:
    """The objects of a list in a cell; none where it is no such list."""
    try:
        told = json.loads(text) if text else []
    except ValueError:
        return []
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


@lru_cache(maxsize=200_000)
def phone_of(text: str, region: str) -> str:
    """A phone number as E.164 where it is one, else as it was written; "" for nothing."""
    bare = unguarded(text.strip())
    if not bare:
        return ""
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    return clean_phone(bare.replace("/", " "), region) or text.strip()[:60]


def emails_of(text: str) -> list[str]:
    """The e-mail addresses in a text, in small letters."""
    return (
        list(dict.fromkeys(one.lower() for one in EMAIL.findall(text.removeprefix("mailto:")))) if "@" in text else []
    )


def domain_of(text: str) -> str:
    """The domain of an e-mail address or a web address, without www; "" for one that serves everybody."""
    bare = text.strip().lower()
    if "@" in bare:
        bare = bare.rpartition("@")[2]
    else:
        bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", bare).split("/")[0].split(":")[0].removeprefix("www.")
    return bare if "." in bare and bare not in FREE_MAIL and " " not in bare else ""


def minutes_of(text: str, unit: str) -> int | None:
    """Whole minutes of a length of time. unit: minutes, seconds, hours, or clock for 01:30 and 00:10:00."""
    if not text:
        return None
    parts = text.split(":")
    if len(parts) in {2, 3} and all(part.strip().isdigit() for part in parts):
        return int(parts[0]) * 60 + int(parts[1])
    found = re.match(r"\s*(\d+(?:[.,]\d+)?)\s*([a-zA-Z]*)", text)
    if not found:
        return None
    number = float(found[1].replace(",", "."))
    named = found[2].lower()[:1]
    factor = {"seconds": 1 / 60, "hours": 60.0, "clock": 1 / 60_000}.get(unit, 1.0)
    factor = {"h": 60.0, "s": 1 / 60, "m": 1.0, "d": 1_440.0}.get(named, factor)
    return round(number * factor) or None


def outcome_of(text: str) -> str:
    """What a word for a stage or a status says of a deal: won, lost, open, or "" where it says nothing."""
    said = word(text)
    if said.endswith(WON):
        return "won"
    if said.endswith(LOST):
        return "lost"
    return "open" if said in OPEN else ""
