"""If we hire, where? Asked on a page, worked out as a job, and shown as a map of every possible home."""

from typing import Any

import shapely
from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import number, say
from gcrm.jobs.model import JobState
from gcrm.people.queries import all_reps
from gcrm.platform.errors import GcrmError, InputRejected, NotFound
from gcrm.territories.model import Region
from gcrm.territories.polygons import area_km2
from gcrm.territories.scenarios.gather import MOST_TERRITORIES
from gcrm.territories.scenarios.staffing import Staffing, TeamSize, needed_in_words
from maps.classing import measure as classed
from webapp.access import PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.given import whole
from webapp.jobs.plan_progress import UNDER_WAY, job_to_watch
from webapp.maps_api import choropleth, draw
from webapp.scenarios.blueprint import blueprint

HOMES = "territories homes"
COVERAGES = (100, 95, 90, 80, 70)


@blueprint.get("/homes")
@allow(*PLANNERS)
def homes() -> ResponseReturnValue:
    """The question: how many, beside whom."""
    return render_template("scenarios/homes_ask.html", **_asked(None))


@blueprint.post("/homes")
@allow(*PLANNERS)
def ask_homes() -> ResponseReturnValue:
    """Work it out as a job."""
    from gcrm.jobs.start import start

    try:
        params = _params()
    except GcrmError as refused:
        return render_template("scenarios/homes_ask.html", **_asked(refused)), 400
    job = start(workspace(), HOMES, params, me().id)
    return redirect(url_for("scenarios.homes_found", job_id=job.id))


@blueprint.get("/homes/<int:job_id>")
@allow(*PLANNERS)
def homes_found(job_id: int) -> ResponseReturnValue:
    """How far it is; then the homes, the map and how many reps the work takes."""
    job = job_to_watch(job_id, HOMES)
    if job.state is not JobState.DONE or not job.result:
        told = {"job": job, "done": request.path, "under_way": UNDER_WAY, "title": say("Looking for homes")}
        return render_template("scenarios/waiting.html", **told, back=url_for("scenarios.homes"))
    found = job.result
    staffing = _staffing(found["staffing"])
    sites = _named(found)
    new = [one["place"] for one in found["homes"] if one["is_new"]]
    others = [one for one in sites if one["saved"] and one["place"] not in new]
    best = sorted(others, key=lambda one: -one["saved"])[:5]
    return render_template(
        "scenarios/homes.html",
        found=found,
        staffing=staffing,
        needed=needed_in_words(staffing),
        finding=_finding(found),
        best=best,
        map=draw.homes_map(job_id) if any(one["minutes"] is not None for one in found["sites"]) else None,
    )


@blueprint.get("/homes/<int:job_id>/cells")
@allow(*PLANNERS)
def homes_cells(job_id: int) -> ResponseReturnValue:
    """Every possible home as its cell, with the drive of the territory that it would have."""
    job = job_to_watch(job_id, HOMES)
    if not job.result:
        raise NotFound(say("The homes are not worked out yet."), say("Wait until they are."))
    sites = _named(job.result)
    cells = _cells(sites)
    values = {one.id: _values(site) for one, site in zip(cells, sites, strict=True)}
    listed = list(values.values())
    measures = [
        classed(
            "minutes", say("Mean drive there"), [one["minutes"] for one in listed], unit="min", missing=say("None")
        ),
        classed(
            "saved",
            say("All drives shorter by"),
            [one["saved"] for one in listed],
            unit="min",
            missing=say("Not known"),
        ),
        classed(
            "work", say("Work nearer than to any other home"), [one["work"] for one in listed], unit=say("h a week")
        ),
    ]
    areas = {one.id: area_km2(one.geometry) for one in cells}
    return jsonify({"measures": measures, "regions": choropleth.features_of(cells, values, areas)})


def _named(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Possible homes with a name each: that of the home where one is proposed, else a number."""
    new = {tuple(one["place"]): one["name"] for one in found["homes"] if one["is_new"]}
    return [
        {**site, "name": new.get(tuple(site["place"]), say("Place {number}", number=number))}
        for number, site in enumerate(found["sites"], 1)
    ]


def _cells(sites: list[dict[str, Any]]) -> list[Region]:
    import h3

    return [
        Region(
            "homes",
            site["name"],
            shapely.MultiPolygon([shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(site["cell"])])]),
            id=number,
        )
        for number, site in enumerate(sites, 1)
    ]


def _values(site: dict[str, Any]) -> dict[str, Any]:
    return {
        "minutes": None if site["minutes"] is None else round(site["minutes"], 1),
        "saved": None if site["saved"] is None else round(site["saved"], 1),
        "work": round(site["work_h"], 1),
    }


def _params() -> dict[str, Any]:
    text = request.form.get("new", "").strip() or "1"
    try:
        new = whole(text)
    except ValueError as wrong:
        raise InputRejected(
            say("{typed} is not a whole number.", typed=repr(text[:20])),
            say("Enter 0 to {most}.", most=MOST_TERRITORIES),
        ) from wrong
    if not 0 <= new <= MOST_TERRITORIES:
        raise InputRejected(
            say("{new} new reps are not possible.", new=number(new)),
            say("Enter 0 to {most}.", most=MOST_TERRITORIES),
        )
    coverage = request.form.get("coverage", 100, int)
    if coverage not in COVERAGES:
        raise InputRejected(
            say("{coverage} % is not offered.", coverage=coverage),
            say("Choose one of {choices}.", choices=", ".join(map(str, COVERAGES))),
        )
    reps = all_reps(snapshot())
    keys = [rep.key for rep in reps if rep.key in request.form.getlist("reps")]
    if reps and not keys:
        raise InputRejected(say("No rep is chosen."), say("Choose those who stay."))
    return {"new": new, "coverage": coverage / 100, **({"reps": keys} if keys else {})}


def _asked(refused: GcrmError | None) -> dict[str, Any]:
    return {
        "reps": all_reps(snapshot()),
        "coverages": [
            (one, say("all visits") if one == 100 else say("{one} % of the visits", one=one)) for one in COVERAGES
        ],
        "given": request.form,
        "refused": refused,
    }


def _staffing(told: dict[str, Any]) -> Staffing:
    return Staffing(
        **{**told, "sizes": tuple(TeamSize(**one) for one in told["sizes"]), "remarks": tuple(told["remarks"])}
    )


def _finding(found: dict[str, Any]) -> str:
    new = [one for one in found["homes"] if one["is_new"]]
    if found["minutes"] is None:
        return ""
    now = say("An account is {found} min from the nearest home", found=number(found["minutes"], 1))
    if found["minutes_before"] is None:
        return say("{now}, by work.", now=now)
    if not new:
        return say("{now} today, by work.", now=now)
    more = say("one more home") if len(new) == 1 else say("{new} more homes", new=len(new))
    return say(
        "With {more} an account is {found} min from the nearest, by work; {today}.",
        more=more,
        found=number(found["minutes"], 1),
        today=_today(found),
    )


def _today(found: dict[str, Any]) -> str:
    return say("today {found} min", found=number(found["minutes_before"], 1))
