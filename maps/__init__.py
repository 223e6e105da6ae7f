"""Folium maps for the pages: one layer a file, data fetched by address, nothing of an account in a page's script."""
