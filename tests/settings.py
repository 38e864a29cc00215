"""The application's own settings, with what a test changes: a folder of its own, and nothing slow or remembered."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# One folder for each test process, gone when it ends.
TEST_FOLDER = Path(tempfile.mkdtemp(prefix="soon-tests-"))
atexit.register(shutil.rmtree, TEST_FOLDER, ignore_errors=True)
os.environ["SOON_DATA_DIR"] = str(TEST_FOLDER)
os.environ["SOON_SECRET_KEY"] = "only for tests"

from soon.config.settings import *  # noqa: E402, F403  (read after the environment is set)
from soon.config.settings import DATABASES  # noqa: E402

DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the browser's server and the races come from other threads.
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_FOLDER / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

# Collected once per release, not once per test; tests/environment collects them for real.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
