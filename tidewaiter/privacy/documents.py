"""Numbers of documents that name a person: what is called one, and national numbers whose check digits fit."""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum.br import cpf
from stdnum.cl import rut
from stdnum.cn import ric
from stdnum.es import dni, nie
from stdnum.it import codicefiscale
from stdnum.mx import curp

type Span = tuple[int, int, str]

_called = re.compile(
    r"(?i)(?:\b(?:passports?|passeports?|pasaportes?|passaportes?|passaporto|reisep[aä]ss(?:es)?|"
    r"tarjeta de (?:residencia|identidad|extranjer[oía]{1,3})|"
    r"(?:residence|work|stay) permit|emirates id|border pass|ghana card|omang(?: card)?|voter id|refugee id|"
    r"carn[ée]t? de (?:refugiad[oa]|residente|conducir)|permis(?= n[°º])|"
    r"carte (?:biométrique|de réfugiée?|d[’']identité consulaire|de résidence)|cartão de resident?e?(?:ência)?|"
    r"aufenthalts(?:erlaubnis|karte)|identitätskarte|reisedokument|passnr|verblijfs(?:kaart|document|vergunning)|"
    r"paspoortnummer|identiteitsbewijs|id-kaart|rijbewijsnummer|carta identità|tessera sanitaria|"
    r"leseni(?: ya udereva)?|"
    r"(?-i:Pass|Pässe|"
    r"Passnummer|Pass-?Nr)|do[ck]ument(?:o|u|em|e|s)?(?= [A-Z]{1,3}\d{4}|\s?:)|(?:patente|licencia|licen[cs]e|"
    r"licença|permis|carn[ée]t?|permiso)"
    r"(?= [A-Z][A-Z0-9]{0,3}\d{4}| [A-Z]{1,3}-\d{5}| \d{2}[A-Z]{2}\d{4})|"
    r"ppt|pp(?=[ .]{1,2}[A-Z]{1,2}\d{6,8}\b)|paspoort|"
    r"paszport\w{0,3}|pasaport\w{0,3}|paspor|pasipoti|hati ya kusafiria|"
    r"national (?:id|identity|identification)(?: card| number)?|(?:id|identity|identification|resident|"
    r"residence|alien|refugee|voter'?s?) (?:cards?|numbers?|documents?|no)|kitambulisho(?: cha taifa)?|"
    r"nida|"
    r"carte (?:nationale )?d[’']identité(?: nationale)?|carte (?:consulaire|de séjour|de résident)|"
    r"(?:sa|la|une) carte(?= (?:n[°º] ?)?\d{7})|"
    r"titre de séjour|pièce d[’']identité|permis de (?:conduire|séjour)|laissez-passer|"
    r"c[ée]dulas?(?: de (?:ciudadan[íi]a|identidad|extranjer[íi]a))?|documento(?: nacional| [úu]nico|"
    r" de)*(?: de)? (?:identidad|identidade|identificaci[óo]n|identificação|identità)|documento nacional|"
    r"carnet de (?:identidad|extranjer[íi]a|conducir)|carn[ée] de (?:identidad|extranjer[íi]a)|"
    r"licencia de conduci?r|permiso de (?:conducir|residencia|trabajo)|credencial (?:de elector|para votar)|"
    r"identidad(?=[ .:#nNo°º]{1,6}\d{4}-?\d{4}-?\d{5}\b)|salvoconducto|libreta (?:militar|de embar(?:co|que))|"
    r"t[íi]tulo(?= [A-Z0-9]{0,3}\d{5})|"
    r"(?:autorização|título|cartão) de residência|título de residencia|t[íi]tulo eleitoral|cartão de eleitor|"
    r"carteira de trabalho|c[ée]dula pessoal|carte d[’']électeur|carte de réfugié|permis de travail|récépissé|"
    r"numéro (?:national|d[’']identification(?: unique| nationale)?)|numéro avs|"
    r"bilhete de identidade|cart[ãa]o de cidad[ãa]o|carteira de (?:identidade|motorista|habilitação)|"
    r"carta de condução|t[íi]tulo de eleitor|"
    r"паспорт\w{0,3}|удостоверени\w{1,2}(?: личности)?|водительск\w{2,3} (?:удостоверени|прав)\w{1,2}|"
    r"загранпаспорт\w{0,3}|вид\w? на жительство|"
    r"(?:nomor )?ktp|nomor induk kependudukan|kartu (?:identitas|tanda penduduk)|surat izin mengemudi|"
    r"personalausweis\w{0,8}|ausweis\w{0,7}|führerschein\w{0,3}|aufenthaltstitel|carta d[’']identità|"
    r"patente di guida|permesso di soggiorno|codice fiscale|"
    r"identiteitskaart|rijbewijs|burgerservicenummer|dow[óo]d(?:u|em)?(?: osobist\w{1,3})?|praw\w jazdy|"
    r"kimlik(?: no| numarası| kartı)?|ehliyet\w{0,3}|"
    r"driving licen[cs]es?|driver[’']?s?[’']? licen[cs]es?|seaman[’']?s book|travel document|"
    r"social security(?: number)?|green card|aadhaar|kra pin|visa (?:no|number))\b"
    r"|جواز (?:ال)?سفر\w{0,2}|(?:رقم )?(?:ال)?هوية|بطاقة (?:الهوية|تعريف|التعريف|وطنية|شخصية)|"
    r"الرقم (?:القومي|الوطني|المدني)|رخصة (?:قيادة|القيادة|سياقة)|إقامة رقم"
    r"|护照|身份证|证件|通行证|驾驶证|回乡证)"
)
_called_behind = re.compile(r"(?<!\w)([A-Z]{0,3}\d{5,12}) (?:numaralı|no['’]?lu|sayılı) (?:pasaport|kimlik|ehliyet)")
_short = re.compile(
    r"\b(?:D\.?N\.?I|N\.?I\.?E|NIF|CPF|RG|CNH|R\.?U\.?[TN]|Rut|CURP|RFC|CUIL|CUIT|C\.?C|C\.?I|CIN|CNI|CNIB|NIN|BVN|"
    r"SSN|SIN|PESEL|NIK|KTP|SIM|TCKN|T\.?C|CNIC|NIC|NRIC|FIN|PAN|TIN|DUI|NIP|BSN|ID|IIN|ИИН|ИНН|СНИЛС|B\.?I|"
    r"DPI|CUI|INE|IFE|RNE|RNM|DIRE|NUIT|CNIE|NINA|NIU|NISS|AVS|CNPS|IPRES|R\.G|C\.P\.F|C\.N\.I|C\.I\.N|N\.I\.N|"
    r"HKID|CIP|IFU|NPI|MRZ|IC|NRC|CURP|EGN|JMBG|OIB|CNP|AMKA)\b"
    r"(?:[ .:]{1,2}(?:No|Nr|Nº|N°|No\.|Number|number|no|nº|n°|[Nn][úu]m)\b)?"
    r"(?:\s(?:do|da|de|del|of|du|of the)\s[^\d\n:;]{2,40}:)?[.:# ]{0,3}"
)
_value = re.compile(
    r"(?<![A-Za-z0-9$€£])(?=[A-ZА-ЯЁ]{0,6}[ ./-]?[A-Z0-9]{0,12}\d)[A-ZА-ЯЁ]{0,6}[ -]?\d[A-Z0-9]{0,19}"
    r"(?:[ ./-]{1,1}[A-Z0-9]{1,14}){0,5}(?:\([A-Z0-9]\))?(?![A-Za-z0-9])|"
    r"(?<![A-Za-z0-9$€£])[A-Z][A-Z0-9]{5,20}(?![A-Za-z0-9])"
)
_tail = re.compile(r"(?:[ ./-](?:[A-Z]{2,}|[A-Z]))+$")
_amount = re.compile(
    r"(?i)\s?(?:€|\$|£|%|eur|usd|gbp|kes|sh|euros?|dollars?|pesos?|reais|rupees?|rubl|руб|kg|kilo|gram|"
    r"tonn|pcs|pieces|cart|boxes|litre|liter|shilling|francs?|yuan|元|公斤|months?|years?|mois|ans\b|años|"
    r"anos|лет)"
)
_list_goes_on = re.compile(r"\)?\s?(?:,|;|/|&|and|et|y|e|und|dan|na|и|و|、|和)\s?(?:[Nn]o\.?\s)?")
_ended = re.compile(r"[.!?;](?=\s+[A-ZÀ-ÞА-Я])(?<!No\.)(?<!no\.)(?<!Nr\.)(?<!№\.)(?<!\bn\.)(?<!\bN\.)|\n")
_many_digits = re.compile(r"(?:\d[.\w-]?){7}")
_FAR, _AT_ONCE = 44, 3
"""Signs between what a document is called and its number; between a short name of a number and the number."""
_CHECKED: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])"), cpf.is_valid),
    (
        re.compile(r"(?<![\w.-])\d{1,2}\.\d{3}\.\d{3}-[\dkK](?![\w-])"),
        lambda said: rut.is_valid(said) and int(re.sub(r"\D", "", said[:-2])) < 50_000_000,
    ),
    (re.compile(r"(?<![\w.-])\d{8}-?[A-HJ-NP-TV-Z](?![\w-])"), dni.is_valid),
    (re.compile(r"(?<![\w.-])[XYZ]-?\d{7}-?[A-Z](?![\w-])"), nie.is_valid),
    (re.compile(r"(?<!\w)\d{17}[\dX](?!\w)", re.ASCII), ric.is_valid),
    (re.compile(r"(?<!\w)[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d(?!\w)"), curp.is_valid),
    (re.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z](?!\w)"), codicefiscale.is_valid),
)


