"""When an account should be visited, when it can be, and how that is said.

`due` knows call cycles and what a visit is worth, `hours` opening hours, `working_week` the rep's own, `zones` and
`public_holidays` where and on which day that is, `candidates` puts them together for one rep and one day, and `reasons`
says in words why an account is in a plan or not.
"""
