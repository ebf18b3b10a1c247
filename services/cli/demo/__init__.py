"""`hearth demo`: everything started, and a simulated tea club living in it.

tale.py      the story: weeks of tea, the staff selling out, complaints within minutes
play.py      telling it: the past as fast as it goes, then live, with the outbreak now
sights.py    what to look at meanwhile, as commands to paste
command.py   `hearth demo`
"""

from services.cli.demo.command import app

__all__ = ["app"]
