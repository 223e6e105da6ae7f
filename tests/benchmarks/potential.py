"""How well the potential is told, on places that the models have not seen.

    python -m tests.benchmarks.potential [--year 2018] [--json]

Central Iowa's liquor stores: a store's sales of a year, from its name, the other stores near it and its county's
people, density and income; each county held out in turn, the model choosing its strength on blocks of the others.
Beside it: the mean of the others, and a line on the county's people alone. Huff: exponents from simulated choices;
Freiburg's grocery stores held out by sevens, beside rules of distance alone (all to the nearest; the inverse square).
"""

import argparse
import json
import time
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from gcrm.common.text import tokens
from gcrm.markets.blocks import spatial_blocks
from gcrm.markets.estimate import learn_amounts
from gcrm.markets.huff import expected_sales, fit_choices, fit_sales, shares
from gcrm.markets.traits import Floats, Number, Traits, telling_words
from routing.geodesy import metres_per_degree
from tests.conftest import SHARED

DATA = SHARED / "data"
FOLDS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--year", type=int, default=2018)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    found: dict[str, Any] = {"iowa": iowa(options.year), "huff_simulated": simulated(), "huff_freiburg": freiburg()}
    found["seconds"] = round(time.perf_counter() - began, 1)
    print(json.dumps(found, indent=None if options.json else 2))  # noqa: T201


def iowa(year: int) -> dict[str, Any]:
    """Store sales of a year, held out by county."""
    traits, sales, counties, people = _stores(year)
    logs = np.log(sales)
    model, mean, by_people = np.empty((len(sales), 3)), np.empty(len(sales)), np.empty(len(sales))
    sums = []
    for county in np.unique(counties):
        out = counties == county
        known = traits.rows(~out)
        learnt = learn_amounts(known, sales[~out], spatial_blocks(known.points))
        linear = learnt.linear.of(traits.rows(out))
        model[out] = np.column_stack(learnt.of(linear))
        _, low, high = learnt.total(linear)
        sums.append(low <= sales[out].sum() <= high)
        mean[out] = sales[~out].mean()
        line = np.column_stack([np.ones(len(people)), people])
        weights, *_ = np.linalg.lstsq(line[~out], logs[~out], rcond=None)
        smear = np.exp(logs[~out] - line[~out] @ weights).mean()
        by_people[out] = np.exp(line[out] @ weights) * smear
    inside = (model[:, 1] <= sales) & (sales <= model[:, 2])
    return {
        "stores": len(sales),
        "counties": len(sums),
        "rows": [
            {"model": name, **_errors(sales, each)}
            for name, each in (("ours", model[:, 0]), ("mean", mean), ("people alone", by_people))
        ],
        "coverage_of_80": round(float(inside.mean()), 3),
        "counties_whose_sum_is_inside": f"{sum(sums)} of {len(sums)}",
    }


def simulated() -> dict[str, Any]:
    """Exponents fitted to choices that were drawn with known ones."""
    rows: list[dict[str, Any]] = []
    worst = 0.0
    for seed, (alpha, beta) in enumerate([(1.0, 2.0), (0.7, 1.2), (1.4, 2.8), (0.5, 1.0)]):
        random = np.random.default_rng(seed)
        away = np.linalg.norm(random.uniform(0, 30, (60, 1, 2)) - random.uniform(0, 30, (1, 12, 2)), axis=2) + 1
        sizes = random.uniform(200, 5_000, 12)
        counts = np.array([random.multinomial(500, each) for each in shares(sizes, away, alpha, beta)], dtype=float)
        found = fit_choices(sizes, away, counts)
        off = [abs(found.size.value / alpha - 1), abs(found.minutes.value / beta - 1)]
        worst = max(worst, *(round(100 * one, 2) for one in off))
        rows.append({"alpha": alpha, "beta": beta, "off_percent": [round(100 * one, 2) for one in off]})
    return {"choices_each": 30_000, "rows": rows, "worst_percent": worst}


