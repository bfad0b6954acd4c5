"""Gives the texts of the Slack interface in Italian.

Terms: documento, cartella, passaggio (passage), domanda, risposta, fonte, servizio di lettura (ingestion worker),
indice, amministratore; people are addressed as "tu".
"""

from bot.slack.i18n.failures.italian import ITALIAN_FAILURES
from bot.slack.i18n.texts import InterfaceTexts

ITALIAN = InterfaceTexts(
    code="it",
    loading="Caricamento del modello in memoria…",
    understanding="Lettura della domanda…",
    searching="Ricerca nei documenti…",
    documents_read="Documenti consultati per questa risposta",
    writing="Scrittura (passaggi a disposizione: {passages})…",
    queued="Prima ci sono altre domande (posto in coda: {place})…",
    looking="Cerco nei documenti…",
    answer_follows="Cerco nei documenti. La risposta arriva qui sotto, e la vedi solo tu.",
    others_first="Prima ci sono altre domande (la tua era la numero {place} in coda)…",
    help=(
        "Fammi una domanda sui nostri documenti, per esempio: {bot} Quanti giorni di ferie abbiamo? "
        "Rispondo nel thread e indico documento e pagina di ogni dato. "
        "`/ask` seguito da una domanda dà una risposta che vedi solo tu."
    ),
    attachments="Non leggo i file allegati a un messaggio. Ho risposto solo con i documenti della cartella.",
    only_attachments=(
        "Non leggo i file allegati a un messaggio. Fammi una domanda a parole, "
        "oppure fai mettere il file nella cartella dei documenti."
    ),
    interrupted="Mi stanno riavviando e non ho potuto finire. Chiedi di nuovo tra un momento.",
    resumes="Mi sono interrotto perché mi stanno riavviando: rispondo appena torno.",
    stopped="Fermato.",
    deleted="Fermato: la domanda è stata cancellata.",
    failed="Qualcosa è andato storto da parte mia e non ho potuto finire. Chiedi di nuovo tra un momento.",
    model_away="Il modello che scrive le mie risposte ora non risponde. Chiedi di nuovo più tardi.",
    index_away="Ora non raggiungo l'indice dei documenti. Chiedi di nuovo più tardi.",
    index_later="Ora non raggiungo l'indice dei documenti: rispondo appena torna.",
    is_ai="Sono un assistente di IA, non una persona: le mie risposte possono essere sbagliate, guarda le fonti.",
    audience_uncertain=(
        "Slack non mi ha detto tutto ciò che qui si può leggere. "
        "Ho cercato solo in ciò che di certo si può leggere. Chiedi di nuovo tra un momento."
    ),
    thread_unread=(
        "Non ho potuto leggere i messaggi precedenti di questo thread. Ho risposto al tuo messaggio preso da solo."
    ),
    sources="Fonti",
    weak="da verificare: lì non ho trovato questa affermazione",
    also_in="anche in {documents}",
    unsourced="Frasi senza fonte: {n}",
    nearest="Questo è ciò che più si avvicina, ma non risponde alla domanda:",
    show_passage="Mostra il passaggio {n}",
    show_passages="Mostra un passaggio…",
    more_passages="Altri passaggi",
    more_passages_gone=(
        "Non posso mostrare altri passaggi. I loro documenti sono stati cambiati o tolti dopo la risposta, oppure non "
        "sono per te. Chiedi di nuovo per avere una risposta dai documenti attuali."
    ),
    passage_title="Passaggio {n}",
    passage_fetched="Prendo il passaggio…",
    passage_gone=(
        "Non posso mostrare questo passaggio. Il suo documento è stato cambiato o tolto dopo la risposta, oppure non è "
        "per te. Chiedi di nuovo per avere una risposta dai documenti attuali."
    ),
    passage_before="Prima di questo passaggio",
    passage_after="Dopo questo passaggio",
    show_page="Pagina come immagine",
    page_fetched="Disegno la pagina…",
    page_sent="La pagina è nei nostri messaggi diretti; la vedi solo tu.",
    page_unmarked="La pagina è nei nostri messaggi diretti; la vedi solo tu. Non ho potuto segnare il passaggio.",
    page_not_here="Non posso mostrare la pagina: non ho qui il suo file.",
    page_changed="Non posso mostrare la pagina: il suo file è cambiato da quando l'ho letto.",
    page_failed="Non posso mostrare la pagina: non si è potuta disegnare.",
    page_refused="Non posso mostrare la pagina: Slack non ha accettato l'immagine.",
    close="Chiudi",
    page="p. {page}",
    quoted="«{text}»",
    more="… e altri {n}",
    pages="pagine: {pages}",
    pages_so_far="pagine lette: {read} di {pages}",
    passages="passaggi: {passages}",
    changed="modificato {moment}",
    hidden="testo nascosto escluso, punti: {places}",
    home_hidden="Testo nascosto escluso: punti {places}, documenti {documents}. `/docs` dice in quali documenti.",
    reading="in lettura",
    words="ricercabile per parole",
    meaning="ricercabile per parole e significato",
    failure="non è stato possibile leggerlo",
    docs_title="I documenti che conosco",
    docs_found="Documenti con «{words}» nel titolo o nel percorso: {count} di {total}",
    docs_none="Nessun documento ha «{words}» nel titolo o nel percorso. `/docs` da solo li mostra tutti ({total}).",
    docs_more="… e altri {n}: `/docs parole` accorcia l'elenco",
    help_title="Che cosa faccio",
    help_admin=(
        "*Per gli amministratori*\n"
        "• `/reindex` rilegge tutti i documenti. Aggiungi un file o una cartella per rileggere solo quello.\n"
        "• `/reindex confirm-deletes` conferma che molti documenti mancanti non ci sono più.\n"
        "• `/compare` e una domanda: che cosa dice il modello da solo, e con i documenti.\n"
        "• `/gaps`: le domande a cui i documenti non rispondono, perché qualcuno scriva ciò che manca.\n"
        "• `/souffleur bindings`: a quale canale o persona si riferisce il nome di una cartella, e come toglierlo.\n"
        "• La mia scheda Home ha pulsanti per quasi tutto questo. Mostra anche che cosa non è stato letto e perché."
    ),
    share="Condividi nel canale",
    share_gone="Non ho più questa risposta, o è già condivisa. *Chiedi di nuovo* ne dà una nuova da condividere.",
    share_unkept=(
        "Non ho più questa risposta: tengo le risposte solo fino al mio riavvio o finché non sono condivise. "
        "*Chiedi di nuovo* ne dà una nuova da condividere."
    ),
    share_refused=(
        "Non posso condividere qui questa risposta. Non tutti in questo canale possono leggere ciò da cui viene, "
        "oppure "
        "un documento è cambiato nel frattempo. *Chiedi di nuovo*, o chiedimi nel canale stesso."
    ),
    share_failed="Slack non mi ha lasciato scrivere qui. Invitami nel canale, poi condividi di nuovo.",
    asked_privately="Hai chiesto: *{question}*",
    shared_by="{user} mi ha chiesto: *{question}*",
    ask_again="Chiedi di nuovo",
    look_further="Cerca anche in ciò che posso leggere",
    not_helpful_here="Qui non è utile",
    quieter_here="Annotato: sarò più discreto in questo canale.",
    press_taken_back="Ritirato: non conta più.",
    unasked="Nessuno mi ha fatto questa domanda; rispondo perché i documenti lo fanno con chiarezza.",
    unasked_activity="Risposte che nessuno ha chiesto, per canale:",
    unasked_counts="{answers} date, {unhelpful} non utili",
    unasked_pause="al massimo una ogni {minutes} minuti",
    unasked_silent="in silenzio lì",
    lift_pause="Rispondere come prima",
    step_is_off="Qui il passaggio è disattivato: un amministratore lo attiva con WORKFLOW_STEP=on.",
    step_asks_nothing="Il passaggio non ha ricevuto nessuna domanda.",
    liked="Utile",
    disliked="Non utile",
    feedback_thanks="Grazie, ne ho preso nota.",
    feedback_lost="Ora non posso prenderne nota. Premi di nuovo più tardi.",
    feedback_title="Il tuo parere",
    feedback_why="Che cosa non va nella risposta?",
    feedback_wrong="È sbagliata",
    feedback_incomplete="Manca qualcosa",
    feedback_outdated="Non è aggiornata",
    feedback_source="Viene dal documento sbagliato",
    feedback_other="Altro",
    feedback_words="Con parole tue",
    feedback_hint="Gli amministratori lo leggono senza il tuo nome, e solo se tutti potevano leggere la domanda.",
    send="Invia",
    shortcut_title="Chiedi a Souffleur",
    shortcut_hint="Trasformalo in una domanda se non lo è ancora. Solo tu vedrai la risposta, finché non la condividi.",
    question="Domanda",
    ask="Chiedi",
    cancel="Annulla",
    ask_usage=(
        "Scrivi la domanda dopo il comando, per esempio: `/ask Quanti giorni di ferie abbiamo?` "
        "Solo tu vedrai la risposta."
    ),
    unknown_command="Non conosco il comando {command}.",
    comparing="Chiedo al modello due volte: da solo, poi con i documenti…",
    compare_alone="Il modello da solo",
    compare_with="Il modello con i tuoi documenti",
    compare_away=(
        "Ora non si può chiedere al modello. Qui ci sarebbe la sua risposta, presa da ciò con cui è stato addestrato."
    ),
    compare_usage=(
        "Scrivi una domanda dopo il comando, per esempio: `/compare Quanti giorni di ferie abbiamo?` "
        "Solo tu vedrai le due risposte."
    ),
    compare_refused="Solo un amministratore può confrontare le risposte. Chiedi a {admins}.",
    gaps_title="Che cosa manca",
    gaps_head="Domande degli ultimi {days} giorni senza risposta, o con una risposta non gradita: {count}",
    gaps_what=(
        "Le più frequenti vengono prima. Le domande simili contano insieme. Nessuno è nominato. "
        "Una domanda privata conta solo quando una seconda persona ha chiesto lo stesso."
    ),
    gaps_none="Non manca nulla: ogni domanda degli ultimi {days} giorni che qui conta ha avuto risposta.",
    gaps_fetched="Sto guardando le domande…",
    gaps_asked="volte: {times} · persone: {people}",
    gaps_missing="niente trovato per chi ha chiesto",
    gaps_partly="risposta parziale",
    gaps_disliked="risposta non gradita",
    gaps_nearest="più vicino: {document}",
    gaps_refused="Solo un amministratore può vedere che cosa manca nei documenti. Chiedi a {admins}.",
    gaps_more="… e altre {n}: `python -m bot gaps` le mostra tutte",
    reindex_refused="Solo un amministratore può far rileggere i documenti. Chiedi a {admins}.",
    reindex_no_admins=(
        "Solo un amministratore può far rileggere i documenti, e non ce n'è ancora nessuno: "
        "chi mi gestisce può mettere in `ADMINS` gli ID dei membri di Slack."
    ),
    admins_unknown=(
        "(Slack ora non mi dice chi è in uno dei gruppi nominati qui. Contano solo le persone nominate una per una.)"
    ),
    reindex_follow="Annotato, da rileggere: {scope}. Mostro l'avanzamento nei nostri messaggi diretti.",
    reindex_follow_home=(
        "Annotato, da rileggere: {scope}. "
        "Slack non mi lascia scriverti direttamente; la mia scheda Home mostra l'avanzamento."
    ),
    reindex_title="Rilettura: {scope}",
    reindex_everything="tutti i documenti",
    reindex_waiting="Aspetto che il servizio di lettura la prenda in carico…",
    reindex_worker_down=(
        "Il servizio di lettura sembra fermo: non ha ancora preso in carico la richiesta. "
        "La richiesta resta e sarà eseguita quando il servizio torna."
    ),
    reindex_running="documenti: {done} di {total}",
    unsupported="file in formati che non vengono letti: {kinds}",
    reindex_failed="non riusciti finora: {failed}",
    reindex_pages="pagine lette: {pages}",
    reindex_done="Fatto. Documenti riletti: {done} di {total}; non riusciti: {failed}",
    reindex_nothing=(
        "Fatto. Non c'è nessun documento da leggere in {scope}. "
        "Dopo `/reindex` accetto `all`, un file, una cartella o `confirm-deletes`."
    ),
    reindex_failures="Non è stato possibile leggere:",
    reindex_more="… e altri {n}: `/docs` li mostra",
    reindex_unfollowed="Non seguo più questa richiesta. La mia scheda Home mostra lo stato dei documenti.",
    filing_asked="Metto {name} nella cartella dei documenti? Scegli dove.",
    filing_title="Scegli una cartella",
    filing_sure="Chi può leggere i documenti di quella cartella troverà questo file nelle risposte.",
    filing_yes="Mettilo lì",
    filing_root="la cartella stessa",
    filing_done="{name} è in {folder}. Rispondo con questo file appena è letto.",
    filing_exists="In {folder} c'è già un file {name}; resta com'è. Rinomina il tuo e invialo di nuovo.",
    filing_too_large="Questo file supera {mb} MB. Non l'ho messo nella cartella.",
    filing_failed="Non ho potuto mettere questo file nella cartella. Non è cambiato nulla. Il log dice perché.",
    filing_refused="Solo un amministratore può aggiungere documenti inviandomeli. Chiedi a {admins}.",
    home_what="Rispondo alle domande con i documenti del nostro gruppo e dico dove è scritto ogni dato.",
    home_how=(
        "• In un canale: {bot} seguito dalla tua domanda; rispondo nel thread.\n"
        "• Nei nostri messaggi diretti (*Messaggi*): scrivi semplicemente la tua domanda.\n"
        "• `/ask` seguito dalla tua domanda: solo tu vedi la risposta, finché non la condividi.\n"
        "• Nel menu di ogni messaggio, *Ask Souffleur about this*.\n"
        "• `/docs`: tutti i documenti. Aggiungi parole per vedere solo quelli che le hanno nel titolo o nel percorso."
    ),
    home_documents="Documenti ({total})",
    home_latest="ultima modifica: {moment}",
    home_refresh="Aggiorna",
    home_reindex="Rileggi tutto",
    home_reindex_sure="Rileggo ogni documento. Intanto rispondo con i documenti come ora. Può durare un po'.",
    home_gaps="Che cosa manca?",
    home_no_documents=(
        "Non c'è ancora nessun documento che tu possa leggere. Chi mi gestisce può metterne nella cartella sorvegliata."
    ),
    home_failures="Non è stato possibile leggere",
    home_requests="In corso",
    closed_title="Cartelle che nessuno vede",
    closed_channel=(
        "Non conosco nessun canale con questo nome o ID, quindi nessuno vede i documenti di queste cartelle. "
        "Correggi il nome della cartella, o invitami se il canale è privato."
    ),
    closed_person=(
        "Non conosco nessuno con questo nome o ID, quindi nessuno vede i documenti di queste cartelle. "
        "Usa il nome dell'elenco dei membri di Slack per amministratori, non il nome visualizzato."
    ),
    closed_ambiguous=(
        "Più canali o persone hanno questo nome, quindi nessuno vede i documenti di queste cartelle. Usa l'ID."
    ),
    closed_another=(
        "Questo nome era prima di un altro canale o di un'altra persona, e le sue cartelle restano a loro. "
        "Se sono per chi ha oggi il nome, usa l'ID come nome della cartella."
    ),
    closed_provisional=(
        "Non sono in questo canale, e un altro canale privato potrebbe avere lo stesso nome: nessuno vede ancora i "
        "documenti di queste cartelle. Invitami nel canale, o guarda `/souffleur bindings`."
    ),
    closed_undone=(
        "Un amministratore ha tolto queste cartelle al canale o alla persona di questo nome: nessuno ne vede i "
        "documenti. `/souffleur bindings` mostra come restituirle."
    ),
    bindings_title="A che cosa si riferiscono i nomi delle cartelle",
    bindings_none="Nessuna cartella ha ancora il nome di un canale o di una persona.",
    bindings_usage=(
        "`/souffleur bindings undo #nome` toglie la cartella a quel canale o a quella persona: nessuno la vede più. "
        "`/souffleur bindings confirm #nome` gliela dà."
    ),
    bindings_refused=(
        "Solo un amministratore può vedere a che cosa si riferiscono i nomi delle cartelle. Chiedi a {admins}."
    ),
    bindings_unchanged="Non è cambiato nulla: non conosco cartelle di nome {name}, o è già così.",
    bindings_confirmed="Le cartelle di nome {name} sono ora di {id}.",
    bindings_undone="Le cartelle di nome {name} non sono più di {id}: nessuno le vede.",
    binding_confirmed="confermato",
    binding_provisional="*non confermato, nessuno la vede*: non sono in questo canale",
    binding_undone="*tolto, nessuno la vede*",
    audit_title="Le ultime azioni degli amministratori",
    audit_reindex="documenti riletti",
    audit_confirm="eliminazioni confermate",
    audit_compare="risposte confrontate",
    audit_gaps="visto che cosa manca",
    audit_file="file messo nella cartella",
    audit_bindings="nomi delle cartelle visti o cambiati",
    audit_unasked="risposte non richieste ripristinate",
    audit_begun="non finito",
    audit_nothing="nulla da fare",
    audit_failed="non riuscito",
    audit_refused="rifiutato",
    prompts_title="Che cosa vuoi sapere?",
    prompt="Che cosa dice «{title}»?",
    prompt_section="Che cosa bisogna sapere su «{section}»?",
    prompt_within="Che cosa dice «{title}» su «{section}»?",
    hold_title="Eliminazioni in attesa di conferma",
    hold_many=(
        "Documenti che mancano nella cartella da {since}: {count} di {known}. "
        "Sono più di quanti ne tolga in una volta senza chiedere."
    ),
    hold_unmounted=(
        "Documenti che mancano nella cartella da {since}: {count} di {known}. "
        "Sembra che il disco della cartella non sia montato."
    ),
    hold_stays=(
        "Rispondo ancora con questi documenti finché un amministratore non conferma che non ci sono più. "
        "Se dovrebbero esserci, rimettili o monta il disco. Non serve altro."
    ),
    hold_names="Mancano:",
    hold_command="Se non ci sono più per sempre: `/reindex confirm-deletes`.",
    hold_button="Conferma eliminazione",
    hold_sure="Documenti con cui non risponderò più, finché non tornano nella cartella: {count}.",
    hold_keep="Conservali",
    hold_confirmed="Confermato da {by}. Rispondo con questi documenti finché il servizio di lettura non li toglie.",
    hold_refused="Solo un amministratore può confermare che dei documenti non ci sono più. Chiedi a {admins}.",
    hold_none="Nessuna eliminazione attende conferma: non è trattenuto nulla.",
    hold_changed=(
        "Ciò che manca è cambiato da quando questa pagina è stata mostrata; non è stato confermato nulla. "
        "Guarda di nuovo, poi conferma."
    ),
    hold_under_way="È già confermato: il servizio di lettura ha la richiesta.",
    hold_follow="Confermato. Documenti da togliere: {count}. Mostro l'avanzamento nei nostri messaggi diretti.",
    hold_follow_home=(
        "Confermato. Documenti da togliere: {count}. "
        "Slack non mi lascia scriverti direttamente; la mia scheda Home mostra l'avanzamento."
    ),
    confirm_title="Si tolgono i documenti che non sono più nella cartella",
    confirm_done="Fatto: non rispondo più con ciò che manca nella cartella.",
    confirm_removed="Documenti tolti: {done}.",
    confirm_held=(
        "Non è stato tolto nulla: dopo la conferma mancano altri documenti. "
        "La mia scheda Home mostra che cosa è trattenuto ora; conferma di nuovo se non c'è più."
    ),
    confirm_waits=(
        "Non è ancora stato tolto nulla: non ho potuto guardare tutta la cartella. "
        "La conferma resta valida e sarà eseguita appena posso."
    ),
    index_title="Si prepara un nuovo indice",
    index_prepared=(
        "Si prepara un nuovo indice dei documenti. Finché non è pronto, le risposte vengono da quello attuale."
    ),
    index_since="da {since}",
    index_model="modello",
    index_reading="lettura",
    index_words="parole",
    index_documents="Documenti ancora da leggere: {count}, tra cui *{path}*.",
    index_meaning="Il modello di embedding non ha ancora visto tutti i passaggi.",
    index_gate="È completo. Prima di subentrare, è confrontato con l'indice attuale.",
    index_refused=("Il controllo di qualità lo rifiuta: alle domande di `SWITCH_GATE` trova meno dell'indice attuale."),
    index_remedy="Annulla la modifica, o correggi o togli `SWITCH_GATE`. Poi riavvia il servizio di lettura.",
    index_stays="Intanto l'indice attuale risponde e segue la cartella.",
    index_kept="L'indice sostituito {since} è conservato per un po': tornare indietro non richiede letture.",
    index_embedded=(
        "*L'indice incorporato ha {passages} passaggi ed è stato misurato fino a {limit}.* Avvia un server Qdrant, "
        "imposta `QDRANT_URL` e lascia che il servizio vi legga la cartella."
    ),
    failures=ITALIAN_FAILURES,
)
