"""Frames and files, read under a declared schema: what types a column has is said, never guessed.

Text files are looked through once when they are opened, so that a wrong encoding, a wrong separator or a torn row is
told by its line and before anything is computed; their rows are then read lazily.
"""

from hgplan.sources.declared import Querying, scan_declared
from hgplan.sources.files import Reading, scan_file
from hgplan.sources.fingerprints import fingerprint
from hgplan.sources.frames import frame
from hgplan.sources.lines import lines
from hgplan.sources.opening import open_sources
from hgplan.sources.rows import LINE, rows

__all__ = [
    "LINE",
    "Querying",
    "Reading",
    "fingerprint",
    "frame",
    "lines",
    "open_sources",
    "rows",
    "scan_declared",
    "scan_file",
]
