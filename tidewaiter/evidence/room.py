"""Evidence: from the scene to the court and the furnace."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.evidence.abroad_api import router as abroad_router
from tidewaiter.evidence.actions import tell_of_due
from tidewaiter.evidence.actions.acquisitions import verify_due
from tidewaiter.evidence.actions.bringing import FOLDER, drop_old_uploads
from tidewaiter.evidence.actions.prosecution import remind_of_hearings
from tidewaiter.evidence.actions.readings import find_silent
from tidewaiter.evidence.actions.stamps import stamp_by_clock
from tidewaiter.evidence.api import router
from tidewaiter.evidence.claims import CLAIMS
from tidewaiter.evidence.court_api import router as court_router
from tidewaiter.evidence.court_views import court_of_case, court_panel
from tidewaiter.evidence.demo import fill_evidence
from tidewaiter.evidence.device_api import router as device_router
from tidewaiter.evidence.device_views import devices_panel
from tidewaiter.evidence.digital_api import router as digital_router
from tidewaiter.evidence.digital_views import data_panel
from tidewaiter.evidence.disposal_api import router as disposal_router
from tidewaiter.evidence.event_api import router as event_router
from tidewaiter.evidence.policy import reads
from tidewaiter.evidence.proof_api import router as proof_router
from tidewaiter.evidence.proof_views import case_button, case_exports, proof_panel
from tidewaiter.evidence.queries import titles
from tidewaiter.evidence.scene_api import router as scene_router
from tidewaiter.evidence.store_api import router as store_router
from tidewaiter.evidence.tasks import KINDS
from tidewaiter.evidence.views import case_panel, start_panel
from tidewaiter.evidence.wire import KINDS as WIRE_KINDS
from tidewaiter.evidence.words_of_proof import COURT_STATES
from tidewaiter.foundation.room_cards import (
    DemoPart,
    Folder,
    Key,
    Labels,
    Link,
    RailEntry,
    Rights,
    Room,
    Scheduled,
)

ROOM = Room(
    name="evidence",
    urls="evidence/",
    api=(
        router,
        event_router,
        disposal_router,
        proof_router,
        digital_router,
        court_router,
        device_router,
        abroad_router,
        store_router,
        scene_router,
    ),
    tasks=KINDS,
    schedule={
        "evidence_stamped": Scheduled(
            every=900, do=stamp_by_clock, word=_("What was recorded of exhibits is stamped by the time authority")
        ),
        "evidence_verified": Scheduled(
            every=3600, do=verify_due, word=_("Images of devices are read again: by the clock, and after each move")
        ),
        "evidence_uploads_dropped": Scheduled(
            every=3600, do=drop_old_uploads, word=_("Files of evidence that nobody goes on with are thrown away")
        ),
        "evidence_hearings": Scheduled(
            every=3600, do=remind_of_hearings, word=_("People are told of hearings within the week")
        ),
        "evidence_silent": Scheduled(
            every=300, do=find_silent, word=_("Devices on evidence that are silent too long are found")
        ),
        "evidence_due": Scheduled(
            every=600, do=tell_of_due, word=_("People are told of exhibits that are not back in time")
        ),
    },
    panels={
        "start_waiting": (start_panel,),
        "case": (case_panel,),
        "exhibit_proof": (proof_panel,),
        "exhibit_side": (devices_panel, data_panel, court_panel),
        "evidence_case_buttons": (case_button,),
        "evidence_case": (court_of_case, case_exports),
    },
    rail=(
        RailEntry(
            name="evidence", address="/evidence/", icon="fingerprint", word=_("Evidence"), place=22, shown_to=reads
        ),
    ),
    keys=(
        Key(key="H", word=_("hand an exhibit over"), place=60, shown_to=reads),
        Key(key="T", word=_("take what waits for your hand"), place=61, shown_to=reads),
        Key(key="V", word=_("verify chain and stamps of an exhibit"), place=63, shown_to=reads),
        Key(key="X", word=_("export a case for court"), place=64, shown_to=reads),
        Key(key="L", word=_("the label of an exhibit"), place=62, shown_to=reads),
    ),
    links=(
        Link(deeds=("evidence.",), page="evidence_exhibit", called=titles),
        Link(deeds=("evidence.hearing_near",), page="evidence_proceeding"),
        Link(deeds=("evidence.disposed", "evidence.disposal_undone"), page="evidence_disposal"),
        Link(deeds=("evidence.inventory_ended",), page="evidence_inventory"),
        Link(deeds=("evidence.handed_over",), page="evidence_taking", of_ref=False, called=titles),
    ),
    labels=Labels(
        deeds={
            "evidence.exported": _("Exhibits exported"),
            "evidence.export_written": _("Export of exhibits written"),
            "evidence.checked": _("Chain and stamps of an exhibit verified"),
            "evidence.receipt_given": _("Receipt of an event given"),
            "evidence.acquired": _("Data of an exhibit acquired"),
            "evidence.verified": _("Image of an exhibit read again"),
            "evidence.upload_begun": _("Large file of an exhibit announced"),
            "evidence.piece_brought": _("Piece of a large file brought"),
            "evidence.file_brought": _("Large file of an exhibit brought"),
            "evidence.upload_dropped": _("Unfinished file of an exhibit thrown away"),
            "evidence.court_opened": _("Way of a case to court begun"),
            "evidence.charged": _("Charge written down"),
            "evidence.court_filed": _("Case filed with a court"),
            "evidence.hearing_set": _("Hearing set"),
            "evidence.hearing_ended": _("Result of a hearing written down"),
            "evidence.hearing_near": _("Hearing within the week"),
            "evidence.order_written": _("Order of a court written down"),
            "evidence.disclosed": _("Line of a disclosure list written"),
            "evidence.shown": _("Exhibit shown or copied for somebody"),
            "evidence.judged": _("Judgement written down"),
            "evidence.court_dropped": _("Case before a court dropped"),
            "evidence.device_fitted": _("Device fitted"),
            "evidence.device_removed": _("Device taken off"),
            "evidence.readings_taken": _("Readings of a device taken"),
            "evidence.reading_found": _("Something wrong in what a device says"),
            "evidence.finding_cleared": _("Finding of a device looked into"),
            "evidence.reported": _("Device reported on an exhibit"),
            "evidence.sent_exhibit": _("Exhibit made known to another country"),
            "evidence.sent_custody_transfer": _("Custody handed over to another country"),
            "evidence.sent_custody_receipt": _("Custody of another country's exhibit taken"),
            "evidence.sent_evidence_request": _("Evidence asked of another country"),
            "evidence.sent_evidence_answer": _("Request for evidence answered"),
            "evidence.came_from_abroad": _("Evidence of another country came"),
            "evidence.batch_closed": _("Batch of events closed for a time stamp"),
            "evidence.stamped": _("Batch of events stamped"),
            "evidence.not_stamped": _("Time authority gave no stamp"),
            "evidence.seized": _("Exhibit seized"),
            "evidence.read": _("Exhibit looked at"),
            "evidence.name_read": _("Name of a person of the annex read"),
            "evidence.sealed": _("Exhibit sealed"),
            "evidence.unsealed": _("Seal of an exhibit opened"),
            "evidence.handed_over": _("Exhibit handed over"),
            "evidence.taken": _("Exhibit taken"),
            "evidence.declined": _("Exhibit not taken"),
            "evidence.moved": _("Exhibit moved"),
            "evidence.boxed": _("Exhibit put into a box"),
            "evidence.unboxed": _("Exhibit taken out of a box"),
            "evidence.tested": _("Exhibit tested"),
            "evidence.measured": _("Exhibit measured"),
            "evidence.sampled": _("Sample or part taken"),
            "evidence.corrected": _("Event of custody corrected"),
            "evidence.held": _("Exhibit put under hold"),
            "evidence.released": _("Hold of an exhibit lifted"),
            "evidence.decided": _("Decided what becomes of an exhibit"),
            "evidence.valued": _("Value or fate of an asset written down"),
            "evidence.marked": _("Handling of an exhibit set"),
            "evidence.store_kept": _("Store opened or changed"),
            "evidence.inventory_begun": _("Count of a store begun"),
            "evidence.scanned": _("Codes scanned in a count"),
            "evidence.inventory_ended": _("Count of a store ended"),
            "evidence.counted": _("Exhibit found in a count"),
            "evidence.lost": _("Exhibit not found in a count"),
            "evidence.found": _("Missing exhibit found again"),
            "evidence.checklist_loaded": _("Checklist of scenes brought"),
            "evidence.scene_begun": _("Work at a scene begun"),
            "evidence.step_done": _("Step at a scene done"),
            "evidence.scene_left": _("Scene left"),
            "evidence.receipt_taken": _("Receipt to a holder printed"),
            "evidence.disposal_ordered": _("Disposal ordered"),
            "evidence.right_holder_told": _("Right holder told of a disposal"),
            "evidence.method_chosen": _("Method of a disposal chosen"),
            "evidence.method_fixed": _("Methods of a disposal fixed"),
            "evidence.counted_at_gate": _("Disposal counted at the gate"),
            "evidence.disposal_cancelled": _("Disposal taken back"),
            "evidence.carried_out": _("Disposal carried out"),
            "evidence.disposed": _("Exhibit disposed of"),
            "evidence.witnessed": _("Disposal witnessed"),
            "evidence.disposal_undone": _("Disposal was not done so"),
            "evidence.disposal_done": _("Disposal stands"),
            "evidence.certificate_taken": _("Certificate of a disposal taken"),
            "evidence.due": _("An exhibit is not back in time"),
            "evidence.file_kept": _("File for an exhibit kept"),
            "evidence.file_opened": _("File of an exhibit opened"),
            "evidence.look_asked": _("Look at a restricted file of an exhibit asked for"),
            "evidence.look_allowed": _("Look at a restricted file of an exhibit allowed"),
        },
        states={
            "seized": p("exhibit", "Seized"),
            "in_custody": p("exhibit", "In custody"),
            "out_of_store": p("exhibit", "Handed out"),
            "missing": p("exhibit", "Missing"),
            "disposed_of": p("exhibit", "Disposed of"),
            **COURT_STATES,
            "disposal_ordered": p("disposal", "Ordered"),
            "method_fixed": p("disposal", "Method fixed"),
            "disposal_witnessing": p("disposal", "Waits for witnesses"),
            "disposal_done": p("disposal", "Done"),
            "disposal_cancelled": p("disposal", "Taken back"),
            "counting": p("count", "Being counted"),
            "counted": p("count", "Counted"),
            "at_scene": p("scene", "At work"),
            "scene_left": p("scene", "Left"),
        },
    ),
    rights=Rights(
        pages={
            "evidence": "exhibitor",
            "new_exhibit": "exhibitor",
            "evidence_hand_over": "exhibitor",
            "evidence_taking": "exhibitor",
            "evidence_labels": "see.exhibit",
            "evidence_stores": "exhibitor",
            "evidence_store": "home_of_store",
            "evidence_inventory": "home_of_store",
            "evidence_inventory_ended": "post home_of_store",
            "evidence_assets": "exhibitor",
            "evidence_export": "exhibitor",
            "evidence_stamps": "exhibitor",
            "evidence_court": "exhibitor",
            "evidence_proceeding": "see.proceeding",
            "proceeding_deed": "post see.proceeding",
            "evidence_devices": "exhibitor",
            "evidence_device": "see.device",
            "device_deed": "post see.device",
            "evidence_abroad": "orderer",
            "evidence_acquire": "see.exhibit",
            "evidence_image_verified": "post see.exhibit",
            "evidence_checked": "post see.exhibit",
            "evidence_receipt": "see.exhibit",
            "new_scene": "exhibitor",
            "evidence_checklists": "steward_of_country",
            "evidence_scene": "home_of_scene",
            "scene_step": "post home_of_scene",
            "scene_left": "post home_of_scene",
            "scene_receipt": "home_of_scene",
            "evidence_disposals": "exhibitor",
            "new_disposal": "orderer",
            "evidence_disposal": "see.disposal",
            "disposal_certificate": "see.disposal",
            "disposal_deed": "post see.disposal",
            "evidence_case": "see.exhibit",
            "evidence_exhibit": "see.exhibit",
            "evidence_file": "see.exhibit",
            "evidence_picture": "see.exhibit",
            "evidence_look": "post see.exhibit",
            "evidence_party": "post see.exhibit",
            "exhibit_deed": "post see.exhibit",
        },
        programs={
            "list_exhibits": "exhibitor",
            "seized_exhibit": "exhibitor",
            "get_exhibit": "see.exhibit",
            "list_custody": "see.exhibit",
            "begun_evidence_upload": "see.exhibit",
            "one_evidence_upload": "bringer",
            "brought_evidence_piece": "bringer",
            "list_acquisitions": "see.exhibit",
            "verified_image": "see.exhibit",
            "list_proceedings": "exhibitor",
            "opened_proceeding": "exhibitor",
            "court_figures": "exhibitor",
            "one_proceeding": "see.proceeding",
            "moved_proceeding": "see.proceeding",
            "list_evidence_devices": "exhibitor",
            "fitted_device": "exhibitor",
            "took_readings": "see.device",
            "list_reading_findings": "see.device",
            "cleared_finding": "see.device",
            "list_abroad": "orderer",
            "did_abroad": "orderer",
            "asked_evidence": "exhibitor",
            "custody_receipt": "see.exhibit",
            "checked_exhibit": "see.exhibit",
            "list_stamps": "exhibitor",
            "wrote_event": "see.exhibit",
            "confirmed_event": "see.exhibit",
            "declined_event": "see.exhibit",
            "kept_file_of": "see.exhibit",
            "list_stores": "exhibitor",
            "opened_store": "custodian",
            "begun_count": "home_of_store",
            "scanned_codes": "home_of_store",
            "ended_count": "home_of_store",
            "get_count": "home_of_store",
            "handed_several": "exhibitor",
            "list_assets": "exhibitor",
            "begun_scene": "exhibitor",
            "get_scene": "home_of_scene",
            "done_step": "home_of_scene",
            "left_scene": "home_of_scene",
            "list_disposals": "exhibitor",
            "get_disposal": "see.disposal",
        },
        sees={
            "exhibit": {"any": ("home_of_exhibit",), "red": ("holder", "finder", "investigates", "custodian")},
            "disposal": {"any": ("home_of_exhibit",)},
            "proceeding": {"any": ("home_of_exhibit",)},
            "device": {"any": ("home_of_exhibit",)},
        },
        does={"exhibit": {"handle": ("holder",)}},
    ),
    folders=(Folder(name=FOLDER),),
    wire=WIRE_KINDS,
    claims=CLAIMS,
    demo=DemoPart(place=65, at_home=fill_evidence),
)
