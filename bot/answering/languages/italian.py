"""Italian: its question words, its small talk, and the replies to it."""

from bot.answering.languages.asking import AskingWords, FollowingWords
from bot.answering.languages.talking import TalkPhrases, TalkTexts

ASKING = AskingWords(
    amount=("quant[oaie]", "quale (?:percentuale|importo|prezzo)"),
    time=("quando", "che (?:giorno|ora|data|anno|mese)", "(?:fino a|da) quando"),
    person=("chi",),
    steps=("come", "che (?:fare|cosa (?:devo fare|faccio))", "cosa (?:devo fare|faccio)", "passaggi"),
    numbers="due tre quattro cinque sei sette otto nove dieci undici dodici quindici venti trenta",
)

FOLLOWING = FollowingWords(
    opening="e|o|che ne e|e se|lo stesso per|invece",
    reference="esso|essa|questo|quello|loro",
    question="chi|che|cosa|quando|dove|qual[ei]?|perche|come|quant[oaie]",
)

TALK = TalkPhrases(
    greeting="""ciao+|salve|buongiorno|buon giorno|buonasera|buona sera|buon pomeriggio|ehi|piacere""",
    farewell="""arrivederci|a (?:presto|domani|dopo|piu tardi)|buona (?:giornata|serata|notte)|buonanotte|
        buon (?:fine settimana|weekend|lavoro)|addio|ci vediamo""",
    thanks="""(?:molte |tante )?grazie(?: (?:mille|tante|infinite|di tutto|a te|ancora|in anticipo|per (?:l aiuto|
        la risposta|tutto)))?|ti ringrazio|la ringrazio|molto (?:utile|gentile)|mi e stato utile|sei (?:un genio|
        grande|il migliore|fantastico)""",
    ok="""ok(?:ay)?|va bene|d accordo|capito|ho capito|chiaro|bene|molto bene|benissimo|perfetto|ottimo|super|
        fantastico|eccellente|certo|si|no|bravo|brava|grande|figo|haha+|nessun problema|ricevuto|e tutto|a posto|
        tutto chiaro""",
    wellbeing="""come (?:stai|sta|va|te la passi)|tutto (?:bene|ok)|ci sei|c e qualcuno""",
    identity="""chi sei(?: tu)?|chi e lei|cosa sei|che cosa sei|come ti chiami|qual e il tuo nome|
        (?:che )?cos e souffleur|chi e souffleur|sei (?:un |una |un )?(?:bot|robot|umano|persona|ia|
        intelligenza artificiale|macchina|chatgpt|vero)|presentati|chi ti ha (?:fatto|creato|programmato)|
        con chi parlo""",
    help="""aiuto|aiutami|ho bisogno di aiuto|mi serve aiuto|(?:mi )?puoi aiutar(?:e|mi)|puo aiutarmi|
        (?:che )?cosa (?:puoi|sai|puo|sa) fare(?: per (?:me|noi))?|che sai fare|a cosa servi|come (?:funzioni|
        funziona(?: questo bot)?|ti uso|si usa|posso usarti)|cosa (?:posso|ti posso) chieder(?:e|ti)|
        come puoi aiutarmi|cosa fai|cosa sai|istruzioni""",
    documents="""(?:quali|che) (?:documenti|file|fonti) (?:conosci|conosce|hai(?: letto)?|ci sono|leggi|usi|
        puoi leggere)|quanti (?:documenti|file) (?:conosci|conosce|hai(?: letto)?|ci sono)|(?:mostra(?:mi)?|
        elenca(?:mi)?|dammi)(?: l elenco dei| la lista dei)?(?: tutti)?(?: i| i tuoi)? ?(?:documenti|file)|
        (?:lista|elenco) dei (?:documenti|file)|quali sono le tue fonti|le tue fonti|i tuoi documenti|
        da dove (?:vengono|prendi) le (?:tue )?(?:risposte|informazioni)|cosa hai letto""",
    latest="""(?:che )?cosa c e di nuovo(?: (?P<day>oggi)| questa settimana| (?P<month>questo mese))?|
        (?:ci sono )?novita(?: questa settimana)?|qualcosa di nuovo|(?:che )?cosa (?:e cambiato|
        e stato (?:cambiato|modificato|aggiornato|aggiunto))(?: (?:oggi|questa settimana|questo mese|di recente|
        ultimamente))?|quali (?:documenti|file) (?:sono (?:cambiati|nuovi|stati (?:cambiati|modificati|aggiornati|
        aggiunti)))(?: (?:oggi|questa settimana|questo mese|di recente))?|(?:le |gli )?ultim[ei] (?:modifiche|
        documenti|cambiamenti)""",
    changed="""quando (?:e stat[oa] (?:cambiat|modificat|aggiornat)[oa]|e cambiat[oa]) (?:l ultima volta |
        per l ultima volta )?(?:il |lo |la |i |gli |le |l )?(?P<document>.+?)(?: per l ultima volta|
         l ultima volta)?|quand e l ultima (?:modifica|aggiornamento) (?:del|della|dello|dell|
        di) (?P<document3>.+)|(?:e aggiornat[oa]) (?:il |la |l )?(?P<document4>.+)""",
    filler="""souffleur|a tutti|a tutte|squadra|per favore|e|allora|quindi|molto|tanto|tante|anche|di tutto|oh|ah|
        eh|oggi|amic[oi]|collega|davvero|a te|a lei|che|cosi|adesso|mille""",
)

TALK_TEXTS = TalkTexts(
    greeting="Buongiorno! Mi faccia una domanda sui nostri documenti.",
    farewell="Arrivederci!",
    thanks="Prego.",
    ok="Bene. Mi chieda pure quando le serve qualcosa.",
    emoji="Mi faccia pure una domanda sui nostri documenti.",
    wellbeing="Sono qui. Che cosa vuole sapere?",
    identity=(
        "Sono Souffleur, un bot. Rispondo alle domande con i documenti della squadra e dico dove è scritto ogni dato."
    ),
    help=(
        "Mi faccia una domanda con parole sue, per esempio: «Quanti giorni di ferie abbiamo?» Cerco nei documenti della"
        " squadra e nomino il documento e la pagina di ogni dato. Può fare più domande insieme e continuare con «e per "
        "gli stagisti?». Chieda «quali documenti conosci?» o «cosa è cambiato questa settimana?» per vedere che cosa "
        "leggo."
    ),
    documents="Documenti che conosco e che lei può leggere: {count}",
    no_documents="Non conosco ancora nessun documento che lei possa leggere.",
    more="… e altri {n}",
    latest="Documenti modificati negli ultimi giorni ({days}): {count}",
    nothing_latest="Nessun documento è stato modificato negli ultimi giorni ({days}).",
    last_change="L'ultima modifica: {title}, {date}.",
    changed="{title}: ultima modifica il {date}.",
    unknown_change="{title}: non so quando è stato modificato.",
    months="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    date="{day} {month} {year}",
)
