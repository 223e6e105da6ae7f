"""Hours, holidays, zones, skills and wording that several slices speak."""
