"""Files that jobs have made: each lies under its job's ref, for the person who asked, until its day is over.

What a file says is what the person saw when it was made. With it is kept what made them see it, and which things it
names; whoever has less now, or does not see one of these any more, does not get the file, and asks for another.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.encryption import files, keys
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.jobs.kinds import kind_of
from tidewaiter.jobs.models import Job

PURPOSE = "results"
"""That of the key under which they are sealed."""


def results_folder() -> Path:
    """Where they lie."""
    return Path(settings.TIDEWAITER_HOME) / "results"


def path_of_result(job: Job) -> Path:
    """Where the file of a job lies, or would."""
    return results_folder() / job.ref


def path_of_refs(job: Job) -> Path:
    """Where the refs of the things lie that the file names, a line each; it is not there where it names none."""
    return results_folder() / f"{job.ref}.refs"


def sight_of(actor: Actor) -> dict[str, Any]:
    """What makes a person see what they see: the administration, the roles and the regions they review."""
    return {
        "administration": actor.administration_code,
        "roles": sorted(actor.role_codes),
        "regions": sorted(actor.reviewed_regions),
    }


def keep_refs(job: Job, refs: Sequence[str]) -> None:
    """Keeps beside a file what it names."""
    path = path_of_refs(job)
    path.unlink(missing_ok=True)
    if refs:
        path.touch(mode=0o600)
        path.write_text("\n".join(refs))


def lay_down(path: Path, kept_at: Path) -> None:
    """Brings what a job has made to where it is kept, sealed where the store is."""
    if keys.sealed():
        kept_at.unlink(missing_ok=True)
        files.copy(path, kept_at, PURPOSE)
        path.unlink()
    else:
        path.chmod(0o600)
        shutil.move(path, kept_at)


def opened(path: Path) -> BinaryIO:
    """What a job has made, to be read once."""
    return files.opened(path, PURPOSE)


def forget_result(job: Job) -> None:
    """Deletes the file of a job, and what it names."""
    path_of_result(job).unlink(missing_ok=True)
    path_of_refs(job).unlink(missing_ok=True)


def result_of(actor: Actor, ref: str) -> tuple[Job, Path]:
    """The job and the file it made, for who asked for it and nobody else, with the sight with which it was made.

    Raises `Missing`, also where the person has less rights now or does not see any more something that the file names.
    """
    job = Job.objects.filter(ref=ref, asked_by=actor.username, result_until__gt=now()).first()
    if job is None or not path_of_result(job).is_file():
        raise Missing("no_result", gettext("There is no such file, or its day is over: ask for it again."))
    if not (_has_still(actor, job.sight) and _sees_still(actor, job)):
        raise Missing(
            "result_outdated", gettext("What you may see has changed since this file was made: ask for it again.")
        )
    return job, path_of_result(job)


def _has_still(actor: Actor, sight: dict[str, Any]) -> bool:
    """Whether the person has all that they had; a steward is at a page all that a steward's token makes of them."""
    roles = set(actor.role_codes) | ({"officer"} if "steward" in actor.role_codes else set())
    return (
        sight.get("administration") == actor.administration_code
        and roles >= set(sight["roles"])
        and set(actor.reviewed_regions) >= set(sight["regions"])
    )


def _sees_still(actor: Actor, job: Job) -> bool:
    path = path_of_refs(job)
    if not path.is_file():
        return True
    kind = kind_of(job)
    return kind is not None and kind.sees is not None and kind.sees(actor, path.read_text().split("\n"))
