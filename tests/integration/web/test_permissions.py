"""Who may open what: every route of the app, for every role, and for somebody who is not signed in."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.integration.web.conftest import Browser, World
from tests.integration.web.test_accounts import names
from webapp import static_files

ALL = {"ada", "bo", "pia", "cy", "dee"}
DESK = {"bo", "pia", "dee"}
PLANNERS = {"pia", "dee"}
WRITERS = {"ada", "pia", "cy", "dee"}
ADMIN = {"dee"}

ROUTES: dict[str, tuple[str, set[str]]] = {
    "GET /": ("/", ALL),
    "GET /accounts/": ("/accounts/", ALL),
    "GET /accounts/<int:account_id>": ("/accounts/{alpen}", ALL - {"cy"}),
    "GET /accounts/<int:account_id>/offers": ("/accounts/{alpen}/offers", ALL - {"cy"}),
    "GET /accounts/<int:account_id>/edit": ("/accounts/{alpen}/edit", WRITERS - {"cy"}),
    "GET /accounts/map": ("/accounts/map", ALL),
    "GET /accounts/new": ("/accounts/new", PLANNERS),
    "GET /activities/<int:activity_id>": ("/activities/99", {"pia", "dee"}),
    "GET /activities/handed-in": ("/activities/handed-in", PLANNERS),
    "GET /accounts/export": ("/accounts/export", PLANNERS),
    "GET /api/": ("/api/", ALL),
    "GET /audit/": ("/audit/", ADMIN),
    "GET /audit/file": ("/audit/file", ADMIN),
    "GET /areas/": ("/areas/", ADMIN),
    "GET /catchment/": ("/catchment/", DESK),
    "GET /catchment/places": ("/catchment/places?text=a", DESK),
    "GET /catchment/compare": ("/catchment/compare", DESK),
    "GET /catchment/coverage": ("/catchment/coverage", DESK),
    "GET /changes/": ("/changes/", PLANNERS),
    "GET /changes/accounts/<int:account_id>": ("/changes/accounts/{alpen}", ALL - {"cy"}),
    "GET /check-in/<int:account_id>": ("/check-in/{alpen}", WRITERS - {"cy"}),
    "GET /check-in/<int:account_id>/verdict": (
        "/check-in/{alpen}/verdict?lon=9.5&lat=47&accuracy_m=9",
        WRITERS - {"cy"},
    ),
    "GET /help/": ("/help/", ALL),
    "GET /help/<name>": ("/help/rep", ALL),
    "GET /help/pictures/<name>": ("/help/pictures/day-390.jpg", ALL),
    "GET /cases/": ("/cases/?text=a&state=all", ALL),
    "GET /cases/new": ("/cases/new?account={alpen}", WRITERS - {"cy"}),
    "POST /cases/new": ("/cases/new?account={alpen}", WRITERS - {"cy"}),
    "GET /cases/<int:case_id>": ("/cases/99", {"pia", "dee"}),
    "POST /cases/<int:case_id>/change": ("/cases/99/change", {"pia", "dee"}),
    "POST /cases/<int:case_id>/entries": ("/cases/99/entries", {"pia", "dee"}),
    "POST /cases/<int:case_id>/merge": ("/cases/99/merge", {"pia", "dee"}),
    "POST /cases/<int:case_id>/state": ("/cases/99/state", {"pia", "dee"}),
    "POST /cases/<int:case_id>/survey": ("/cases/99/survey", {"pia", "dee"}),
    "POST /cases/<int:case_id>/visit": ("/cases/99/visit", {"pia", "dee"}),
    "GET /search/": ("/search/?q=alpen", ALL),
    "GET /people/": ("/people/", ALL),
    "GET /deals/": ("/deals/", ALL),
    "GET /accounts/<int:account_id>/people": ("/accounts/{alpen}/people", ALL - {"cy"}),
    "GET /accounts/<int:account_id>/timeline": ("/accounts/{alpen}/timeline", ALL - {"cy"}),
    "GET /imports/crm/": ("/imports/crm/", PLANNERS),
    "POST /imports/crm/": ("/imports/crm/", PLANNERS),
    "GET /imports/crm/<int:job_id>": ("/imports/crm/99", PLANNERS),
    "GET /imports/crm/<int:job_id>/rejects": ("/imports/crm/99/rejects", PLANNERS),
    "POST /imports/crm/<int:job_id>/import": ("/imports/crm/99/import", PLANNERS),
    "POST /imports/crm/<int:job_id>/undo": ("/imports/crm/99/undo", PLANNERS),
    "GET /orders/": ("/orders/", PLANNERS),
    "POST /orders/": ("/orders/", PLANNERS),
    "GET /orders/<int:job_id>": ("/orders/99", PLANNERS),
    "GET /orders/<int:job_id>/rejects": ("/orders/99/rejects", PLANNERS),
    "POST /orders/<int:job_id>/undo": ("/orders/99/undo", PLANNERS),
    "GET /orders/previews/<int:job_id>": ("/orders/previews/99", PLANNERS),
    "POST /orders/previews/<int:job_id>": ("/orders/previews/99", PLANNERS),
    "GET /markets/cube/": ("/markets/cube/", DESK),
    "GET /markets/cube/map": ("/markets/cube/map?level=municipalities", DESK),
    "GET /markets/cube/records": ("/markets/cube/records", DESK),
    "GET /markets/cube/file": ("/markets/cube/file", DESK),
    "POST /markets/cube/refresh": ("/markets/cube/refresh", DESK),
    "POST /markets/cube/views": ("/markets/cube/views", DESK),
    "POST /markets/cube/views/delete": ("/markets/cube/views/delete", DESK),
    "GET /day/": ("/day/", ALL),
    "GET /day/<key>/<day>": ("/day/north/2026-11-24", ALL - {"cy"}),
    "GET /day/<key>/<day>/left-out": ("/day/north/2026-11-24/left-out", ALL - {"cy"}),
    "GET /duplicates/": ("/duplicates/", PLANNERS),
    "GET /duplicates/<int:a>/<int:b>": ("/duplicates/{alpen}/{hotel}", PLANNERS),
    "GET /health/": ("/health/", ADMIN),
    "GET /imports/": ("/imports/", PLANNERS),
    "GET /imports/<int:job_id>": ("/imports/{job}", PLANNERS),
    "GET /imports/<int:job_id>/rejects": ("/imports/{job}/rejects", PLANNERS),
    "GET /imports/previews/<int:job_id>": ("/imports/previews/{look}", PLANNERS),
    "GET /imports/previews/<int:job_id>/points": ("/imports/previews/{look}/points", PLANNERS),
    "GET /imports/previews/<int:job_id>/rows/<int:line>": ("/imports/previews/{look}/rows/2", PLANNERS),
    "GET /jobs/": ("/jobs/", PLANNERS),
    "GET /jobs/<int:job_id>": ("/jobs/{job}", {"pia", "dee"}),
    "GET /jobs/<int:job_id>/piece": ("/jobs/{job}/piece", {"pia", "dee"}),
    "GET /map/accounts/<int:account_id>": ("/map/accounts/{alpen}", ALL - {"cy"}),
    "GET /map/catchment": ("/map/catchment?lon=9.5&lat=47.1", DESK),
    "GET /map/catchment/compare": ("/map/catchment/compare?at=9.5,47.1&at=9.6,47.1", DESK),
    "GET /map/catchment/coverage": ("/map/catchment/coverage?set=municipalities", DESK),
    "GET /map/day/<key>/<day>": ("/map/day/north/2026-11-24", ALL - {"cy"}),
    "GET /map/points": ("/map/points", ALL),
    "GET /map/potential": ("/map/potential?set=municipalities", DESK),
    "GET /markets/huff/": ("/markets/huff/", DESK),
    "GET /markets/huff/map": ("/markets/huff/map?at=9.52,47.14", DESK),
    "GET /accounts/by-field/": ("/accounts/by-field/", ALL),
    "GET /accounts/by-field/points": ("/accounts/by-field/points", ALL),
    "GET /accounts/by-field/names": ("/accounts/by-field/names?ids=1", ALL),
    "POST /accounts/by-field/views": ("/accounts/by-field/views", DESK),
    "POST /accounts/by-field/views/delete": ("/accounts/by-field/views/delete", DESK),
    "GET /insight/": ("/insight/", DESK),
    "GET /insight/records/<key>": ("/insight/records/visits", DESK),
    "GET /insight/file": ("/insight/file?as=csv", DESK),
    "GET /regions/statistics/": ("/regions/statistics/", PLANNERS),
    "POST /regions/statistics/": ("/regions/statistics/", PLANNERS),
    "GET /regions/statistics/<token>": ("/regions/statistics/none", PLANNERS),
    "POST /regions/statistics/<token>": ("/regions/statistics/none", PLANNERS),
    "POST /regions/statistics/joins/<int:join_id>/undo": ("/regions/statistics/joins/99/undo", PLANNERS),
    "POST /markets/huff/competitors": ("/markets/huff/competitors", PLANNERS),
    "GET /markets/potential/": ("/markets/potential/", DESK),
    "POST /markets/potential/prospects": ("/markets/potential/prospects", PLANNERS),
    "GET /map/regions": ("/map/regions?set=municipalities", DESK),
    "GET /map/team/<day>": ("/map/team/2026-11-24", DESK),
    "GET /map/territories": ("/map/territories?set=municipalities", DESK),
    "GET /map/tiles/<area>/<version>/<int:z>/<int:x>/<int:y>.mvt": ("/map/tiles/a/1/1/0/0.mvt", ALL),
    "GET /hello": ("/hello", ALL),
    "GET /me/": ("/me/", ALL),
    "GET /offline/pages": ("/offline/pages", ALL),
    "GET /offline/pocket": ("/offline/pocket", ALL),
    "GET /offline/pocket.json": ("/offline/pocket.json", ALL - {"bo"}),
    "GET /offline/check-in": ("/offline/check-in", WRITERS),
    "POST /photos/": ("/photos/", WRITERS),
    "GET /photos/<int:photo_id>": ("/photos/99", {"pia", "dee"}),
    "GET /prospects/new": ("/prospects/new", WRITERS),
    "POST /prospects/": ("/prospects/", WRITERS),
    "POST /prospects/facts/<int:account_id>": ("/prospects/facts/{alpen}", WRITERS),
    "GET /prospects/told/<client_id>/visit": ("/prospects/told/a1/visit", WRITERS),
    "POST /prospects/told/<client_id>/visit": ("/prospects/told/a1/visit", WRITERS),
    "POST /plans/<key>/<day>/told": ("/plans/north/2026-11-24/told", WRITERS - {"cy"}),
    "GET /map/streets/<area>/<version>/<int(signed=True):x>/<int(signed=True):y>/<int:size>.svg": (
        "/map/streets/a/1/1/1/5.svg",
        ALL,
    ),
    "GET /places/": ("/places/", PLANNERS),
    "GET /places/<int:account_id>": ("/places/{alpen}", PLANNERS),
    "GET /places/<int:account_id>/choices": ("/places/{alpen}/choices", PLANNERS),
    "GET /places/at": ("/places/at?lon=9.5&lat=47.1", ALL),
    "GET /places/suggest": ("/places/suggest?address=a", DESK),
    "GET /plans/<key>/<day>/nearby": ("/plans/north/2026-11-24/nearby", ALL - {"cy"}),
    "GET /plans/<key>/<day>/why/<int:account_id>": ("/plans/north/2026-11-24/why/{alpen}", ALL - {"cy"}),
    "GET /promises/<int:account_id>": ("/promises/{alpen}", ALL - {"cy"}),
    "GET /regions/": ("/regions/", DESK),
    "GET /reps/": ("/reps/", PLANNERS),
    "GET /reps/<key>": ("/reps/north", PLANNERS),
    "GET /reps/new": ("/reps/new", PLANNERS),
    "GET /team/": ("/team/", DESK),
    "GET /territories/": ("/territories/", DESK),
    "GET /tokens/": ("/tokens/", ALL),
    "POST /tokens/": ("/tokens/", ALL),
    "POST /tokens/<int:token_id>/revoke": ("/tokens/99/revoke", {"pia", "dee"}),
    "GET /webhooks/": ("/webhooks/", ADMIN),
    "POST /webhooks/": ("/webhooks/", ADMIN),
    "GET /webhooks/<int:webhook_id>": ("/webhooks/99", ADMIN),
    "POST /webhooks/<int:webhook_id>": ("/webhooks/99", ADMIN),
    "POST /webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replay": ("/webhooks/99/deliveries/1/replay", ADMIN),
    "GET /users/": ("/users/", ADMIN),
    "GET /users/<login>": ("/users/ada", ADMIN),
    "GET /day/<key>/<day>/live/<int:job_id>": ("/day/north/2026-11-24/live/{job}", PLANNERS),
    "GET /day/<key>/<day>/live/<int:job_id>/route": ("/day/north/2026-11-24/live/{job}/route", PLANNERS),
    "GET /team/<day>/live/<int:job_id>": ("/team/2026-11-24/live/{job}", PLANNERS),
    "GET /team/<day>/live/<int:job_id>/routes": ("/team/2026-11-24/live/{job}/routes", PLANNERS),
    "GET /week/<key>/<day>/live/<int:job_id>": ("/week/north/2026-11-24/live/{job}", PLANNERS),
    "GET /week/<key>/<day>/live/<int:job_id>/routes": ("/week/north/2026-11-24/live/{job}/routes", PLANNERS),
    "GET /week/": ("/week/", ALL),
    "GET /week/<key>/<day>": ("/week/north/2026-11-24", ALL - {"cy"}),
    "GET /week/<key>/<day>/routes": ("/week/north/2026-11-24/routes", ALL - {"cy"}),
    "POST /accounts/<int:account_id>/edit": ("/accounts/{alpen}/edit", WRITERS - {"cy"}),
    "POST /accounts/new": ("/accounts/new", PLANNERS),
    "POST /accounts/<int:account_id>/lock": ("/accounts/{alpen}/lock", PLANNERS),
    "POST /accounts/<int:account_id>/learning": ("/accounts/{alpen}/learning", PLANNERS),
    "POST /accounts/<int:account_id>/notes": ("/accounts/{alpen}/notes", WRITERS - {"cy"}),
    "POST /activities/<int:activity_id>": ("/activities/99", {"pia", "dee"}),
    "POST /activities/<int:activity_id>/reinstate": ("/activities/99/reinstate", {"pia", "dee"}),
    "POST /activities/<int:activity_id>/withdraw": ("/activities/99/withdraw", {"pia", "dee"}),
    "POST /activities/handed-in/<int:number>": ("/activities/handed-in/99", PLANNERS),
    "POST /areas/": ("/areas/", ADMIN),
    "GET /health/backups/<name>": ("/health/backups/none.zip", ADMIN),
    "POST /health/backups": ("/health/backups", ADMIN),
    "POST /areas/<name>/use": ("/areas/none/use", ADMIN),
    "POST /changes/<int:set_id>/undo": ("/changes/1/undo", PLANNERS),
    "POST /check-in/<int:account_id>": ("/check-in/{alpen}", WRITERS - {"cy"}),
    "POST /check-in/handed-in": ("/check-in/handed-in", WRITERS),
    "POST /plans/<key>/<day>/news": ("/plans/north/2026-11-24/news", WRITERS - {"cy"}),
    "POST /day/<key>/<day>/plan": ("/day/north/2026-11-24/plan", WRITERS - {"cy"}),
    "POST /duplicates/<int:a>/<int:b>": ("/duplicates/{alpen}/{alpen}", PLANNERS),
    "POST /duplicates/<int:a>/<int:b>/apart": ("/duplicates/{alpen}/{hotel}/apart", PLANNERS),
    "POST /duplicates/look": ("/duplicates/look", PLANNERS),
    "POST /imports/": ("/imports/", PLANNERS),
    "POST /imports/<int:job_id>/undo": ("/imports/{job}/undo", PLANNERS),
    "POST /imports/previews/<int:job_id>": ("/imports/previews/{look}", PLANNERS),
    "POST /jobs/<int:job_id>/cancel": ("/jobs/{job}/cancel", {"pia", "dee"}),
    "POST /jobs/<int:job_id>/enough": ("/jobs/{job}/enough", {"pia", "dee"}),
    "POST /log-out": ("/log-out", ALL),
    "POST /me/": ("/me/", ALL),
    "POST /me/calendar-feed": ("/me/calendar-feed", ALL),
    "POST /me/calendars": ("/me/calendars", {"ada", "cy"}),
    "POST /me/calendars/<int:calendar_id>/remove": ("/me/calendars/99/remove", set()),
    "POST /me/calendars/read": ("/me/calendars/read", {"ada", "cy"}),
    "POST /me/email": ("/me/email", ALL),
    "POST /me/language": ("/me/language", ALL),
    "GET /accounts/<int:account_id>/links": ("/accounts/{alpen}/links", WRITERS - {"cy"}),
    "POST /accounts/<int:account_id>/links": ("/accounts/{alpen}/links", WRITERS - {"cy"}),
    "POST /accounts/<int:account_id>/links/<int:link_id>/revoke": (
        "/accounts/{alpen}/links/99/revoke",
        {"pia", "dee"},
    ),
    "POST /me/second-factor": ("/me/second-factor", ALL),
    "POST /me/passkeys/options": ("/me/passkeys/options", ALL),
    "POST /me/passkeys": ("/me/passkeys", set()),
    "POST /me/passkeys/<int:passkey_id>/remove": ("/me/passkeys/999/remove", {"pia", "dee"}),
    "POST /me/passkeys/second-factor": ("/me/passkeys/second-factor", {"pia", "dee"}),
    "POST /me/sessions/end": ("/me/sessions/end", ALL),
    "POST /me/sessions/<int:session_id>/end": ("/me/sessions/999/end", {"pia", "dee"}),
    "POST /places/<int:account_id>": ("/places/{alpen}", PLANNERS),
    "POST /places/<int:account_id>/better-pin": ("/places/{alpen}/better-pin", PLANNERS),
    "POST /places/<int:account_id>/unpin": ("/places/{alpen}/unpin", PLANNERS),
    "POST /plans/<key>/<day>/appointments/<int:account_id>": (
        "/plans/north/2026-11-24/appointments/{alpen}",
        WRITERS - {"cy"},
    ),
    "POST /plans/<key>/<day>/keep": ("/plans/north/2026-11-24/keep", WRITERS - {"cy"}),
    "POST /plans/<key>/<day>/leave": ("/plans/north/2026-11-24/leave", WRITERS - {"cy"}),
    "POST /plans/<key>/<day>/undo": ("/plans/north/2026-11-24/undo", WRITERS - {"cy"}),
    "POST /plans/<key>/<day>/try": ("/plans/north/2026-11-24/try", WRITERS - {"cy"}),
    "GET /privacy/": ("/privacy/", ADMIN),
    "GET /privacy/mine": ("/privacy/mine", ALL),
    "POST /privacy/points/<key>": ("/privacy/points/north", ADMIN),
    "POST /privacy/visits/<int:activity_id>": ("/privacy/visits/99", PLANNERS),
    "POST /privacy/retain": ("/privacy/retain", ADMIN),
    "POST /privacy/subject": ("/privacy/subject", ADMIN),
    "POST /privacy/erase": ("/privacy/erase", ADMIN),
    "POST /promises/<int:account_id>": ("/promises/{alpen}", WRITERS - {"cy"}),
    "POST /promises/<int:account_id>/<int:appointment_id>/remove": (
        "/promises/{alpen}/99/remove",
        {"pia", "dee"},
    ),
    "POST /reps/<key>": ("/reps/north", PLANNERS),
    "POST /reps/learning": ("/reps/learning", PLANNERS),
    "POST /reps/new": ("/reps/new", PLANNERS),
    "POST /reps/slack": ("/reps/slack", PLANNERS),
    "POST /team/<day>/plan": ("/team/2026-11-24/plan", PLANNERS),
    "POST /territories/assign": ("/territories/assign", PLANNERS),
    "POST /territories/fill": ("/territories/fill", PLANNERS),
    "POST /territories/postcodes": ("/territories/postcodes", PLANNERS),
    "GET /territories/scenarios/": ("/territories/scenarios/", ALL),
    "POST /territories/scenarios/": ("/territories/scenarios/", PLANNERS),
    "GET /territories/scenarios/proposing/<int:job_id>": ("/territories/scenarios/proposing/{job}", {"pia", "dee"}),
    "GET /territories/scenarios/<int:scenario_id>": ("/territories/scenarios/99", PLANNERS),
    "GET /territories/scenarios/<int:scenario_id>/units": ("/territories/scenarios/99/units", PLANNERS),
    "GET /territories/scenarios/<int:scenario_id>/drawing": ("/territories/scenarios/99/drawing", PLANNERS),
    "GET /territories/scenarios/<int:scenario_id>/parts": (
        "/territories/scenarios/99/parts?level=municipalities",
        PLANNERS,
    ),
    "GET /territories/scenarios/<int:scenario_id>/accounts": ("/territories/scenarios/99/accounts?text=a", PLANNERS),
    "GET /territories/scenarios/<int:scenario_id>/apply": ("/territories/scenarios/99/apply", PLANNERS),
    "GET /territories/scenarios/<int:scenario_id>/hand-over": ("/territories/scenarios/99/hand-over", PLANNERS),
    "GET /territories/scenarios/<int:scenario_id>/hand-over.csv": ("/territories/scenarios/99/hand-over.csv", PLANNERS),
    "GET /territories/scenarios/<int:scenario_id>/objection": (
        "/territories/scenarios/99/objection?account={alpen}",
        PLANNERS,
    ),
    "GET /territories/scenarios/<int:scenario_id>/simulating/<int:job_id>": (
        "/territories/scenarios/99/simulating/{job}",
        {"pia", "dee"},
    ),
    "POST /territories/scenarios/<int:scenario_id>/moves": ("/territories/scenarios/99/moves", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/undo": ("/territories/scenarios/99/undo", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/redo": ("/territories/scenarios/99/redo", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/rename": ("/territories/scenarios/99/rename", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/fill": ("/territories/scenarios/99/fill", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/copy": ("/territories/scenarios/99/copy", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/open": ("/territories/scenarios/99/open", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/delete": ("/territories/scenarios/99/delete", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/simulate": ("/territories/scenarios/99/simulate", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/approve": ("/territories/scenarios/99/approve", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/withdraw": ("/territories/scenarios/99/withdraw", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/apply": ("/territories/scenarios/99/apply", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/take-back": ("/territories/scenarios/99/take-back", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/comments": ("/territories/scenarios/99/comments", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/objections": ("/territories/scenarios/99/objections", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/remarks/<int:remark_id>/settle": (
        "/territories/scenarios/99/remarks/99/settle",
        PLANNERS,
    ),
    "GET /territories/scenarios/<int:scenario_id>/splitting/<int:job_id>": (
        "/territories/scenarios/99/splitting/99",
        PLANNERS,
    ),
    "GET /territories/scenarios/hand-overs/<int:job_id>": ("/territories/scenarios/hand-overs/99", PLANNERS),
    "GET /territories/scenarios/hand-overs/<int:job_id>/live": (
        "/territories/scenarios/hand-overs/99/live",
        PLANNERS,
    ),
    "GET /territories/scenarios/hand-overs/kept/<int:job_id>": (
        "/territories/scenarios/hand-overs/kept/99",
        PLANNERS,
    ),
    "GET /territories/scenarios/homes": ("/territories/scenarios/homes", PLANNERS),
    "GET /territories/scenarios/homes/<int:job_id>": ("/territories/scenarios/homes/99", PLANNERS),
    "GET /territories/scenarios/homes/<int:job_id>/cells": ("/territories/scenarios/homes/99/cells", PLANNERS),
    "POST /territories/scenarios/<int:scenario_id>/split": ("/territories/scenarios/99/split", PLANNERS),
    "POST /territories/scenarios/hand-overs": ("/territories/scenarios/hand-overs", PLANNERS),
    "POST /territories/scenarios/hand-overs/<int:job_id>/pick": (
        "/territories/scenarios/hand-overs/99/pick",
        PLANNERS,
    ),
    "POST /territories/scenarios/homes": ("/territories/scenarios/homes", PLANNERS),
    "GET /territories/scenarios/compare": ("/territories/scenarios/compare?one=today&other=99", PLANNERS),
    "GET /territories/scenarios/compare.csv": ("/territories/scenarios/compare.csv?one=today&other=99", PLANNERS),
    "POST /week/<key>/<day>/plan": ("/week/north/2026-11-24/plan", WRITERS - {"cy"}),
    "GET /what-ifs/": ("/what-ifs/", DESK),
    "GET /what-ifs/<int:job_id>": ("/what-ifs/{job}", DESK - {"bo"}),
    "POST /what-ifs/": ("/what-ifs/", DESK),
    "POST /users/": ("/users/", ADMIN),
    "POST /users/<login>": ("/users/ada", ADMIN),
    "POST /users/<login>/lock-out": ("/users/bo/lock-out", ADMIN),
    "POST /users/<login>/second-factor/end": ("/users/bo/second-factor/end", ADMIN),
    "POST /users/<login>/provider": ("/users/bo/provider", ADMIN),
    "POST /users/<login>/passkeys/<int:passkey_id>/remove": ("/users/bo/passkeys/999/remove", ADMIN),
    "POST /users/<login>/password": ("/users/cy/password", ADMIN),
}
"""Method and rule -> an address that fits it, and who is let through. A job is Pia's own."""

