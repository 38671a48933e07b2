"""Document numbers."""

from django.db import models


class DocumentSeries(models.Model):
    """The last number given in one series and year. Written only by `core.numbering`."""

    series = models.CharField(max_length=12)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "document series"
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="one_counter_per_series_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
