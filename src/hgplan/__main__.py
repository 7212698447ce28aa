"""`python -m hgplan` is `hgplan`."""

from __future__ import annotations

import sys

from hgplan.cli import main

sys.exit(main())
