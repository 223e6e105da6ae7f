"""GCRM: the geographic CRM for field sales. `gcrm/README.md` is the map of the house."""
