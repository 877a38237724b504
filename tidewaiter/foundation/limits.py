"""Every person's budget, in one table (DESIGN.md §4, rule 21). Used in child
processes too, so it knows nothing of the node.

A row may be set otherwise by the environment: `TIDEWAITER_LIMIT_` and its name in capitals, a whole number.
docs/limits.md is drawn from this table. Who refuses says so with `foundation.budgets.over`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from tidewaiter.foundation.child_errors import gettext_noop

KIB, MIB, GIB = 1024, 1024**2, 1024**3


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound: `most` of `unit`; `says` is the sentence that refuses what is over it, with `%(most)s` for the bound."""

    name: str
    most: int
    unit: str
    says: str


_TABLE = (
    # the door: bodies of requests
    Limit(
        "stranger_body_bytes",
        64 * KIB,
        "bytes",
        gettext_noop("Who is not signed in may send %(most)s at once."),
    ),
    Limit("json_body_bytes", 20 * MIB, "bytes", gettext_noop("A request to the JSON door may have %(most)s.")),
    Limit("form_body_bytes", 20 * MIB, "bytes", gettext_noop("What is typed into a page may have %(most)s.")),
    Limit("upload_bytes", 512 * MIB, "bytes", gettext_noop("A request that brings files may have %(most)s.")),
    Limit("json_depth", 64, "levels", gettext_noop("A JSON document may nest %(most)s levels deep.")),
    Limit("toml_depth", 64, "levels", gettext_noop("A mapping or a definition may nest %(most)s levels deep.")),
    Limit("xml_depth", 256, "levels", gettext_noop("An XML document may nest %(most)s levels deep.")),
    Limit("toml_bytes", 1 * MIB, "bytes", gettext_noop("A mapping or a definition may have %(most)s.")),
    Limit("room_file_bytes", 200 * MIB, "bytes", gettext_noop("A file of a room may have %(most)s.")),
    Limit("room_files_unsent", 60, "files", gettext_noop("One person has %(most)s files of no message in a room.")),
    Limit("room_text_signs", 200_000, "signs", gettext_noop("Of a file of a room %(most)s are searched.")),
    Limit("hash_list_rows", 1_000_000, "digests", gettext_noop("A list of known files may have %(most)s.")),
    Limit("room_streams_person", 6, "streams", gettext_noop("One person listens to rooms in %(most)s places at once.")),
    Limit("room_streams_node", 2000, "streams", gettext_noop("A web process serves %(most)s listeners at once.")),
    Limit("key_file_bytes", 64 * KIB, "bytes", gettext_noop("A file of keys, or a signed head, may have %(most)s.")),
    Limit("url_bytes", 16 * KIB, "bytes", gettext_noop("An address may have %(most)s.")),
    Limit("header_bytes", 64 * KIB, "bytes", gettext_noop("The headers of a request may have %(most)s.")),
    Limit("exchange_body_bytes", 8 * MIB, "bytes", gettext_noop("A call of another node may have %(most)s.")),
    Limit("parcels_waiting", 20_000, "envelopes", gettext_noop("For one node %(most)s envelopes wait here at most.")),
    Limit("questions_hour", 60, "questions", gettext_noop("One node may ask %(most)s questions an hour.")),
    Limit("parcels_bytes", GIB, "bytes", gettext_noop("What waits here for one node may have %(most)s.")),
    Limit("form_fields", 5000, "fields", gettext_noop("A page may send %(most)s fields at once.")),
    Limit("form_files", 100, "files", gettext_noop("A page may send %(most)s files at once.")),
    Limit("body_first_seconds", 10, "seconds", gettext_noop("A small body is waited for %(most)s seconds.")),
    Limit("body_grace_seconds", 20, "seconds", gettext_noop("A large body may rest %(most)s seconds in all.")),
    Limit("body_bytes_second", 2 * KIB, "bytes", gettext_noop("A large body must bring %(most)s a second.")),
    Limit("bodies_source", 64, "bodies", gettext_noop("From one address %(most)s bodies are waited for at once.")),
    Limit("bodies_node", 512, "bodies", gettext_noop("A web process waits for %(most)s bodies at once.")),
    Limit("uploads_person", 3, "bodies", gettext_noop("Of one person %(most)s large bodies are read at once.")),
    Limit(
        "uploads_administration",
        6,
        "bodies",
        gettext_noop("Of one administration %(most)s large bodies are read at once."),
    ),
    Limit("uploads_waiting", 32, "bodies", gettext_noop("%(most)s large bodies wait to be read already.")),
    Limit("requests_waiting", 512, "requests", gettext_noop("%(most)s requests wait for an answer already.")),
    Limit("answer_grace_seconds", 30, "seconds", gettext_noop("An answer may rest %(most)s seconds in all.")),
    Limit("answer_bytes_second", KIB, "bytes", gettext_noop("Of an answer %(most)s a second must be taken.")),
    Limit("answer_ahead_bytes", 64 * MIB, "bytes", gettext_noop("An answer is made %(most)s ahead of its reader.")),
    Limit("downloads_person", 8, "answers", gettext_noop("To one person %(most)s large answers are sent at once.")),
    Limit("downloads_source", 32, "answers", gettext_noop("To one address %(most)s large answers are sent at once.")),
    Limit("downloads_node", 256, "answers", gettext_noop("The node is sending %(most)s large answers already.")),
    Limit(
        "at_once_bytes", 256 * KIB, "bytes", gettext_noop("What unpacks to more than %(most)s is read by the worker.")
    ),
    Limit("at_once_rows", 300, "rows", gettext_noop("What has more than %(most)s rows is read by the worker.")),
    Limit("at_once_person", 1, "files", gettext_noop("Of one person %(most)s file is read while they wait.")),
    # files: what a stranger's file may take while it is read
    Limit("json_document_bytes", 256 * MIB, "bytes", gettext_noop("One JSON document of a file may have %(most)s.")),
    Limit("file_unpacked_bytes", 2 * GIB, "bytes", gettext_noop("A file may unpack to %(most)s.")),
    Limit("file_ratio", 200, "times", gettext_noop("A packed file may unpack to %(most)s times its own size.")),
    Limit("file_members", 100_000, "parts", gettext_noop("A packed file may have %(most)s parts.")),
    Limit("file_rows", 2_000_000, "rows", gettext_noop("A file may have %(most)s rows or cases.")),
    Limit("file_lines", 20_000_000, "lines", gettext_noop("A file may have %(most)s lines, empty ones too.")),
    Limit("file_columns", 2_000, "columns", gettext_noop("A table may have %(most)s columns.")),
    Limit("file_cells", 40_000_000, "cells", gettext_noop("A sheet may reach over %(most)s cells, empty ones too.")),
    Limit("file_cell_signs", 100_000, "signs", gettext_noop("A cell may hold %(most)s signs.")),
    Limit("file_head_signs", 500, "signs", gettext_noop("The head of a column, or a name, may have %(most)s signs.")),
    Limit("file_row_bytes", 2 * MIB, "bytes", gettext_noop("A row, or a case, may take %(most)s.")),
    Limit("file_case_values", 100_000, "values", gettext_noop("A case may hold %(most)s values.")),
    Limit("file_case_rows", 10_000, "rows", gettext_noop("A case may have %(most)s lines.")),
    Limit("file_case_bytes", 8 * MIB, "bytes", gettext_noop("The lines of a case may take %(most)s.")),
    Limit("file_row_problems", 200, "problems", gettext_noop("Of a row %(most)s problems are told.")),
    Limit("file_batch_bytes", MIB, "bytes", gettext_noop("What is read is handed on %(most)s at a time.")),
    Limit("file_wrong_rows", 250_000, "rows", gettext_noop("A file may have %(most)s rows that must be mended.")),
    Limit("file_wrong_bytes", 256 * MIB, "bytes", gettext_noop("What must be mended in a file may take %(most)s.")),
    Limit("sheet_texts_bytes", 256 * MIB, "bytes", gettext_noop("The texts of a workbook may take %(most)s.")),
    Limit("sheet_memory_bytes", 1536 * MIB, "bytes", gettext_noop("Reading a sheet may take %(most)s of memory.")),
    Limit("sheet_merges", 100_000, "ranges", gettext_noop("A workbook may have %(most)s merged ranges.")),
    Limit("sheet_merged_rows", 4_000_000, "rows", gettext_noop("Merged ranges may reach over %(most)s rows in all.")),
    Limit("sheet_parts_bytes", 16 * MIB, "bytes", gettext_noop("Each other part of a workbook may take %(most)s.")),
    Limit("workbook_sheets", 1_000, "sheets", gettext_noop("A workbook may have %(most)s sheets.")),
    Limit("archive_files", 10_000, "files", gettext_noop("An archive may hold %(most)s files.")),
    Limit("archive_index_bytes", 8 * MIB, "bytes", gettext_noop("The index of an archive may take %(most)s.")),
    Limit("archive_pictures", 2_000, "pictures", gettext_noop("An archive may bring %(most)s pictures.")),
    Limit("archive_bytes", GIB, "bytes", gettext_noop("What an archive brings may unpack to %(most)s.")),
    Limit("picture_bytes", 20 * MIB, "bytes", gettext_noop("A picture may have %(most)s.")),
    Limit("picture_points", 50_000_000, "points", gettext_noop("A picture may have %(most)s points.")),
    Limit("form_entries", 5_000, "entries", gettext_noop("A form may have %(most)s fields, sub-types and units.")),
    Limit("mapping_entries", 10_000, "entries", gettext_noop("A mapping may have %(most)s entries.")),
    Limit("pattern_signs", 500, "signs", gettext_noop("A pattern may have %(most)s signs.")),
    Limit("pattern_seconds", 2, "seconds", gettext_noop("A pattern may search %(most)s seconds in some hundred rows.")),
    Limit("mapped_columns", 300, "columns", gettext_noop("The mapping helper takes tables of %(most)s columns.")),
    Limit("mapped_cell_signs", 10_000, "signs", gettext_noop("The mapping helper takes cells of %(most)s signs.")),
    Limit("any_file_bytes", 25 * MIB, "bytes", gettext_noop("A file that goes with something may have %(most)s.")),
    Limit("mail_files", 20, "files", gettext_noop("With a letter %(most)s files may go.")),
    Limit("mail_addressees", 100, "addressees", gettext_noop("A letter may go to %(most)s addressees.")),
    Limit("mail_letters_hour", 120, "letters", gettext_noop("One person may send %(most)s letters in an hour.")),
    Limit("mail_drafts", 100, "drafts", gettext_noop("One person may have %(most)s drafts of letters.")),
    Limit("response_legs", 500, "payments", gettext_noop("An alarm may name %(most)s payments.")),
    Limit("bank_message_bytes", 2 * MIB, "bytes", gettext_noop("A bank's message may have %(most)s.")),
    Limit("statement_bytes", 200_000, "bytes", gettext_noop("A pasted statement may have %(most)s.")),
    Limit("response_files", 50, "files", gettext_noop("With an alarm %(most)s files may be kept.")),
    Limit("response_alarms_hour", 60, "alarms", gettext_noop("One person may write %(most)s alarms in an hour.")),
    Limit("authority_answer_bytes", 8 * MIB, "bytes", gettext_noop("A time-stamp authority may answer %(most)s.")),
    Limit("evidence_piece_bytes", 16 * MIB, "bytes", gettext_noop("A file of evidence comes in pieces of %(most)s.")),
    Limit("evidence_file_bytes", 8 * GIB, "bytes", gettext_noop("A file of evidence in the vault may have %(most)s.")),
    Limit("evidence_uploads", 20, "files", gettext_noop("One person may be bringing %(most)s files of evidence.")),
    Limit("manifest_files", 2_000_000, "files", gettext_noop("A list of files of an image may name %(most)s.")),
    Limit("readings_at_once", 5_000, "readings", gettext_noop("%(most)s readings are taken at once.")),
    Limit("disclosure_lines", 20_000, "lines", gettext_noop("A disclosure list may have %(most)s lines.")),
    Limit("warning_indicators", 2000, "indicators", gettext_noop("A warning may have %(most)s indicators.")),
    Limit("warnings_hour", 120, "warnings", gettext_noop("One person may write %(most)s warnings in an hour.")),
    Limit("sightings_hour", 600, "sightings", gettext_noop("One person may tell %(most)s sightings in an hour.")),
    Limit("stix_objects", 100_000, "objects", gettext_noop("A bundle may have %(most)s objects.")),
    Limit("stix_object_bytes", MIB, "bytes", gettext_noop("An object of STIX may have %(most)s.")),
    Limit("stix_file_bytes", 64 * MIB, "bytes", gettext_noop("A bundle, or an event of MISP, may have %(most)s.")),
    Limit("held_bytes", 64 * MIB, "bytes", gettext_noop("A file that is looked at first may have %(most)s.")),
    Limit("list_bytes", 128 * MIB, "bytes", gettext_noop("A file of a list may unpack to %(most)s.")),
    Limit("list_memory_bytes", 192 * MIB, "bytes", gettext_noop("The codes of a list may take %(most)s of memory.")),
    Limit("list_codes", 250_000, "codes", gettext_noop("A list may have %(most)s codes.")),
    Limit("table_sums", 500_000, "sums", gettext_noop("What a table is added up to may be %(most)s different rows.")),
    Limit("side_table_bytes", 4 * MIB, "bytes", gettext_noop("A table of prices, rates or rules may have %(most)s.")),
    Limit("trade_rows", 200_000_000, "rows", gettext_noop("A file of trade may have %(most)s rows.")),
    Limit("trade_unpacked_bytes", 16 * GIB, "bytes", gettext_noop("A file of trade may unpack to %(most)s.")),
    Limit(
        "trade_file_memory_bytes", 2 * GIB, "bytes", gettext_noop("Looking into a file may take %(most)s of memory.")
    ),
    Limit("trade_file_seconds", 900, "seconds", gettext_noop("Looking into a file may take %(most)s seconds.")),
    Limit("engine_memory_bytes", 512 * MIB, "bytes", gettext_noop("Rows for a page may take %(most)s of memory.")),
    Limit("engine_disk_bytes", 2 * GIB, "bytes", gettext_noop("Rows for a page may take %(most)s of disk.")),
    Limit("analysis_disk_bytes", 64 * GIB, "bytes", gettext_noop("An analysis may take %(most)s of disk.")),
    Limit(
        "scratch_bytes", 4 * GIB, "bytes", gettext_noop("What is unpacked for one request may take %(most)s of disk.")
    ),
    Limit("disk_left_bytes", 512 * MIB, "bytes", gettext_noop("The node keeps %(most)s of its disk free.")),
    Limit("child_answer_bytes", 4 * MIB, "bytes", gettext_noop("The reader of a file may answer %(most)s at once.")),
    # work: what one person may have waiting and running, and what an administration may have stored
    Limit("jobs_waiting", 20, "jobs", gettext_noop("One person may have %(most)s pieces of work waiting.")),
    Limit("jobs_running", 2, "jobs", gettext_noop("Of one person %(most)s pieces of work are done at once.")),
    Limit("job_attempts", 3, "times", gettext_noop("It ended the worker %(most)s times, and is not tried again.")),
    Limit("result_hours", 24, "hours", gettext_noop("What was made for you is kept for %(most)s hours.")),
    Limit("direct_cases", 2000, "cases", gettext_noop("More than %(most)s cases are made into a file by the worker.")),
    Limit("direct_rows_bytes", 4 * MIB, "bytes", gettext_noop("More than %(most)s of rows are written by the worker.")),
    Limit("heavy_pages_person", 2, "pages", gettext_noop("You are having %(most)s large pages made already.")),
    Limit("heavy_pages_node", 4, "pages", gettext_noop("The node is making %(most)s large pages already.")),
    Limit(
        "stored_bytes_administration",
        20 * GIB,
        "bytes",
        gettext_noop("Your administration may have %(most)s stored on this node."),
    ),
    Limit(
        "ledger_rows_alone",
        1000,
        "entries",
        gettext_noop("One steward alone takes %(most)s entries of the ledger away in a day."),
    ),
    Limit("job_memory_bytes", 6 * GIB, "bytes", gettext_noop("A piece of work may take %(most)s of memory.")),
    Limit("analysis_memory_bytes", 2 * GIB, "bytes", gettext_noop("An analysis may take %(most)s of memory.")),
    Limit(
        "analysis_seconds",
        4 * 3600,
        "seconds",
        gettext_noop("An analysis may take %(most)s seconds of processor time."),
    ),
)
LIMITS = {limit.name: limit for limit in _TABLE}


class WrongLimit(ValueError):
    """A limit in the environment that is no whole number above nothing."""


def most(name: str) -> int:
    """The bound of that name: the environment's, else the table's. Raises `WrongLimit` for one that is no number."""
    said = os.environ.get(f"TIDEWAITER_LIMIT_{name.upper()}")
    if said is None:
        return LIMITS[name].most
    if not (said.isascii() and said.isdigit() and int(said[:18]) > 0):
        raise WrongLimit(f"TIDEWAITER_LIMIT_{name.upper()} is «{said[:40]}»: give a whole number above 0.")
    return int(said)


def amount(name: str) -> str:
    """The bound with its unit where that is bytes, as a person reads it: `20 MiB`, `64`."""
    bound = most(name)
    return bytes_text(bound) if LIMITS[name].unit == "bytes" else f"{bound:,}".replace(",", "\u202f")


def bytes_text(bound: int) -> str:
    """A number of bytes as a person reads it: `20 MiB`."""
    for size, unit in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if bound >= size:
            return f"{bound / size:.4g} {unit}"
    return f"{bound} B"
