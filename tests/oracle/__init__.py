"""The judge: the meaning of facts and measures in plain Python, slow and obvious.

It reads rules off the rows with loops and sets of days, knows no data frames and nothing of the engine that it judges.
Of hgplan it uses only what a question is written in: declarations, measures and the rows of an organisation. Where the
rules leave a choice, a comment that begins with `# reading:` says which one is taken.
"""

from oracle.answers import Cell, answer
from oracle.days import grain_end, grain_start, periods
from oracle.facts import QuestionError, RowsError

__all__ = ["Cell", "QuestionError", "RowsError", "answer", "grain_end", "grain_start", "periods"]
