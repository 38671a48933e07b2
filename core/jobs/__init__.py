"""Long work: a row, a worker that goes on in steps, a bar that says how far it is.

An app names its work in `<app>/jobs.py`:

    @job_kind("credit.invoice_pdfs", permission="credit.view_invoice")
    def print_invoices(run: Run) -> Steps:
        run.total = len(run.params["invoices"])
        for invoice in invoices_after(run.cursor.get("after", 0)):
            …                                   # one step
            run.cursor["after"] = invoice.pk
            run.advance()
            yield                               # the step, its cursor and its count are committed here, together
        run.keep("invoices.pdf", merged)
        return _("40 invoices in one file.")    # the sentence under the finished bar

What stands between two `yield`s is one step and one transaction. A worker may be killed at any moment: another goes on
from the last `yield`, by calling the function anew with the `cursor` that was committed with it. So a runner keeps in
`cursor` all it needs to go on, and in its local names only what it can find again.

`start(…)` asks for it, inside the transaction of what causes it. Nothing is lost when the broker is down: beat sweeps.
"""

from .asking import ask_to_cancel, start
from .exporting import start_export
from .kinds import Steps, job_kind
from .running import Run, run_job
from .sweeping import clean_up, sweep

__all__ = [
    "Run",
    "Steps",
    "ask_to_cancel",
    "clean_up",
    "job_kind",
    "run_job",
    "start",
    "start_export",
    "sweep",
]
