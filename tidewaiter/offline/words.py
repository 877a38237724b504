"""The words of the page that runs without a line, in the language of its pack."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.registry.entry_rows import FIELDS
from tidewaiter.registry.vocabulary import KIND_WORDS, PART_WORDS


def row_words() -> dict[str, Any]:
    """What is asked of a person, a firm, a conveyance: as the case's own page of entry asks it."""
    return {
        "kinds": {kind: str(word) for kind, word in KIND_WORDS.items()},
        "roles": {role: str(word) for role, word in PART_WORDS.items()},
        "fields": {asked: [[name, str(word), most] for name, word, most in fields] for asked, fields in FIELDS.items()},
    }


def page_words() -> dict[str, str]:
    """By the name under which the page asks for them."""
    return {**_queue(), **_entry(), **_device()}


def _queue() -> dict[str, str]:
    return {
        "queue": _("Queue"),
        "new": _("New"),
        "look_up": _("Look up"),
        "codes": _("Codes"),
        "device": _("Device"),
        "no_line": _("No line since %(when)s."),
        "no_line_yet": _("No line."),
        "kept_here": _("Kept on this device, sealed."),
        "line": _("There is a line."),
        "next_try": _("next try %(left)s"),
        "sending": _("Sending…"),
        "wait_one": _("1 waits to be sent"),
        "wait_many": _("%(n)s wait to be sent"),
        "nothing_waits": _("Nothing waits to be sent"),
        "oldest": _("the oldest has waited %(age)s"),
        "frozen": _("frozen"),
        "text": _("text %(size)s"),
        "then_photos": _("then %(n)s photos %(size)s"),
        "then_photo": _("then 1 photo %(size)s"),
        "photo_of": _("Photo %(n)s of %(what)s"),
        "cut_off": _("cut off at %(share)s %%"),
        "goes_on": _("goes on from there; its text is through"),
        "after": _("after %(what)s"),
        "correction_to": _("Correction to %(ref)s"),
        "gone_last": _("Gone last"),
        "only_on_receipt": _("deleted only on a receipt"),
        "receipt_signed": _("receipt signed"),
        "to_settle": _("to be settled at the office"),
        "two_versions": _("two versions: choose at the office"),
        "save_queue": _("Save queue to a file"),
        "send_now": _("Send now"),
        "find_a_line": _("You find a line, or save a file"),
        "nothing_lost": _("nothing is lost meanwhile"),
        "all_sent": _("All is sent"),
        "drafts": _("Not finished"),
        "draft_of": _("Draft: %(what)s"),
        "saved_to_file": _("Saved to a file: %(name)s. The queue stays here until the node has signed for it."),
        "refused": _("The node did not take it: %(why)s"),
        "forged_receipt": _("A receipt came that the node has not signed: nothing was deleted."),
    }


def _entry() -> dict[str, str]:
    return {
        "choose_form": _("Which goods?"),
        "new_case": _("New case: %(form)s"),
        "version_kept": _("Form version %(version)s · kept %(time)s"),
        "add_line": _("Add a line of goods"),
        "line_n": _("Goods, line %(n)s"),
        "take_off": _("Take off"),
        "names": _("Persons, firms, conveyances"),
        "stays": _("stays in %(country)s"),
        "add_person": _("Add a person"),
        "add_company": _("Add a firm"),
        "add_vehicle": _("Add a conveyance"),
        "kind": _("Kind"),
        "name": _("Name, registration or plate"),
        "role": _("Role"),
        "not_looked_up": _(
            "Not looked up in the registry: no line. It will be when this arrives, and you will be told."
        ),
        "photos": _("Photos"),
        "photos_after": _("%(n)s · %(size)s · go after the text"),
        "add_photo": _("Take or choose photos"),
        "caption": _("What is to be seen"),
        "optional": _("optional"),
        "long_form": _("All fields"),
        "keep": _("Keep"),
        "submit": _("Submit to the queue"),
        "then_frozen": _("then it is frozen and queued"),
        "you_finish": _("You finish and submit"),
        "kept": _("Kept."),
        "must_mend": _("%(n)s to be mended before it can be submitted"),
        "look_first": _("Look at this first. Submit again if it is right as it is."),
        "name_and_role": _("Give the name and the role."),
        "place_unread": _("A place outside your region: the node reads it when this arrives."),
        "form_changed": _(
            "The form has changed since you began: it is now version %(version)s. What you wrote is kept."
        ),
        "field_gone": _("«%(field)s» is no longer asked for. You wrote: %(said)s"),
        "gone_goes": _("It goes along as a message with the case."),
        "from_codes": _("%(name)s, from the codes of %(edition)s"),
        "full_text": _("There is no room left on this device. Save the queue to a file, then send or free space."),
        "full_photo": _("There is no room for this photo. The text is kept; the photo is not."),
        "most_photos": _("A case holds %(n)s photos at most: %(left)s were left out."),
        "choose": _("Choose"),
        "yes": _("Yes"),
        "no": _("No"),
        "correct": _("Correct"),
        "corrects": _("Correction to %(ref)s, as it stood on %(when)s"),
        "withdrawn": _("Deleted."),
        "delete_draft": _("Delete this draft"),
    }


