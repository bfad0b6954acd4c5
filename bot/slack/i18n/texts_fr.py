"""The Slack edge's texts in French, and nothing else."""

from bot.slack.i18n.reason_texts_fr import REASONS_FRENCH
from bot.slack.i18n.texts import InterfaceTexts
from knowledge.core.typography import add_french_spaces_to_fields

FRENCH = InterfaceTexts(
    understanding="lit la question…",
    searching="cherche dans les documents…",
    writing="rédige (passages sous la main : {passages})…",
    queued="a d'autres questions avant la vôtre (place dans la file : {place})…",
    index_awaited="n'arrive pas à joindre l'index des documents et insiste…",
    looking="Je cherche dans les documents…",
    others_first="D'autres questions passent avant la vôtre (vous étiez n° {place} dans la file)…",
    help=(
        "Posez-moi une question sur nos documents, par exemple : {bot} Combien de jours de congé avons-nous ? "
        "Je réponds dans le fil et je nomme le document et la page de chaque fait. "
        "`/ask` suivi d'une question donne une réponse que vous seul voyez."
    ),
    attachments=(
        "Je ne lis pas les fichiers joints à un message : j'ai répondu à partir des seuls documents du dossier."
    ),
    only_attachments=(
        "Je ne lis pas les fichiers joints à un message. Posez-moi une question en toutes lettres, "
        "ou faites déposer le fichier dans le dossier des documents."
    ),
    interrupted="J'ai été interrompu parce qu'on me redémarre : reposez la question dans un instant.",
    resumes="J'ai été interrompu parce qu'on me redémarre : je réponds dès mon retour.",
    stopped="Arrêté.",
    deleted="Arrêté : la question a été supprimée.",
    failed="Un problème de mon côté m'a empêché de finir : reposez la question dans un instant.",
    model_away="Le modèle qui rédige mes réponses ne répond pas pour l'instant : reposez la question plus tard.",
    index_away="L'index des documents est injoignable pour l'instant : reposez la question plus tard.",
    index_later="L'index des documents est injoignable pour l'instant : je réponds dès qu'il est de retour.",
    audience_uncertain=(
        "Slack ne m’a pas dit tout ce qui peut être lu ici : je n’ai cherché que dans ce qui peut l’être à coup sûr. "
        "Reposez la question dans un instant."
    ),
    thread_unread="Je n'ai pas pu lire ce qui précède dans ce fil : j'ai répondu à votre seul message.",
    sources="Sources",
    weak="à vérifier : je n'y retrouve pas ce qui est affirmé",
    also_in="aussi dans {documents}",
    unsourced="Phrases sans source : {n}",
    nearest="Les passages les plus proches que j'ai trouvés :",
    show_passage="Voir le passage {n}",
    show_passages="Voir un passage…",
    passage_title="Passage {n}",
    passage_fetched="Je vais chercher le passage…",
    passage_gone=(
        "Ce passage ne peut pas être montré : son document a été modifié ou retiré depuis que la réponse a été "
        "écrite, ou il ne vous est pas destiné. Reposez la question pour une réponse d'après les documents actuels."
    ),
    passage_before="Juste avant",
    passage_after="Juste après",
    close="Fermer",
    page="p. {page}",
    quoted="«\N{NO-BREAK SPACE}{text}\N{NO-BREAK SPACE}»",
    more="… et {n} de plus",
    pages="pages : {pages}",
    pages_so_far="pages lues : {read} sur {pages}",
    passages="passages : {passages}",
    changed="modifié {moment}",
    hidden="texte caché écarté, endroits : {places}",
    home_hidden="Texte caché écarté : {places} endroit(s) dans {documents} document(s) ; `/docs` dit lesquels.",
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
        "• `/reindex`, seul ou suivi d'un fichier ou d'un dossier : les documents sont relus.\n"
        "• `/reindex confirm-deletes` : les documents disparus en grand nombre ne répondent plus.\n"
        "• `/compare` suivi d'une question : ce que le modèle dit seul, puis avec les documents.\n"
        "• `/gaps` : ce qu'on a demandé en vain, pour que quelqu'un écrive le document qui manque.\n"
        "• Mon onglet Accueil a des boutons pour tout cela, sauf `/compare`, "
        "et montre ce qui n'a pas pu être lu et pourquoi."
    ),
    share="Partager dans le canal",
    share_gone=(
        "Je n'ai plus cette réponse, ou elle est déjà partagée. *Redemander* en donne une nouvelle, à partager."
    ),
    share_unkept=(
        "Je n'ai plus cette réponse : ici, aucune n'est gardée après un redémarrage ni après un partage. "
        "*Redemander* en donne une nouvelle, à partager."
    ),
    share_refused=(
        "Je ne peux pas partager cette réponse ici : tout le monde dans ce canal n'a pas le droit de lire ce dont "
        "elle est tirée, ou un document a changé depuis. *Redemandez*, ou interrogez-moi dans le canal même."
    ),
    share_failed="Slack ne m'a pas laissé publier ici. Invitez-moi dans le canal, puis partagez à nouveau.",
    asked_privately="Vous avez demandé : *{question}*",
    shared_by="{user} m'a demandé : *{question}*",
    ask_again="Redemander",
    liked="Utile",
    disliked="Pas utile",
    feedback_thanks="Merci, c'est noté.",
    feedback_lost="Je ne peux pas le noter pour l'instant : appuyez à nouveau plus tard.",
    feedback_title="Votre avis",
    feedback_why="Qu'est-ce qui ne va pas dans la réponse ?",
    feedback_wrong="Elle est fausse",
    feedback_incomplete="Il manque quelque chose",
    feedback_outdated="Elle est dépassée",
    feedback_source="Elle vient du mauvais document",
    feedback_other="Autre chose",
    feedback_words="Avec vos mots",
    feedback_hint="Les administrateurs le lisent sans votre nom, si tout le monde pouvait lire la question.",
    send="Envoyer",
    shortcut_title="Demander à Souffleur",
    shortcut_hint=(
        "Tournez-le en question si ce n'en est pas une. Vous seul verrez la réponse, tant que vous ne la partagez pas."
    ),
    question="Question",
    ask="Demander",
    cancel="Annuler",
    ask_usage=(
        "Écrivez votre question après la commande, par exemple : "
        "`/ask Combien de jours de congé avons-nous ?` Vous seul verrez la réponse."
    ),
    unknown_command="Je ne connais pas la commande {command}.",
    comparing="Je pose la question deux fois : au modèle seul, puis avec les documents…",
    compare_alone="Le modèle seul",
    compare_with="Le modèle avec vos documents",
    compare_away=(
        "Ici viendrait la réponse du modèle seul, tirée de son entraînement ; il ne peut pas être interrogé "
        "pour l'instant."
    ),
    compare_usage=(
        "Écrivez une question après la commande, par exemple : `/compare Combien de jours de congé avons-nous ?` "
        "Vous seul verrez les deux réponses."
    ),
    compare_refused="Seul un administrateur peut comparer les réponses. Adressez-vous à {admins}, s'il vous plaît.",
    gaps_title="Ce qui manque",
    gaps_head="Ce qu'on a demandé en vain, ou dont la réponse a déplu, depuis {days} jours : {count}",
    gaps_what=(
        "Les plus demandés d'abord, les questions semblables ensemble. Personne n'est nommé ; ce qui a été demandé "
        "en privé ne compte que si une deuxième personne a demandé la même chose."
    ),
    gaps_none="Rien ne manque : toutes les questions des {days} derniers jours qui comptent ici ont eu une réponse.",
    gaps_fetched="Je parcours les questions…",
    gaps_asked="demandes : {times} · personnes : {people}",
    gaps_missing="absent des documents",
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
        "(Slack ne me dit pas pour l'instant qui fait partie d'un groupe cité ici : "
        "seules comptent les personnes nommées une à une.)"
    ),
    reindex_follow="C'est noté : {scope} sera relu. Je montre l'avancement dans nos messages directs.",
    reindex_follow_home=(
        "C'est noté : {scope} sera relu. Slack ne me laisse pas vous écrire directement ; "
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
    reindex_failed="en échec jusqu'ici : {failed}",
    reindex_pages="pages lues : {pages}",
    reindex_done="Terminé. Documents relus : {done} sur {total} ; en échec : {failed}",
    reindex_nothing=(
        "Terminé. Il n'y a aucun document à lire sous {scope}. "
        "Après `/reindex` j'accepte `all`, un fichier, un dossier ou `confirm-deletes`."
    ),
    reindex_failures="N'ont pas pu être lus :",
    reindex_more="… et {n} de plus : `/docs` les liste",
    reindex_unfollowed="Je ne suis plus cette demande ; l'accueil de l'application montre l'état des documents.",
    filing_asked="Faut-il ranger {name} dans le dossier des documents\u00a0? Choisissez où.",
    filing_title="Choisir un dossier",
    filing_sure="Qui peut lire les documents de ce dossier trouvera ce fichier dans les réponses.",
    filing_yes="Ranger",
    filing_root="le dossier lui-même",
    filing_done="{name} est dans {folder} : il répondra dès qu'il aura été lu.",
    filing_exists=(
        "Il y a déjà un fichier {name} dans {folder} ; il reste tel quel. Renommez le vôtre et renvoyez-le."
    ),
    filing_too_large="Ce fichier dépasse {mb} Mo : il n'a pas été rangé.",
    filing_failed=(
        "Ce fichier n'a pas pu être rangé : rien n'a changé. "
        "La personne qui me fait tourner en trouve la raison dans le journal."
    ),
    filing_refused=(
        "Seul un administrateur peut ranger des documents en me les envoyant. "
        "Adressez-vous à {admins}, s'il vous plaît."
    ),
    home_what="Je réponds aux questions à partir des documents de l'équipe et je dis où chaque fait est écrit.",
    home_how=(
        "• Dans un canal : {bot} suivi de votre question ; je réponds dans le fil.\n"
        "• En message direct avec moi (*Messages*) : écrivez simplement votre question.\n"
        "• `/ask` suivi de votre question : vous seul voyez la réponse, tant que vous ne la partagez pas.\n"
        "• Dans le menu de tout message, *Ask Souffleur about this*.\n"
        "• `/docs`, seul ou suivi de mots : les documents, ou ceux qui ont ces mots dans leur titre ou leur chemin."
    ),
    home_documents="Documents ({total})",
    home_latest="dernier changement : {moment}",
    home_refresh="Actualiser",
    home_reindex="Tout relire",
    home_reindex_sure="Chaque document est relu. D'ici là ils répondent comme maintenant ; cela peut durer.",
    home_gaps="Que manque-t-il ?",
    home_no_documents=(
        "Il n'y a encore aucun document que vous puissiez lire : "
        "la personne qui me fait tourner peut en déposer dans le dossier surveillé."
    ),
    home_failures="N'ont pas pu être lus",
    home_requests="En cours",
    closed_title="Dossiers que personne ne voit",
    closed_channel=(
        "Je ne connais aucun canal de ce nom ou de cet identifiant : personne ne voit ce que contiennent les dossiers "
        "qui le portent. Corrigez le nom du dossier, ou invitez-moi si le canal est privé."
    ),
    closed_person=(
        "Je ne connais personne de ce nom ou de cet identifiant : personne ne voit ce que contiennent les dossiers "
        "qui le portent. Il faut le nom inscrit dans l’administration de Slack, pas le nom affiché."
    ),
    closed_ambiguous=(
        "Plusieurs portent ce nom : personne ne voit ce que contiennent les dossiers qui le portent. "
        "Servez-vous de l’identifiant."
    ),
    closed_another=(
        "Ce nom a d’abord été celui d’un autre canal ou d’une autre personne, et ses dossiers lui restent. "
        "S’ils sont destinés à qui porte ce nom aujourd’hui, nommez le dossier par l’identifiant."
    ),
    audit_title="Derniers actes d’administration",
    audit_reindex="relecture de documents",
    audit_confirm="suppressions confirmées",
    audit_compare="comparaison de réponses",
    audit_gaps="consultation de ce qui manque",
    audit_file="dépôt d’un fichier dans le dossier",
    audit_begun="inachevé",
    audit_nothing="rien à faire",
    audit_failed="échec",
    audit_refused="refusé",
    prompts_title="Que voulez-vous savoir ?",
    prompt="Que dit « {title} » ?",
    prompt_section="Que faut-il savoir sur « {section} » ?",
    prompt_within="Que dit « {title} » à propos de « {section} » ?",
    prompt_short="Résume « {section} » en quelques points.",
    hold_title="Des suppressions attendent une confirmation",
    hold_many=(
        "Documents qui manquent dans le dossier depuis {since} : {count} sur {known}. "
        "C'est plus à la fois que je n'en oublie sans demander."
    ),
    hold_unmounted=(
        "Documents qui manquent dans le dossier depuis {since} : {count} sur {known}. "
        "Tout se passe comme si son disque n'était pas monté."
    ),
    hold_stays=(
        "Ils continuent de répondre jusqu'à ce qu'un administrateur confirme leur disparition. "
        "S'ils devraient être là, remettez-les (ou montez le disque) : il n'y a rien d'autre à faire."
    ),
    hold_names="Il manque :",
    hold_command="S'ils ont disparu pour de bon : `/reindex confirm-deletes`.",
    hold_button="Confirmer la suppression",
    hold_sure="Documents qui ne répondront plus, tant qu'ils ne sont pas remis dans le dossier : {count}.",
    hold_keep="Les garder",
    hold_confirmed="Confirmé par {by} : ils répondent jusqu'à ce que le service d'ingestion les ait retirés.",
    hold_refused=(
        "Seul un administrateur peut confirmer que des documents ont disparu. "
        "Adressez-vous à {admins}, s'il vous plaît."
    ),
    hold_none="Aucune suppression n'attend de confirmation : rien n'est retenu.",
    hold_changed=(
        "Ce qui manque a changé depuis l'affichage de cette page. Regardez à nouveau, puis confirmez ; "
        "rien n'a été confirmé."
    ),
    hold_under_way="C'est déjà confirmé : le service d'ingestion a la demande.",
    hold_follow="Confirmé, documents à retirer : {count}. Je montre l'avancement dans nos messages directs.",
    hold_follow_home=(
        "Confirmé, documents à retirer : {count}. Slack ne me laisse pas vous écrire directement ; "
        "mon onglet Accueil montre l'avancement."
    ),
    confirm_title="Retrait des documents disparus du dossier",
    confirm_done="Terminé : ce qui manque dans le dossier ne répond plus.",
    confirm_removed="Documents retirés : {done}.",
    confirm_held=(
        "Rien n'a été retiré : d'autres documents ont disparu depuis la confirmation. "
        "Mon onglet Accueil montre ce qui est retenu maintenant ; confirmez à nouveau s'ils ont disparu pour de bon."
    ),
    confirm_waits=(
        "Rien n'a encore été retiré : le dossier n'a pas pu être parcouru en entier. "
        "La confirmation reste valable et sera exécutée dès qu'il peut l'être."
    ),
    index_title="Un autre index est en préparation",
    index_prepared=(
        "Un nouvel index des documents est en préparation. D'ici à ce qu'il prenne le relais, "
        "je réponds avec le précédent."
    ),
    index_since="depuis {since}",
    index_model="modèle",
    index_reading="lecture",
    index_words="mots",
    index_documents="Des documents restent à lire : {count}, dont *{path}*.",
    index_meaning="Le modèle d'embedding n'a pas encore vu tous les passages.",
    index_gate="Il est complet : avant de prendre le relais, il est comparé à celui qui répond.",
    index_refused="Le contrôle le refuse : aux questions de `SWITCH_GATE`, il trouve moins que celui qui répond.",
    index_remedy=(
        "Revenez sur ce qui a été changé, ou corrigez ou retirez `SWITCH_GATE`, puis redémarrez le service d'ingestion."
    ),
    index_stays="En attendant, l'index précédent répond et suit le dossier.",
    index_kept="L'index mis de côté {since} est conservé quelque temps : y revenir ne demande aucune relecture.",
    index_embedded=(
        "*L'index embarqué contient {passages} passages ; il devient lent à partir de {limit}.* "
        "Lancez un serveur Qdrant, renseignez `QDRANT_URL` et laissez le service y relire le dossier."
    ),
    reasons=REASONS_FRENCH,
)
FRENCH = add_french_spaces_to_fields(FRENCH)
