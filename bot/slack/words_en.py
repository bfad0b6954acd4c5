"""The Slack edge's texts in English, and nothing else."""

from bot.slack.texts import Texts

ENGLISH = Texts(
    understanding="is reading the question…",
    searching="is searching the documents…",
    writing="is writing (passages at hand: {passages})…",
    looking="Searching the documents…",
    help=(
        "Ask me a question about our documents, for instance: {bot} How many days of leave do we have? "
        "I answer in the thread and name the document and page of each fact. "
        "`/ask` followed by a question gives an answer that only you see."
    ),
    attachments="I do not read files attached to a message: I answered from the documents of the folder alone.",
    only_attachments=(
        "I do not read files attached to a message. Ask me a question in words, "
        "or have the file put into the folder of documents."
    ),
    interrupted="I was interrupted because I am being restarted: please ask again in a moment.",
    failed="Something went wrong on my side and I could not finish: please ask again in a moment.",
    model_away="The model that writes my answers does not answer at the moment: please ask again later.",
    index_away="I cannot reach the index of the documents at the moment: please ask again later.",
    sources="Sources",
    nearest="The nearest passages that I found:",
    page="p. {page}",
    more="… and {n} more",
    ask_usage=(
        "Write your question after the command, for instance: `/ask How many days of leave do we have?` "
        "Only you will see the answer."
    ),
    unknown_command="I do not know the command {command}.",
    reindex_refused="Only an administrator can have the documents read again. Please ask {admins}.",
    reindex_no_admins=(
        "Only an administrator can have the documents read again, and none is named yet: "
        "whoever runs me can set `ADMINS` to Slack member ids."
    ),
    reindex_follow="Noted: {scope} will be read again. I show the progress in our direct messages.",
    reindex_title="Reading again: {scope}",
    reindex_waiting="Waiting for the ingestion worker to pick it up…",
    reindex_worker_down=(
        "The ingestion worker seems to be down: it has not picked this up yet. "
        "The request is kept and will be carried out when the worker is back."
    ),
    reindex_running="documents: {done} of {total}",
    reindex_done="Done. Documents read again: {done} of {total}; failed: {failed}.",
    reindex_nothing="Done. There is no document to read under {scope}.",
    reindex_failures="Could not be read:",
    reindex_unfollowed="I no longer follow this request; the App Home shows how the documents stand.",
    home_what="I answer questions from our team's own documents and say where each fact is written.",
    home_how=(
        "• In a channel: {bot} followed by your question; I answer in the thread.\n"
        "• Here, under *Messages*: just write your question.\n"
        "• `/ask` followed by your question: only you see the answer."
    ),
    home_documents="Documents ({total})",
    home_no_documents="There is no document yet: whoever runs me can put some into the watched folder.",
    home_failures="Could not be read",
    reading="being read",
    words="searchable by words",
    meaning="searchable by words and meaning",
    failure="could not be read",
    prompts_title="What would you like to know?",
    prompt="What does “{title}” say?",
)
