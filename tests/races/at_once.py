"""Doing several things at the same moment, each with its own connection to the database."""

import threading
from collections.abc import Callable

from django.db import connection, connections


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """Run `verbs` in as many threads, each with its own connection, and return what each gave or raised."""
    barrier = threading.Barrier(len(verbs))
    results: list[object] = [None] * len(verbs)

    def run(index: int) -> None:
        connection.ensure_connection()
        barrier.wait()
        try:
            results[index] = verbs[index]()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def kinds(results: list[object]) -> list[str]:
    """Return the names of what `results` are, sorted."""
    return sorted(type(result).__name__ for result in results)
