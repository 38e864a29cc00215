"""What would be billed? A scenario is lived through with a moved clock; nothing is stored."""

from soon.domain.errors import DomainError

from ._life import told
from ._moved_clock import live
from ._scenario import read_scenario


def simulate(given: object) -> dict[str, object]:
    """Return the result of the scenario `given` (decoded JSON), or {"id": …, "error": "<field>: <what is wrong>"}.

    Periods, documents and revenue come from the rules that bill real subscriptions. Raises nothing, whatever is given, and
    answers within seconds.
    """
    name = _id_of(given)
    try:
        scenario = read_scenario(given)
        return {"id": name, **told(live(scenario), scenario)}
    except DomainError as error:
        return {"id": name, "error": str(error)}


def _id_of(given: object) -> str | int | None:
    name = given.get("id") if isinstance(given, dict) else None
    return name if isinstance(name, str | int) else None
