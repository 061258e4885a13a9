"""``python -m oversight`` is the same as the command ``oversight``."""

from oversight.web.command_line import main

main()
