"""Opening hours: what was typed, what is understood of it, and when it is open on a day.

`understand` is the door for text: it answers with an expression in OpenStreetMap's syntax and a sentence in English, or
says that nothing was understood. `windows` is the door for planning: when an account is open on a day, at its own
place, by its own clock, sun and holidays. In between, `typed` reads what people write in thirteen languages
(`vocabulary.toml`), `expression` reads OpenStreetMap's own syntax, and both end as the same `WeekTable` where they can.
"""
