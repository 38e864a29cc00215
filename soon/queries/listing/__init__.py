"""The engine behind every list: what a list is (spec, dimensions), what its address says (state), what it shows (rows)."""

from .dimensions import ChoiceDimension, Dimension, MonthDimension, RecordDimension
from .spec import Column, Filter, ListSpec, Reader, Tally
from .state import ListState

__all__ = [
    "ChoiceDimension",
    "Column",
    "Dimension",
    "Filter",
    "ListSpec",
    "ListState",
    "MonthDimension",
    "Reader",
    "RecordDimension",
    "Tally",
]
