"""The spatial database, twice behind one interface: a GeoPackage file, or PostGIS. The only room that speaks SQL."""

from gcrm.db.store import Store, Transaction, open_store

__all__ = ["Store", "Transaction", "open_store"]