PUBLIC = {
    "GET /survey/<secret>",
    "POST /survey/<secret>",
    "GET /calendar/<secret>.ics",
    "GET /visit/<secret>",
    "GET /visit/<secret>/visit.ics",
    "POST /visit/<secret>",
    "GET /health/alive",
    "GET /log-in",
    "POST /log-in",
    "GET /log-in/code",
    "POST /log-in/code",
    "GET /log-in/once/<token>",
    "POST /log-in/once/<token>",
    "GET /log-in/provider",
    "GET /log-in/provider/back",
    "POST /log-in/provider/ended",
    "GET /log-in/provider/out",
    "POST /log-in/passkey",
    "POST /log-in/passkey/options",
    "GET /manifest.webmanifest",
    "GET /offline",
    "GET /offline/not-sent",
    "GET /service-worker.js",
    "GET /static/<path:filename>",
    f"GET {static_files.url_path()}/<path:filename>",
}


def test_every_route_is_named_here(app: Flask) -> None:
    there = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        # What other programs may call stands in test_api_permissions.
        if method not in {"HEAD", "OPTIONS"} and not rule.rule.startswith("/api/v1")
    }
    assert there == set(ROUTES) | PUBLIC


@pytest.mark.parametrize("login", sorted(ALL))
def test_a_role_opens_what_is_its_own_and_nothing_else(
    login: str, browse: Callable[[str | None], Browser], world: World
) -> None:
    pia = browse("pia")
    sent = pia.post("/imports/", {"file": _csv()})
    job = re.search(r"/imports/(\d+)", sent.headers["Location"])
    assert job
    seen = pia.post("/imports/", {"file": _csv(), "preview": "1"})
    look = re.search(r"/imports/previews/(\d+)", seen.headers["Location"])
    assert look
    numbers = {
        "alpen": world.accounts["Alpen Bakery"],
        "hotel": world.accounts["Berg Hotel"],
        "job": job.group(1),
        "look": look.group(1),
    }
    wrong = []
    for route, (address, allowed) in ROUTES.items():
        if "log-out" in route:
            continue
        method, path = route.split(" ")[0], address.format(**numbers)
        someone = browse(login)
        answer = someone.get(path) if method == "GET" else someone.post(path)
        hidden = (
            answer.status_code == 404
            and login in {"ada", "cy", "bo"}
            and not {"tiles", "streets"} & set(route.split("/"))
        )
        refused = answer.status_code == 403 or hidden
        answer.close()
        if refused == (login in allowed) or answer.status_code >= 500:
            wrong.append(f"{route}: {login} got {answer.status_code}")
    assert not wrong