_BOLIVIAN = re.compile(r"\d{6,8} (?:LP|CB|SC|OR|PT|CH|TJ|BE|PD)")
"""A number of Bolivia, with the department that gave it."""
_alike = re.compile(
    r"(?<![\w./-])(?:\d{5}-\d{7}-\d|\d{6}/\d{2}/\d|\d{4}-\d{4}-\d{5}|\d{3}-\d{6}-\d{4}[A-Z]|GHA-\d{9}-\d|"
    r"\d{8} \d ?[A-Z]{2}\d|\d{9}[A-Z]{2}\d{3}|\d{4} \d{5} \d{4}|\d \d{3} \d{4} \d{5}|[STFGM]\d{7}[A-Z])(?![\w/-])"
)
"""Cards of Pakistan, Zambia, Honduras, Nicaragua, Ghana, Portugal, Angola, Guatemala, Singapore: like nothing else."""


def documents(text: str, *, free: bool, called: bool) -> list[Span]:
    """Where numbers of a person's documents stand: what is `called` so, if such a word is in the text, and in a
    `free` one national numbers that check.
    """
    spans: list[Span] = []
    if called:
        spans += _after(text, _called, _FAR) + _after(text, _short, _AT_ONCE)
        spans += [(*hit.span(1), "document") for hit in _called_behind.finditer(text)]
    spans += [(*hit.span(), "document") for hit in _alike.finditer(text)] if free else []
    for pattern, fits in _CHECKED if free and _many_digits.search(text) else ():
        spans += [(*hit.span(), "document") for hit in pattern.finditer(text) if fits(hit.group())]
    return spans


