"""The tool's own qualification: is it installed as locked, and does it find what it must find?

Installation trials compare what is installed with what is shipped; operation trials make a small
pack, harm copies of it and see whether verification says so, and run the scenarios of the maps.
The report of it is left to ``reports/qualification.py``.
"""

from .installation import installation_trials
from .operation import harmed_packs, scenarios
from .trial import Trial

__all__ = ["Trial", "harmed_packs", "installation_trials", "scenarios"]
