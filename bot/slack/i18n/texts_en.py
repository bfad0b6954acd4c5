"""Gives the texts of the Slack interface in English."""

from bot.slack.i18n.texts import ENGLISH_FAILURES, InterfaceTexts

ENGLISH = InterfaceTexts(
    code="en",
    loading="Loading the model into memory…",
    understanding="Reading the question…",
    searching="Searching the documents…",
    documents_read="Documents consulted for this answer",
    writing="Writing (passages at hand: {passages})…",
    queued="Other questions come first (place in line: {place})…",
    looking="Searching the documents…",
    answer_follows="I am searching the documents. The answer comes below, and only you see it.",
    others_first="Other questions come first (you were number {place} in line)…",
    help=(
        "Ask me a question about our documents, for instance: {bot} How many days of leave do we have? "
        "I answer in the thread and name the document and page of each fact. "
        "`/ask` followed by a question gives an answer that only you see."
    ),
    attachments="I do not read files attached to a message. I answered only from the documents in the folder.",
    only_attachments=(
        "I do not read files attached to a message. Ask me a question in words, "
        "or have the file put into the folder of documents."
    ),
    interrupted="I am being restarted and could not finish. Please ask again in a moment.",
    resumes="I was interrupted because I am being restarted: I answer as soon as I am back.",
    stopped="Stopped.",
    deleted="Stopped: the question was deleted.",
    failed="Something went wrong on my side and I could not finish. Please ask again in a moment.",
    model_away="The model that writes my answers does not answer at the moment. Please ask again later.",
    index_away="I cannot reach the index of the documents at the moment. Please ask again later.",
    index_later="I cannot reach the index of the documents at the moment: I answer as soon as it is back.",
    is_ai="I am an AI assistant, not a person: my answers may be wrong, so look at their sources.",
    audience_uncertain=(
        "Slack did not tell me everything that people here may read. "
        "I searched only what they certainly may read. Ask again in a moment."
    ),
    thread_unread="I could not read the earlier messages in this thread. I answered your message by itself.",
    sources="Sources",
    weak="please check: I did not find this statement there",
    also_in="also in {documents}",
    unsourced="Sentences without a source: {n}",
    nearest="These come nearest, but do not answer the question:",
    show_passage="Show passage {n}",
    show_passages="Show passage…",
    more_passages="More passages",
    more_passages_gone=(
        "I cannot show more passages. Their documents were changed or removed after the answer was written, or they "
        "are not meant for you. Ask again for an answer from the current documents."
    ),
    passage_title="Passage {n}",
    passage_fetched="Fetching the passage…",
    passage_gone=(
        "I cannot show this passage. Its document was changed or removed after the answer was written, or it is "
        "not meant for you. Ask again for an answer from the current documents."
    ),
    passage_before="Before this passage",
    passage_after="After this passage",
    show_page="Page as a picture",
    page_fetched="Drawing the page…",
    page_sent="The page is in our direct messages; only you see it.",
    page_unmarked="The page is in our direct messages; only you see it. I could not mark the passage on it.",
    page_not_here="I cannot show the page: I do not have its file here.",
    page_changed="I cannot show the page: its file has changed since I read it.",
    page_failed="I cannot show the page: it could not be drawn.",
    page_refused="I cannot show the page: Slack did not take the picture.",
    close="Close",
    page="p. {page}",
    quoted="“{text}”",
    more="… and {n} more",
    pages="pages: {pages}",
    pages_so_far="pages read: {read} of {pages}",
    passages="passages: {passages}",
    changed="changed {moment}",
    hidden="hidden text left out, places: {places}",
    home_hidden="Hidden text left out: places {places}, documents {documents}. `/docs` tells which documents.",
    reading="being read",
    words="searchable by words",
    meaning="searchable by words and meaning",
    failure="could not be read",
    docs_title="The documents that I know",
    docs_found="Documents with “{words}” in title or path: {count} of {total}",
    docs_none="No document has “{words}” in its title or path. `/docs` alone lists them all ({total}).",
    docs_more="… and {n} more: `/docs words` narrows the list",
    help_title="What I do",
    help_admin=(
        "*For administrators*\n"
        "• `/reindex` reads all documents again. Add a file or a folder to read only that again.\n"
        "• `/reindex confirm-deletes` confirms that many missing documents are gone.\n"
        "• `/compare` and a question: what the model says alone, and with the documents.\n"
        "• `/gaps`: the questions that the documents do not answer, so that somebody can write what is missing.\n"
        "• `/souffleur bindings`: which channel or person the name of a folder means, and how to undo it.\n"
        "• My Home tab has buttons for most of this. It also shows what could not be read and why."
    ),
    share="Share in channel",
    share_gone=(
        "I no longer have this answer, or it has been shared already. *Ask again* gets a new one that you can share."
    ),
    share_unkept=(
        "I no longer have this answer: I keep answers only until I am restarted or until they are shared. "
        "*Ask again* gets a new one that you can share."
    ),
    share_refused=(
        "I cannot share this answer here. Not everybody in this channel may read what it was written from, or a "
        "document has changed since. *Ask again*, or ask me in the channel itself."
    ),
    share_failed="Slack did not let me post here. Invite me to the channel, then share again.",
    asked_privately="You asked: *{question}*",
    shared_by="{user} asked me: *{question}*",
    ask_again="Ask again",
    look_further="Look also in what I may read",
    not_helpful_here="Not helpful here",
    quieter_here="Noted: I will be quieter in this channel.",
    press_taken_back="Taken back: it no longer counts.",
    unasked="Nobody put this question to me; I answer since the documents do so clearly.",
    unasked_activity="Answers that nobody asked for, by channel:",
    unasked_counts="{answers} given, {unhelpful} not helpful",
    unasked_pause="at most one in {minutes} minutes",
    unasked_silent="silent there",
    lift_pause="Answer as before",
    step_is_off="The step is off here: an administrator turns it on by WORKFLOW_STEP=on.",
    step_asks_nothing="The step got no question.",
    liked="Helpful",
    disliked="Not helpful",
    feedback_thanks="Thank you, I have noted it.",
    feedback_lost="I cannot note that at the moment. Please press again later.",
    feedback_title="Your feedback",
    feedback_why="What is wrong with the answer?",
    feedback_wrong="It is wrong",
    feedback_incomplete="Something is missing",
    feedback_outdated="It is out of date",
    feedback_source="It comes from the wrong document",
    feedback_other="Something else",
    feedback_words="In your words",
    feedback_hint="Administrators read this without your name, but only if everybody could read the question.",
    send="Send",
    shortcut_title="Ask Souffleur",
    shortcut_hint="Change it into a question if it is not one yet. Only you will see the answer, until you share it.",
    question="Question",
    ask="Ask",
    cancel="Cancel",
    ask_usage=(
        "Write your question after the command, for instance: `/ask How many days of leave do we have?` "
        "Only you will see the answer."
    ),
    unknown_command="I do not know the command {command}.",
    comparing="I ask the model twice: alone, then with the documents…",
    compare_alone="The model alone",
    compare_with="The model with your documents",
    compare_away="The model cannot be asked at the moment. Its own answer, from what it was trained on, would be here.",
    compare_usage=(
        "Write a question after the command, for example: `/compare How many days of leave do we have?` "
        "Only you see both answers."
    ),
    compare_refused="Only an administrator can compare answers. Please ask {admins}.",
    gaps_title="What the documents lack",
    gaps_head="Questions of the last {days} days that got no answer, or an answer that people disliked: {count}",
    gaps_what=(
        "The most asked come first. Similar questions are counted together. Nobody is named. "
        "A private question counts only when a second person has asked the same."
    ),
    gaps_none="Nothing is missing: every question of the last {days} days that counts here was answered.",
    gaps_fetched="I am looking through the questions…",
    gaps_asked="times asked: {times} · people: {people}",
    gaps_missing="nothing found for whoever asked",
    gaps_partly="answered in part",
    gaps_disliked="answer disliked",
    gaps_nearest="nearest: {document}",
    gaps_refused="Only an administrator can see what the documents lack. Please ask {admins}.",
    gaps_more="… and {n} more: `python -m bot gaps` prints them all",
    reindex_refused="Only an administrator can have the documents read again. Please ask {admins}.",
    reindex_no_admins=(
        "Only an administrator can have the documents read again, and none is named yet: "
        "whoever runs me can set `ADMINS` to Slack member ids."
    ),
    admins_unknown=(
        "(Slack does not tell me now who is in one of the groups named here. Only the people named one by one count.)"
    ),
    reindex_follow="Noted, to be read again: {scope}. I show the progress in our direct messages.",
    reindex_follow_home=(
        "Noted, to be read again: {scope}. Slack does not let me write to you directly; my Home tab shows the progress."
    ),
    reindex_title="Reading again: {scope}",
    reindex_everything="all documents",
    reindex_waiting="Waiting for the ingestion worker to pick it up…",
    reindex_worker_down=(
        "The ingestion worker seems to be down: it has not picked this up yet. "
        "The request is kept, and is carried out when the worker is back."
    ),
    reindex_running="documents: {done} of {total}",
    unsupported="files in formats that are not read: {kinds}",
    reindex_failed="failed so far: {failed}",
    reindex_pages="pages read: {pages}",
    reindex_done="Done. Documents read again: {done} of {total}; failed: {failed}",
    reindex_nothing=(
        "Done. There is no document to read under {scope}. "
        "After `/reindex` I take `all`, a file, a folder or `confirm-deletes`."
    ),
    reindex_failures="Could not be read:",
    reindex_more="… and {n} more: `/docs` lists them",
    reindex_unfollowed="I no longer follow this request. My Home tab shows the state of the documents.",
    filing_asked="Shall I put {name} into the folder of documents? Choose where.",
    filing_title="Choose a folder",
    filing_sure="Everybody who may read the documents of that folder will find this file in answers.",
    filing_yes="Put it there",
    filing_root="the folder itself",
    filing_done="{name} is in {folder}. I answer from it as soon as it is read.",
    filing_exists="There is already a file {name} in {folder}; it stays as it is. Rename yours and send it again.",
    filing_too_large="This file is larger than {mb} MB. I did not put it into the folder.",
    filing_failed="I could not put this file into the folder. Nothing has changed. The log says why.",
    filing_refused="Only an administrator can add documents by sending them to me. Please ask {admins}.",
    home_what="I answer questions from our team's own documents and say where each fact is written.",
    home_how=(
        "• In a channel: {bot} followed by your question; I answer in the thread.\n"
        "• In your direct messages with me (*Messages*): just write your question.\n"
        "• `/ask` followed by your question: only you see the answer, until you share it.\n"
        "• In the menu of any message, *Ask Souffleur about this*.\n"
        "• `/docs`: all documents. Add words to see only those with these words in title or path."
    ),
    home_documents="Documents ({total})",
    home_latest="last change: {moment}",
    home_refresh="Refresh",
    home_reindex="Read everything again",
    home_reindex_sure="I read every document again. Until then I answer from them as now. It may take a while.",
    home_gaps="What is missing?",
    home_no_documents=(
        "There is no document yet that you may read. The person who runs me can put some into the watched folder."
    ),
    home_failures="Could not be read",
    home_requests="Under way",
    closed_title="Folders that nobody sees",
    closed_channel=(
        "I know no channel with this name or id, so nobody sees the documents in these folders. "
        "Correct the folder's name, or invite me if the channel is private."
    ),
    closed_person=(
        "I know nobody with this name or id, so nobody sees the documents in these folders. "
        "Use the name in Slack's member list for administrators, not the display name."
    ),
    closed_ambiguous=(
        "Several channels or people have this name, so nobody sees the documents in these folders. Use the id instead."
    ),
    closed_another=(
        "This name belonged to another channel or person before, and its folders still belong to that one. "
        "If they are for the one with this name now, use the id in the folder's name."
    ),
    closed_provisional=(
        "I am not in this channel, and another private channel might have the same name, so nobody sees the documents "
        "in these folders yet. Invite me to the channel, or look at `/souffleur bindings`."
    ),
    closed_undone=(
        "An administrator has taken these folders from the channel or person of this name, so nobody sees the "
        "documents in them. `/souffleur bindings` shows how to confirm it."
    ),
    bindings_title="What the names of folders mean",
    bindings_none="No folder has the name of a channel or person yet.",
    bindings_usage=(
        "`/souffleur bindings undo #name` takes the folder from that channel or person: nobody sees it then. "
        "`/souffleur bindings confirm #name` gives it to them."
    ),
    bindings_refused="Only an administrator can see what the names of folders mean. Please ask {admins}.",
    bindings_unchanged="Nothing changed: no folder's name {name} is known to me, or it is so already.",
    bindings_confirmed="Folders with the name {name} belong to {id} now.",
    bindings_undone="Folders with the name {name} no longer belong to {id}: nobody sees them.",
    binding_confirmed="confirmed",
    binding_provisional="*not confirmed, nobody sees it*: I am not in this channel",
    binding_undone="*undone, nobody sees it*",
    audit_title="What administrators did last",
    audit_reindex="documents read again",
    audit_confirm="deletions confirmed",
    audit_compare="answers compared",
    audit_gaps="looked at what is missing",
    audit_file="a file put into the folder",
    audit_bindings="looked at or changed what names of folders mean",
    audit_unasked="let the bot answer unasked as before",
    audit_begun="not finished",
    audit_nothing="nothing to do",
    audit_failed="failed",
    audit_refused="refused",
    prompts_title="What would you like to know?",
    prompt="What does “{title}” say?",
    prompt_section="What should I know about “{section}”?",
    prompt_within="What does “{title}” say about “{section}”?",
    hold_title="Deletions wait for a confirmation",
    hold_many=(
        "Documents missing from the folder since {since}: {count} of {known}. "
        "That is more at once than I remove without asking."
    ),
    hold_unmounted=(
        "Documents missing from the folder since {since}: {count} of {known}. "
        "The folder looks as if its disk were not mounted."
    ),
    hold_stays=(
        "I still answer from them until an administrator confirms that they are gone. "
        "If they should be there, put them back or mount the disk. Nothing else is needed."
    ),
    hold_names="Missing:",
    hold_command="If they are gone for good: `/reindex confirm-deletes`.",
    hold_button="Confirm deletion",
    hold_sure="Documents that I will no longer answer from, until they are put back into the folder: {count}.",
    hold_keep="Keep them",
    hold_confirmed="Confirmed by {by}. I answer from them until the ingestion worker has removed them.",
    hold_refused="Only an administrator can confirm that documents are gone. Please ask {admins}.",
    hold_none="No deletion waits for a confirmation: nothing is held.",
    hold_changed=(
        "What is missing has changed since this page was shown, so nothing was confirmed. Look again, then confirm."
    ),
    hold_under_way="This is already confirmed: the ingestion worker has the request.",
    hold_follow="Confirmed: documents to remove: {count}. I show the progress in our direct messages.",
    hold_follow_home=(
        "Confirmed: documents to remove: {count}. "
        "Slack does not let me write to you directly; my Home tab shows the progress."
    ),
    confirm_title="Removing documents that are gone from the folder",
    confirm_done="Done: I no longer answer from what is missing from the folder.",
    confirm_removed="Documents removed: {done}.",
    confirm_held=(
        "Nothing was removed: more documents have gone missing since the confirmation. "
        "My Home tab shows what is held now; confirm again if it is gone for good."
    ),
    confirm_waits=(
        "Nothing was removed yet: I could not look at the whole folder. "
        "The confirmation stays valid, and is carried out as soon as I can."
    ),
    index_title="A new index is being prepared",
    index_prepared=(
        "A new index of the documents is being prepared. Until it is ready, answers come from the current one."
    ),
    index_since="since {since}",
    index_model="model",
    index_reading="reading",
    index_words="words",
    index_documents="Some documents are still to be read: {count}, *{path}* among them.",
    index_meaning="The embedding model has not seen every passage yet.",
    index_gate="It is complete. Before it takes over, it is compared with the current index.",
    index_refused=(
        "The quality gate refuses it: for the questions of `SWITCH_GATE` it finds less than the current index."
    ),
    index_remedy="Undo what was changed, or correct or remove `SWITCH_GATE`. Then restart the ingestion worker.",
    index_stays="Meanwhile the current index answers and follows the folder.",
    index_kept="The index that was replaced {since} is kept for a while: going back to it needs no reading.",
    index_embedded=(
        "*The embedded index holds {passages} passages, and was measured up to {limit}.* Run a Qdrant server, "
        "set `QDRANT_URL` and let the worker read the folder into it."
    ),
    failures=ENGLISH_FAILURES,
)
