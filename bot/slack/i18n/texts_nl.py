"""Gives the texts of the Slack interface in Dutch.

Terms: document, map (folder), passage, vraag, antwoord, bron, leesdienst (ingestion worker), index, beheerder; people
are addressed as "je".
"""

from bot.slack.i18n.failures.dutch import DUTCH_FAILURES
from bot.slack.i18n.texts import InterfaceTexts

DUTCH = InterfaceTexts(
    code="nl",
    loading="Het model wordt in het geheugen geladen…",
    understanding="De vraag wordt gelezen…",
    searching="De documenten worden doorzocht…",
    documents_read="Voor dit antwoord geraadpleegde documenten",
    writing="Het antwoord wordt geschreven (gevonden passages: {passages})…",
    queued="Er zijn eerst andere vragen (plaats in de rij: {place})…",
    looking="Ik zoek in de documenten…",
    answer_follows="Ik zoek in de documenten. Het antwoord komt hieronder, en alleen jij ziet het.",
    others_first="Er zijn eerst andere vragen (de jouwe was nummer {place} in de rij)…",
    help=(
        "Stel me een vraag over onze documenten, bijvoorbeeld: {bot} Hoeveel vakantiedagen hebben we? "
        "Ik antwoord in de thread en noem bij elk gegeven het document en de pagina. "
        "`/ask` gevolgd door een vraag geeft een antwoord dat alleen jij ziet."
    ),
    attachments="Bijlagen bij een bericht lees ik niet. Ik heb alleen uit de documenten in de map geantwoord.",
    only_attachments=(
        "Bijlagen bij een bericht lees ik niet. Stel me een vraag in woorden, "
        "of laat het bestand in de map met documenten zetten."
    ),
    interrupted="Ik word opnieuw gestart en kon niet klaar komen. Vraag het zo opnieuw.",
    resumes="Ik ben onderbroken omdat ik opnieuw word gestart: ik antwoord zodra ik terug ben.",
    stopped="Gestopt.",
    deleted="Gestopt: de vraag is verwijderd.",
    failed="Er ging bij mij iets mis en ik kon het niet afmaken. Vraag het zo opnieuw.",
    model_away="Het model dat mijn antwoorden schrijft, reageert nu niet. Vraag het later opnieuw.",
    index_away="Ik kan de index van de documenten nu niet bereiken. Vraag het later opnieuw.",
    index_later="Ik kan de index van de documenten nu niet bereiken: ik antwoord zodra die terug is.",
    is_ai="Ik ben een AI-assistent, geen mens: mijn antwoorden kunnen fout zijn, kijk naar de bronnen.",
    audience_uncertain=(
        "Slack heeft me niet alles verteld wat men hier mag lezen. "
        "Ik heb alleen gezocht in wat zeker mag. Vraag het zo opnieuw."
    ),
    thread_unread="Ik kon de eerdere berichten in deze thread niet lezen. Ik heb je bericht op zichzelf beantwoord.",
    sources="Bronnen",
    weak="controleer dit: ik heb deze bewering daar niet gevonden",
    also_in="ook in {documents}",
    unsourced="Zinnen zonder bron: {n}",
    nearest="Dit komt het dichtst in de buurt, maar beantwoordt de vraag niet:",
    show_passage="Passage {n} tonen",
    show_passages="Passage tonen…",
    more_passages="Meer passages",
    more_passages_gone=(
        "Ik kan geen andere passages tonen. Hun documenten zijn na het antwoord gewijzigd of verwijderd, of ze zijn "
        "niet voor jou bedoeld. Vraag het opnieuw voor een antwoord uit de huidige documenten."
    ),
    passage_title="Passage {n}",
    passage_fetched="De passage wordt opgehaald…",
    passage_gone=(
        "Ik kan deze passage niet tonen. Haar document is na het antwoord gewijzigd of verwijderd, of ze is niet voor "
        "jou bedoeld. Vraag het opnieuw voor een antwoord uit de huidige documenten."
    ),
    passage_before="Vóór deze passage",
    passage_after="Na deze passage",
    show_page="Pagina als beeld",
    page_fetched="De pagina wordt getekend…",
    page_sent="De pagina staat in onze directe berichten; alleen jij ziet haar.",
    page_unmarked="De pagina staat in onze directe berichten; alleen jij ziet haar. Ik kon de passage niet markeren.",
    page_not_here="Ik kan de pagina niet tonen: ik heb het bestand hier niet.",
    page_changed="Ik kan de pagina niet tonen: het bestand is gewijzigd sinds ik het las.",
    page_failed="Ik kan de pagina niet tonen: ze kon niet worden getekend.",
    page_refused="Ik kan de pagina niet tonen: Slack nam het beeld niet aan.",
    close="Sluiten",
    page="p. {page}",
    quoted="“{text}”",
    more="… en nog {n}",
    pages="pagina's: {pages}",
    pages_so_far="gelezen pagina's: {read} van {pages}",
    passages="aantal passages: {passages}",
    changed="gewijzigd {moment}",
    hidden="verborgen tekst weggelaten, plaatsen: {places}",
    home_hidden=(
        "Verborgen tekst weggelaten: plaatsen {places}, documenten {documents}. `/docs` zegt in welke documenten."
    ),
    reading="wordt gelezen",
    words="doorzoekbaar op woorden",
    meaning="doorzoekbaar op woorden en betekenis",
    failure="kon niet worden gelezen",
    docs_title="De documenten die ik ken",
    docs_found="Documenten met “{words}” in titel of pad: {count} van {total}",
    docs_none="Geen document heeft “{words}” in titel of pad. `/docs` zonder meer toont ze allemaal ({total}).",
    docs_more="… en nog {n}: `/docs woorden` maakt de lijst korter",
    help_title="Wat ik doe",
    help_admin=(
        "*Voor beheerders*\n"
        "• `/reindex` leest alle documenten opnieuw. Met een bestand of map erbij wordt alleen dat opnieuw gelezen.\n"
        "• `/reindex confirm-deletes` bevestigt dat veel ontbrekende documenten echt weg zijn.\n"
        "• `/compare` en een vraag: wat het model alleen zegt, en met de documenten.\n"
        "• `/gaps`: de vragen waarop de documenten geen antwoord hebben, zodat iemand kan schrijven wat ontbreekt.\n"
        "• `/souffleur bindings`: welk kanaal of welke persoon de naam van een map bedoelt, en hoe je dat "
        "terugdraait.\n"
        "• Mijn starttabblad heeft knoppen voor bijna alles. Het toont ook wat niet kon worden gelezen en waarom."
    ),
    share="Delen in het kanaal",
    share_gone="Ik heb dit antwoord niet meer, of het is al gedeeld. *Opnieuw vragen* geeft een nieuw om te delen.",
    share_unkept=(
        "Ik heb dit antwoord niet meer: ik bewaar antwoorden tot ik opnieuw word gestart of tot ze zijn gedeeld. "
        "*Opnieuw vragen* geeft een nieuw om te delen."
    ),
    share_refused=(
        "Ik kan dit antwoord hier niet delen. Niet iedereen in dit kanaal mag lezen waaruit het komt, of een document "
        "is "
        "sindsdien gewijzigd. *Vraag het opnieuw*, of vraag het me in het kanaal zelf."
    ),
    share_failed="Ik mocht hier van Slack niets plaatsen. Nodig me uit in het kanaal en deel dan opnieuw.",
    asked_privately="Je vroeg: *{question}*",
    shared_by="{user} vroeg me: *{question}*",
    ask_again="Opnieuw vragen",
    look_further="Ook zoeken in wat ik mag lezen",
    not_helpful_here="Hier niet nuttig",
    quieter_here="Genoteerd: ik ben in dit kanaal voortaan stiller.",
    press_taken_back="Teruggenomen: dit telt niet meer.",
    unasked="Niemand stelde mij deze vraag; ik antwoord omdat de documenten dat duidelijk doen.",
    unasked_activity="Antwoorden waar niemand om vroeg, per kanaal:",
    unasked_counts="{answers} gegeven, {unhelpful} niet nuttig",
    unasked_pause="hoogstens één per {minutes} minuten",
    unasked_silent="daar stil",
    lift_pause="Antwoorden zoals eerst",
    step_is_off="De stap staat hier uit: een beheerder zet hem aan met WORKFLOW_STEP=on.",
    step_asks_nothing="De stap kreeg geen vraag.",
    liked="Nuttig",
    disliked="Niet nuttig",
    feedback_thanks="Bedankt, ik heb het genoteerd.",
    feedback_lost="Ik kan dat nu niet noteren. Druk later opnieuw.",
    feedback_title="Je oordeel",
    feedback_why="Wat is er mis met het antwoord?",
    feedback_wrong="Het is onjuist",
    feedback_incomplete="Er ontbreekt iets",
    feedback_outdated="Het is verouderd",
    feedback_source="Het komt uit het verkeerde document",
    feedback_other="Iets anders",
    feedback_words="In je eigen woorden",
    feedback_hint="Beheerders lezen dit zonder je naam, en alleen als iedereen de vraag kon lezen.",
    send="Versturen",
    shortcut_title="Souffleur vragen",
    shortcut_hint="Maak er een vraag van als het dat nog niet is. Alleen jij ziet het antwoord, tot je het deelt.",
    question="Vraag",
    ask="Vragen",
    cancel="Annuleren",
    ask_usage=(
        "Schrijf je vraag na de opdracht, bijvoorbeeld: `/ask Hoeveel vakantiedagen hebben we?` "
        "Alleen jij ziet het antwoord."
    ),
    unknown_command="De opdracht {command} ken ik niet.",
    comparing="Ik vraag het model twee keer: alleen, en dan met de documenten…",
    compare_alone="Het model alleen",
    compare_with="Het model met jullie documenten",
    compare_away="Het model kan nu niet worden gevraagd. Hier zou zijn eigen antwoord staan, uit zijn training.",
    compare_usage=(
        "Schrijf een vraag na de opdracht, bijvoorbeeld: `/compare Hoeveel vakantiedagen hebben we?` "
        "Alleen jij ziet de twee antwoorden."
    ),
    compare_refused="Alleen een beheerder kan antwoorden vergelijken. Vraag het aan {admins}.",
    gaps_title="Wat ontbreekt",
    gaps_head="Vragen van de laatste {days} dagen zonder antwoord, of met een antwoord dat niet beviel: {count}",
    gaps_what=(
        "De meest gestelde eerst. Vragen die op elkaar lijken, tellen samen. Niemand wordt genoemd. "
        "Een privévraag telt pas als een tweede persoon hetzelfde heeft gevraagd."
    ),
    gaps_none="Er ontbreekt niets: elke vraag van de laatste {days} dagen die hier telt, is beantwoord.",
    gaps_fetched="Ik bekijk de vragen…",
    gaps_asked="keer gevraagd: {times} · personen: {people}",
    gaps_missing="niets gevonden voor wie vroeg",
    gaps_partly="deels beantwoord",
    gaps_disliked="antwoord beviel niet",
    gaps_nearest="het dichtst bij: {document}",
    gaps_refused="Alleen een beheerder kan zien wat er in de documenten ontbreekt. Vraag het aan {admins}.",
    gaps_more="… en nog {n}: `python -m bot gaps` toont ze allemaal",
    reindex_refused="Alleen een beheerder kan de documenten opnieuw laten lezen. Vraag het aan {admins}.",
    reindex_no_admins=(
        "Alleen een beheerder kan de documenten opnieuw laten lezen, en er is er nog geen: "
        "wie mij beheert, kan in `ADMINS` lid-ID's van Slack zetten."
    ),
    admins_unknown=(
        "(Slack zegt me nu niet wie er in een van de genoemde groepen zit. Alleen de afzonderlijk genoemde personen "
        "tellen.)"
    ),
    reindex_follow="Genoteerd, opnieuw te lezen: {scope}. Ik toon de voortgang in onze directe berichten.",
    reindex_follow_home=(
        "Genoteerd, opnieuw te lezen: {scope}. "
        "Slack laat me je niet rechtstreeks schrijven; mijn starttabblad toont de voortgang."
    ),
    reindex_title="Opnieuw lezen: {scope}",
    reindex_everything="alle documenten",
    reindex_waiting="Ik wacht tot de leesdienst het oppakt…",
    reindex_worker_down=(
        "De leesdienst lijkt stil te staan: hij heeft het verzoek nog niet opgepakt. "
        "Het verzoek blijft bewaard en wordt uitgevoerd zodra de dienst terug is."
    ),
    reindex_running="documenten: {done} van {total}",
    unsupported="bestanden in formaten die niet worden gelezen: {kinds}",
    reindex_failed="tot nu toe mislukt: {failed}",
    reindex_pages="gelezen pagina's: {pages}",
    reindex_done="Klaar. De documenten zijn opnieuw gelezen: {done} van {total}; mislukt: {failed}",
    reindex_nothing=(
        "Klaar. Er is geen document te lezen onder {scope}. "
        "Na `/reindex` kan ik `all`, een bestand, een map of `confirm-deletes` aan."
    ),
    reindex_failures="Konden niet worden gelezen:",
    reindex_more="… en nog {n}: `/docs` toont ze",
    reindex_unfollowed="Ik volg dit verzoek niet meer. Mijn starttabblad toont de stand van de documenten.",
    filing_asked="Zal ik {name} in de map met documenten zetten? Kies waar.",
    filing_title="Een map kiezen",
    filing_sure="Iedereen die de documenten van die map mag lezen, vindt dit bestand in antwoorden.",
    filing_yes="Daar zetten",
    filing_root="de map zelf",
    filing_done="{name} staat in {folder}. Ik antwoord eruit zodra het is gelezen.",
    filing_exists=(
        "Er is al een bestand {name} in {folder}; dat blijft zoals het is. Hernoem het jouwe en stuur het opnieuw."
    ),
    filing_too_large="Dit bestand is groter dan {mb} MB. Ik heb het niet in de map gezet.",
    filing_failed="Ik kon dit bestand niet in de map zetten. Er is niets veranderd. Het logboek zegt waarom.",
    filing_refused="Alleen een beheerder kan documenten toevoegen door ze me te sturen. Vraag het aan {admins}.",
    home_what="Ik beantwoord vragen uit de documenten van ons team en zeg waar elk gegeven staat.",
    home_how=(
        "• In een kanaal: {bot} gevolgd door je vraag; ik antwoord in de thread.\n"
        "• In onze directe berichten (*Berichten*): schrijf gewoon je vraag.\n"
        "• `/ask` gevolgd door je vraag: alleen jij ziet het antwoord, tot je het deelt.\n"
        "• In het menu van elk bericht: *Ask Souffleur about this*.\n"
        "• `/docs`: alle documenten. Voeg woorden toe om alleen die met deze woorden in titel of pad te zien."
    ),
    home_documents="Documenten ({total})",
    home_latest="laatste wijziging: {moment}",
    home_refresh="Vernieuwen",
    home_reindex="Alles opnieuw lezen",
    home_reindex_sure="Ik lees elk document opnieuw. Tot dan antwoord ik eruit zoals nu. Het kan even duren.",
    home_gaps="Wat ontbreekt?",
    home_no_documents=(
        "Er is nog geen document dat je mag lezen. Wie mij beheert, kan er een paar in de bewaakte map zetten."
    ),
    home_failures="Konden niet worden gelezen",
    home_requests="Bezig",
    closed_title="Mappen die niemand ziet",
    closed_channel=(
        "Ik ken geen kanaal met deze naam of ID, dus niemand ziet de documenten in deze mappen. "
        "Verbeter de naam van de map, of nodig me uit als het kanaal privé is."
    ),
    closed_person=(
        "Ik ken niemand met deze naam of ID, dus niemand ziet de documenten in deze mappen. "
        "Gebruik de naam uit de ledenlijst van Slack voor beheerders, niet de weergavenaam."
    ),
    closed_ambiguous=(
        "Meerdere kanalen of personen hebben deze naam, dus niemand ziet de documenten in deze mappen. Gebruik de ID."
    ),
    closed_another=(
        "Deze naam was eerder van een ander kanaal of een andere persoon, en zijn mappen blijven daarvan. "
        "Zijn ze voor wie nu zo heet, gebruik dan de ID als naam van de map."
    ),
    closed_provisional=(
        "Ik zit niet in dit kanaal, en een ander privékanaal kan dezelfde naam hebben, dus niemand ziet de documenten "
        "in "
        "deze mappen nog. Nodig me uit in het kanaal, of kijk bij `/souffleur bindings`."
    ),
    closed_undone=(
        "Een beheerder heeft deze mappen afgenomen van het kanaal of de persoon met deze naam, dus niemand ziet de "
        "documenten erin. `/souffleur bindings` toont hoe je ze teruggeeft."
    ),
    bindings_title="Wat de namen van mappen bedoelen",
    bindings_none="Nog geen map heeft de naam van een kanaal of een persoon.",
    bindings_usage=(
        "`/souffleur bindings undo #naam` neemt de map af van dat kanaal of die persoon: dan ziet niemand die. "
        "`/souffleur bindings confirm #naam` geeft de map aan hen."
    ),
    bindings_refused="Alleen een beheerder kan zien wat de namen van mappen bedoelen. Vraag het aan {admins}.",
    bindings_unchanged="Er is niets veranderd: ik ken geen map met de naam {name}, of het is al zo.",
    bindings_confirmed="Mappen met de naam {name} zijn nu van {id}.",
    bindings_undone="Mappen met de naam {name} zijn niet meer van {id}: niemand ziet ze.",
    binding_confirmed="bevestigd",
    binding_provisional="*niet bevestigd, niemand ziet de map*: ik zit niet in dit kanaal",
    binding_undone="*teruggedraaid, niemand ziet de map*",
    audit_title="Wat beheerders het laatst deden",
    audit_reindex="documenten opnieuw gelezen",
    audit_confirm="verwijderingen bevestigd",
    audit_compare="antwoorden vergeleken",
    audit_gaps="bekeken wat ontbreekt",
    audit_file="bestand in de map gezet",
    audit_bindings="namen van mappen bekeken of gewijzigd",
    audit_unasked="ongevraagde antwoorden hersteld",
    audit_begun="niet klaar",
    audit_nothing="niets te doen",
    audit_failed="mislukt",
    audit_refused="geweigerd",
    prompts_title="Wat wil je weten?",
    prompt="Wat staat er in “{title}”?",
    prompt_section="Wat moet ik weten over “{section}”?",
    prompt_within="Wat zegt “{title}” over “{section}”?",
    hold_title="Verwijderingen wachten op bevestiging",
    hold_many=(
        "Documenten die sinds {since} in de map ontbreken: {count} van {known}. "
        "Dat zijn er meer tegelijk dan ik zonder te vragen verwijder."
    ),
    hold_unmounted=(
        "Documenten die sinds {since} in de map ontbreken: {count} van {known}. "
        "Het lijkt alsof de schijf van de map niet is aangekoppeld."
    ),
    hold_stays=(
        "Ik antwoord er nog uit tot een beheerder bevestigt dat ze weg zijn. "
        "Horen ze er te zijn, zet ze dan terug of koppel de schijf aan. Meer is niet nodig."
    ),
    hold_names="Er ontbreken:",
    hold_command="Zijn ze voorgoed weg: `/reindex confirm-deletes`.",
    hold_button="Verwijderen bevestigen",
    hold_sure="Documenten waaruit ik niet meer antwoord, tot ze terug in de map staan: {count}.",
    hold_keep="Behouden",
    hold_confirmed="Bevestigd door {by}. Ik antwoord eruit tot de leesdienst ze heeft verwijderd.",
    hold_refused="Alleen een beheerder kan bevestigen dat documenten weg zijn. Vraag het aan {admins}.",
    hold_none="Geen verwijdering wacht op bevestiging: er wordt niets tegengehouden.",
    hold_changed=(
        "Wat ontbreekt, is veranderd sinds deze pagina is getoond; er is niets bevestigd. Kijk opnieuw en bevestig dan."
    ),
    hold_under_way="Dit is al bevestigd: de leesdienst heeft het verzoek.",
    hold_follow="Bevestigd. Te verwijderen documenten: {count}. Ik toon de voortgang in onze directe berichten.",
    hold_follow_home=(
        "Bevestigd. Te verwijderen documenten: {count}. "
        "Slack laat me je niet rechtstreeks schrijven; mijn starttabblad toont de voortgang."
    ),
    confirm_title="Documenten die niet meer in de map staan, worden verwijderd",
    confirm_done="Klaar: ik antwoord niet meer uit wat in de map ontbreekt.",
    confirm_removed="Verwijderde documenten: {done}.",
    confirm_held=(
        "Er is niets verwijderd: sinds de bevestiging ontbreken er meer documenten. "
        "Mijn starttabblad toont wat nu wordt tegengehouden; bevestig opnieuw als het voorgoed weg is."
    ),
    confirm_waits=(
        "Er is nog niets verwijderd: ik kon niet de hele map bekijken. "
        "De bevestiging blijft geldig en wordt uitgevoerd zodra ik kan."
    ),
    index_title="Er wordt een nieuwe index gemaakt",
    index_prepared=(
        "Er wordt een nieuwe index van de documenten gemaakt. Tot die klaar is, komen antwoorden uit de huidige."
    ),
    index_since="sinds {since}",
    index_model="taalmodel",
    index_reading="lezen",
    index_words="woorden",
    index_documents="Nog te lezen documenten: {count}, waaronder *{path}*.",
    index_meaning="Het embeddingmodel heeft nog niet elke passage gezien.",
    index_gate="Hij is volledig. Voordat hij het overneemt, wordt hij met de huidige index vergeleken.",
    index_refused=(
        "De kwaliteitscontrole weigert hem: op de vragen van `SWITCH_GATE` vindt hij minder dan de huidige index."
    ),
    index_remedy="Draai de wijziging terug, of verbeter of verwijder `SWITCH_GATE`. Start dan de leesdienst opnieuw.",
    index_stays="Intussen antwoordt de huidige index en volgt hij de map.",
    index_kept="De index die {since} is vervangen, blijft een tijd bewaard: teruggaan vraagt geen nieuw lezen.",
    index_embedded=(
        "*De ingebouwde index bevat {passages} passages en is gemeten tot {limit}.* Start een Qdrant-server, stel "
        "`QDRANT_URL` in en laat de leesdienst de map erin lezen."
    ),
    failures=DUTCH_FAILURES,
)
