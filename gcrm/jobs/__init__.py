"""Long actions in the background: a row in the store says all about a job, Huey carries its number to a worker."""

from gcrm.jobs.start import start
from gcrm.jobs.worker import run_worker

__all__ = ["run_worker", "start"]
