"""Hand out the list of orders of the database that the environment names, narrowed to about 100,000 rows, as CSV and XLSX.

Prints JSON: [[name, "seconds, MiB"], …]; the memory is the most that this process held, from before the file to after it.
"""

import json
import os
import resource
import time


def main() -> None:
    """Print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soon.config.settings")
    import django

    django.setup()
    from django.test import Client

    from soon.models import User

    reader = Client()
    reader.force_login(User.objects.get(email="manager@example.com"))

    def size() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    def hand_out(path: str) -> str:
        before, begun, sent = size(), time.perf_counter(), 0
        for part in reader.get(path):
            sent += len(part)
        seconds = time.perf_counter() - begun
        return f"{seconds:.1f} s, {sent / 1_000_000:.0f} MB, memory {before} → {size()} MiB"

    hand_out("/customers/?q=1&format=csv")
    found = [
        (f"list of closed orders as {kind.upper()}", hand_out(f"/orders/?filter=churned&format={kind}"))
        for kind in ("csv", "xlsx")
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
