"""Long actions in the background: a row in the store says all about a job, Huey carries its number to a worker."""
