"""People, deals and the timeline of all channels."""
