"""The fence before JOSE: Project Wycheproof's vectors, and each way of saying one thing twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from joserfc.jwk import OKPKey, import_key

from tidewaiter.exchange import jose

VECTORS = Path(__file__).parent / "wycheproof"


def _groups(name: str) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())["testGroups"]
    return groups


def _verdict(work: Any) -> bool:
    try:
        work()
    except (jose.NotOurs, ValueError):
        return False
    return True


def test_no_forged_signature_of_wycheproof_passes_the_fence() -> None:
    """Two vectors (367, 370: «invalid padding») are stored as one canonical token whose MAC fits: nothing in them can
    be refused. What they mean is tried below with padding that is there.
    """
    wrong, passed = [], 0
    for group in _groups("json_web_signature_test"):
        said = group.get("public") or group["private"]
        for one in group["tests"]:
            alg = said.get("alg") or json.loads(jose.canonical_part(one["jws"].split(".")[0]))["alg"]
            accepted = _verdict(lambda: jose.verified(one["jws"], import_key(said), alg))  # noqa: B023
            passed += accepted
            if accepted and one["result"] == "invalid":
                wrong.append(one["tcId"])
    assert wrong == [367, 370]
    assert passed == 42


def test_no_forged_seal_of_wycheproof_passes_the_fence() -> None:
    passed = 0
    for group in _groups("json_web_encryption_test"):
        said = group["private"]
        for one in group["tests"]:
            enc = one.get("enc", "A256GCM")
            try:
                header, text = jose.unsealed(one["jwe"], import_key(said), (said["alg"], enc))
            except (jose.NotOurs, ValueError):
                continue
            passed += 1
            assert one["result"] == "valid", one["tcId"]
            assert text.hex() == one["pt"]
            assert header["enc"] == enc
    assert passed == 63


def test_a_node_takes_none_of_them_whatever_key_they_name() -> None:
    sign, seal = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("X25519")
    tokens = [one["jws"] for group in _groups("json_web_signature_test") for one in group["tests"]]
    sealed = [one["jwe"] for group in _groups("json_web_encryption_test") for one in group["tests"]]
    assert len(tokens) == 401
    assert len(sealed) == 139
    assert not any(_verdict(lambda: jose.verified(token, sign)) for token in tokens)  # noqa: B023
    assert not any(_verdict(lambda: jose.unsealed(token, seal)) for token in sealed)  # noqa: B023


def test_the_signatures_of_the_curve_are_those_of_wycheproof() -> None:
    seen = 0
    for group in _groups("ed25519_test"):
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(group["publicKey"]["pk"]))
        for one in group["tests"]:
            try:
                key.verify(bytes.fromhex(one["sig"]), bytes.fromhex(one["msg"]))
                accepted = True
            except InvalidSignature:
                accepted = False
            assert accepted == (one["result"] == "valid"), one["tcId"]
            seen += 1
    assert seen == 151


def test_the_agreed_secrets_of_the_curve_are_those_of_wycheproof() -> None:
    for group in _groups("x25519_test"):
        for one in group["tests"]:
            private = X25519PrivateKey.from_private_bytes(bytes.fromhex(one["private"]))
            try:
                shared = private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(one["public"])))
            except ValueError:  # a point of small order: no secret at all
                assert one["result"] != "valid", one["tcId"]
                continue
            assert shared.hex() == one["shared"], one["tcId"]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_signature_has_one_spelling(part: int) -> None:
    key = OKPKey.generate_key("Ed25519")
    token = jose.sign(b'{"a":1}', key, "k", typ="t")
    pieces = token.split(".")
    spellings = [f"{pieces[part]}=", f"{pieces[part]}==", f" {pieces[part]}", f"{pieces[part]}\n", pieces[part][:-1]]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(pieces[part][-1])
    spellings += [pieces[part][:-1] + alphabet[last ^ bit] for bit in (1, 2)]  # bits that a lax reader drops
    for spelling in spellings:
        changed = ".".join([*pieces[:part], spelling, *pieces[part + 1 :]])
        with pytest.raises(jose.NotOurs):
            jose.verified(changed, key)
    assert jose.verified(token, key)[1] == b'{"a":1}'


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c", "crit", "zip", "b64"])
def test_a_head_that_brings_its_own_key_or_wants_more_is_refused(name: str) -> None:
    key = OKPKey.generate_key("X25519")
    token = jose.seal(b"x", key, {"kid": "k"})
    head = {**json.loads(jose.canonical_part(token.split(".")[0])), name: "DEF"}
    import base64

    said = base64.urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=").decode()
    with pytest.raises(jose.NotOurs, match=name):
        jose.unsealed(".".join([said, *token.split(".")[1:]]), key)
