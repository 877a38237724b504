"""Functions of rooms' actions that are no deeds: steps of one, what is read for one, what runs a deed for each.

By file, so that a deed of the same name elsewhere is not passed over.
"""

from __future__ import annotations

STEPS: dict[str, tuple[str, ...]] = {
    "cases/actions/drafting.py": ("forget_requests",),
    "codelists/actions.py": ("shipped_lists",),
    "exchange/actions/filling.py": ("pass_over",),
    "exchange/actions/publishing.py": ("proof_of",),
    "exchange/actions/queueing.py": (
        "peers_of",
        "never_sent",
        "rows_of",
        "has_what_it_needs",
        "recalled",
    ),
    "exchange/actions/taking_notes.py": ("receipts_in",),
    "intake/actions.py": (
        "incoming_folder",
        "readable",
        "keep_upload",
        "forget_upload",
    ),
    "jobs/actions.py": (
        "untidy_jobs",
        "lost_jobs",
        "working",
    ),
    "ledger/actions.py": ("signed",),
    "library/actions.py": ("visited",),
    "mail/actions/exporting.py": ("verified",),
    "mail/actions/files.py": ("forget_files",),
    "mail/actions/keeping.py": ("homes_of",),
    "notices/actions.py": (
        "tell",
        "untell",
        "tell_about_people",
        "forget_old_notices",
        "mark_seen",
        "send_digests",
    ),
    "offline/actions/arriving.py": (
        "announce",
        "must_be_in_use",
        "waiting_for",
        "release_after",
        "receipt_of",
    ),
    "offline/actions/devices.py": (
        "greet",
        "known_device",
    ),
    "offline/actions/settling.py": (
        "sides_of",
        "differences_of",
    ),
    "offline/actions/taking.py": (
        "owner_of",
        "named_in",
        "manifest_in",
        "read_case",
        "take_case",
        "kept",
        "take_photo",
        "take_correction",
    ),
    "operations/actions/chasing.py": (
        "chase",
        "remind",
    ),
    "operations/actions/drafting.py": ("unsent",),
    "operations/actions/hashes.py": (
        "lines_of",
        "lists_with",
        "look_through",
    ),
    "operations/actions/joining.py": ("was_here",),
    "operations/actions/wording_files.py": ("read_files",),
    "people/actions/accounts.py": (
        "check_account",
        "choose_password",
        "end_access",
        "end_sessions",
        "forget_sessions",
    ),
    "people/actions/sign_ins.py": ("forget_sign_ins",),
    "people/actions/tokens.py": ("digest_of",),
    "registry/actions/graph_papers.py": (
        "look_at_graph",
        "drawings",
    ),
    "response/actions/alarms.py": (
        "held",
        "happens",
        "acted",
        "leg_of",
    ),
    "response/actions/clocks.py": (
        "marks_passed",
        "call_at_marks",
        "warn_of_ends",
    ),
    "response/actions/preserving.py": (
        "read_preservation",
        "missing_of",
    ),
    "response/actions/requests.py": ("door_named",),
    "search/actions.py": ("ref_of_watch",),
    "vault/actions.py": (
        "path_of",
        "claim_pictures",
        "hashes_of_file",
        "hash_pictures",
        "file_of",
        "stream",
        "size_of",
        "read",
    ),
}
