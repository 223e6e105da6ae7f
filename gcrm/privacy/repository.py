"""What the tables hold of persons: read whole, emptied, and who looked at positions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, or_, select, update

from gcrm.common.language import to_say
from gcrm.platform.database.repository import Repository, chunks
from gcrm.platform.database.schema import (
    account,
    account_change,
    activity,
    activity_revision,
    api_token,
    appointment,
    audit_event,
    busy_calendar,
    calendar_feed,
    erasure,
    feed_event,
    handed_in,
    metadata,
    passkey,
    photo,
    plan,
    position_look,
    provider_account,
    rep,
    second_factor,
    sign_in_attempt,
    user_account,
    user_session,
)
from gcrm.privacy.model import Certificate, Look
from gcrm.privacy.repository_record import PrivateRecord

SECRET = frozenset({"key", "password_hash", "secret", "search_key", "name_key", "city_key", "survey_key"})
"""Columns that are no news to anybody, or would open something to whoever reads the file."""

OF_CUSTOMERS = frozenset({"person", "deal", "interaction", "account_extra", "service_case", "case_entry"})
"""Tables that name a user only as whoever looks after a customer."""

PERSONAL = ("contact", "phone", "email", "note")
"""The fields of an account that are about a person rather than a place of business."""

SEEN = ("check_in", "check_out")


class Privacy(Repository):
    """Rows of persons."""

    def rows_about(self, table: str, number: int) -> dict[str, list[dict[str, Any]]]:
        """Table name to the rows that belong to a row: of every table that refers to its own, and the row itself."""
        subject = metadata.tables[table]
        found = {table: self._plain(subject, subject.c.id == number)}
        for other in metadata.sorted_tables:
            if table == "user_account" and other.name in OF_CUSTOMERS:
                # That a rep looks after them is said by their number; what they hold is of customers.
                continue
            own = [column for column in other.c for key in column.foreign_keys if key.column.table is subject]
            if own and other is not subject:
                rows = self._plain(other, or_(*(column == number for column in own)))
                found |= {other.name: rows} if rows else {}
        return found

    def people_at(self, account_id: int) -> dict[str, list[dict[str, Any]]]:
        """What the record holds of the persons of an account."""
        record = PrivateRecord(self._transaction)
        return record.rows_of_people(record.person_ids_at(account_id))

    def entries_of_cases(self, account_id: int) -> list[dict[str, Any]]:
        """What was done about the cases of an account."""
        return PrivateRecord(self._transaction).entries_of_cases(account_id)

    def rows_of_person(self, person_id: int) -> dict[str, list[dict[str, Any]]]:
        """What the record holds of one person."""
        return PrivateRecord(self._transaction).rows_of_people([person_id])

    def erase_person(self, person_id: int) -> list[tuple[str, int]]:
        """Take a person out of the record; (what, how many)."""
        return PrivateRecord(self._transaction).erase_people([person_id])

    def changes_about(self, account_id: int) -> list[dict[str, Any]]:
        """What was changed of an account."""
        return self._plain(account_change, account_change.c.account_id == account_id)

    def revisions_about(self, activity_ids: list[int]) -> list[dict[str, Any]]:
        """The corrections of activities."""
        wanted = activity_revision.c.activity_id
        return [row for some in chunks(activity_ids) for row in self._plain(activity_revision, wanted.in_(some))]

    def photos_about(self, client_ids: list[str]) -> list[dict[str, Any]]:
        """The photos of activities, without their bytes."""
        wanted = [one for one in client_ids if one]
        return [row for some in chunks(wanted) for row in self._plain(photo, photo.c.about.in_(some))]

    def _plain(self, table: Table, wanted: ColumnElement[bool]) -> list[dict[str, Any]]:
        columns = [one for one in table.c if one.name not in SECRET and one.name != "content"]
        rows = self._connection.execute(select(*columns).where(wanted))
        return [{name: _plain(value) for name, value in row._mapping.items()} for row in rows]  # noqa: SLF001

    # Positions

    def points_of(self, rep_id: int) -> list[dict[str, Any]]:
        """Activities of a rep that hold a position, with the account's name, newest first."""
        rows = self._connection.execute(
            select(activity, account.c.name.label("account_name"))
            .join(account, account.c.id == activity.c.account_id)
            .where(
                activity.c.rep_id == rep_id,
                or_(activity.c.check_in_lon.is_not(None), activity.c.check_out_lon.is_not(None)),
            )
            .order_by(activity.c.at.desc(), activity.c.id.desc())
        )
        return [dict(row._mapping) for row in rows]  # noqa: SLF001

    def forget_points(self, before: datetime | None, rep_id: int | None = None, *, dry_run: bool = False) -> int:
        """Take positions out of activities from before an instant, of one rep or all; how many there are."""
        gone = 0
        for name in SEEN:
            held: list[ColumnElement[bool]] = [activity.c[f"{name}_lon"].is_not(None)]
            held += [] if before is None else [activity.c.at < before]
            held += [] if rep_id is None else [activity.c.rep_id == rep_id]
            gone += self._connection.execute(select(func.count()).select_from(activity).where(*held)).scalar_one()
            if not dry_run:
                empty = {f"{name}_lon": None, f"{name}_lat": None}
                self._connection.execute(update(activity).where(*held).values(empty))
        if gone and not dry_run:
            self._transaction.touch("activity")
        return gone

    def forget_looks(self, before: datetime, *, dry_run: bool = False) -> int:
        """Take out what is known of looks from before an instant; how many."""
        return self._gone(position_look, position_look.c.at < before, dry_run=dry_run)

    def forget_sessions(self, before: datetime, *, dry_run: bool = False) -> int:
        """Take out sessions that were last used before an instant; how many."""
        return self._gone(user_session, user_session.c.seen_at < before, dry_run=dry_run)

    def forget_attempts(self, before: datetime, *, dry_run: bool = False) -> int:
        """Take out attempts to sign in from before an instant; how many."""
        return self._gone(sign_in_attempt, sign_in_attempt.c.at < before, dry_run=dry_run)

    def forget_events(self, before: datetime, *, dry_run: bool = False) -> int:
        """Take out entries of the audit log from before an instant; how many."""
        return self._gone(audit_event, audit_event.c.at < before, dry_run=dry_run)

    def forget_handed_in(self, before: datetime, *, dry_run: bool = False) -> int:
        """Take out what planners were done with before an instant; how many."""
        return self._gone(handed_in, handed_in.c.settled_at < before, dry_run=dry_run)

    def _gone(self, table: Table, wanted: ColumnElement[bool], *, dry_run: bool) -> int:
        count = self._connection.execute(select(func.count()).select_from(table).where(wanted)).scalar_one()
        if not dry_run:
            self._connection.execute(delete(table).where(wanted))
        return int(count)

    def looked(self, one: Look) -> None:
        """Note that somebody looked."""
        row = {name: getattr(one, name) for name in ("rep_id", "user_id", "at", "why", "points")}
        self._connection.execute(insert(position_look).values(row))

    def looks_at(self, rep_id: int, limit: int = 200) -> list[Look]:
        """Who looked at a rep's positions, newest first."""
        rows = self._connection.execute(
            select(position_look)
            .where(position_look.c.rep_id == rep_id)
            .order_by(position_look.c.id.desc())
            .limit(limit)
        )
        return [Look(row.rep_id, row.user_id, row.at, row.why, row.points) for row in rows]

    # Erasure

    def erase_person_of(self, account_id: int) -> list[tuple[str, int]]:
        """Empty what an account holds of persons; (what, how many) of it."""
        done: list[tuple[str, int]] = []
        row = self._connection.execute(select(account).where(account.c.id == account_id)).one()
        fields = [name for name in PERSONAL if getattr(row, name)]
        values = dict.fromkeys(PERSONAL, "") | {"search_key": None, "name_key": None, "city_key": None}
        self._connection.execute(update(account).where(account.c.id == account_id).values(values))
        done.append((to_say("fields of the account (contact, phone, e-mail, about)"), len(fields)))
        acts = self._connection.execute(select(activity).where(activity.c.account_id == account_id)).all()
        told = [one for one in acts if one.note or one.next_step]
        self._connection.execute(
            update(activity).where(activity.c.account_id == account_id).values(note="", next_step="")
        )
        done.append((to_say("notes and next steps of visits, calls and notes"), len(told)))
        ids = [one.id for one in acts]
        revisions = sum(
            self._gone(activity_revision, activity_revision.c.activity_id.in_(some), dry_run=False)
            for some in chunks(ids)
        )
        done.append((to_say("corrections of these"), revisions))
        numbers = [one.client_id for one in acts if one.client_id]
        photos = sum(self._gone(photo, photo.c.about.in_(some), dry_run=False) for some in chunks(numbers))
        done.append((to_say("photos"), photos))
        notes = self._connection.execute(
            update(appointment).where(appointment.c.account_id == account_id, appointment.c.note != "").values(note="")
        ).rowcount
        done.append((to_say("notes of appointments"), notes))
        done.append((to_say("earlier values in the history of changes"), self._redact_changes(account_id)))
        done.append((to_say("visits that phones could not file"), self._gone_handed_in(account_id)))
        done += PrivateRecord(self._transaction).erase_at_account(account_id)
        for layer in ("account", "activity", "appointment"):
            self._transaction.touch(layer)
        return done

    def _redact_changes(self, account_id: int) -> int:
        redacted = 0
        rows = self._connection.execute(select(account_change).where(account_change.c.account_id == account_id)).all()
        for row in rows:
            sides = {side: getattr(row, side) for side in ("before", "after")}
            clean = {side: _without(held) for side, held in sides.items()}
            if clean != sides:
                redacted += 1
                self._connection.execute(update(account_change).where(account_change.c.id == row.id).values(clean))
        return redacted

    def _gone_handed_in(self, account_id: int) -> int:
        rows = self._connection.execute(select(handed_in.c.id, handed_in.c.document)).all()
        ids = [row.id for row in rows if str((row.document or {}).get("account", "")) == str(account_id)]
        return sum(self._gone(handed_in, handed_in.c.id.in_(some), dry_run=False) for some in chunks(ids))

    def erase_rep(self, rep_id: int) -> list[tuple[str, int]]:
        """Empty what is held of a rep and of the rep's log-ins; (what, how many) of it."""
        done: list[tuple[str, int]] = [
            (to_say("positions of check-ins and check-outs"), self.forget_points(None, rep_id))
        ]
        users = list(
            self._connection.execute(select(user_account.c.id).where(user_account.c.rep_id == rep_id)).scalars()
        )
        of_rep: tuple[tuple[str, Table], ...] = (
            (to_say("planned days, which begin and end at home"), plan),
            (to_say("other calendars"), busy_calendar),
            (to_say("events told to calendars"), feed_event),
            (to_say("looks at positions"), position_look),
        )
        for what, table in of_rep:
            done.append((what, self._gone(table, table.c.rep_id == rep_id, dry_run=False)))
        of_users: tuple[tuple[str, Table], ...] = (
            (to_say("sessions"), user_session),
            (to_say("calendar addresses"), calendar_feed),
            (to_say("tokens of other programs"), api_token),
            (to_say("second factors"), second_factor),
            (to_say("passkeys"), passkey),
            (to_say("accounts at the sign-in provider"), provider_account),
        )
        for what, table in of_users:
            gone = sum(self._gone(table, table.c.user_id.in_(some), dry_run=False) for some in chunks(users))
            done.append((what, gone))
        table = audit_event
        named = 0
        for some in chunks(users):
            own = or_(table.c.user_id.in_(some), table.c.about_id.in_(some))
            named += self._connection.execute(update(table).where(own).values(what="", address="")).rowcount
        done.append((to_say("addresses and particulars in the audit log"), named))
        for user_id in users:
            nobody = {
                "login": f"erased-{user_id}",
                "name": "Erased",
                "email": "",
                "active": False,
                "password_hash": "!",
            }
            self._connection.execute(update(user_account).where(user_account.c.id == user_id).values(nobody))
        done.append((to_say("log-ins"), len(users)))
        empty = {
            "name": f"Rep {rep_id}",
            "home_address": "",
            "geom": None,
            "days_off": None,
            "hotels": None,
            "skills": "",
            "languages": "",
        }
        self._connection.execute(update(rep).where(rep.c.id == rep_id).values(empty))
        done.append((to_say("name, home, days off, hotels, skills and languages of the rep"), 1))
        for layer in ("rep", "plan"):
            self._transaction.touch(layer)
        return done

    def certify(self, one: Certificate) -> int:
        """Keep a certificate; its number."""
        document = {"erased": [list(part) for part in one.erased], "kept": [list(part) for part in one.kept]}
        row = {"kind": one.kind, "subject_id": one.subject_id, "at": one.at, "user_id": one.by, "document": document}
        return self._insert(erasure, row)

    def certificates(self, limit: int = 100) -> list[Certificate]:
        """The certificates, newest first."""
        rows = self._connection.execute(select(erasure).order_by(erasure.c.id.desc()).limit(limit))
        return [_certificate_of(row) for row in rows]


def _certificate_of(row: Any) -> Certificate:
    erased = tuple((str(what), int(count)) for what, count in row.document["erased"])
    kept = tuple((str(what), str(why)) for what, why in row.document["kept"])
    return Certificate(row.kind, row.subject_id, row.at, row.user_id, erased, kept, row.id)


def _without(held: Any) -> Any:
    if not isinstance(held, dict):
        return held
    return {name: ("" if name in PERSONAL and value else value) for name, value in held.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