def _device() -> dict[str, str]:
    return _state_of_device() | _at_the_door()


def _state_of_device() -> dict[str, str]:
    return {
        "on_device": _("On this device"),
        "not_cleared": _("will not be cleared"),
        "may_be_cleared": _("the browser may clear it"),
        "waits_here": _("%(size)s wait"),
        "forms_here": _("%(size)s forms, codes"),
        "free": _("%(size)s free"),
        "persistence": _("Persistence"),
        "asked_granted": _("asked %(when)s, granted"),
        "asked_denied": _("asked %(when)s, not granted: send often, or save the queue to a file"),
        "not_asked": _("not asked yet"),
        "sealed_with": _("Sealed with"),
        "both_keys": _("your passphrase and the node’s recovery key"),
        "clock": _("Clock"),
        "clock_right": _("%(s)s s from the node’s on %(when)s"),
        "clock_wrong": _("%(s)s from the node’s on %(when)s: dates are reckoned by the node’s"),
        "not_measured": _("not measured yet"),
        "forms_codes": _("Forms, codes"),
        "of_day": _("of %(when)s; older ones are still taken"),
        "others_here": _("Others here"),
        "nobody_else": _("nobody"),
        "other_waits": _("%(who)s, %(n)s wait under their own name"),
    }


def _at_the_door() -> dict[str, str]:
    return {
        "lock": _("Lock"),
        "unlock": _("Open the desk"),
        "passphrase": _("Passphrase"),
        "again": _("The same again"),
        "passphrase_hint": _(
            "At least 12 signs, for this device alone. It is kept nowhere. If you forget it, the node can still open "
            "what waits: save the queue to a file and bring it."
        ),
        "too_short": _("At least 12 signs."),
        "not_the_same": _("The two are not the same."),
        "wrong_passphrase": _("This does not open the desk."),
        "take_into_use": _("Take this device into use"),
        "take_hint": _("Once, while there is a line: the forms, the codes and a key of its own come onto it."),
        "device_name": _("What it is called"),
        "who": _("Whose desk"),
        "open_elsewhere": _("The desk was opened on another page of this device. What was typed here is kept."),
        "desk_known": _(
            "%(who)s has a desk on this device already. If its passphrase is forgotten, take it into use anew: what "
            "waits is sent all the same, what is not finished is lost."
        ),
        "take_anew": _("Take into use anew"),
        "signed_in_other": _("Somebody else is signed in at the node: the cases of %(who)s were not renewed."),
        "other_officer": _("Another officer"),
        "enrol_needs_line": _("A line is needed once, to take a device into use."),
        "revoked": _("This device was taken out of use. What it holds stays sealed; only the node could open it."),
        "receipts_take": _("Take receipts from a file"),
        "receipts_taken": _("%(n)s deleted: the node has signed for them. %(other)s fitted nothing here."),
        "forms_get": _("Get forms and codes"),
        "forms_got": _("Forms and codes are up to date."),
        "sign_in_again": _("Sign in at the node to get forms and codes; sending needs no sign-in."),
        "sign_in": _("Sign in"),
        "locked": _("Locked. Sending goes on."),
        "must_unlock_out": _(
            "%(n)s wait under the name of %(who)s. They stay theirs; whoever signs in next does not see them."
        ),
        "nothing_found": _("Nothing kept here fits."),
        "your_cases": _("Your cases, as they stood on %(when)s"),
        "no_cases": _("No cases were brought onto this device yet."),
        "no_crypto": _("This browser cannot seal what you write: use a newer one, and a secure address (https)."),
        "no_picture": _("This is no picture that can be read."),
        "edition": _("edition %(edition)s"),
        "entries": _("%(n)s entries"),
    }
