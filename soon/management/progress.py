"""Progress bars on a terminal; silence in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar after `words`; give the function that moves it: (done, total)."""
    # Imported here, because commands without a bar need not spend the time.
    from tqdm import tqdm

    with tqdm(desc=words, disable=None, leave=False, bar_format="{desc} {percentage:3.0f}% |{bar}| {elapsed}") as bar:

        def move(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield move
