"""What administrators read of held deletions and of the index, in English, and nothing else."""

from bot.slack.i18n.admin_texts import AdminTexts

ADMIN_ENGLISH = AdminTexts(
    hold_title="Deletions wait for a confirmation",
    hold_many=(
        "Documents missing from the folder since {since}: {count} of {known}. "
        "That is more at once than I forget without asking."
    ),
    hold_unmounted=(
        "Documents missing from the folder since {since}: {count} of {known}. "
        "The folder looks as if its disk were not mounted."
    ),
    hold_stays=(
        "They go on answering until an administrator confirms that they are gone. "
        "If they should be there, put them back (or mount the disk): nothing else is needed."
    ),
    hold_names="Missing:",
    hold_command="If they are gone for good: `/reindex confirm-deletes`.",
    hold_button="Confirm deletion",
    hold_sure="Documents that will answer no longer, until they are put back into the folder: {count}.",
    hold_keep="Keep them",
    hold_confirmed="Confirmed by {by}: they answer until the ingestion worker has removed them.",
    hold_refused="Only an administrator can confirm that documents are gone. Please ask {admins}.",
    hold_none="No deletion waits for a confirmation: nothing is held.",
    hold_changed=(
        "What is missing has changed since this page was shown. Look again, then confirm; nothing was confirmed."
    ),
    hold_under_way="This was confirmed already: the ingestion worker has the request.",
    hold_follow="Confirmed: documents to remove: {count}. I show the progress in our direct messages.",
    hold_follow_home=(
        "Confirmed: documents to remove: {count}. "
        "Slack does not let me write to you directly; my Home tab shows the progress."
    ),
    confirm_title="Removing documents that are gone from the folder",
    confirm_done="Done: what is missing from the folder answers no longer.",
    confirm_removed="Documents removed: {done}.",
    confirm_held=(
        "Nothing was removed: more documents have gone missing since the confirmation. "
        "My Home tab shows what is held now; confirm again if it is gone for good."
    ),
    confirm_waits=(
        "Nothing was removed yet: the folder could not be looked at whole. "
        "The confirmation holds, and is carried out once it can."
    ),
    index_title="Another index is being made",
    index_prepared="A new index of the documents is being made. Until it takes over, answers come from the one before.",
    index_since="since {since}",
    index_model="model",
    index_reading="reading",
    index_words="words",
    index_documents="Waiting for documents to be read: {count}, *{path}* among them.",
    index_meaning="Waiting for the embedding model, which has not seen every passage yet.",
    index_gate="It is complete: before it takes over, it is held against the one that answers.",
    index_refused="The gate refuses it: on the questions of `SWITCH_GATE` it finds less than the one that answers.",
    index_remedy=("Set back what was changed, or correct or unset `SWITCH_GATE`, then restart the ingestion worker."),
    index_stays="Meanwhile the index before it answers and follows the folder.",
    index_kept="The index that was set aside {since} is kept for a while: going back to it needs no reading.",
    index_embedded=(
        "*The embedded index holds {passages} passages and is slow from {limit} on.* Run a Qdrant server, "
        "set `QDRANT_URL` and let the worker read the folder into it."
    ),
)
