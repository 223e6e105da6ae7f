"""Calendars: a rep's visits for other programs to read, and other calendars that plans go around."""
