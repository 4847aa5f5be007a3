"""What was counted so far, on disk: sums, how many attempts of each run are in them, open runs, cursors.

The only home of sqlite3 here. A transaction holds a whole batch, so that a kill at any moment leaves sums and what was
summed in step. It knows no KFP and no HTTP.
"""

from kfpops.exporter.checkpoint.checkpoint import Checkpoint
from kfpops.exporter.checkpoint.ingested import Ingested
from kfpops.exporter.checkpoint.listed import Listed
from kfpops.exporter.checkpoint.shown import Shown
from kfpops.exporter.checkpoint.unwritable import Unwritable

__all__ = ["Checkpoint", "Ingested", "Listed", "Shown", "Unwritable"]