def _after(text: str, labels: re.Pattern[str], far: int) -> list[Span]:
    spans: list[Span] = []
    for label in labels.finditer(text):
        start, reach = label.end(), far
        while start < len(text):
            near = text[start : start + reach + 32]
            end = _ended.search(near)
            found = _number(near[: end.start()] if end else near, reach)
            if found is None:
                break
            spans.append((start + found[0], start + found[1], "document"))
            start += found[1]
            more = _list_goes_on.match(text, start)
            if more is None or more.end() == start:
                break
            start, reach = more.end(), 2
    return spans


def _number(near: str, reach: int) -> tuple[int, int] | None:
    """The first number of a document in `near` that begins within `reach`."""
    for hit in _value.finditer(near):
        if hit.start() > reach:
            return None
        written = hit.group()
        if written[-1:] != ")":
            written = _without_tail(written)
        digits, letters = sum(map(str.isdigit, written)), sum(map(str.isalpha, written))
        if digits < 4 or not 5 <= digits + letters <= 26 or (not letters and digits < 6):
            continue
        if _amount.match(near, hit.start() + len(written)) or re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}", written):
            continue
        return hit.start() + len(written) - len(written.lstrip()), hit.start() + len(written)
    return None


def _without_tail(written: str) -> str:
    """Without words in capitals behind the number; a last letter joined by a hyphen is its check letter."""
    if _BOLIVIAN.fullmatch(written.strip()):
        return written
    while (hit := _tail.search(written)) and written[hit.start()] in " ./":
        written = written[: hit.start()]
    return written