def _csv() -> tuple[object, str]:
    import io

    return io.BytesIO(b"name,street\nA,B 1\n"), "accounts.csv"


def test_whoever_is_not_signed_in_is_sent_to_the_log_in_and_back(nobody: Browser, world: World) -> None:
    for route, (address, _) in ROUTES.items():
        path = address.format(alpen=world.accounts["Alpen Bakery"], hotel=1, job=1, look=1)
        if route.startswith("GET"):
            answer = nobody.get(path)
            assert answer.status_code == 302, route
            assert answer.headers["Location"].startswith("/log-in"), route
            assert "Alpen" not in answer.text
        else:
            assert nobody.post(path).status_code in {400, 401}, route


def test_a_script_that_is_signed_out_is_told_so_in_json(nobody: Browser) -> None:
    answer = nobody.get("/map/points", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert set(answer.get_json()) == {"error", "remedy", "retry"}


def test_the_stranger_learns_not_even_that_an_account_exists(cy: Browser, world: World) -> None:
    number = world.accounts["Alpen Bakery"]
    answers = [cy.get(f"/accounts/{one}") for one in (number, 999999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    theirs, unknown = (re.search(r"<main.*?</main>", answer.text, re.DOTALL).group() for answer in answers)
    assert theirs.replace(f"account {number} ", "account 999999 ") == unknown


def test_the_stranger_finds_nothing_of_anothers_in_lists_and_points(cy: Browser, ada: Browser) -> None:
    assert names(cy.get("/accounts/").text) == ["Dorf Shop", "Eschen Kiosk"]
    assert "Alpen Bakery" in names(ada.get("/accounts/").text)
    assert not names(cy.get("/accounts/?text=Alpen").text)
    assert not names(ada.get("/accounts/?text=Dorf").text)


def test_a_rep_cannot_ask_for_another_territory_by_its_number(ada: Browser, world: World) -> None:
    for wanted in (world.territories["South"], "none"):
        assert "Dorf Shop" not in ada.get(f"/accounts/?territory={wanted}").text
        assert ada.get(f"/map/points?territory={wanted}").data[4:8] == b"\0\0\0\0"


def test_a_rep_whose_log_in_is_tied_to_nobody_sees_no_account(
    browse: Callable[[str | None], Browser], dee: Browser
) -> None:
    dee.post("/users/cy", {"role": "rep", "rep": "", "active": "y"})
    cy = browse("cy")
    assert "Your sign-in is not linked to a rep" in cy.get("/day/").text
    assert cy.get("/map/points").data[4:8] == b"\0\0\0\0"
