"""Accounts and their checks; domains that look like others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.response.mails.finding import accounts_in, amounts_in, bics_in, uetrs_in
from tidewaiter.response.payments.accounts import read_account, read_bic, read_lei, read_uetr, short
from tidewaiter.response.payments.lookalikes import looks_like


@pytest.mark.parametrize(
    ("said", "kind", "value", "country"),
    [
        ("LT12 1000 0111 0100 1000", "iban", "LT121000011101001000", "LT"),
        ("de89 3704 0044 0532 0130 00", "iban", "DE89370400440532013000", "DE"),
        ("GE29NB0000000101904917", "iban", "GE29NB0000000101904917", "GE"),
        ("GB82-WEST-1234-5698-7654-32", "iban", "GB82WEST12345698765432", "GB"),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "wallet", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", ""),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ""),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "wallet", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", ""),
        (
            "0xdAC17F958D2ee523a2206206994597C13D831ec7",
            "wallet",
            "0xdAC17F958D2ee523a2206206994597C13D831ec7",
            "",
        ),
        ("0110 447 0417", "account", "01104470417", ""),
    ],
)
def test_an_account_has_one_spelling_and_says_what_its_number_tells(
    said: str, kind: str, value: str, country: str
) -> None:
    read = read_account(said)
    assert (read.kind, read.value, read.country) == (kind, value, country)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("LT13 1000 0111 0100 1000", "check digits"),
        ("LT12 1000 0111 0100 100", "too long or too short"),
        ("DE8937040044053201300X", "letter where an IBAN"),
        ("ZZ12 1000 0111 0100 1000", "its country has none"),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", "wallet"),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", "wallet"),
        ("please pay", "no account"),
        ("", "no account"),
    ],
)
def test_an_account_whose_check_does_not_fit_is_refused_with_the_reason(said: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_account(said)
    assert words in refused.value.sentence


@given(st.integers(min_value=2, max_value=19), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_an_iban_is_always_found(place: int, digit: str) -> None:
    right = "LT121000011101001000"
    wrong = right[:place] + digit + right[place + 1 :]
    if wrong != right:
        with pytest.raises(BadInput):
            read_account(wrong)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_an_account_or_a_refusal_in_words(said: str) -> None:
    try:
        read = read_account(said)
    except BadInput as refused:
        assert refused.sentence
    else:
        assert read.kind in ("iban", "wallet", "account")
        assert read_account(read.value) == read


def test_a_bank_a_firm_and_a_payment_are_read_by_their_standards() -> None:
    bank = read_bic("DEUTDEFF")
    assert (bank.country, bank.name) == ("DE", "Deutsche Bank")
    assert read_uetr(" 97ED4827-7B6F-4491-A06F-B548D5A7512D ") == "97ed4827-7b6f-4491-a06f-b548d5a7512d"
    assert read_lei("5493001KJTIIGC8Y1R12") == "5493001KJTIIGC8Y1R12"
    for read, said in ((read_bic, "DEUT"), (read_uetr, "97ed4827"), (read_lei, "5493001KJTIIGC8Y1R13")):
        with pytest.raises(BadInput):
            read(said)
    assert short("LT121000011101001000") == "LT12 … 1000"


@pytest.mark.parametrize(
    ("domain", "known", "how"),
    [
        ("lomondrnburu.example", "lomondmburu.example", "confusable"),
        ("barristers-iaw.example", "barristers-law.example", "confusable"),
        ("northllght.example", "northlight.example", "confusable"),
        ("northlight.co", "northlight.com", "ending"),
        ("northligth.example", "northlight.example", "edit"),
        ("northlight-group.example", "northlight.example", "added"),
        ("xn--nrthlight-02h.example", "northlight.example", "confusable"),
    ],
)
def test_a_domain_made_to_be_taken_for_another_is_told_with_how(domain: str, known: str, how: str) -> None:
    seen = looks_like(domain, known)
    assert seen is not None
    assert seen.how == how


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("northlight.example", "northlight.example"),
        ("mail.northlight.example", "northlight.example"),
        ("bank.example", "tank.test"),
        ("kra.go.ke", "kpa.co.ke"),
        ("", "northlight.example"),
    ],
)
def test_domains_that_merely_are_others_do_not_look_alike(domain: str, known: str) -> None:
    assert looks_like(domain, known) is None


def test_accounts_in_a_text_are_found_once_and_no_telephone_is_one() -> None:
    text = (
        "Pay USD 1,240,000.00 to LT12 1000 0111 0100 1000 at AGBLLT2X (BIC: AGBLLT2X), not to account no. 0110 4471"
        " 0200. Ring +254 20 123 4567. Again LT121000011101001000. UETR 97ed4827-7b6f-4491-a06f-b548d5a7512d"
        " and LT131000011101001000, which is wrong."
    )
    assert accounts_in(text) == [
        {"kind": "iban", "value": "LT121000011101001000"},
        {"kind": "account", "value": "011044710200"},
    ]
    assert bics_in(text) == ["AGBLLT2X"]
    assert uetrs_in(text) == ["97ed4827-7b6f-4491-a06f-b548d5a7512d"]
    assert amounts_in(text) == [{"currency": "USD", "said": "1,240,000.00"}]
    assert amounts_in("$ 900 or € 1.200,50") == [
        {"currency": "", "said": "900"},
        {"currency": "EUR", "said": "1.200,50"},
    ]
