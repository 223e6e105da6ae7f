"""The tables as the newest migration leaves them; a test compares the two. A file a room of the business."""

from gcrm.platform.database.schema.accounts import (
    account,
    account_change,
    change_set,
    distinct_pair,
    import_columns,
    outside_answer,
)
from gcrm.platform.database.schema.activities import (
    activity,
    activity_revision,
    handed_in,
    not_learned,
    photo,
    refused_pin,
)
from gcrm.platform.database.schema.columns import metadata
from gcrm.platform.database.schema.exchange import change_feed
from gcrm.platform.database.schema.jobs import backup, job, job_queue, setting, worker
from gcrm.platform.database.schema.markets import orders, refused_prospect
from gcrm.platform.database.schema.people import (
    answered_request,
    api_token,
    rep,
    sign_in_attempt,
    user_account,
    user_session,
)
from gcrm.platform.database.schema.planning import appointment, kept_change, override, plan, plan_stop, proposal
from gcrm.platform.database.schema.territories import (
    region,
    scenario,
    scenario_account,
    scenario_remark,
    scenario_step,
    statistics_join,
    territory,
    territory_postcode,
    territory_region,
)

__all__ = [
    "account",
    "account_change",
    "activity",
    "activity_revision",
    "answered_request",
    "api_token",
    "appointment",
    "backup",
    "change_feed",
    "change_set",
    "distinct_pair",
    "handed_in",
    "import_columns",
    "job",
    "job_queue",
    "kept_change",
    "metadata",
    "not_learned",
    "orders",
    "outside_answer",
    "override",
    "photo",
    "plan",
    "plan_stop",
    "proposal",
    "refused_pin",
    "refused_prospect",
    "region",
    "rep",
    "scenario",
    "scenario_account",
    "scenario_remark",
    "scenario_step",
    "setting",
    "sign_in_attempt",
    "statistics_join",
    "territory",
    "territory_postcode",
    "territory_region",
    "user_account",
    "user_session",
    "worker",
]
