"""Letters: rows in the transaction of the change, sent afterwards by a job."""
