"""Gives the texts of the Slack interface in French."""

from bot.slack.i18n.failures.french import FRENCH_FAILURES
from bot.slack.i18n.texts import InterfaceTexts
from knowledge.core.text import add_french_spaces_to_fields

FRENCH = InterfaceTexts(
    code="fr",
    loading="Chargement du modèle en mémoire…",
    understanding="Lecture de la question…",
    searching="Recherche dans les documents…",
    documents_read="Documents consultés pour cette réponse",
    writing="Rédaction (passages sous la main : {passages})…",
    queued="D'autres questions passent avant la vôtre (place dans la file : {place})…",
    looking="Je cherche dans les documents…",
    answer_follows="Je cherche dans les documents. La réponse vient ci-dessous, et vous seul la voyez.",
    others_first="D'autres questions passent avant la vôtre (vous étiez n° {place} dans la file)…",
    help=(
        "Posez-moi une question sur nos documents, par exemple : {bot} Combien de jours de congé avons-nous ? "
        "Je réponds dans le fil et je nomme le document et la page de chaque fait. "
        "`/ask` suivi d'une question donne une réponse que vous seul voyez."
    ),
    attachments="Je ne lis pas les fichiers joints à un message. J'ai répondu à partir des seuls documents du dossier.",
    only_attachments=(
        "Je ne lis pas les fichiers joints à un message. Posez-moi une question en toutes lettres, "
        "ou faites déposer le fichier dans le dossier des documents."
    ),
    interrupted="On me redémarre et je n'ai pas pu finir. Reposez la question dans un instant.",
    resumes="J'ai été interrompu parce qu'on me redémarre : je réponds dès mon retour.",
    stopped="Arrêté.",
    deleted="Arrêté : la question a été supprimée.",
    failed="Un problème de mon côté m'a empêché de finir. Reposez la question dans un instant.",
    model_away="Le modèle qui rédige mes réponses ne répond pas pour l'instant. Reposez la question plus tard.",
    index_away="L'index des documents est injoignable pour l'instant. Reposez la question plus tard.",
    index_later="L'index des documents est injoignable pour l'instant : je réponds dès qu'il est de retour.",
    is_ai="Je suis un assistant d'IA, pas une personne : mes réponses peuvent être fausses, regardez leurs sources.",
    audience_uncertain=(
        "Slack ne m'a pas dit tout ce qui peut être lu ici. J'ai cherché seulement dans ce qui peut l'être à coup "
        "sûr. Reposez la question dans un instant."
    ),
    thread_unread="Je n'ai pas pu lire les messages précédents de ce fil. J'ai répondu à votre seul message.",
    sources="Sources",
    weak="à vérifier : je n'ai pas trouvé cette affirmation à cet endroit",
    also_in="aussi dans {documents}",
    unsourced="Phrases sans source : {n}",
    nearest="Le plus proche, mais sans réponse à la question :",
    show_passage="Voir le passage {n}",
    show_passages="Voir un passage…",
    more_passages="Autres passages",
    more_passages_gone=(
        "Je ne peux pas montrer d'autres passages. Leurs documents ont été modifiés ou retirés depuis la réponse, ou "
        "ils ne vous sont pas destinés. Reposez la question pour une réponse d'après les documents actuels."
    ),
    passage_title="Passage {n}",
    passage_fetched="Je vais chercher le passage…",
    passage_gone=(
        "Je ne peux pas montrer ce passage. Son document a été modifié ou retiré depuis la réponse, ou il ne vous "
        "est pas destiné. Reposez la question pour une réponse d'après les documents actuels."
    ),
    passage_before="Juste avant",
    passage_after="Juste après",
    show_page="Page en image",
    page_fetched="Je dessine la page…",
    page_sent="La page est dans nos messages directs ; vous seul la voyez.",
    page_unmarked="La page est dans nos messages directs ; vous seul la voyez. Je n'ai pas pu y marquer le passage.",
    page_not_here="Je ne peux pas montrer la page : je n'ai pas son fichier ici.",
    page_changed="Je ne peux pas montrer la page : son fichier a changé depuis que je l'ai lu.",
    page_failed="Je ne peux pas montrer la page : elle n'a pas pu être dessinée.",
    page_refused="Je ne peux pas montrer la page : Slack n'a pas pris l'image.",
    close="Fermer",
    page="p. {page}",
    quoted="«\N{NO-BREAK SPACE}{text}\N{NO-BREAK SPACE}»",
    more="… et {n} de plus",
    pages="pages : {pages}",
    pages_so_far="pages lues : {read} sur {pages}",
    passages="passages : {passages}",
    changed="modifié {moment}",
    hidden="texte caché écarté, endroits : {places}",
    home_hidden="Texte caché écarté : endroits {places}, documents {documents}. `/docs` dit lesquels.",
    reading="en cours de lecture",
    words="recherche par mots",
    meaning="recherche par mots et par sens",
    failure="échec de lecture",
    docs_title="Les documents que je connais",
    docs_found="Documents avec « {words} » dans le titre ou le chemin : {count} sur {total}",
    docs_none="Aucun document n'a « {words} » dans son titre ou son chemin. `/docs` seul les liste tous ({total}).",
    docs_more="… et {n} de plus : `/docs mots` resserre la liste",
    help_title="Ce que je fais",
    help_admin=(
        "*Pour les administrateurs*\n"
        "• `/reindex` fait relire tous les documents. Ajoutez un fichier ou un dossier pour ne relire que lui.\n"
        "• `/reindex confirm-deletes` confirme que des documents disparus en grand nombre le sont pour de bon.\n"
        "• `/compare` suivi d'une question : ce que le modèle dit seul, puis avec les documents.\n"
        "• `/gaps` : les questions auxquelles les documents ne répondent pas, pour que quelqu'un écrive ce qui "
        "manque.\n"
        "• `/souffleur bindings` : quel canal ou quelle personne désigne le nom d'un dossier, et comment le retirer.\n"
        "• Mon onglet Accueil a des boutons pour presque tout cela. "
        "Il montre aussi ce qui n'a pas pu être lu et pourquoi."
    ),
    share="Partager dans le canal",
    share_gone=(
        "Je n'ai plus cette réponse, ou elle est déjà partagée. *Redemander* en donne une nouvelle, à partager."
    ),
    share_unkept=(
        "Je n'ai plus cette réponse : je garde les réponses jusqu'à mon redémarrage ou jusqu'à leur partage. "
        "*Redemander* en donne une nouvelle, à partager."
    ),
    share_refused=(
        "Je ne peux pas partager cette réponse ici. Tout le monde dans ce canal n'a pas le droit de lire ce dont "
        "elle est tirée, ou un document a changé depuis. *Redemandez*, ou interrogez-moi dans le canal même."
    ),
    share_failed="Slack ne m'a pas laissé publier ici. Invitez-moi dans le canal, puis partagez à nouveau.",
    asked_privately="Vous avez demandé : *{question}*",
    shared_by="{user} m'a demandé : *{question}*",
    ask_again="Redemander",
    look_further="Chercher aussi dans ce que je peux lire",
    not_helpful_here="Pas utile ici",
    quieter_here="C'est noté : je serai plus discret dans ce canal.",
    press_taken_back="C'est retiré : cela ne compte plus.",
    unasked="Personne ne m'a posé cette question ; je réponds parce que les documents le font clairement.",
    unasked_activity="Réponses que personne n'avait demandées, par canal :",
    unasked_counts="{answers} données, {unhelpful} pas utiles",
    unasked_pause="une au plus toutes les {minutes} minutes",
    unasked_silent="silence dans ce canal",
    lift_pause="Répondre comme avant",
    step_is_off="L'étape est désactivée ici : un administrateur l'active par WORKFLOW_STEP=on.",
    step_asks_nothing="L'étape n'a reçu aucune question.",
    liked="Utile",
    disliked="Pas utile",
    feedback_thanks="Merci, c'est noté.",
    feedback_lost="Je ne peux pas le noter pour l'instant. Appuyez à nouveau plus tard.",
    feedback_title="Votre avis",
    feedback_why="Qu'est-ce qui ne va pas dans la réponse ?",
    feedback_wrong="Elle est fausse",
    feedback_incomplete="Il manque quelque chose",
    feedback_outdated="Elle est dépassée",
    feedback_source="Elle vient du mauvais document",
    feedback_other="Autre chose",
    feedback_words="Avec vos mots",
    feedback_hint=(
        "Les administrateurs le lisent sans votre nom, et seulement si tout le monde pouvait lire la question."
    ),
    send="Envoyer",
    shortcut_title="Demander à Souffleur",
    shortcut_hint=(
        "Changez-le en question si ce n'en est pas une. Vous seul verrez la réponse, tant que vous ne la partagez pas."
    ),
    question="Question",
    ask="Demander",
    cancel="Annuler",
    ask_usage=(
        "Écrivez votre question après la commande, par exemple : "
        "`/ask Combien de jours de congé avons-nous ?` Vous seul verrez la réponse."
    ),
    unknown_command="Je ne connais pas la commande {command}.",
    comparing="J'interroge le modèle deux fois : seul, puis avec les documents…",
    compare_alone="Le modèle seul",
    compare_with="Le modèle avec vos documents",
    compare_away=(
        "Le modèle ne peut pas être interrogé pour l'instant. "
        "Sa propre réponse, tirée de son entraînement, viendrait ici."
    ),
    compare_usage=(
        "Écrivez une question après la commande, par exemple : `/compare Combien de jours de congé avons-nous ?` "
        "Vous seul verrez les deux réponses."
    ),
    compare_refused="Seul un administrateur peut comparer les réponses. Adressez-vous à {admins}, s'il vous plaît.",
    gaps_title="Ce qui manque",
    gaps_head="Questions des {days} derniers jours sans réponse, ou dont la réponse a déplu : {count}",
    gaps_what=(
        "Les plus posées viennent d'abord. Les questions semblables comptent ensemble. Personne n'est nommé. "
        "Une question privée ne compte que si une deuxième personne a posé la même."
    ),
    gaps_none="Rien ne manque : toutes les questions des {days} derniers jours qui comptent ici ont eu une réponse.",
    gaps_fetched="Je parcours les questions…",
    gaps_asked="demandes : {times} · personnes : {people}",
    gaps_missing="rien trouvé pour qui demandait",
    gaps_partly="réponse partielle",
    gaps_disliked="réponse peu appréciée",
    gaps_nearest="le plus proche : {document}",
    gaps_refused=(
        "Seul un administrateur peut voir ce qui manque aux documents. Adressez-vous à {admins}, s'il vous plaît."
    ),
    gaps_more="… et {n} de plus : `python -m bot gaps` les affiche tous",
    reindex_refused=(
        "Seul un administrateur peut faire relire les documents. Adressez-vous à {admins}, s'il vous plaît."
    ),
    reindex_no_admins=(
        "Seul un administrateur peut faire relire les documents, et aucun n'est encore désigné : "
        "la personne qui me fait tourner peut mettre des identifiants Slack dans `ADMINS`."
    ),
    admins_unknown=(
        "(Slack ne me dit pas pour l'instant qui fait partie d'un des groupes cités ici. "
        "Seules comptent les personnes nommées une à une.)"
    ),
    reindex_follow="C'est noté, à relire : {scope}. Je montre l'avancement dans nos messages directs.",
    reindex_follow_home=(
        "C'est noté, à relire : {scope}. Slack ne me laisse pas vous écrire directement ; "
        "mon onglet Accueil montre l'avancement."
    ),
    reindex_title="Relecture : {scope}",
    reindex_everything="tous les documents",
    reindex_waiting="J'attends que le service d'ingestion s'en saisisse…",
    reindex_worker_down=(
        "Le service d'ingestion semble arrêté : il ne s'est pas encore saisi de la demande. "
        "Elle est conservée et sera exécutée à son retour."
    ),
    reindex_running="documents : {done} sur {total}",
    unsupported="fichiers dans des formats qui ne sont pas lus : {kinds}",
    reindex_failed="en échec jusqu'ici : {failed}",
    reindex_pages="pages lues : {pages}",
    reindex_done="Terminé. Documents relus : {done} sur {total} ; en échec : {failed}",
    reindex_nothing=(
        "Terminé. Il n'y a aucun document à lire sous {scope}. "
        "Après `/reindex` j'accepte `all`, un fichier, un dossier ou `confirm-deletes`."
    ),
    reindex_failures="N'ont pas pu être lus :",
    reindex_more="… et {n} de plus : `/docs` les liste",
    reindex_unfollowed="Je ne suis plus cette demande. Mon onglet Accueil montre l'état des documents.",
    filing_asked="Dois-je mettre {name} dans le dossier des documents ? Choisissez où.",
    filing_title="Choisir un dossier",
    filing_sure="Toute personne qui peut lire les documents de ce dossier trouvera ce fichier dans les réponses.",
    filing_yes="Le mettre là",
    filing_root="le dossier lui-même",
    filing_done="{name} est dans {folder}. Je réponds avec lui dès qu'il est lu.",
    filing_exists=(
        "Il y a déjà un fichier {name} dans {folder} ; il reste tel quel. Renommez le vôtre et renvoyez-le."
    ),
    filing_too_large="Ce fichier dépasse {mb} Mo. Je ne l'ai pas mis dans le dossier.",
    filing_failed="Je n'ai pas pu mettre ce fichier dans le dossier. Rien n'a changé. Le journal dit pourquoi.",
    filing_refused=(
        "Seul un administrateur peut ajouter des documents en me les envoyant. "
        "Adressez-vous à {admins}, s'il vous plaît."
    ),
    home_what="Je réponds aux questions à partir des documents de l'équipe et je dis où chaque fait est écrit.",
    home_how=(
        "• Dans un canal : {bot} suivi de votre question ; je réponds dans le fil.\n"
        "• En message direct avec moi (*Messages*) : écrivez simplement votre question.\n"
        "• `/ask` suivi de votre question : vous seul voyez la réponse, tant que vous ne la partagez pas.\n"
        "• Dans le menu de tout message, *Ask Souffleur about this*.\n"
        "• `/docs` : tous les documents. Ajoutez des mots pour voir seulement ceux qui les ont dans leur titre ou "
        "leur chemin."
    ),
    home_documents="Documents ({total})",
    home_latest="dernier changement : {moment}",
    home_refresh="Actualiser",
    home_reindex="Tout relire",
    home_reindex_sure="Je relis chaque document. D'ici là je réponds avec eux comme maintenant. Cela peut durer.",
    home_gaps="Que manque-t-il ?",
    home_no_documents=(
        "Il n'y a encore aucun document que vous puissiez lire. "
        "La personne qui me fait tourner peut en déposer dans le dossier surveillé."
    ),
    home_failures="N'ont pas pu être lus",
    home_requests="En cours",
    closed_title="Dossiers que personne ne voit",
    closed_channel=(
        "Je ne connais aucun canal de ce nom ou de cet identifiant : "
        "personne ne voit les documents de ces dossiers. Corrigez le nom du dossier, ou invitez-moi si le canal "
        "est privé."
    ),
    closed_person=(
        "Je ne connais personne de ce nom ou de cet identifiant : personne ne voit les documents de ces dossiers. "
        "Il faut le nom de la liste des membres pour administrateurs de Slack, pas le nom affiché."
    ),
    closed_ambiguous=(
        "Plusieurs canaux ou personnes portent ce nom : personne ne voit les documents de ces dossiers. "
        "Servez-vous de l'identifiant."
    ),
    closed_another=(
        "Ce nom était avant celui d'un autre canal ou d'une autre personne, et ses dossiers lui restent. "
        "S'ils sont pour qui porte ce nom aujourd'hui, nommez le dossier par l'identifiant."
    ),
    closed_provisional=(
        "Je ne suis pas dans ce canal, et un canal privé pourrait porter le même nom : personne ne voit encore les "
        "documents de ces dossiers. Invitez-moi dans le canal, ou voyez `/souffleur bindings`."
    ),
    closed_undone=(
        "Un administrateur a retiré ces dossiers au canal ou à la personne de ce nom : personne n'en voit les "
        "documents. `/souffleur bindings` montre comment les rendre."
    ),
    bindings_title="Ce que désignent les noms des dossiers",
    bindings_none="Aucun dossier ne porte encore le nom d'un canal ou d'une personne.",
    bindings_usage=(
        "`/souffleur bindings undo #nom` retire le dossier à ce canal ou à cette personne : plus personne ne le voit. "
        "`/souffleur bindings confirm #nom` le lui donne."
    ),
    bindings_refused="Seul un administrateur peut voir ce que désignent les noms des dossiers. Demandez à {admins}.",
    bindings_unchanged="Rien n'a changé : je ne connais aucun dossier du nom de {name}, ou c'est déjà ainsi.",
    bindings_confirmed="Les dossiers du nom de {name} sont maintenant à {id}.",
    bindings_undone="Les dossiers du nom de {name} ne sont plus à {id} : personne ne les voit.",
    binding_confirmed="confirmé",
    binding_provisional="*non confirmé, personne ne le voit* : je ne suis pas dans ce canal",
    binding_undone="*retiré, personne ne le voit*",
    audit_title="Dernières actions des administrateurs",
    audit_reindex="relecture de documents",
    audit_confirm="suppressions confirmées",
    audit_compare="comparaison de réponses",
    audit_gaps="consultation de ce qui manque",
    audit_file="fichier mis dans le dossier",
    audit_bindings="consultation ou changement des noms de dossiers",
    audit_unasked="réponses non demandées rétablies",
    audit_begun="inachevé",
    audit_nothing="rien à faire",
    audit_failed="échec",
    audit_refused="refusé",
    prompts_title="Que voulez-vous savoir ?",
    prompt="Que dit « {title} » ?",
    prompt_section="Que faut-il savoir sur « {section} » ?",
    prompt_within="Que dit « {title} » à propos de « {section} » ?",
    hold_title="Des suppressions attendent une confirmation",
    hold_many=(
        "Documents qui manquent dans le dossier depuis {since} : {count} sur {known}. "
        "C'est plus à la fois que je n'en retire sans demander."
    ),
    hold_unmounted=(
        "Documents qui manquent dans le dossier depuis {since} : {count} sur {known}. "
        "On dirait que le disque du dossier n'est pas monté."
    ),
    hold_stays=(
        "Je réponds encore avec eux jusqu'à ce qu'un administrateur confirme leur disparition. "
        "S'ils devraient être là, remettez-les ou montez le disque. Il n'y a rien d'autre à faire."
    ),
    hold_names="Il manque :",
    hold_command="S'ils ont disparu pour de bon : `/reindex confirm-deletes`.",
    hold_button="Confirmer la suppression",
    hold_sure="Documents avec lesquels je ne répondrai plus, tant qu'ils ne sont pas remis dans le dossier : {count}.",
    hold_keep="Les garder",
    hold_confirmed="Confirmé par {by}. Je réponds avec eux jusqu'à ce que le service d'ingestion les ait retirés.",
    hold_refused=(
        "Seul un administrateur peut confirmer que des documents ont disparu. "
        "Adressez-vous à {admins}, s'il vous plaît."
    ),
    hold_none="Aucune suppression n'attend de confirmation : rien n'est retenu.",
    hold_changed=(
        "Ce qui manque a changé depuis l'affichage de cette page : rien n'a été confirmé. "
        "Regardez à nouveau, puis confirmez."
    ),
    hold_under_way="C'est déjà confirmé : le service d'ingestion a la demande.",
    hold_follow="Confirmé. Documents à retirer : {count}. Je montre l'avancement dans nos messages directs.",
    hold_follow_home=(
        "Confirmé. Documents à retirer : {count}. Slack ne me laisse pas vous écrire directement ; "
        "mon onglet Accueil montre l'avancement."
    ),
    confirm_title="Retrait des documents disparus du dossier",
    confirm_done="Terminé : je ne réponds plus avec ce qui manque dans le dossier.",
    confirm_removed="Documents retirés : {done}.",
    confirm_held=(
        "Rien n'a été retiré : d'autres documents ont disparu depuis la confirmation. "
        "Mon onglet Accueil montre ce qui est retenu maintenant ; confirmez à nouveau s'ils ont disparu pour de bon."
    ),
    confirm_waits=(
        "Rien n'a encore été retiré : je n'ai pas pu parcourir tout le dossier. "
        "La confirmation reste valable et sera exécutée dès que je le pourrai."
    ),
    index_title="Un nouvel index est en préparation",
    index_prepared="Un nouvel index des documents est en préparation. D'ici là, je réponds avec l'index actuel.",
    index_since="depuis {since}",
    index_model="modèle",
    index_reading="lecture",
    index_words="mots",
    index_documents="Des documents restent à lire : {count}, dont *{path}*.",
    index_meaning="Le modèle d'embedding n'a pas encore vu tous les passages.",
    index_gate="Il est complet. Avant de prendre le relais, il est comparé à l'index actuel.",
    index_refused=(
        "Le contrôle de qualité le refuse : aux questions de `SWITCH_GATE`, il trouve moins que l'index actuel."
    ),
    index_remedy=(
        "Annulez ce qui a été changé, ou corrigez ou retirez `SWITCH_GATE`. Puis redémarrez le service d'ingestion."
    ),
    index_stays="En attendant, l'index actuel répond et suit le dossier.",
    index_kept="L'index remplacé {since} est conservé quelque temps : y revenir ne demande aucune relecture.",
    index_embedded=(
        "*L'index embarqué contient {passages} passages ; il a été mesuré jusqu'à {limit}.* "
        "Lancez un serveur Qdrant, renseignez `QDRANT_URL` et laissez le service y relire le dossier."
    ),
    failures=FRENCH_FAILURES,
)
FRENCH = add_french_spaces_to_fields(FRENCH)
