"""Lists of known files as those who keep such lists write them; each layout rebuilt small, its digests named here."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.operations.conftest import page_of
from tidewaiter.operations.actions.hashes import load_hashes
from tidewaiter.operations.hash_lists import lines_of
from tidewaiter.operations.models import KnownHash

M1, M2 = "c813db20e6a0782525440f22498ffb43", "4bb47d512fbe6f5e68d7cee7130f4762"
S1, S2 = "2cc793143bbe3bb8a2b9949b53583606885241e1", "e463cb8d316498ca7456683da87b2c7924bca117"
L1 = "ebc5a9c037ef0d9116ecbbc5f9dbb1d1398b634c04d707d6ab790cf0959998e3"
EMPTY = "d41d8cd98f00b204e9800998ecf8427e"
VICS = {
    "@odata.context": "http://lists.example/odata/$metadata#Media",
    "value": [
        {"MediaID": 1, "Category": 1, "MD5": M1.upper(), "SHA1": S1.upper(), "FileSize": "9,5", "Comments": "a, b"},
        {"MediaID": 2, "Category": 2, "MD5": M2.upper(), "SHA1": None, "MediaFiles": [{"FileName": "x.jpg"}]},
    ],
}
LAYOUTS = {
    "sums": (f"{M1}  a.jpg\n{M2} *b.jpg\n\\{L1}  c\\nd.jpg\n", {M1, M2, L1}),
    "sums with sizes in front": (f"      2228  {M1}  /path/file1\n      2072  {M2}  /path/file2\n", {M1, M2}),
    "BSD": (f"MD5 (a.jpg) = {M1}\nSHA256 (b (2).jpg) = {L1}\n", {M1, L1}),
    "hashdeep": (
        "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: C:\\Users\n##\n"
        f"1401787,{M1},{L1},F:\\photos\\2024_resized.jpg\n",
        {M1, L1},
    ),
    "iLook": (
        "V3Hash,HashSHA1,FileName,FilePath,FileSize,HashSHA256,HashSHA384,HashSHA512\n"
        f"{M1.upper()},{S1.upper()},a.tar.gz,\\,10429,,,\n{M2.upper()},{S2.upper()},b.gz,\\,9559,,,\n",
        {M1, M2, S1, S2},
    ),
    "HashKeeper": (
        '"file_id","hashset_id","file_name","directory","hash","file_size","date_modified"\n'
        f'12,3,"a.jpg","D:\\x","{M1.upper()}",1024,"2004-01-01"\n',
        {M1},
    ),
    "reference library": (
        '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\n'
        f'"{S1.upper()}","{M1.upper()}","0E838E1B","a.dll",9559,3,"358",""\n',
        {S1, M1},
    ),
    "PowerShell table": (
        f"\nAlgorithm       Hash             Path\n---------       ----    ----\nMD5   {M1.upper()}  C:\\a.jpg\n",
        {M1},
    ),
    "PowerShell list": (f"Algorithm : MD5\nHash      : {M1.upper()}\nPath      : C:\\a b.jpg\n\n", {M1}),
    "certutil": (
        f"MD5 hash of a.jpg:\n{M1}\nCertUtil: -hashfile command completed successfully.\n",
        {M1},
    ),
    "VICS": (json.dumps(VICS, indent=2), {M1, M2, S1}),
    "VICS on one line": (json.dumps(VICS), {M1, M2, S1}),
    "a long list on one line": (json.dumps([{"n": n, "MD5": f"{n:032x}"} for n in range(300)]), None),
    "an empty file by mistake": (f"{EMPTY}\n{M1}\n", {M1}),
}
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_of_others_is_read(staff: SimpleNamespace, layout: str, encoding: str) -> None:
    text, digests = LAYOUTS[layout]
    load_hashes(name="A", source="", lines=lines_of(io.BytesIO(text.encode(encoding))), by=staff.steward)
    assert set(KnownHash.objects.values_list("digest", flat=True)) == (digests or {f"{n:032x}" for n in range(300)})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{M1}\n{M2[:-1]}\n", f"Line 2: «{M2[:-1]}»"),
        (f"{M1}\n{M2}0\n", f"Line 2: «{M2}0»"),
        (f"{M1[:-1]}\n{M2}\n", f"Line 1: «{M1[:-1]}»"),
        (f"{M1}\nnothing here\n", "Line 2: «nothing»"),
        (json.dumps({"value": [{"MD5": M1[:-2]}]}, indent=1), f"Line 4: «{M1[:-2]}»"),
        ("no digest in it\nat all\n", "There is no digest in it"),
    ],
)
def test_a_digest_that_was_cut_is_named(staff: SimpleNamespace, text: str, said: str) -> None:
    answer = page_of(staff.steward).post(
        "/operations/known-files/", {"name": "A", "file": SimpleUploadedFile("l.txt", text.encode())}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not KnownHash.objects.exists()
