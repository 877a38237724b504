"""What reviewers and analysts do on a large node: the queue, a case, similar cases,
photos; made rows for them to look at.
"""

from __future__ import annotations

import hashlib
import random
import time
from typing import Any

from django.db import connection
from django.test import Client

from tidewaiter.cases.models import Case, CasePhoto
from tidewaiter.vault.models import Picture


def made_photos(number: int) -> None:
    """`number` photos with hashes of their own, each of another case and of its
    administration; the pictures' bytes are not made.
    """
    chance = random.Random(5)
    digests = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(number)]
    every = list(Case.objects.order_by("pk").values_list("pk", "administration"))
    of = sorted(chance.sample(every, min(number, len(every))))
    pictures = [
        Picture(
            digest=digest,
            width=1600,
            height=1200,
            hashes=chance.randbytes(256).hex(),
            quality=100,
            owners=f";{administration};",
        )
        for digest, (_key, administration) in zip(digests, of, strict=True)
    ]
    Picture.objects.bulk_create(pictures, batch_size=2000)
    photos = [
        CasePhoto(case_id=key, number=1, digest=digest, caption=f"Crate {n}", shows="concealment")
        for n, ((key, _administration), digest) in enumerate(zip(of, digests, strict=True))
    ]
    CasePhoto.objects.bulk_create(photos, batch_size=2000)


def made_waiting(number: int, region: str) -> None:
    """Makes `number` validated cases wait for the office of a region."""
    keys = list(Case.objects.exclude(administration="UG").order_by("-pk").values_list("pk", flat=True)[:number])
    for start in range(0, number, 500):
        some = keys[start : start + 500]
        Case.objects.filter(pk__in=some).update(
            status="submitted", counted=False, region=region, opened_by="", opened_at=None
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def asked_for_looking(username: str, password: str, times: int = 40) -> dict[str, list[float]]:
    """Seconds of each page, as its person gets it: many different cases, photos and searches."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.login(username=username, password=password)
    chance = random.Random(11)
    waiting = list(
        Case.objects.filter(status="submitted", latest=True).order_by("changed_at").values_list("ref", flat=True)[:400]
    )
    top = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    picked = [chance.randrange(1, top) for _n in range(3 * times)]
    seen = list(Case.objects.filter(pk__in=picked, counted=True).values_list("ref", flat=True))[:times]
    photos = list(
        CasePhoto.objects.filter(case__counted=True).order_by("pk").values_list("digest", flat=True)[: 50 * times : 50]
    )
    addresses: dict[str, list[str]] = {
        "queue, oldest first": [f"/review/case/{ref}/" for ref in chance.sample(waiting, times)],
        "queue, findings first": [f"/review/case/{ref}/?order=findings" for ref in chance.sample(waiting, times)],
        "queue, overdue of a country": [
            f"/review/case/{ref}/?overdue=1&administration=FR" for ref in chance.sample(waiting, times)
        ],
        "case": [f"/cases/{ref}/" for ref in seen],
        "similar cases": [f"/search/similar/{ref}/" for ref in seen],
        "wall of photos": [
            "/cases/photos/",
            "/cases/photos/?form=WPN",
            "/cases/photos/?shows=concealment&country=FR",
            "/cases/photos/?q=Mombasa",
        ]
        * (times // 4),
        "similar photos": [f"/search/like/?photo={digest}" for digest in photos],
        "search": [
            "/search/?q=pistol",
            "/search/?q=Mombasa",
            "/search/?q=rifle&country=FR",
            "/search/?q=silencer+Kisumu",
            "/search/?q=B-4711",
        ]
        * (times // 5),
    }
    spent: dict[str, list[float]] = {}
    for name, asked in addresses.items():
        client.get(asked[0])  # what a process reads once is read
        for address in asked:
            start = time.perf_counter()
            answer: Any = client.get(address)
            spent.setdefault(name, []).append(time.perf_counter() - start)
            assert answer.status_code == 200, (address, answer.status_code)
    return spent
