"""Gives the texts of the Slack interface in German.

Terms: Dokument, Ordner, Textstelle (passage), Frage, Antwort, Quelle, Einlesedienst (ingestion worker), Index,
Administrator; people are addressed as "Sie".
"""

from bot.slack.i18n.failures.german import GERMAN_FAILURES
from bot.slack.i18n.texts import InterfaceTexts

GERMAN = InterfaceTexts(
    code="de",
    loading="Das Modell wird in den Speicher geladen…",
    understanding="Die Frage wird gelesen…",
    searching="Die Dokumente werden durchsucht…",
    documents_read="Für diese Antwort durchgesehene Dokumente",
    writing="Die Antwort wird geschrieben (gefundene Textstellen: {passages})…",
    queued="Andere Fragen sind vorher an der Reihe (Platz in der Reihe: {place})…",
    looking="Ich suche in den Dokumenten…",
    answer_follows="Ich suche in den Dokumenten. Die Antwort kommt darunter, und nur Sie sehen sie.",
    others_first="Andere Fragen sind vorher an der Reihe (Ihre war Nummer {place})…",
    help=(
        "Stellen Sie mir eine Frage zu unseren Dokumenten, zum Beispiel: {bot} Wie viele Urlaubstage haben wir? "
        "Ich antworte im Thread und nenne zu jeder Angabe Dokument und Seite. "
        "`/ask` und eine Frage ergibt eine Antwort, die nur Sie sehen."
    ),
    attachments="Dateien an einer Nachricht lese ich nicht. Ich habe nur aus den Dokumenten im Ordner geantwortet.",
    only_attachments=(
        "Dateien an einer Nachricht lese ich nicht. Stellen Sie mir eine Frage in Worten, "
        "oder lassen Sie die Datei in den Ordner der Dokumente legen."
    ),
    interrupted="Ich werde neu gestartet und konnte nicht fertig werden. Bitte fragen Sie gleich noch einmal.",
    resumes="Ich wurde unterbrochen, weil ich neu gestartet werde: Ich antworte, sobald ich zurück bin.",
    stopped="Angehalten.",
    deleted="Angehalten: Die Frage wurde gelöscht.",
    failed=(
        "Bei mir ist etwas schiefgegangen, und ich konnte nicht fertig werden. Bitte fragen Sie gleich noch einmal."
    ),
    model_away="Das Modell, das meine Antworten schreibt, antwortet gerade nicht. Bitte fragen Sie später noch einmal.",
    index_away="Ich erreiche den Index der Dokumente gerade nicht. Bitte fragen Sie später noch einmal.",
    index_later="Ich erreiche den Index der Dokumente gerade nicht: Ich antworte, sobald er wieder da ist.",
    is_ai="Ich bin ein KI-Assistent, kein Mensch: Meine Antworten können falsch sein, sehen Sie in die Quellen.",
    audience_uncertain=(
        "Slack hat mir nicht alles gesagt, was man hier lesen darf. "
        "Ich habe nur gesucht, was sicher erlaubt ist. Fragen Sie gleich noch einmal."
    ),
    thread_unread=(
        "Ich konnte die früheren Nachrichten dieses Threads nicht lesen. Ich habe Ihre Nachricht für sich beantwortet."
    ),
    sources="Quellen",
    weak="bitte prüfen: Dort habe ich diese Aussage nicht gefunden",
    also_in="auch in {documents}",
    unsourced="Sätze ohne Quelle: {n}",
    nearest="Dies kommt am nächsten, beantwortet die Frage aber nicht:",
    show_passage="Textstelle {n} zeigen",
    show_passages="Textstelle zeigen…",
    more_passages="Mehr Textstellen",
    more_passages_gone=(
        "Ich kann keine weiteren Textstellen zeigen. Ihre Dokumente wurden nach der Antwort geändert oder entfernt, "
        "oder sie sind nicht für Sie bestimmt. Fragen Sie noch einmal, um aus den heutigen Dokumenten Antwort zu "
        "bekommen."
    ),
    passage_title="Textstelle {n}",
    passage_fetched="Die Textstelle wird geholt…",
    passage_gone=(
        "Ich kann diese Textstelle nicht zeigen. Ihr Dokument wurde nach der Antwort geändert oder entfernt, oder sie "
        "ist nicht für Sie bestimmt. Fragen Sie noch einmal, um aus den heutigen Dokumenten Antwort zu bekommen."
    ),
    passage_before="Vor dieser Textstelle",
    passage_after="Nach dieser Textstelle",
    show_page="Seite als Bild",
    page_fetched="Die Seite wird gezeichnet…",
    page_sent="Die Seite liegt in unseren Direktnachrichten; nur Sie sehen sie.",
    page_unmarked="Die Seite liegt in unseren Direktnachrichten; nur Sie sehen sie. Die Textstelle ist nicht markiert.",
    page_not_here="Ich kann die Seite nicht zeigen: Die Datei liegt mir hier nicht vor.",
    page_changed="Ich kann die Seite nicht zeigen: Die Datei wurde geändert, seit ich sie gelesen habe.",
    page_failed="Ich kann die Seite nicht zeigen: Sie ließ sich nicht zeichnen.",
    page_refused="Ich kann die Seite nicht zeigen: Slack hat das Bild nicht angenommen.",
    close="Schließen",
    page="S. {page}",
    quoted="„{text}“",
    more="… und {n} weitere",
    pages="Seiten: {pages}",
    pages_so_far="gelesene Seiten: {read} von {pages}",
    passages="Textstellen: {passages}",
    changed="geändert {moment}",
    hidden="verborgener Text ausgelassen, Stellen: {places}",
    home_hidden=(
        "Verborgener Text ausgelassen: Stellen {places}, Dokumente {documents}. `/docs` sagt, welche Dokumente."
    ),
    reading="wird gelesen",
    words="nach Wörtern durchsuchbar",
    meaning="nach Wörtern und Bedeutung durchsuchbar",
    failure="konnte nicht gelesen werden",
    docs_title="Die Dokumente, die ich kenne",
    docs_found="Dokumente mit „{words}“ in Titel oder Pfad: {count} von {total}",
    docs_none="Kein Dokument hat „{words}“ in Titel oder Pfad. `/docs` allein zeigt alle ({total}).",
    docs_more="… und {n} weitere: `/docs Wörter` grenzt die Liste ein",
    help_title="Was ich tue",
    help_admin=(
        "*Für Administratoren*\n"
        "• `/reindex` liest alle Dokumente neu. Mit einer Datei oder einem Ordner wird nur das neu gelesen.\n"
        "• `/reindex confirm-deletes` bestätigt, dass viele fehlende Dokumente wirklich weg sind.\n"
        "• `/compare` und eine Frage: was das Modell allein sagt, und was mit den Dokumenten.\n"
        "• `/gaps`: die Fragen, auf die die Dokumente keine Antwort haben, damit jemand das Fehlende schreibt.\n"
        "• `/souffleur bindings`: welchen Kanal oder welche Person der Name eines Ordners meint, und wie man es "
        "zurücknimmt.\n"
        "• Meine Startseite hat Knöpfe für das meiste davon. Sie zeigt auch, was nicht gelesen werden konnte und warum."
    ),
    share="Im Kanal teilen",
    share_gone=(
        "Ich habe diese Antwort nicht mehr, oder sie ist schon geteilt. *Noch einmal fragen* gibt eine neue, die Sie "
        "teilen können."
    ),
    share_unkept=(
        "Ich habe diese Antwort nicht mehr: Ich behalte Antworten nur bis zu meinem Neustart oder bis sie geteilt "
        "sind. "
        "*Noch einmal fragen* gibt eine neue, die Sie teilen können."
    ),
    share_refused=(
        "Ich kann diese Antwort hier nicht teilen. Nicht alle in diesem Kanal dürfen lesen, woraus sie stammt, oder "
        "ein "
        "Dokument hat sich seitdem geändert. *Fragen Sie noch einmal*, oder fragen Sie mich im Kanal selbst."
    ),
    share_failed=(
        "Slack hat mich hier nicht schreiben lassen. Laden Sie mich in den Kanal ein und teilen Sie dann noch einmal."
    ),
    asked_privately="Sie haben gefragt: *{question}*",
    shared_by="{user} hat mich gefragt: *{question}*",
    ask_again="Noch einmal fragen",
    look_further="Auch in dem suchen, was ich lesen darf",
    not_helpful_here="Hier nicht hilfreich",
    quieter_here="Notiert: Ich bin in diesem Kanal künftig stiller.",
    press_taken_back="Zurückgenommen: Das zählt nicht mehr.",
    unasked="Niemand hat mich gefragt; ich antworte, weil die Dokumente es klar tun.",
    unasked_activity="Antworten, um die niemand gebeten hat, nach Kanal:",
    unasked_counts="{answers} gegeben, {unhelpful} nicht hilfreich",
    unasked_pause="höchstens eine in {minutes} Minuten",
    unasked_silent="dort still",
    lift_pause="Antworten wie zuvor",
    step_is_off="Der Schritt ist hier ausgeschaltet: Ein Administrator schaltet ihn mit WORKFLOW_STEP=on ein.",
    step_asks_nothing="Der Schritt hat keine Frage bekommen.",
    liked="Hilfreich",
    disliked="Nicht hilfreich",
    feedback_thanks="Danke, ich habe es notiert.",
    feedback_lost="Ich kann das gerade nicht notieren. Bitte drücken Sie später noch einmal.",
    feedback_title="Ihre Rückmeldung",
    feedback_why="Was stimmt an der Antwort nicht?",
    feedback_wrong="Sie ist falsch",
    feedback_incomplete="Etwas fehlt",
    feedback_outdated="Sie ist veraltet",
    feedback_source="Sie stammt aus dem falschen Dokument",
    feedback_other="Etwas anderes",
    feedback_words="Mit Ihren Worten",
    feedback_hint="Administratoren lesen dies ohne Ihren Namen, und nur wenn alle die Frage lesen konnten.",
    send="Senden",
    shortcut_title="Souffleur fragen",
    shortcut_hint=(
        "Machen Sie eine Frage daraus, falls es noch keine ist. Nur Sie sehen die Antwort, bis Sie sie teilen."
    ),
    question="Frage",
    ask="Fragen",
    cancel="Abbrechen",
    ask_usage=(
        "Schreiben Sie Ihre Frage hinter den Befehl, zum Beispiel: `/ask Wie viele Urlaubstage haben wir?` "
        "Nur Sie sehen die Antwort."
    ),
    unknown_command="Den Befehl {command} kenne ich nicht.",
    comparing="Ich frage das Modell zweimal: allein, dann mit den Dokumenten…",
    compare_alone="Das Modell allein",
    compare_with="Das Modell mit Ihren Dokumenten",
    compare_away=(
        "Das Modell kann gerade nicht gefragt werden. Hier stünde seine eigene Antwort, aus dem, womit es trainiert "
        "wurde."
    ),
    compare_usage=(
        "Schreiben Sie eine Frage hinter den Befehl, zum Beispiel: `/compare Wie viele Urlaubstage haben wir?` "
        "Nur Sie sehen beide Antworten."
    ),
    compare_refused="Nur ein Administrator kann Antworten vergleichen. Bitte wenden Sie sich an {admins}.",
    gaps_title="Was den Dokumenten fehlt",
    gaps_head=("Fragen der letzten {days} Tage, die keine Antwort bekamen oder eine, die nicht gefiel: {count}"),
    gaps_what=(
        "Die häufigsten zuerst. Ähnliche Fragen zählen zusammen. Niemand wird genannt. "
        "Eine private Frage zählt erst, wenn eine zweite Person dasselbe gefragt hat."
    ),
    gaps_none="Nichts fehlt: Jede Frage der letzten {days} Tage, die hier zählt, wurde beantwortet.",
    gaps_fetched="Ich sehe die Fragen durch…",
    gaps_asked="gefragt: {times} · Personen: {people}",
    gaps_missing="für die Fragenden nichts gefunden",
    gaps_partly="teilweise beantwortet",
    gaps_disliked="Antwort gefiel nicht",
    gaps_nearest="am nächsten: {document}",
    gaps_refused="Nur ein Administrator kann sehen, was den Dokumenten fehlt. Bitte wenden Sie sich an {admins}.",
    gaps_more="… und {n} weitere: `python -m bot gaps` zeigt alle",
    reindex_refused="Nur ein Administrator kann die Dokumente neu lesen lassen. Bitte wenden Sie sich an {admins}.",
    reindex_no_admins=(
        "Nur ein Administrator kann die Dokumente neu lesen lassen, und noch ist keiner benannt: "
        "Wer mich betreibt, kann in `ADMINS` Slack-Mitglieds-IDs eintragen."
    ),
    admins_unknown=(
        "(Slack sagt mir gerade nicht, wer in einer der hier genannten Gruppen ist. Nur einzeln genannte Personen "
        "zählen.)"
    ),
    reindex_follow="Notiert, neu zu lesen: {scope}. Den Fortschritt zeige ich in unseren Direktnachrichten.",
    reindex_follow_home=(
        "Notiert, neu zu lesen: {scope}. "
        "Slack lässt mich Ihnen nicht direkt schreiben; meine Startseite zeigt den Fortschritt."
    ),
    reindex_title="Neu gelesen wird: {scope}",
    reindex_everything="alle Dokumente",
    reindex_waiting="Ich warte, bis der Einlesedienst es übernimmt…",
    reindex_worker_down=(
        "Der Einlesedienst scheint nicht zu laufen: Er hat den Auftrag noch nicht übernommen. "
        "Der Auftrag bleibt und wird ausgeführt, sobald der Dienst zurück ist."
    ),
    reindex_running="Dokumente: {done} von {total}",
    unsupported="Dateien in Formaten, die nicht gelesen werden: {kinds}",
    reindex_failed="bisher fehlgeschlagen: {failed}",
    reindex_pages="gelesene Seiten: {pages}",
    reindex_done="Fertig. Neu gelesene Dokumente: {done} von {total}; fehlgeschlagen: {failed}",
    reindex_nothing=(
        "Fertig. Unter {scope} gibt es kein Dokument zu lesen. "
        "Nach `/reindex` verstehe ich `all`, eine Datei, einen Ordner oder `confirm-deletes`."
    ),
    reindex_failures="Konnten nicht gelesen werden:",
    reindex_more="… und {n} weitere: `/docs` zeigt sie",
    reindex_unfollowed="Ich verfolge diesen Auftrag nicht mehr. Meine Startseite zeigt den Stand der Dokumente.",
    filing_asked="Soll ich {name} in den Ordner der Dokumente legen? Wählen Sie, wohin.",
    filing_title="Ordner wählen",
    filing_sure="Alle, die die Dokumente dieses Ordners lesen dürfen, finden diese Datei in Antworten.",
    filing_yes="Dorthin legen",
    filing_root="der Ordner selbst",
    filing_done="{name} liegt in {folder}. Ich antworte daraus, sobald die Datei gelesen ist.",
    filing_exists=(
        "In {folder} gibt es schon eine Datei {name}; sie bleibt, wie sie ist. Benennen Sie Ihre um und schicken Sie "
        "sie noch einmal."
    ),
    filing_too_large="Diese Datei ist größer als {mb} MB. Ich habe sie nicht in den Ordner gelegt.",
    filing_failed=(
        "Ich konnte diese Datei nicht in den Ordner legen. Es hat sich nichts geändert. Das Protokoll sagt, warum."
    ),
    filing_refused=(
        "Nur ein Administrator kann Dokumente hinzufügen, indem er sie mir schickt. Bitte wenden Sie sich an {admins}."
    ),
    home_what="Ich beantworte Fragen aus den Dokumenten unseres Teams und sage, wo jede Angabe steht.",
    home_how=(
        "• In einem Kanal: {bot} und Ihre Frage; ich antworte im Thread.\n"
        "• In unseren Direktnachrichten (*Nachrichten*): Schreiben Sie einfach Ihre Frage.\n"
        "• `/ask` und Ihre Frage: Nur Sie sehen die Antwort, bis Sie sie teilen.\n"
        "• Im Menü jeder Nachricht: *Ask Souffleur about this*.\n"
        "• `/docs`: alle Dokumente. Mit Wörtern dahinter nur die mit diesen Wörtern in Titel oder Pfad."
    ),
    home_documents="Dokumente ({total})",
    home_latest="letzte Änderung: {moment}",
    home_refresh="Aktualisieren",
    home_reindex="Alles neu lesen",
    home_reindex_sure=(
        "Ich lese jedes Dokument neu. Bis dahin antworte ich daraus wie jetzt. Es kann eine Weile dauern."
    ),
    home_gaps="Was fehlt?",
    home_no_documents=(
        "Es gibt noch kein Dokument, das Sie lesen dürfen. Wer mich betreibt, kann welche in den überwachten Ordner "
        "legen."
    ),
    home_failures="Konnten nicht gelesen werden",
    home_requests="In Arbeit",
    closed_title="Ordner, die niemand sieht",
    closed_channel=(
        "Ich kenne keinen Kanal mit diesem Namen oder dieser ID, deshalb sieht niemand die Dokumente in diesen "
        "Ordnern. "
        "Berichtigen Sie den Namen des Ordners, oder laden Sie mich ein, falls der Kanal privat ist."
    ),
    closed_person=(
        "Ich kenne niemanden mit diesem Namen oder dieser ID, deshalb sieht niemand die Dokumente in diesen Ordnern. "
        "Nehmen Sie den Namen aus Slacks Mitgliederliste für Administratoren, nicht den Anzeigenamen."
    ),
    closed_ambiguous=(
        "Mehrere Kanäle oder Personen haben diesen Namen, deshalb sieht niemand die Dokumente in diesen Ordnern. "
        "Nehmen Sie stattdessen die ID."
    ),
    closed_another=(
        "Dieser Name gehörte vorher einem anderen Kanal oder einer anderen Person, und seine Ordner gehören weiterhin "
        "dorthin. Sind sie für den heutigen Träger des Namens, nehmen Sie die ID als Namen des Ordners."
    ),
    closed_provisional=(
        "Ich bin nicht in diesem Kanal, und ein privater Kanal könnte denselben Namen haben. Deshalb sieht noch "
        "niemand "
        "die Dokumente in diesen Ordnern. Laden Sie mich in den Kanal ein, oder sehen Sie in `/souffleur bindings` "
        "nach."
    ),
    closed_undone=(
        "Ein Administrator hat diese Ordner dem Kanal oder der Person dieses Namens entzogen, deshalb sieht niemand "
        "die "
        "Dokumente darin. `/souffleur bindings` zeigt, wie man sie zurückgibt."
    ),
    bindings_title="Was die Namen der Ordner meinen",
    bindings_none="Noch kein Ordner trägt den Namen eines Kanals oder einer Person.",
    bindings_usage=(
        "`/souffleur bindings undo #name` entzieht den Ordner diesem Kanal oder dieser Person: Dann sieht ihn niemand. "
        "`/souffleur bindings confirm #name` gibt ihn zurück."
    ),
    bindings_refused="Nur ein Administrator kann sehen, was die Namen der Ordner meinen. Bitte fragen Sie {admins}.",
    bindings_unchanged="Nichts geändert: Ich kenne keinen Ordner namens {name}, oder es ist schon so.",
    bindings_confirmed="Ordner mit dem Namen {name} gehören jetzt {id}.",
    bindings_undone="Ordner mit dem Namen {name} gehören nicht mehr {id}: Niemand sieht sie.",
    binding_confirmed="bestätigt",
    binding_provisional="*nicht bestätigt, niemand sieht ihn*: Ich bin nicht in diesem Kanal",
    binding_undone="*entzogen, niemand sieht ihn*",
    audit_title="Was Administratoren zuletzt getan haben",
    audit_reindex="Dokumente neu gelesen",
    audit_confirm="Löschungen bestätigt",
    audit_compare="Antworten verglichen",
    audit_gaps="nachgesehen, was fehlt",
    audit_file="Datei in den Ordner gelegt",
    audit_bindings="Namen von Ordnern angesehen oder geändert",
    audit_unasked="ungefragte Antworten wieder zugelassen",
    audit_begun="nicht beendet",
    audit_nothing="nichts zu tun",
    audit_failed="fehlgeschlagen",
    audit_refused="abgelehnt",
    prompts_title="Was möchten Sie wissen?",
    prompt="Was steht in „{title}“?",
    prompt_section="Was sollte ich über „{section}“ wissen?",
    prompt_within="Was sagt „{title}“ über „{section}“?",
    hold_title="Löschungen warten auf eine Bestätigung",
    hold_many=(
        "Dokumente, die seit {since} im Ordner fehlen: {count} von {known}. "
        "Das sind mehr auf einmal, als ich ohne Rückfrage entferne."
    ),
    hold_unmounted=(
        "Dokumente, die seit {since} im Ordner fehlen: {count} von {known}. "
        "Der Ordner sieht aus, als wäre sein Laufwerk nicht eingehängt."
    ),
    hold_stays=(
        "Ich antworte weiter daraus, bis ein Administrator bestätigt, dass sie weg sind. "
        "Sollten sie da sein, legen Sie sie zurück oder hängen Sie das Laufwerk ein. Mehr ist nicht nötig."
    ),
    hold_names="Es fehlen:",
    hold_command="Sind sie endgültig weg: `/reindex confirm-deletes`.",
    hold_button="Löschung bestätigen",
    hold_sure="Dokumente, aus denen ich nicht mehr antworte, bis sie wieder im Ordner liegen: {count}.",
    hold_keep="Behalten",
    hold_confirmed="Bestätigt von {by}. Ich antworte daraus, bis der Einlesedienst sie entfernt hat.",
    hold_refused=("Nur ein Administrator kann bestätigen, dass Dokumente weg sind. Bitte wenden Sie sich an {admins}."),
    hold_none="Keine Löschung wartet auf eine Bestätigung: Nichts wird zurückgehalten.",
    hold_changed=(
        "Was fehlt, hat sich geändert, seit diese Seite gezeigt wurde; nichts wurde bestätigt. "
        "Sehen Sie noch einmal nach, und bestätigen Sie dann."
    ),
    hold_under_way="Das ist schon bestätigt: Der Einlesedienst hat den Auftrag.",
    hold_follow="Bestätigt. Zu entfernende Dokumente: {count}. Den Fortschritt zeige ich in unseren Direktnachrichten.",
    hold_follow_home=(
        "Bestätigt. Zu entfernende Dokumente: {count}. "
        "Slack lässt mich Ihnen nicht direkt schreiben; meine Startseite zeigt den Fortschritt."
    ),
    confirm_title="Dokumente, die im Ordner fehlen, werden entfernt",
    confirm_done="Fertig: Ich antworte nicht mehr aus dem, was im Ordner fehlt.",
    confirm_removed="Entfernte Dokumente: {done}.",
    confirm_held=(
        "Nichts wurde entfernt: Seit der Bestätigung fehlen weitere Dokumente. "
        "Meine Startseite zeigt, was jetzt zurückgehalten wird; bestätigen Sie noch einmal, wenn es endgültig weg ist."
    ),
    confirm_waits=(
        "Noch wurde nichts entfernt: Ich konnte nicht den ganzen Ordner ansehen. "
        "Die Bestätigung gilt weiter und wird ausgeführt, sobald ich kann."
    ),
    index_title="Ein neuer Index wird vorbereitet",
    index_prepared=(
        "Ein neuer Index der Dokumente wird vorbereitet. Bis er fertig ist, kommen die Antworten aus dem jetzigen."
    ),
    index_since="seit {since}",
    index_model="Modell",
    index_reading="Lesen",
    index_words="Wörter",
    index_documents="Noch zu lesende Dokumente: {count}, darunter *{path}*.",
    index_meaning="Das Embedding-Modell hat noch nicht jede Textstelle gesehen.",
    index_gate="Er ist vollständig. Bevor er übernimmt, wird er mit dem jetzigen Index verglichen.",
    index_refused=(
        "Die Qualitätsprüfung lehnt ihn ab: Auf die Fragen von `SWITCH_GATE` findet er weniger als der jetzige Index."
    ),
    index_remedy=(
        "Nehmen Sie die Änderung zurück, oder berichtigen oder entfernen Sie `SWITCH_GATE`. Starten Sie dann den "
        "Einlesedienst neu."
    ),
    index_stays="Bis dahin antwortet der jetzige Index und folgt dem Ordner.",
    index_kept="Der {since} ersetzte Index bleibt eine Weile: Zu ihm zurückzukehren braucht kein neues Lesen.",
    index_embedded=(
        "*Der eingebettete Index hat {passages} Textstellen, gemessen ist er bis {limit}.* Betreiben Sie einen "
        "Qdrant-Server, setzen Sie `QDRANT_URL` und lassen Sie den Dienst den Ordner dort einlesen."
    ),
    failures=GERMAN_FAILURES,
)
