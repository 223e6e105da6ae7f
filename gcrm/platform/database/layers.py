"""What makes a table with a geometry a layer: used by migrations, on both backends.

On SQLite the tables, triggers and rows that a GeoPackage must hold, word for word as GDAL writes them, so that QGIS
keeps the R*Tree right too. On PostGIS the GiST indices. Source: OGC 12-128r19 (GeoPackage 1.4), annex F.3.
"""

from sqlalchemy import Connection

APPLICATION_ID = 0x47504B47
"""The letters GPKG."""
VERSION = 10_400
"""GeoPackage 1.4.0."""

_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)

_TABLES = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL PRIMARY KEY,
        organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL,
        definition TEXT NOT NULL,
        description TEXT
    )""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY,
        data_type TEXT NOT NULL,
        identifier TEXT UNIQUE,
        description TEXT DEFAULT '',
        last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE,
        min_y DOUBLE,
        max_x DOUBLE,
        max_y DOUBLE,
        srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
    )""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL,
        column_name TEXT NOT NULL,
        geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL,
        z TINYINT NOT NULL,
        m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
    )""",
    """CREATE TABLE gpkg_extensions (
        table_name TEXT,
        column_name TEXT,
        extension_name TEXT NOT NULL,
        definition TEXT NOT NULL,
        scope TEXT NOT NULL,
        CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
    )""",
)

_SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    (
        "WGS 84 geodetic",
        4326,
        "EPSG",
        4326,
        _WGS84,
        "longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid",
    ),
)

# {t} is the table, {c} its geometry column, {i} its primary key.
_BOX = 'ST_MinX(NEW."{c}"), ST_MaxX(NEW."{c}"),ST_MinY(NEW."{c}"), ST_MaxY(NEW."{c}")'
_ENTRY = '"rtree_{t}_{c}" VALUES (NEW."{i}",' + _BOX + ");"
_NEW_IS_FULL = '(NEW."{c}" NOTNULL AND NOT ST_IsEmpty(NEW."{c}"))'
_NEW_IS_EMPTY = '(NEW."{c}" ISNULL OR ST_IsEmpty(NEW."{c}"))'
# ruff: noqa: S608 - the names of tables and columns are ours, from the migrations
_TRIGGERS = {
    "insert": 'AFTER INSERT ON "{t}" WHEN (new."{c}" NOT NULL AND NOT ST_IsEmpty(NEW."{c}")) '
    f"BEGIN INSERT OR REPLACE INTO {_ENTRY} END",
    "update2": f'AFTER UPDATE OF "{{c}}" ON "{{t}}" WHEN OLD."{{i}}" = NEW."{{i}}" AND {_NEW_IS_EMPTY} '
    'BEGIN DELETE FROM "rtree_{t}_{c}" WHERE id = OLD."{i}"; END',
    "update4": f'AFTER UPDATE ON "{{t}}" WHEN OLD."{{i}}" != NEW."{{i}}" AND {_NEW_IS_EMPTY} '
    'BEGIN DELETE FROM "rtree_{t}_{c}" WHERE id IN (OLD."{i}", NEW."{i}"); END',
    "update5": f'AFTER UPDATE ON "{{t}}" WHEN OLD."{{i}}" != NEW."{{i}}" AND {_NEW_IS_FULL} '
    f'BEGIN DELETE FROM "rtree_{{t}}_{{c}}" WHERE id = OLD."{{i}}"; INSERT OR REPLACE INTO {_ENTRY} END',
    "update6": f'AFTER UPDATE OF "{{c}}" ON "{{t}}" WHEN OLD."{{i}}" = NEW."{{i}}" AND {_NEW_IS_FULL} '
    'AND (OLD."{c}" NOTNULL AND NOT ST_IsEmpty(OLD."{c}")) '
    'BEGIN UPDATE "rtree_{t}_{c}" SET minx = ST_MinX(NEW."{c}"), maxx = ST_MaxX(NEW."{c}"),'
    'miny = ST_MinY(NEW."{c}"), maxy = ST_MaxY(NEW."{c}") WHERE id = NEW."{i}";END',
    "update7": f'AFTER UPDATE OF "{{c}}" ON "{{t}}" WHEN OLD."{{i}}" = NEW."{{i}}" AND {_NEW_IS_FULL} '
    'AND (OLD."{c}" ISNULL OR ST_IsEmpty(OLD."{c}")) '
    f"BEGIN INSERT INTO {_ENTRY} END",
    "delete": 'AFTER DELETE ON "{t}" WHEN old."{c}" NOT NULL '
    'BEGIN DELETE FROM "rtree_{t}_{c}" WHERE id = OLD."{i}"; END',
}


def begin_geopackage(connection: Connection) -> None:
    """The tables that every GeoPackage has; nothing on PostGIS. The file itself is marked when it is made."""
    if connection.dialect.name != "sqlite":
        return
    for table in _TABLES:
        connection.exec_driver_sql(table)
    for system in _SYSTEMS:
        connection.exec_driver_sql("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", system)


def add_layer(connection: Connection, table: str, kind: str, column: str = "geom", key: str = "id") -> None:
    """Make a table with a geometry column a layer of EPSG:4326 with a spatial index.

    kind: the geometry type in capitals, as GeoPackage names it. The table may hold rows already.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f'CREATE INDEX "ix_{table}_{column}" ON "{table}" USING gist ("{column}")')
        return
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, 4326)",
        (table, table),
    )
    connection.exec_driver_sql("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, 4326, 0, 0)", (table, column, kind))
    connection.exec_driver_sql(
        "INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index', ?, 'write-only')",
        (table, column, "http://www.geopackage.org/spec120/#extension_rtree"),
    )
    connection.exec_driver_sql(f'CREATE VIRTUAL TABLE "rtree_{table}_{column}" USING rtree(id, minx, maxx, miny, maxy)')
    connection.exec_driver_sql(
        f'INSERT INTO "rtree_{table}_{column}" SELECT "{key}", ST_MinX("{column}"), ST_MaxX("{column}"), '
        f'ST_MinY("{column}"), ST_MaxY("{column}") FROM "{table}" '
        f'WHERE "{column}" NOT NULL AND NOT ST_IsEmpty("{column}")'
    )
    for name, body in _TRIGGERS.items():
        connection.exec_driver_sql(
            f'CREATE TRIGGER "rtree_{table}_{column}_{name}" ' + body.format(t=table, c=column, i=key)
        )


def add_attributes(connection: Connection, table: str) -> None:
    """List a table without a geometry in the GeoPackage, for people who open it in QGIS; nothing on PostGIS.

    Once one is listed, tables that are not (log-ins, jobs) are not shown there.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)", (table, table)
        )
