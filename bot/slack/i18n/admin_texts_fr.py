"""What administrators read of held deletions and of the index, in French, and nothing else."""

from bot.slack.i18n.admin_texts import AdminTexts
from knowledge.core.typography import add_french_spaces_to_fields

ADMIN_FRENCH = AdminTexts(
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
)
ADMIN_FRENCH = add_french_spaces_to_fields(ADMIN_FRENCH)
