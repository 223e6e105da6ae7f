"""The spatial database, twice behind one interface: a GeoPackage file, or PostGIS. The only room that speaks SQL."""
