"""What a forecast of a large company rests on, counted by the worker now and then."""

from django.db import models
from django.db.models import Q


class ForecastPart(models.Model):
    """What is booked for a month (its first day) in one currency, of the orders of one salesperson; net of tax.

    All rows are of one count; operations/forecast/count.py replaces them together.
    """

    counted_at = models.DateTimeField()
    # The local date that was today.
    counted_on = models.DateField()
    month_on = models.DateField()
    currency = models.CharField(max_length=3)
    salesperson = models.ForeignKey(
        "User", on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    # What will be invoiced in the month, in minor units.
    invoiced_minor = models.BigIntegerField()
    # What agreed changes of orders add to the monthly revenue in the month, signed, in millionths of the minor unit.
    changes_micro = models.BigIntegerField()

    class Meta:
        ordering = ["month_on", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_forecast_part_of_a_month", fields=["month_on", "currency", "salesperson"]),
            models.UniqueConstraint(
                name="one_forecast_part_of_nobody", fields=["month_on", "currency"], condition=Q(salesperson=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_on} {self.currency} {self.invoiced_minor}"
