"""The Slack edge's texts in French, and nothing else."""

from bot.slack.texts import Texts

FRENCH = Texts(
    understanding="lit la question…",
    searching="cherche dans les documents…",
    writing="rédige (passages sous la main : {passages})…",
    looking="Je cherche dans les documents…",
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
    failed="Un problème de mon côté m'a empêché de finir : reposez la question dans un instant.",
    model_away="Le modèle qui rédige mes réponses ne répond pas pour l'instant : reposez la question plus tard.",
    index_away="L'index des documents est injoignable pour l'instant : reposez la question plus tard.",
    sources="Sources",
    nearest="Les passages les plus proches que j'ai trouvés :",
    page="p. {page}",
    more="… et {n} de plus",
    ask_usage=(
        "Écrivez votre question après la commande, par exemple : "
        "`/ask Combien de jours de congé avons-nous ?` Vous seul verrez la réponse."
    ),
    unknown_command="Je ne connais pas la commande {command}.",
    reindex_refused=(
        "Seul un administrateur peut faire relire les documents. Adressez-vous à {admins}, s'il vous plaît."
    ),
    reindex_no_admins=(
        "Seul un administrateur peut faire relire les documents, et aucun n'est encore désigné : "
        "la personne qui me fait tourner peut mettre des identifiants Slack dans `ADMINS`."
    ),
    reindex_follow="C'est noté : {scope} sera relu. Je montre l'avancement dans nos messages directs.",
    reindex_title="Relecture : {scope}",
    reindex_waiting="J'attends que le service d'ingestion s'en saisisse…",
    reindex_worker_down=(
        "Le service d'ingestion semble arrêté : il ne s'est pas encore saisi de la demande. "
        "Elle est conservée et sera exécutée à son retour."
    ),
    reindex_running="documents : {done} sur {total}",
    reindex_done="Terminé. Documents relus : {done} sur {total} ; en échec : {failed}.",
    reindex_nothing="Terminé. Il n'y a aucun document à lire sous {scope}.",
    reindex_failures="N'ont pas pu être lus :",
    reindex_unfollowed="Je ne suis plus cette demande ; l'accueil de l'application montre l'état des documents.",
    home_what="Je réponds aux questions à partir des documents de l'équipe et je dis où chaque fait est écrit.",
    home_how=(
        "• Dans un canal : {bot} suivi de votre question ; je réponds dans le fil.\n"
        "• Ici, sous *Messages* : écrivez simplement votre question.\n"
        "• `/ask` suivi de votre question : vous seul voyez la réponse."
    ),
    home_documents="Documents ({total})",
    home_no_documents=(
        "Il n'y a encore aucun document : la personne qui me fait tourner peut en déposer dans le dossier surveillé."
    ),
    home_failures="N'ont pas pu être lus",
    reading="en cours de lecture",
    words="recherche par mots",
    meaning="recherche par mots et par sens",
    failure="échec de lecture",
    prompts_title="Que voulez-vous savoir ?",
    prompt="Que dit « {title} » ?",
)
