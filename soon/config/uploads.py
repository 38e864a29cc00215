"""Uploads that are too large are not kept while they come in, so that nobody fills memory or disk with one."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

# What the other fields of a form may take beside the file.
REST = 1024 * 1024
# Many times the limit is no slip: the connection is closed instead of hearing it out.
HOPELESS = 20
STEP = 1024 * 1024


class LimitedUpload(FileUploadHandler):
    """Refuses a file above LARGEST_IMPORT_MB: the request goes on without it, marked `upload_is_too_large`."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803
        """Remember how much is to come."""
        self._limit = settings.LARGEST_IMPORT_MB * 1024 * 1024
        self._to_come = content_length
        self._input = input_data

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Refuse at once what says of itself that it is too large."""
        super().new_file(*args, **kwargs)
        self._received = 0
        if self._to_come > self._limit + REST:
            self._refuse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count what comes in."""
        self._received += len(raw_data)
        if self._received > self._limit:
            self._refuse()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that follow."""
        return

    def _refuse(self) -> None:
        if self.request is not None:
            self.request.upload_is_too_large = True  # type: ignore[attr-defined]
        if self._to_come <= self._limit * HOPELESS:
            # Browsers show our answer only after they have sent everything. In large steps: the framework's own small ones
            # make the server copy what waits again and again.
            while self._input.read(STEP):
                pass
        raise StopUpload(connection_reset=True)
