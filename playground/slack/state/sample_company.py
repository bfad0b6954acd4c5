"""The fictional company of the demo: its people, its channels, its app. Facts only."""

from playground.slack.state.records import Channel, Command, Shortcut, User

TEAM_ID = "TLUMIERE"
TEAM_NAME = "Maison Lumière"
TEAM_DOMAIN = "maison-lumiere"
ENTERPRISE_ID = "EGROUPE"
ENTERPRISE_NAME = "Groupe Lumière"
OTHER_TEAM_ID = "TPARIS"  # another workspace of the same organisation
APP_ID = "APLAYGROUND"
BOT_ID = "BSOUFFLEUR"
BOT_USER_ID = "USOUFFLEUR"

BOT = User(BOT_USER_ID, "souffleur", "Souffleur", is_bot=True)
PEOPLE = (
    User("UCAMILLE", "camille", "Camille Moreau", "fr-FR", "Designer, atelier Paris"),
    User("UALICE", "alice", "Alice Martin", "fr-FR", "Directrice des opérations", is_admin=True),
    User("UJAMES", "james", "James Carter", "en-GB", "Showroom manager, Brussels"),
    User("USOFIA", "sofia", "Sofia Rossi", "en-US", "Guest, textile supplier", is_guest=True),
    User("UELENA", "elena", "Elena Weber", "de-DE", "Atelier Nord, another company", team="TATELIERNORD"),
)
_STAFF = ("UCAMILLE", "UALICE", "UJAMES")
CHANNELS = (
    Channel("CGENERAL", "general", "public", (*_STAFF, BOT_USER_ID), "Général: la vie de la maison"),
    Channel("CRH", "rh", "public", (*_STAFF, BOT_USER_ID), "Congés, télétravail, paie"),
    Channel("CFINANCE", "finance", "private", ("UCAMILLE", "UALICE", BOT_USER_ID), "Budgets et notes de frais"),
    Channel("CPROJETS", "projets", "public", _STAFF, "Chantiers et clients (sans le bot)"),
    Channel("CENGLISHDESK", "english-desk", "public", ("UALICE", "UJAMES", BOT_USER_ID), "Questions in English"),
    Channel("CFOURNISSEURS", "fournisseurs", "public", ("UALICE", "USOFIA", BOT_USER_ID), "With our suppliers"),
    Channel(
        "CATELIERNORD", "atelier-nord", "public", ("UALICE", "UELENA", BOT_USER_ID), "Lampe Orion, with Atelier Nord"
    ),
    Channel("GDIRECTION", "mpdm-alice--james--souffleur-1", "mpim", ("UALICE", "UJAMES", BOT_USER_ID)),
)
USERGROUPS = {"SDIRECTION": ("UALICE",), "SATELIER": ("UCAMILLE", "UJAMES")}
COMMANDS = (
    Command("/ask", "Ask the documents; only you see the answer", "your question"),
    Command("/compare", "The model alone beside the model with the documents (admins)", "your question"),
    Command("/docs", "List the documents; only you see the list", "[words]"),
    Command("/reindex", "Read the documents again (admins)", "[path | all | confirm-deletes]"),
)
SHORTCUTS = (Shortcut("Ask Souffleur about this", "ask_about_this"),)


def direct_messages() -> tuple[Channel, ...]:
    """One conversation with the bot for each person of its own workspace."""
    ours = (person.id for person in PEOPLE if not person.team)
    return tuple(Channel(f"D{person[1:]}", BOT.name, "im", (person, BOT_USER_ID)) for person in ours)
