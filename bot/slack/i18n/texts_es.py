"""Gives the texts of the Slack interface in Spanish.

Terms: documento, carpeta, pasaje (passage), pregunta, respuesta, fuente, servicio de lectura (ingestion worker),
índice, administrador; people are addressed as "tú".
"""

from bot.slack.i18n.failures.spanish import SPANISH_FAILURES
from bot.slack.i18n.texts import InterfaceTexts

SPANISH = InterfaceTexts(
    code="es",
    loading="Cargando el modelo en memoria…",
    understanding="Leyendo la pregunta…",
    searching="Buscando en los documentos…",
    documents_read="Documentos consultados para esta respuesta",
    writing="Escribiendo (pasajes a mano: {passages})…",
    queued="Hay otras preguntas antes (lugar en la cola: {place})…",
    looking="Busco en los documentos…",
    answer_follows="Busco en los documentos. La respuesta aparece debajo, y solo tú la ves.",
    others_first="Hay otras preguntas antes (la tuya era el número {place} de la cola)…",
    help=(
        "Hazme una pregunta sobre nuestros documentos, por ejemplo: {bot} ¿Cuántos días de vacaciones tenemos? "
        "Respondo en el hilo e indico el documento y la página de cada dato. "
        "`/ask` seguido de una pregunta da una respuesta que solo ves tú."
    ),
    attachments=("No leo los archivos adjuntos a un mensaje. He respondido solo con los documentos de la carpeta."),
    only_attachments=(
        "No leo los archivos adjuntos a un mensaje. Hazme una pregunta con palabras, "
        "o haz que pongan el archivo en la carpeta de documentos."
    ),
    interrupted="Me están reiniciando y no he podido terminar. Pregunta de nuevo en un momento.",
    resumes="Me he interrumpido porque me están reiniciando: responderé en cuanto vuelva.",
    stopped="Detenido.",
    deleted="Detenido: la pregunta se ha borrado.",
    failed="Algo ha fallado por mi parte y no he podido terminar. Pregunta de nuevo en un momento.",
    model_away="El modelo que escribe mis respuestas no contesta ahora. Pregunta de nuevo más tarde.",
    index_away="No puedo acceder al índice de los documentos ahora. Pregunta de nuevo más tarde.",
    index_later="No puedo acceder al índice de los documentos ahora: responderé en cuanto vuelva.",
    is_ai="Soy un asistente de IA, no una persona: mis respuestas pueden ser erróneas, mira sus fuentes.",
    audience_uncertain=(
        "Slack no me ha dicho todo lo que aquí se puede leer. "
        "He buscado solo en lo que seguro se puede leer. Pregunta de nuevo en un momento."
    ),
    thread_unread="No he podido leer los mensajes anteriores de este hilo. He respondido a tu mensaje por sí solo.",
    sources="Fuentes",
    weak="compruébalo: no he encontrado ahí esta afirmación",
    also_in="también en {documents}",
    unsourced="Frases sin fuente: {n}",
    nearest="Esto es lo más cercano, pero no responde a la pregunta:",
    show_passage="Ver el pasaje {n}",
    show_passages="Ver un pasaje…",
    more_passages="Más pasajes",
    more_passages_gone=(
        "No puedo mostrar más pasajes. Sus documentos se cambiaron o retiraron después de la respuesta, o no son para "
        "ti. Pregunta de nuevo para tener una respuesta de los documentos actuales."
    ),
    passage_title="Pasaje {n}",
    passage_fetched="Voy a buscar el pasaje…",
    passage_gone=(
        "No puedo mostrar este pasaje. Su documento se cambió o retiró después de la respuesta, o no es para ti. "
        "Pregunta de nuevo para tener una respuesta de los documentos actuales."
    ),
    passage_before="Antes de este pasaje",
    passage_after="Después de este pasaje",
    show_page="Página como imagen",
    page_fetched="Dibujo la página…",
    page_sent="La página está en nuestros mensajes directos; solo tú la ves.",
    page_unmarked="La página está en nuestros mensajes directos; solo tú la ves. No he podido marcar el pasaje.",
    page_not_here="No puedo mostrar la página: no tengo aquí su archivo.",
    page_changed="No puedo mostrar la página: su archivo ha cambiado desde que lo leí.",
    page_failed="No puedo mostrar la página: no se ha podido dibujar.",
    page_refused="No puedo mostrar la página: Slack no ha aceptado la imagen.",
    close="Cerrar",
    page="p. {page}",
    quoted="«{text}»",
    more="… y {n} más",
    pages="páginas: {pages}",
    pages_so_far="páginas leídas: {read} de {pages}",
    passages="pasajes: {passages}",
    changed="modificado {moment}",
    hidden="texto oculto descartado, lugares: {places}",
    home_hidden="Texto oculto descartado: lugares {places}, documentos {documents}. `/docs` dice en qué documentos.",
    reading="en lectura",
    words="se puede buscar por palabras",
    meaning="se puede buscar por palabras y significado",
    failure="no se ha podido leer",
    docs_title="Los documentos que conozco",
    docs_found="Documentos con «{words}» en el título o la ruta: {count} de {total}",
    docs_none="Ningún documento tiene «{words}» en el título o la ruta. `/docs` solo los muestra todos ({total}).",
    docs_more="… y {n} más: `/docs palabras` acorta la lista",
    help_title="Lo que hago",
    help_admin=(
        "*Para administradores*\n"
        "• `/reindex` vuelve a leer todos los documentos. Añade un archivo o una carpeta para leer solo eso.\n"
        "• `/reindex confirm-deletes` confirma que muchos documentos que faltan ya no existen.\n"
        "• `/compare` y una pregunta: lo que el modelo dice solo, y con los documentos.\n"
        "• `/gaps`: las preguntas que los documentos no responden, para que alguien escriba lo que falta.\n"
        "• `/souffleur bindings`: a qué canal o persona se refiere el nombre de una carpeta, y cómo quitárselo.\n"
        "• Mi pestaña de inicio tiene botones para casi todo esto. También muestra qué no se ha podido leer y por qué."
    ),
    share="Compartir en el canal",
    share_gone=("Ya no tengo esta respuesta, o ya está compartida. *Preguntar de nuevo* da otra que puedes compartir."),
    share_unkept=(
        "Ya no tengo esta respuesta: guardo las respuestas solo hasta que me reinician o hasta que se comparten. "
        "*Preguntar de nuevo* da otra que puedes compartir."
    ),
    share_refused=(
        "No puedo compartir esta respuesta aquí. No todos en este canal pueden leer aquello de lo que sale, o un "
        "documento ha cambiado desde entonces. *Pregunta de nuevo*, o pregúntame en el propio canal."
    ),
    share_failed="Slack no me ha dejado publicar aquí. Invítame al canal y comparte de nuevo.",
    asked_privately="Has preguntado: *{question}*",
    shared_by="{user} me ha preguntado: *{question}*",
    ask_again="Preguntar de nuevo",
    look_further="Buscar también en lo que puedo leer",
    not_helpful_here="Aquí no ayuda",
    quieter_here="Anotado: seré más discreto en este canal.",
    press_taken_back="Retirado: ya no cuenta.",
    unasked="Nadie me hizo esta pregunta; respondo porque los documentos lo hacen con claridad.",
    unasked_activity="Respuestas que nadie pidió, por canal:",
    unasked_counts="{answers} dadas, {unhelpful} sin utilidad",
    unasked_pause="una como máximo cada {minutes} minutos",
    unasked_silent="en silencio allí",
    lift_pause="Responder como antes",
    step_is_off="El paso está desactivado aquí: un administrador lo activa con WORKFLOW_STEP=on.",
    step_asks_nothing="El paso no ha recibido ninguna pregunta.",
    liked="Útil",
    disliked="No es útil",
    feedback_thanks="Gracias, lo he anotado.",
    feedback_lost="Ahora no puedo anotarlo. Pulsa de nuevo más tarde.",
    feedback_title="Tu opinión",
    feedback_why="¿Qué tiene de malo la respuesta?",
    feedback_wrong="Es incorrecta",
    feedback_incomplete="Falta algo",
    feedback_outdated="Está anticuada",
    feedback_source="Viene del documento equivocado",
    feedback_other="Otra cosa",
    feedback_words="Con tus palabras",
    feedback_hint="Los administradores lo leen sin tu nombre, y solo si todos podían leer la pregunta.",
    send="Enviar",
    shortcut_title="Preguntar a Souffleur",
    shortcut_hint="Conviértelo en una pregunta si aún no lo es. Solo tú verás la respuesta, hasta que la compartas.",
    question="Pregunta",
    ask="Preguntar",
    cancel="Cancelar",
    ask_usage=(
        "Escribe tu pregunta después del comando, por ejemplo: `/ask ¿Cuántos días de vacaciones tenemos?` "
        "Solo tú verás la respuesta."
    ),
    unknown_command="No conozco el comando {command}.",
    comparing="Pregunto al modelo dos veces: solo, y después con los documentos…",
    compare_alone="El modelo solo",
    compare_with="El modelo con tus documentos",
    compare_away=(
        "Ahora no se puede preguntar al modelo. Aquí estaría su propia respuesta, sacada de su entrenamiento."
    ),
    compare_usage=(
        "Escribe una pregunta después del comando, por ejemplo: `/compare ¿Cuántos días de vacaciones tenemos?` "
        "Solo tú verás las dos respuestas."
    ),
    compare_refused="Solo un administrador puede comparar respuestas. Pregunta a {admins}.",
    gaps_title="Lo que falta en los docs",
    gaps_head="Preguntas de los últimos {days} días sin respuesta, o con una respuesta que no gustó: {count}",
    gaps_what=(
        "Las más frecuentes van primero. Las preguntas parecidas cuentan juntas. No se nombra a nadie. "
        "Una pregunta privada solo cuenta cuando otra persona ha preguntado lo mismo."
    ),
    gaps_none="No falta nada: se han respondido todas las preguntas de los últimos {days} días que aquí cuentan.",
    gaps_fetched="Estoy revisando las preguntas…",
    gaps_asked="veces: {times} · personas: {people}",
    gaps_missing="nada encontrado para quien preguntó",
    gaps_partly="respondida en parte",
    gaps_disliked="la respuesta no gustó",
    gaps_nearest="lo más cercano: {document}",
    gaps_refused="Solo un administrador puede ver lo que falta en los documentos. Pregunta a {admins}.",
    gaps_more="… y {n} más: `python -m bot gaps` las muestra todas",
    reindex_refused="Solo un administrador puede hacer que se vuelvan a leer los documentos. Pregunta a {admins}.",
    reindex_no_admins=(
        "Solo un administrador puede hacer que se vuelvan a leer los documentos, y aún no hay ninguno: "
        "quien me mantiene puede poner identificadores de Slack en `ADMINS`."
    ),
    admins_unknown=(
        "(Slack no me dice ahora quién está en uno de los grupos nombrados aquí. Solo cuentan las personas nombradas "
        "una a una.)"
    ),
    reindex_follow="Anotado, para volver a leer: {scope}. Muestro el avance en nuestros mensajes directos.",
    reindex_follow_home=(
        "Anotado, para volver a leer: {scope}. "
        "Slack no me deja escribirte directamente; mi pestaña de inicio muestra el avance."
    ),
    reindex_title="Nueva lectura: {scope}",
    reindex_everything="todos los documentos",
    reindex_waiting="Espero a que el servicio de lectura lo recoja…",
    reindex_worker_down=(
        "El servicio de lectura parece parado: aún no ha recogido la petición. "
        "La petición se conserva y se hará cuando el servicio vuelva."
    ),
    reindex_running="documentos: {done} de {total}",
    unsupported="archivos en formatos que no se leen: {kinds}",
    reindex_failed="con error hasta ahora: {failed}",
    reindex_pages="páginas leídas: {pages}",
    reindex_done="Hecho. Documentos leídos de nuevo: {done} de {total}; con error: {failed}",
    reindex_nothing=(
        "Hecho. No hay ningún documento que leer en {scope}. "
        "Después de `/reindex` admito `all`, un archivo, una carpeta o `confirm-deletes`."
    ),
    reindex_failures="No se han podido leer:",
    reindex_more="… y {n} más: `/docs` los muestra",
    reindex_unfollowed="Ya no sigo esta petición. Mi pestaña de inicio muestra el estado de los documentos.",
    filing_asked="¿Pongo {name} en la carpeta de documentos? Elige dónde.",
    filing_title="Elegir una carpeta",
    filing_sure="Quien pueda leer los documentos de esa carpeta encontrará este archivo en las respuestas.",
    filing_yes="Ponerlo ahí",
    filing_root="la propia carpeta",
    filing_done="{name} está en {folder}. Responderé con él en cuanto se lea.",
    filing_exists=(
        "Ya hay un archivo {name} en {folder}; se queda como está. Cambia el nombre del tuyo y envíalo otra vez."
    ),
    filing_too_large="Este archivo ocupa más de {mb} MB. No lo he puesto en la carpeta.",
    filing_failed="No he podido poner este archivo en la carpeta. No ha cambiado nada. El registro dice por qué.",
    filing_refused="Solo un administrador puede añadir documentos enviándomelos. Pregunta a {admins}.",
    home_what="Respondo a preguntas con los documentos de nuestro equipo y digo dónde está escrito cada dato.",
    home_how=(
        "• En un canal: {bot} seguido de tu pregunta; respondo en el hilo.\n"
        "• En nuestros mensajes directos (*Mensajes*): escribe tu pregunta sin más.\n"
        "• `/ask` seguido de tu pregunta: solo tú ves la respuesta, hasta que la compartas.\n"
        "• En el menú de cualquier mensaje, *Ask Souffleur about this*.\n"
        "• `/docs`: todos los documentos. Añade palabras para ver solo los que las tienen en el título o la ruta."
    ),
    home_documents="Documentos ({total})",
    home_latest="último cambio: {moment}",
    home_refresh="Actualizar",
    home_reindex="Volver a leer todo",
    home_reindex_sure="Vuelvo a leer cada documento. Mientras tanto respondo con ellos como ahora. Puede tardar.",
    home_gaps="¿Qué falta?",
    home_no_documents=(
        "Aún no hay ningún documento que puedas leer. Quien me mantiene puede poner alguno en la carpeta vigilada."
    ),
    home_failures="No se han podido leer",
    home_requests="En curso",
    closed_title="Carpetas que nadie ve",
    closed_channel=(
        "No conozco ningún canal con este nombre o identificador, así que nadie ve los documentos de estas carpetas. "
        "Corrige el nombre de la carpeta, o invítame si el canal es privado."
    ),
    closed_person=(
        "No conozco a nadie con este nombre o identificador, así que nadie ve los documentos de estas carpetas. "
        "Usa el nombre de la lista de miembros de Slack para administradores, no el nombre visible."
    ),
    closed_ambiguous=(
        "Varios canales o personas tienen este nombre, así que nadie ve los documentos de estas carpetas. "
        "Usa el identificador."
    ),
    closed_another=(
        "Este nombre era antes de otro canal u otra persona, y sus carpetas siguen siendo suyas. "
        "Si son para quien tiene hoy el nombre, usa el identificador como nombre de la carpeta."
    ),
    closed_provisional=(
        "No estoy en este canal, y otro canal privado podría tener el mismo nombre, así que nadie ve aún los "
        "documentos "
        "de estas carpetas. Invítame al canal, o mira `/souffleur bindings`."
    ),
    closed_undone=(
        "Un administrador ha quitado estas carpetas al canal o a la persona de este nombre, así que nadie ve sus "
        "documentos. `/souffleur bindings` muestra cómo devolverlas."
    ),
    bindings_title="A qué se refieren los nombres de las carpetas",
    bindings_none="Ninguna carpeta tiene aún el nombre de un canal o de una persona.",
    bindings_usage=(
        "`/souffleur bindings undo #nombre` quita la carpeta a ese canal o a esa persona: entonces nadie la ve. "
        "`/souffleur bindings confirm #nombre` se la da."
    ),
    bindings_refused=(
        "Solo un administrador puede ver a qué se refieren los nombres de las carpetas. Pregunta a {admins}."
    ),
    bindings_unchanged="No ha cambiado nada: no conozco ninguna carpeta de nombre {name}, o ya es así.",
    bindings_confirmed="Las carpetas de nombre {name} son ahora de {id}.",
    bindings_undone="Las carpetas de nombre {name} ya no son de {id}: nadie las ve.",
    binding_confirmed="confirmado",
    binding_provisional="*sin confirmar, nadie la ve*: no estoy en este canal",
    binding_undone="*quitado, nadie la ve*",
    audit_title="Lo último que han hecho los administradores",
    audit_reindex="documentos leídos de nuevo",
    audit_confirm="eliminaciones confirmadas",
    audit_compare="respuestas comparadas",
    audit_gaps="consulta de lo que falta",
    audit_file="archivo puesto en la carpeta",
    audit_bindings="consulta o cambio de los nombres de carpetas",
    audit_unasked="respuestas no pedidas restablecidas",
    audit_begun="sin terminar",
    audit_nothing="nada que hacer",
    audit_failed="con error",
    audit_refused="rechazado",
    prompts_title="¿Qué quieres saber?",
    prompt="¿Qué dice «{title}»?",
    prompt_section="¿Qué hay que saber sobre «{section}»?",
    prompt_within="¿Qué dice «{title}» sobre «{section}»?",
    hold_title="Hay eliminaciones que esperan confirmación",
    hold_many=(
        "Documentos que faltan en la carpeta desde {since}: {count} de {known}. "
        "Son más a la vez de los que retiro sin preguntar."
    ),
    hold_unmounted=(
        "Documentos que faltan en la carpeta desde {since}: {count} de {known}. "
        "Parece que el disco de la carpeta no está montado."
    ),
    hold_stays=(
        "Sigo respondiendo con ellos hasta que un administrador confirme que ya no existen. "
        "Si deberían estar, vuelve a ponerlos o monta el disco. No hace falta nada más."
    ),
    hold_names="Faltan:",
    hold_command="Si ya no existen: `/reindex confirm-deletes`.",
    hold_button="Confirmar eliminación",
    hold_sure="Documentos con los que ya no responderé, hasta que vuelvan a la carpeta: {count}.",
    hold_keep="Conservarlos",
    hold_confirmed="Confirmado por {by}. Respondo con ellos hasta que el servicio de lectura los retire.",
    hold_refused="Solo un administrador puede confirmar que unos documentos ya no existen. Pregunta a {admins}.",
    hold_none="Ninguna eliminación espera confirmación: no hay nada retenido.",
    hold_changed=(
        "Lo que falta ha cambiado desde que se mostró esta página; no se ha confirmado nada. Míralo de nuevo y "
        "confirma."
    ),
    hold_under_way="Ya está confirmado: el servicio de lectura tiene la petición.",
    hold_follow="Confirmado. Documentos por retirar: {count}. Muestro el avance en nuestros mensajes directos.",
    hold_follow_home=(
        "Confirmado. Documentos por retirar: {count}. "
        "Slack no me deja escribirte directamente; mi pestaña de inicio muestra el avance."
    ),
    confirm_title="Se retiran los documentos que ya no están en la carpeta",
    confirm_done="Hecho: ya no respondo con lo que falta en la carpeta.",
    confirm_removed="Documentos retirados: {done}.",
    confirm_held=(
        "No se ha retirado nada: desde la confirmación faltan más documentos. "
        "Mi pestaña de inicio muestra lo que está retenido ahora; confirma de nuevo si ya no existe."
    ),
    confirm_waits=(
        "Aún no se ha retirado nada: no he podido ver toda la carpeta. "
        "La confirmación sigue siendo válida y se hará en cuanto pueda."
    ),
    index_title="Se está preparando un índice nuevo",
    index_prepared=(
        "Se está preparando un índice nuevo de los documentos. Hasta que esté listo, respondo con el actual."
    ),
    index_since="desde {since}",
    index_model="modelo",
    index_reading="lectura",
    index_words="palabras",
    index_documents="Documentos que quedan por leer: {count}, entre ellos *{path}*.",
    index_meaning="El modelo de embedding aún no ha visto todos los pasajes.",
    index_gate="Está completo. Antes de ocupar su lugar, se compara con el índice actual.",
    index_refused=(
        "El control de calidad lo rechaza: con las preguntas de `SWITCH_GATE` encuentra menos que el índice actual."
    ),
    index_remedy="Deshaz el cambio, o corrige o quita `SWITCH_GATE`. Después reinicia el servicio de lectura.",
    index_stays="Mientras tanto, el índice actual responde y sigue la carpeta.",
    index_kept="El índice sustituido {since} se guarda un tiempo: volver a él no exige leer nada.",
    index_embedded=(
        "*El índice integrado tiene {passages} pasajes y se midió hasta {limit}.* Pon en marcha un servidor "
        "Qdrant, indica `QDRANT_URL` y deja que el servicio lea la carpeta en él."
    ),
    failures=SPANISH_FAILURES,
)
