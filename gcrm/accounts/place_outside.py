"""Ask the geocoders that the settings name for accounts that the area's own addresses do not place on a house."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import GIVEN, PERSON, Account, Level, Placement
from gcrm.accounts.ownership import fill
from gcrm.accounts.place_account import place
from gcrm.common.language import say
from gcrm.geocoding import Candidate, Located
from gcrm.geocoding.outside import OutsideGeocoder, outside_geocoders
from gcrm.platform.errors import NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PlacedOutside:
    """How many addresses were asked about, how many of them a provider had to be asked for, and how many were found.

    failed says, by provider, why it was not asked any more.
    """

    wanted: int
    asked: int
    found: int
    failed: dict[str, str]


def place_outside(
    workspace: Workspace, progress: Progress = quiet, *, coders: list[OutsideGeocoder] | None = None
) -> PlacedOutside:
    """Place accounts that are on no house by what the outside geocoders know, in their order of preference.

    coders: those of the settings if not given. Answers are kept as long as the provider's terms allow, and an account
    that nobody finds stays as it is. Raises NotReady where the settings name none, Cancelled; what was found so far is
    kept then.
    """
    chosen = coders if coders is not None else outside_geocoders(workspace.settings.outside_geocoders)
    if not chosen:
        raise NotReady(
            say("No outside geocoder is set: no address leaves this machine."),
            say("Set GCRM_OUTSIDE_GEOCODERS, as in nominatim=https://nominatim.example.org."),
        )
    with workspace.store.read() as tx:
        accounts = [account for account in tx.accounts.all() if _wants(account)]
    asker = _Asker(workspace, chosen)
    found = 0
    for index, account in enumerate(accounts):
        progress(say("Asking outside geocoders"), index, len(accounts))
        candidate = asker.ask(account.address.text)
        if candidate is not None:
            found += _move(workspace, account, candidate)
    return PlacedOutside(len(accounts), asker.asked, found, asker.failed)


def _wants(account: Account) -> bool:
    placement = account.placement
    return bool(account.address) and placement.source not in {PERSON, GIVEN} and placement.level is not Level.HOUSE


class _Asker:
    """Asks one after the other, from what is kept first; a provider that does not answer is left out from then on."""

    def __init__(self, workspace: Workspace, coders: list[OutsideGeocoder]) -> None:
        self.workspace, self.coders = workspace, coders
        self.failed: dict[str, str] = {}
        self.asked = 0

    def ask(self, text: str) -> Candidate | None:
        for coder in self.coders:
            if coder.provider.name in self.failed:
                continue
            key = hashlib.blake2b(f"{coder.host} {text}".encode(), digest_size=16).hexdigest()
            now = self.workspace.clock()
            with self.workspace.store.read() as tx:
                kept = tx.outside_answers.of(key, now)
            if kept is not None:
                candidate = _from_kept(*kept)
            else:
                try:
                    candidate = coder.ask(text)
                except NotReady as error:
                    self.failed[coder.provider.name] = error.fault[:200]
                    continue
                self.asked += 1
                until = now + timedelta(days=coder.provider.keep_days)
                with self.workspace.store.write() as tx:
                    tx.outside_answers.keep(key, _to_keep(candidate), now, until)
            if candidate is not None:
                return candidate
        return None


def _to_keep(candidate: Candidate | None) -> list[object] | None:
    if candidate is None:
        return None
    return [candidate.lon, candidate.lat, candidate.confidence, candidate.label, candidate.matched, candidate.source]


def _from_kept(answer: list[object] | None) -> Candidate | None:
    if answer is None:
        return None
    lon, lat, confidence, label, matched, source = answer
    return Candidate(
        float(str(lon)), float(str(lat)), Level.HOUSE, float(str(confidence)), str(label), str(matched), "", str(source)
    )


def _move(workspace: Workspace, account: Account, candidate: Candidate) -> bool:
    """Put an account there, unless somebody has moved or changed it meanwhile."""
    now = workspace.clock()
    with workspace.store.write() as tx:
        found = tx.accounts.by_ids([account.id])
        if not found or found[0].address != account.address or found[0].placement != account.placement:
            return False
        moved = place(found[0], Located(candidate), now)
        assert isinstance(moved.placement, Placement)
        tx.accounts.update(replace(moved, updated_at=now))
        fill(tx, [account.id])
        title = say("Asked outside: {account}", account=account.name)
        record(tx, ChangeSet(ChangeKind.PLACE, title, now), [(found[0], moved)])
    return True
