"""`python -m gcrm.cli`: the command line where the `gcrm` script is not on the path."""

from gcrm.cli.main import main

main()
