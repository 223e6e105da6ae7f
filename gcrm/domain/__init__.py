"""The words of the field as frozen dataclasses. Coordinates are (lon, lat), EPSG:4326; instants are UTC."""