def freiburg() -> dict[str, Any]:
    """Sales of held-out stores: exponents fitted to the sales of the others."""
    pairs = pd.read_csv(DATA / "huff" / "freiburg_distances.csv")
    demand = pd.read_csv(DATA / "huff" / "freiburg_districts.csv").set_index("district")["ppower"]
    sales = pd.read_csv(DATA / "huff" / "freiburg_stores.csv").set_index("store")["annualsales"]
    table = pairs.pivot_table(index="district", columns="store", values="distance").loc[demand.index, sales.index]
    sizes = pairs.groupby("store")["salesarea"].first().loc[sales.index].to_numpy(dtype=np.float64)
    away, power, actual = table.to_numpy(), demand.to_numpy(), sales.to_numpy(dtype=np.float64)
    fold = np.random.default_rng(0).permutation(len(actual)) % FOLDS
    ours = np.empty(len(actual))
    for number in range(FOLDS):
        out = fold == number
        fitted = fit_sales(sizes, away, power, np.where(out, np.nan, actual))
        told = shares(sizes, away, fitted.size.value, fitted.minutes.value)
        ours[out] = expected_sales(power, told)[out]
    nearest = np.zeros_like(away)
    nearest[np.arange(len(away)), away.argmin(axis=1)] = 1.0
    whole = fit_sales(sizes, away, power, actual)
    rules = (
        ("ours, stores held out", ours),
        ("Huff's own exponents", expected_sales(power, shares(sizes, away))),
        ("inverse square of distance", expected_sales(power, shares(np.ones_like(sizes), away))),
        ("all to the nearest", expected_sales(power, nearest)),
    )
    return {
        "stores": len(actual),
        "districts": len(power),
        "rows": [
            {"model": name, "mean_error_percent": round(float(100 * np.abs(each / actual - 1).mean()), 1)}
            for name, each in rules
        ],
        "beta": [round(float(one or 0), 3) for one in (whole.minutes.value, whole.minutes.low, whole.minutes.high)],
        "remark": whole.remark,
    }


def _stores(year: int) -> tuple[Traits, Floats, Any, Floats]:
    """Traits and sales of the stores of central Iowa with a place, the county of each and the log of its people."""
    stores = pd.read_csv(DATA / "sales" / "iowa_central_stores.csv").dropna(subset=["latitude", "longitude"])
    orders = pd.read_csv(DATA / "sales" / "iowa_central_store_day_orders_2012_2018.csv.gz")
    of_year = orders[orders["date"].str.startswith(str(year))].groupby("store")["sale_dollars"].sum()
    stores["sales"] = stores["Store"].map(of_year)
    placed = gpd.GeoDataFrame(
        stores, geometry=gpd.points_from_xy(stores["longitude"], stores["latitude"]), crs="EPSG:4326"
    )
    counties = gpd.read_file(DATA / "areas" / "iowa_counties.geojson").to_crs("EPSG:4326")
    joined = gpd.sjoin(placed, counties).reset_index(drop=True)
    points = joined[["longitude", "latitude"]].to_numpy(dtype=np.float64)
    tree = cKDTree(points * np.asarray(metres_per_degree(points[:, 1].mean())))
    near = [tree.query_ball_point(tree.data, reach, return_length=True) - 1 for reach in (500, 2_000, 10_000)]
    people = joined["population"].to_numpy(dtype=np.float64)
    numbers = [people, people / joined["CENSUSAREA"], joined["median_household_income"], *near]
    names = ["people in its county", "people per square mile", "median household income"]
    names += ["stores within 500 m", "stores within 2 km", "stores within 10 km"]
    words = telling_words([tokens(name.split("/")[0]) for name in joined["Name"]])
    traits = Traits(points, np.log1p(np.column_stack(numbers)), tuple(map(Number, names)), {"name": words})
    sold = joined["sales"].to_numpy(dtype=np.float64)
    with_sales = np.isfinite(sold) & (sold > 0)
    return (
        traits.rows(with_sales),
        sold[with_sales],
        joined["NAME"].to_numpy()[with_sales],
        np.log1p(people)[with_sales],
    )


def _errors(actual: Floats, told: Floats) -> dict[str, float]:
    return {
        "mean_error": round(float(np.abs(actual - told).mean())),
        "root_mean_square_log": round(float(np.sqrt((np.log(actual / told) ** 2).mean())), 3),
        "median_error_percent": round(float(100 * np.median(np.abs(actual - told) / actual))),
    }


if __name__ == "__main__":
    main()
