"""Deleting files that were brought long ago: they hold people's data, and are not needed any more."""

import datetime

from django.db import transaction

from soon.models import DataImport, DataImportPiece, DataImportProblem

KEPT = datetime.timedelta(days=30)


@transaction.atomic
def forget_old(*, at: datetime.datetime) -> int:
    """Delete content, first rows and problems of files uploaded more than 30 days before `at`; return how many there were.

    One that is being loaded is left alone; one that nobody went on with is discarded.
    """
    old = DataImport.objects.filter(created_at__lt=at - KEPT, content_deleted_at=None).exclude(state=DataImport.State.LOADING)
    keys = list(old.values_list("pk", flat=True))
    if not keys:
        return 0
    unfinished = [DataImport.State.UPLOADED, DataImport.State.CHECKING, DataImport.State.CHECKED]
    DataImport.objects.filter(pk__in=keys, state__in=unfinished).update(state=DataImport.State.DISCARDED, finished_at=at)
    DataImportPiece.objects.filter(data_import__in=keys).delete()
    DataImportProblem.objects.filter(data_import__in=keys).delete()
    return DataImport.objects.filter(pk__in=keys, content_deleted_at=None).update(content_deleted_at=at, preview=[])
