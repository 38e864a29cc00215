"""Carrying on with an import where it is: its check, or its loading. Killed at any instant, it is taken up again."""

import datetime
from collections.abc import Callable

from soon.models import DataImport
from soon.operations.billing.run import Stop

from ._carry_on_checking import carry_on_checking
from ._carry_on_loading import load_all_or_nothing, load_in_batches


def carry_on(data_import: DataImport, *, clock: Callable[[], datetime.datetime], stop: Stop) -> None:
    """Check `data_import`, or load it, until that is done or `stop` is wanted; `clock` tells the moment of each batch.

    What people should know of a failure is stored with it. Raises OperationalError when the database is away.
    """
    if data_import.state == DataImport.State.CHECKING:
        carry_on_checking(data_import, clock=clock, stop=stop)
    elif data_import.state == DataImport.State.LOADING and data_import.mode == DataImport.Mode.ALL_OR_NOTHING:
        load_all_or_nothing(data_import, clock=clock, stop=stop)
    elif data_import.state == DataImport.State.LOADING:
        load_in_batches(data_import, clock=clock, stop=stop)
