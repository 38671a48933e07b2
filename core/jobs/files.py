"""Files of a job, in the private storage below `jobs/<number>/`. They are never served by an address.

A step that was cut off writes its part again under the same name, so no part is there twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from core.models import Job


def keep_result(job: Job, name: str, content: bytes | IO[bytes]) -> None:
    """Store what the job made. `name` is what it is called when somebody downloads it."""
    job.result.name = _write(f"jobs/{job.pk}/result", content)
    job.result_name = name[:160]


def write_part(job: Job, content: bytes) -> None:
    """Store what this step made; `parts` gives all of them in order."""
    number = int(job.cursor.get("parts", 0))
    _write(_part(job, number), content)
    job.cursor["parts"] = number + 1


def parts(job: Job) -> Iterator[IO[bytes]]:
    """The parts so far, each open while it is its turn."""
    for number in range(int(job.cursor.get("parts", 0))):
        with default_storage.open(_part(job, number), "rb") as file:
            yield file


def drop_parts(job: Job) -> None:
    for number in range(int(job.cursor.get("parts", 0)) + 1):  # one more: of a step that was cut off
        default_storage.delete(_part(job, number))


def drop_result(job: Job) -> None:
    if job.result.name:
        default_storage.delete(job.result.name)


def _part(job: Job, number: int) -> str:
    return f"jobs/{job.pk}/part-{number:05}"


def _write(name: str, content: bytes | IO[bytes]) -> str:
    if default_storage.exists(name):
        default_storage.delete(name)
    file: File[Any] = ContentFile(content) if isinstance(content, bytes) else File(content)
    return default_storage.save(name, file)
