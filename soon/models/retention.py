"""What became of customers within each month, added up, so that rates of retention need not look at customers."""

from django.db import models


class RetentionTally(models.Model):
    """A change of what customers who were there at the start of a month lose and gain until its end, by currency.

    What holds is the sum of all rows. Each customer is one or the other, by what their month comes to (domain/month_ends.py).
    Whose movements of a month are in several currencies has rows of their own, `customer`, because which of them outweighs the
    others depends on rates of exchange. Rows are only added, by operations/movements; operations/tally/fold.py puts them
    together now and then.
    """

    month_on = models.DateField()
    currency = models.CharField(max_length=3)
    customer = models.ForeignKey(
        "Customer", on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    # Both not negative in sum.
    lost_micro = models.BigIntegerField()
    gained_micro = models.BigIntegerField()
    # How many of those customers are none any more at the end.
    gone = models.IntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.month_on} {self.currency} -{self.lost_micro} +{self.gained_micro}"
