"""Addresses by which a person is reached or paid, and dates of birth: mail, telephone, card, bank account."""

from __future__ import annotations

import re

from stdnum import iban, luhn

type Span = tuple[int, int, str]

_email = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_phone = re.compile(r"(?<![\w.])(?:\+|00)\d[\d ()./-]{6,18}\d(?!\w)")
_called_phone = re.compile(
    r"(?i)\b(?:tel|tél|telephone|telefon[eo]?|telepon|téléphone|teléfono|phone|mobile|mobil|cell|whatsapp|"
    r"telegram|fax|móvil|celular|"
    r"portable|simu|тел|телефон|هاتف|جوال|电话|手机)(?:number|nummer)?s?[.:\s№#]{0,4}(?:no|n°|nº|number|"
    r"номер)?[.:\s]{0,3}(\+?\d[\d ()./-]{5,18}\d)"
)
_DAY = r"(\d{1,4}(?:[./-]\w{1,9}[./-]| (?:de )?[^\W\d_]{3,10}\.? (?:de )?|[.] )\d{1,4}|\d{4}年\d{1,2}月\d{1,2}日)"
_born = re.compile(
    r"(?i)(?:\b(?:born|d\.?o\.?b|date of birth|née?|nacid[oa]|fecha de nacimiento|date de naissance|"
    r"nascid[oa]|data de nascimento|"
    r"geboren|geb|nat[oa]|geboortedatum|urodzon[ya]|ur|doğum tarihi|tanggal lahir|lahir|kelahiran|"
    r"tarehe ya kuzaliwa|alizaliwa|"
    r"дата рождения|родил(?:ся|ась)|р)\b|出生(?:日期)?|生于|تاريخ الميلاد|مواليد)[\s:.]{0,4}(?:on|le|el|em|il|"
    r"am|op|w dniu|pada|tanggal|tgl)?\s?" + _DAY
)
_account = re.compile(
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b|(?<![\d.,])\d(?:[ -]?\d){12,18}\b(?![.,]\d)"
)
_CARDS = ("3", "4", "5", "6", "2")


def contacts(text: str, digits: int, *, code: bool, worded: bool = True) -> list[Span]:
    """Where mails, telephones, dates of birth, cards and accounts stand.

    `digits`: how many the text has. `code`: it is one, so that bare digits count only
    where they are written as a card is. `worded`: there may be two letters in a row.
    """
    spans: list[Span] = [(*hit.span(), "email") for hit in _email.finditer(text)] if "@" in text else []
    if digits < 4:
        return spans
    if "+" in text or ("00" in text and not code):
        spans += [(*hit.span(), "phone") for hit in _phone.finditer(text)]
    if worded or not text.isascii():  # but for the Russian «р.» whatever calls a number so has two letters
        spans += [(*hit.span(1), "phone") for hit in _called_phone.finditer(text)]
        spans += [(*hit.span(1), "birth") for hit in _born.finditer(text)]
    for hit in _account.finditer(text) if digits > 9 else ():
        number = re.sub(r"[ -]", "", hit.group())
        if iban.is_valid(number) if number[:1].isalpha() else _is_card(hit.group(), number, code=code):
            spans.append((*hit.span(), "account"))
    return spans


def _is_card(written: str, number: str, *, code: bool) -> bool:
    if code and not (len(number) == 16 and number[0] in _CARDS and re.fullmatch(r"\d{4}([ -]\d{4}){3}", written)):
        return False
    return bool(luhn.is_valid(number))
