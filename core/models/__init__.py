"""Tables of the kernel: document numbers, and what people leave on the interface itself.

A person is `settings.AUTH_USER_MODEL` here, as in any app that must not know which one it is.
"""

from .attachment import Attachment
from .importing import FileImport, FileRow
from .job import Job, JobFailure
from .listing import ListLayout, SavedView
from .notification import Notification
from .numbering import DocumentSeries

__all__ = [
    "Attachment",
    "DocumentSeries",
    "FileImport",
    "FileRow",
    "Job",
    "JobFailure",
    "ListLayout",
    "Notification",
    "SavedView",
]
