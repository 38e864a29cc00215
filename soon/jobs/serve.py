"""The web server with its worker: one command, two kinds of processes, gone together."""

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.core.checks.urls import check_resolver
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver
from django.utils.translation import gettext_lazy as _
from gunicorn.app.base import BaseApplication

from soon.operations.refusal import Refusal

logger = logging.getLogger(__name__)

SECONDS_TO_FINISH = 10
SECONDS_BETWEEN_LOOKS = 3


class CannotServe(Refusal):
    """The address is not ours to take."""


def check_address(host: str, port: int) -> None:
    """Raise CannotServe, in words, if nobody can listen on `host`:`port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError as error:
        raise CannotServe(_("Port %(port)d needs more rights. Choose one above 1023: PORT=8080") % {"port": port}) from error
    except OSError as error:
        reason = _(
            "Cannot listen on %(host)s, port %(port)d: another program already does, or the address is not of this machine. "
            "Choose another port: PORT=%(other)d"
        )
        raise CannotServe(reason % {"host": host, "port": port, "other": port % 65535 + 1}) from error


class WorkerProcess:
    """`soon worker` as a child of this process, started again should it end by itself or be killed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._keep_alive, daemon=True)

    def start(self) -> None:
        """Start it; it watches us and goes when we are gone, even if we were killed."""
        self._process = self._begin()
        self._watch.start()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "django", "worker", "--parent", str(os.getpid())],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "soon.config.settings"},
        )

    def _keep_alive(self) -> None:
        while not self._stopping.wait(SECONDS_BETWEEN_LOOKS):
            if self._process is not None and self._process.poll() is not None:
                logger.warning("The worker has ended; it is started again.")
                self._process = self._begin()

    def stop(self) -> None:
        """Ask it to end and wait; end it the hard way if it takes too long."""
        self._stopping.set()
        if self._process is None:
            return
        self._watch.join()
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_FINISH)
        except subprocess.TimeoutExpired:
            self._process.kill()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our settings instead of its configuration file."""

    def __init__(self, host: str, port: int, *, on_ready: Callable[[], None], with_worker: bool) -> None:
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._on_ready = on_ready
        self._worker = WorkerProcess() if with_worker else None
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings."""
        for name, value in self._settings().items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application, loaded before the processes fork so that they share it and answer at once."""
        application = get_wsgi_application()
        # Read all addresses now, not during the first request.
        check_resolver(get_resolver())
        connections.close_all()
        return application

    def _settings(self) -> dict[str, Any]:
        return {
            "bind": [self._address],
            "worker_class": "gthread",
            "workers": int(os.environ.get("SOON_WEB_PROCESSES", "2")),
            "threads": int(os.environ.get("SOON_WEB_THREADS", "8")),
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": SECONDS_TO_FINISH,
            "control_socket_disable": True,
            "loglevel": "warning",
            "forwarded_allow_ips": os.environ.get("SOON_PROXY_IPS", "127.0.0.1,::1"),
            "when_ready": self._ready,
            "on_exit": self._exit,
        }

    def _ready(self, arbiter: object) -> None:
        if self._worker:
            self._worker.start()
        self._on_ready()

    def _exit(self, arbiter: object) -> None:
        if self._worker:
            self._worker.stop()
