"""Progress bars on a terminal; silence in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.utils.translation import gettext as _

from soon import formatting


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar after `words`, with how fast it goes and how long it will take; give what moves it: (done, total)."""
    # Imported here, because commands without a bar need not spend the time.
    from tqdm import tqdm

    # Without a thread that watches it, so that the command may still fork.
    tqdm.monitor_interval = 0
    look = "{desc} {percentage:3.0f}% |{bar}| {elapsed}{postfix}"
    with tqdm(desc=words, disable=None, leave=False, bar_format=look, dynamic_ncols=True) as bar:

        def move(done: int, total: int) -> None:
            bar.total = total
            elapsed = bar.format_dict["elapsed"]
            bar.set_postfix_str(pace(done, total, elapsed), refresh=False)
            bar.update(done - bar.n)

        yield move


def pace(done: int, total: int, elapsed: float) -> str:
    """Return how fast it goes after `elapsed` seconds and how long the rest will take: "1,250 a second, 0:42 left"."""
    if not done or elapsed < 1:
        return ""
    rate = done / elapsed
    minutes, seconds = divmod(round((total - done) / rate), 60)
    shown = formatting.quantity(Decimal(round(rate)) if rate >= 10 else Decimal(f"{rate:.1f}"))
    return _("%(rate)s a second, %(minutes)d:%(seconds)02d left") % {"rate": shown, "minutes": minutes, "seconds": seconds}
