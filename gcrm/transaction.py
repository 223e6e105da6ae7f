"""A transaction hands out the repositories of all slices.

A repository is loaded when it is asked for: most commands need two or three of the thirty.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gcrm.platform.database.setting_values import SettingValues
from gcrm.platform.database.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from gcrm.accounts.repository.accounts import Accounts
    from gcrm.accounts.repository.changes import Changes
    from gcrm.accounts.repository.distinct_pairs import DistinctPairs
    from gcrm.accounts.repository.outside_answers import OutsideAnswers
    from gcrm.accounts.repository.people import People
    from gcrm.accounts.repository.record import Record
    from gcrm.activities.repository import Activities
    from gcrm.activities.repository_interactions import Interactions
    from gcrm.activities.repository_photos import Photos
    from gcrm.audit.repository import Audit
    from gcrm.backup.repository import Backups
    from gcrm.exchange.repository.feed import ChangeFeed
    from gcrm.exchange.repository.webhooks import Webhooks
    from gcrm.imports.repository import ImportColumns
    from gcrm.jobs.repository import Jobs, Workers
    from gcrm.markets.repository import RefusedProspects
    from gcrm.people.repository.busy_calendars import BusyCalendars
    from gcrm.people.repository.passkeys import Passkeys
    from gcrm.people.repository.provider_accounts import ProviderAccounts
    from gcrm.people.repository.reps import Reps
    from gcrm.people.repository.second_factors import SecondFactors
    from gcrm.people.repository.sessions import Sessions, SignInAttempts, UsedOnce
    from gcrm.people.repository.tokens import AnsweredRequests, Tokens
    from gcrm.people.repository.users import Users
    from gcrm.planning.repository.appointments import Appointments
    from gcrm.planning.repository.feeds import Feeds
    from gcrm.planning.repository.links import CustomerLinks
    from gcrm.planning.repository.overrides import Overrides
    from gcrm.planning.repository.plans import Plans
    from gcrm.planning.repository.proposals import KeptChanges, Proposals
    from gcrm.planning.repository.told_news import ToldNewsOfDays
    from gcrm.privacy.repository import Privacy
    from gcrm.sales.repository import Orders
    from gcrm.sales.repository_deals import Deals
    from gcrm.service.repository import Cases
    from gcrm.territories.repository.regions import Regions
    from gcrm.territories.repository.scenarios import Scenarios
    from gcrm.territories.repository.statistics_joins import StatisticsJoins
    from gcrm.territories.repository.territories import Territories


class Transaction(UnitOfWork):
    """A consistent view of everything, and in `Store.write` the place for changes. Not for use after its block."""

    @cached_property
    def accounts(self) -> Accounts:
        """Customers and prospects."""
        from gcrm.accounts.repository.accounts import Accounts

        return Accounts(self)

    @cached_property
    def activities(self) -> Activities:
        """Visits, calls and notes."""
        from gcrm.activities.repository import Activities

        return Activities(self)

    @cached_property
    def record(self) -> Record:
        """People at accounts, deals, and what was said over all channels, with what links them."""
        from gcrm.accounts.repository.record import Record

        return Record(self)

    @cached_property
    def people(self) -> People:
        """People at accounts, in lists."""
        from gcrm.accounts.repository.people import People

        return People(self)

    @cached_property
    def deals(self) -> Deals:
        """Deals, in lists."""
        from gcrm.sales.repository_deals import Deals

        return Deals(self)

    @cached_property
    def interactions(self) -> Interactions:
        """Calls, mails, meetings, notes and tasks that other programs told, in lists."""
        from gcrm.activities.repository_interactions import Interactions

        return Interactions(self)

    @cached_property
    def photos(self) -> Photos:
        """Photos of visits, calls and notes."""
        from gcrm.activities.repository_photos import Photos

        return Photos(self)

    @cached_property
    def told_news(self) -> ToldNewsOfDays:
        """News of days that phones told."""
        from gcrm.planning.repository.told_news import ToldNewsOfDays

        return ToldNewsOfDays(self)

    @cached_property
    def appointments(self) -> Appointments:
        """Visits that are promised."""
        from gcrm.planning.repository.appointments import Appointments

        return Appointments(self)

    @cached_property
    def reps(self) -> Reps:
        """Who is sent out."""
        from gcrm.people.repository.reps import Reps

        return Reps(self)

    @cached_property
    def users(self) -> Users:
        """Who may log in."""
        from gcrm.people.repository.users import Users

        return Users(self)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in where."""
        from gcrm.people.repository.sessions import Sessions

        return Sessions(self)

    @cached_property
    def sign_in_attempts(self) -> SignInAttempts:
        """Attempts to sign in that did not succeed."""
        from gcrm.people.repository.sessions import SignInAttempts

        return SignInAttempts(self)

    @cached_property
    def tokens(self) -> Tokens:
        """What lets other programs in."""
        from gcrm.people.repository.tokens import Tokens

        return Tokens(self)

    @cached_property
    def answered_requests(self) -> AnsweredRequests:
        """What other programs were answered, for when they ask the same again."""
        from gcrm.people.repository.tokens import AnsweredRequests

        return AnsweredRequests(self)

    @cached_property
    def regions(self) -> Regions:
        """Basic areas, in named sets."""
        from gcrm.territories.repository.regions import Regions

        return Regions(self)

    @cached_property
    def statistics_joins(self) -> StatisticsJoins:
        """Tables of statistics that were joined to regions."""
        from gcrm.territories.repository.statistics_joins import StatisticsJoins

        return StatisticsJoins(self)

    @cached_property
    def territories(self) -> Territories:
        """What each rep looks after."""
        from gcrm.territories.repository.territories import Territories

        return Territories(self)

    @cached_property
    def orders(self) -> Orders:
        """What accounts have ordered."""
        from gcrm.sales.repository import Orders

        return Orders(self)

    @cached_property
    def cases(self) -> Cases:
        """What customers report."""
        from gcrm.service.repository import Cases

        return Cases(self)

    @cached_property
    def scenarios(self) -> Scenarios:
        """How territories could be."""
        from gcrm.territories.repository.scenarios import Scenarios

        return Scenarios(self)

    @cached_property
    def refused_prospects(self) -> RefusedProspects:
        """Businesses that are not wanted as prospects."""
        from gcrm.markets.repository import RefusedProspects

        return RefusedProspects(self)

    @cached_property
    def plans(self) -> Plans:
        """Planned days, with their history."""
        from gcrm.planning.repository.plans import Plans

        return Plans(self)

    @cached_property
    def overrides(self) -> Overrides:
        """What people have decided about days against the planner."""
        from gcrm.planning.repository.overrides import Overrides

        return Overrides(self)

    @cached_property
    def proposals(self) -> Proposals:
        """Changes of planned days that wait to be chosen."""
        from gcrm.planning.repository.proposals import Proposals

        return Proposals(self)

    @cached_property
    def feeds(self) -> Feeds:
        """Calendar feeds under secret addresses."""
        from gcrm.planning.repository.feeds import Feeds

        return Feeds(self)

    @cached_property
    def links(self) -> CustomerLinks:
        """Links with which customers choose the times of visits."""
        from gcrm.planning.repository.links import CustomerLinks

        return CustomerLinks(self)

    @cached_property
    def privacy(self) -> Privacy:
        """What is held of persons."""
        from gcrm.privacy.repository import Privacy

        return Privacy(self)

    @cached_property
    def second_factors(self) -> SecondFactors:
        """Second factors of users."""
        from gcrm.people.repository.second_factors import SecondFactors

        return SecondFactors(self)

    @cached_property
    def passkeys(self) -> Passkeys:
        """Passkeys of users."""
        from gcrm.people.repository.passkeys import Passkeys

        return Passkeys(self)

    @cached_property
    def provider_accounts(self) -> ProviderAccounts:
        """Which person of a provider is which user."""
        from gcrm.people.repository.provider_accounts import ProviderAccounts

        return ProviderAccounts(self)

    @cached_property
    def audit(self) -> Audit:
        """Who did what to users, keys and data."""
        from gcrm.audit.repository import Audit

        return Audit(self)

    @cached_property
    def used_once(self) -> UsedOnce:
        """What was used and opens nothing any more."""
        from gcrm.people.repository.sessions import UsedOnce

        return UsedOnce(self)

    @cached_property
    def busy_calendars(self) -> BusyCalendars:
        """Other calendars of reps."""
        from gcrm.people.repository.busy_calendars import BusyCalendars

        return BusyCalendars(self)

    @cached_property
    def kept_changes(self) -> KeptChanges:
        """For each person the change of days that can be taken back."""
        from gcrm.planning.repository.proposals import KeptChanges

        return KeptChanges(self)

    @cached_property
    def jobs(self) -> Jobs:
        """Background actions."""
        from gcrm.jobs.repository import Jobs

        return Jobs(self)

    @cached_property
    def workers(self) -> Workers:
        """Programs that do jobs."""
        from gcrm.jobs.repository import Workers

        return Workers(self)

    @cached_property
    def changes(self) -> Changes:
        """What was changed about accounts, and by what."""
        from gcrm.accounts.repository.changes import Changes

        return Changes(self)

    @cached_property
    def change_feed(self) -> ChangeFeed:
        """Every change by number, for other programs."""
        from gcrm.exchange.repository.feed import ChangeFeed

        return ChangeFeed(self)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Addresses that are told of changes."""
        from gcrm.exchange.repository.webhooks import Webhooks

        return Webhooks(self)

    @cached_property
    def distinct_pairs(self) -> DistinctPairs:
        """Accounts that look like one business and are two."""
        from gcrm.accounts.repository.distinct_pairs import DistinctPairs

        return DistinctPairs(self)

    @cached_property
    def outside_answers(self) -> OutsideAnswers:
        """What geocoders on other machines have answered."""
        from gcrm.accounts.repository.outside_answers import OutsideAnswers

        return OutsideAnswers(self)

    @cached_property
    def import_columns(self) -> ImportColumns:
        """Which column of a file means what, as people have said."""
        from gcrm.imports.repository import ImportColumns

        return ImportColumns(self)

    @cached_property
    def backups(self) -> Backups:
        """When back-ups were made."""
        from gcrm.backup.repository import Backups

        return Backups(self)

    @cached_property
    def settings(self) -> SettingValues:
        """Small values that belong to the database rather than to the machine."""
        return SettingValues(self)
