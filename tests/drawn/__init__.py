"""Organisations, facts, measures and questions drawn at random, small enough to be worked out by hand."""

from drawn.facts import FactsDrawn, facts
from drawn.measures import measures
from drawn.organisations import organisations
from drawn.questions import Question, questions

__all__ = ["FactsDrawn", "Question", "facts", "measures", "organisations", "questions"]
