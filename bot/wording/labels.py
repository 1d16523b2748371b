"""The labels people read: on buttons, forms and stages, and what each kind of app and origin is called."""

from collections.abc import Mapping

ORIGIN = {"said": "you said", "guessed": "I guessed", "default": "default"}

KINDS: Mapping[str, str] = {
    "survey": "a survey",
    "poll": "a poll",
    "rsvp": "a sign-up list",
    "approval": "an approval flow",
    "form_tracker": "a tracker",
    "calculator": "a calculator",
    "checklist": "a checklist",
    "oncall_rota": "a rota",
    "faq": "an FAQ page",
    "retro": "a retro board",
    "standup": "a stand-up",
    "booking": "a booking page",
}

STAGE: Mapping[str, str] = {
    "previewed": "preview",
    "proposed": "waiting for approval",
    "live": "live",
    "suspended": "suspended",
    "archived": "archived",
    "retired": "ended",
}
FILL_FIRST = "Fill in what it should say, and I build a preview."
FILL_IN, OPEN_PREVIEW = "Fill in", "Open preview"
"""What stands on Change answers while something is missing, and on Open while there is a preview."""
PUBLISH_ANYWAY, TRY_AS_OTHERS = "Publish anyway", "Try it as others"
"""On Publish while a check is red; and the way to the rehearsal of a preview."""
BUTTONS: Mapping[str, str] = {
    "slipway.open": "Open",
    "slipway.answer": "Change answers",
    "slipway.publish": "Publish",
    "slipway.confirm": "That is right",
    "slipway.discard": "Discard",
    "slipway.retry": "Try again",
    "slipway.plead": "Ask the platform team",
    "slipway.approve": "Approve",
    "slipway.consent": "Yes, with a reason",
    "slipway.reject": "Reject",
    "slipway.keep": "Keep",
    "slipway.archive": "Archive",
    "slipway.retire": "Retire",
    "slipway.look": "Look at it",
    "slipway.run": "Run again",
    "slipway.sent": "What was sent",
    "slipway.allow": "Allow for a while",
    "slipway.agree": "Approve",
    "slipway.want": "Ask for this kind",
    "slipway.apply": "Apply",
    "slipway.leave": "Leave it",
    "slipway.back": "Back to what is live",
    "slipway.versions": "Versions",
    "slipway.revert": "Roll back",
    "slipway.undo": "Undo",
    "slipway.human": "Ask the platform team",
    "slipway.who": "Who may open it",
    "slipway.share": "Share",
    "slipway.widen": "Ask to open it",
    "slipway.hand": "Hand over",
    "slipway.people": "People",
    "slipway.vouch": "Yes, keep it",
    "slipway.refuse": "No",
    "slipway.accept": "Accept",
    "slipway.decline": "Decline",
    "slipway.adopt": "Adopt",
    "slipway.mine": "What may I do?",
}
"""What stands on each button, by its action id."""

ROLE: Mapping[str, str] = {
    "system": "Slipway's instructions",
    "user": "What it was asked",
    "assistant": "What it had answered before",
}
"""Who speaks in what a model was sent."""

SURE, NOT_NOW_BUTTON, NOTHING = "Are you sure?", "Not now", "–"
"""On every question that is asked before something ends; and what stands where nothing was said."""
YES, NO = "yes", "no"

ORIGINS_HINT = {
    "said": "You said this.",
    "guessed": "I guessed this: please check it.",
    "default": "This is the default.",
    "open": "Still open.",
}
"""Under a form's field: where its value comes from."""
TYPED, ANEW = "You typed this and did not send it.", "Start over"
LINES_HINT, PEOPLE_HINT = "One a line.", "Separate people by commas."
MORE, FIRST = "More answers", "First answers"
FORM_TITLE, FORM_SEND, CANCEL, CLOSE = "Your app", "Build preview", "Cancel", "Close"
LOOK_TITLE, SENT_TITLE = "What went wrong", "What was sent"
REJECT_TITLE, REJECT_WHY, REJECT_HINT = "Reject", "Why not?", "The asker reads this. Say what would change your mind."
APPROVE_TITLE, APPROVE_WHY, APPROVE_HINT = "Approve", "Why?", "It stands in the thread and in the record."
ALLOW_TITLE, ALLOW_LONG, ALLOW_WHY = "Allow for a while", "For how long?", "Why?"
ALLOW_LONG_HINT, ALLOW_WHY_HINT = "It ends by itself.", "It stands in the thread and in the record."
ALLOW_FOR: Mapping[str, str] = {"3600": "1 hour", "28800": "8 hours", "86400": "1 day", "604800": "7 days"}
"""How long a capability can be allowed by the form, by its seconds."""
VERSIONS_TITLE, VERSIONS_CHOOSE = "Versions", "Which one shall be live?"
VERSIONS_HINT = "It is live within seconds, and one press takes it back. What is refused says why and changes nothing."
KEEP_TITLE, KEEP_WHY, KEEP_HINT = "Keep", "Why?", "It stands in the thread and in the record."
KEEP_BUDGET = "Accept, {tag} pays on"
PEOPLE_WHO, PEOPLE_WHO_HINT, PEOPLE_SEND = "Who?", "A member of this workspace.", "Change"
ROLE_WHICH, ROLE_HINT = "Which role?", "It counts from their next visit or press on."
ROLES: Mapping[str, str] = {
    "editor": "Editor: changes it and sees its results",
    "owner": "Owner: also hands it over and gives roles",
    "viewer": "Viewer: may open it",
    "none": "No role: what they had is taken away",
}
HAND_WHO, HAND_WHO_HINT, HAND_SEND = "To whom?", "They are asked first; it stays yours until then.", "Ask them"
HAND_STAY, HAND_STAY_HINT = "And you?", "You can be given a role again later, by its new owner."
HAND_STAYS: Mapping[str, str] = {"editor": "I stay an editor", "none": "I keep no role"}
PLAIN_ORIGIN = {"said": "you said", "guessed": "I guessed", "default": "usual"}
"""Who gave an answer, as the receipt says it."""
SINCE = {True: "what is live", False: "the last request"}
NOTHING_ASKED = "This template has nothing to ask. Its preview shows everything that there is to decide."
HARMS: Mapping[str, str] = {
    "obeying": "I do not do what somebody else's message asks for. Please say in your own words what you need.",
    "passwords": "I make nothing in which people enter passwords or PINs: nobody else should ever read them.",
    "watching": "I make nothing that watches people or reads what they write without their knowing.",
}
"""Why nobody gets what `generator.harm` finds."""
