"""Mail of the node: letters between people, offices and administrations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import DemoPart, Key, Labels, Link, RailEntry, Rights, Room, Scheduled
from tidewaiter.mail.actions import forget_files, forget_old_mail, remind_of_letters
from tidewaiter.mail.api import router
from tidewaiter.mail.claims import CLAIMS
from tidewaiter.mail.demo import fill_mail, fill_mail_at_home
from tidewaiter.mail.policy import corresponds
from tidewaiter.mail.queries import subjects
from tidewaiter.mail.views import waiting_panel

ROOM = Room(
    name="mail",
    urls="mail/",
    api=(router,),
    schedule={
        "mail_clocks": Scheduled(every=30, do=remind_of_letters, word=_("People are reminded of letters to answer")),
        "mail_files": Scheduled(every=3600, do=forget_files, word=_("Files that went with no letter are forgotten")),
        "mail_kept": Scheduled(every=3600, do=forget_old_mail, word=_("Mail is forgotten when its time is over")),
    },
    panels={"start_waiting": (waiting_panel,)},
    rail=(RailEntry(name="mail", address="/mail/", icon="mail", word=_("Mail"), place=95, shown_to=corresponds),),
    keys=(
        Key(key="N", word=_("write a letter"), place=3, shown_to=corresponds),
        Key(key="A", word=_("answer a letter"), place=4, shown_to=corresponds),
    ),
    labels=Labels(
        deeds={
            "mail.drafted": _("Letter begun"),
            "mail.draft_dropped": _("Draft of a letter thrown away"),
            "mail.file_brought": _("File brought for a letter"),
            "mail.file_dropped": _("File taken off a letter"),
            "mail.file_taken": _("File of a letter taken"),
            "mail.sent": _("Letter sent"),
            "mail.answered": _("Letter answered"),
            "mail.forwarded": _("Letter sent on"),
            "mail.opened": _("Letter opened"),
            "mail.taken_back": _("Letter taken back"),
            "mail.due": _("An answer is due soon"),
            "mail.overdue": _("An answer is overdue"),
            "mail.urgent": _("Urgent letter"),
            "mail.keeping_set": _("How long mail is kept was set"),
            "mail.held": _("Mail held: it is not forgotten"),
            "mail.hold_lifted": _("Hold of mail lifted"),
            "mail.forgotten": _("Letter forgotten at the end of its time"),
            "mail.exported": _("Thread of mail taken as a signed file"),
        },
    ),
    links=(Link(deeds=("mail.",), page="mail_thread", called=subjects),),
    rights=Rights(
        pages={
            "mail": "correspondent",
            "new_letter": "correspondent",
            "mail_drafts": "correspondent",
            "mail_draft": "see.draft",
            "keep_mail_draft": "post see.draft",
            "mail_file": "see.letter",
            "letter_deed": "post see.letter",
            "mail_thread": "see.letter",
            "export_mail": "post see.letter",
            "mail_keeping": "mail_steward",
            "lift_mail_hold": "post mail_steward",
        },
        programs={
            "list_mail": "correspondent",
            "send_letter": "correspondent",
            "bring_mail_file": "correspondent",
            "get_mail_file": "see.letter",
            "show_mail": "see.letter",
            "export_mail_thread": "see.letter",
            "answer_letter": "see.letter",
            "forward_letter": "see.letter",
            "take_back_letter": "see.letter",
        },
        sees={
            "letter": {"sent": ("writer", "addressee")},
            "draft": {"kept": ("writer",)},
        },
        does={
            "letter": {
                "answer": ("writer", "addressee"),
                "forward": ("writer", "addressee"),
                "take_back": ("writer",),
            },
        },
    ),
    claims=CLAIMS,
    demo=DemoPart(place=50, load=fill_mail, at_home=fill_mail_at_home),
)
