"""Spanish: its question words, its small talk, and the replies to it."""

from bot.answering.languages.asking import AskingWords, FollowingWords
from bot.answering.languages.talking import TalkPhrases, TalkTexts

ASKING = AskingWords(
    amount=("cuant[oa]s?", "que (?:porcentaje|cantidad|precio)"),
    time=("cuando", "que (?:dia|hora|fecha|ano|mes)", "(?:hasta|desde) cuando"),
    person=("quien(?:es)?",),
    steps=("como", "que (?:hago|debo hacer|hay que hacer)", "pasos"),
    numbers="dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta",
)

FOLLOWING = FollowingWords(
    opening="y|o|que hay de|y si|lo mismo para|que pasa con",
    reference="eso|esto|ello|alli|ellos|ellas",
    question="quien(?:es)?|que|cuando|donde|cual(?:es)?|por que|como|cuant[oa]s?",
)

TALK = TalkPhrases(
    greeting="""hola+|buenas|buenos dias|buenas (?:tardes|noches)|buen dia|saludos|encantad[oa]|mucho gusto|hey""",
    farewell="""adios|hasta (?:luego|pronto|manana|la vista|otra)|nos vemos|chao|chau|buen fin de semana|
        que tengas? buen dia|cuidate""",
    thanks="""(?:muchas |muchisimas |mil )?gracias(?: (?:por todo|por (?:la|tu|su) (?:ayuda|respuesta)|
        de antemano))?|te lo agradezco|se lo agradezco|muy (?:amable|util)|eres (?:genial|el mejor|un crack)|
        me (?:sirve|ayuda) mucho""",
    ok="""ok(?:ay)?|vale|de acuerdo|entendido|entiendo|ya veo|bien|muy bien|perfecto|genial|super|estupendo|
        excelente|fantastico|claro|listo|bueno|si|no|guay|jaja(?:ja)*|no hay problema|sin problema|anotado|
        eso es todo|buen trabajo""",
    wellbeing="""como (?:estas|esta|va(?: todo)?|te va|andas)|que tal(?: (?:estas|todo|va))?|todo bien|estas ahi|
        hay alguien(?: ahi)?""",
    identity="""(?:y )?(?:tu )?quien (?:eres|es usted)(?: tu)?|que eres(?: tu)?|como te llamas|cual es tu nombre|
        que es souffleur|quien es souffleur|eres (?:un |una )?(?:bot|robot|humano|persona|ia|maquina|chatgpt|
        real)|presentate|quien te (?:hizo|creo|programo)|con quien hablo""",
    help="""ayuda(?:me)?|necesito ayuda|(?:me )?puedes ayudar(?:me)?|puede ayudarme|que (?:puedes|sabes|puede|
        sabe) (?:hacer)?(?: por (?:mi|nosotros))?|en que (?:me )?puedes ayudar(?:me)?|para que sirves|
        como (?:funcionas|funciona(?: esto| este bot)?|te uso|se usa|puedo usarte)|que (?:puedo|
        te puedo) preguntar(?:te)?|que haces|que sabes|instrucciones""",
    documents="""(?:que|cuales) (?:documentos|archivos|fuentes) (?:conoces|conoce|tienes|tiene|hay|has leido|lees|
        usas|puedes leer)|cuantos (?:documentos|archivos) (?:conoces|conoce|tienes|hay|has leido)|
        (?:muestra(?:me)?|lista|dame|ensename)(?: la lista de)?(?: todos)?(?: los| tus)? (?:documentos|archivos)|
        lista de (?:documentos|archivos)|cuales son tus (?:fuentes|documentos)|tus (?:documentos|fuentes)|
        de donde (?:sacas|vienen) (?:tus respuestas|la informacion)|que has leido""",
    latest="""que (?:hay|tenemos) de nuevo(?: (?P<day>hoy)| esta semana| (?P<month>este mes))?|
        (?:hay )?(?:algo nuevo|novedades)(?: esta semana)?|que (?:ha cambiado|cambio|se ha (?:cambiado|modificado|
        actualizado|anadido))(?: (?:hoy|esta semana|este mes|recientemente|ultimamente))?|que (?:documentos|
        archivos) (?:han cambiado|se han (?:cambiado|modificado|actualizado|anadido)|son nuevos)(?: (?:hoy|
        esta semana|este mes|recientemente))?|(?:los )?ultimos (?:cambios|documentos)""",
    changed="""cuando (?:se (?:cambio|modifico|actualizo|ha (?:cambiado|modificado|actualizado))|fue (?:cambiad|
        modificad|actualizad)[oa]|cambio) (?:por ultima vez )?(?:el |la |los |las |nuestro |
        nuestra )?(?P<document>.+?)(?: por ultima vez)?|cuando fue la ultima (?:modificacion|
        actualizacion) (?:del|de la|de los|de) (?P<document3>.+)|esta (?:actualizad[oa] )(?:el |
        la )?(?P<document4>.+)""",
    filler="""souffleur|a todos|a todas|equipo|por favor|y|pues|muy|mucho|muchas|tambien|todo|por todo|oh|ah|eh|
        hoy|amig[oa]s?|entonces|que|es|esta|ya|a ti|a usted|colega""",
)

TALK_TEXTS = TalkTexts(
    greeting="¡Hola! Hágame una pregunta sobre nuestros documentos.",
    farewell="¡Hasta luego!",
    thanks="De nada.",
    ok="Muy bien. Pregúnteme cuando necesite algo.",
    emoji="Hágame una pregunta sobre nuestros documentos cuando quiera.",
    wellbeing="Aquí estoy. ¿Qué quiere saber?",
    identity=(
        "Soy Souffleur, un bot. Respondo a preguntas a partir de los documentos del equipo y digo dónde está escrito "
        "cada dato."
    ),
    help=(
        "Hágame una pregunta con sus palabras, por ejemplo: «¿Cuántos días de vacaciones tenemos?» Busco en los "
        "documentos del equipo y nombro el documento y la página de cada dato. Puede hacer varias preguntas a la vez y "
        "seguir con «¿y para los becarios?». Pregunte «¿qué documentos conoces?» o «¿qué ha cambiado esta semana?» para"
        " ver lo que leo."
    ),
    documents="Documentos que conozco y que usted puede leer: {count}",
    no_documents="Todavía no conozco ningún documento que usted pueda leer.",
    more="… y {n} más",
    latest="Documentos modificados en los últimos días ({days}): {count}",
    nothing_latest="Ningún documento ha cambiado en los últimos días ({days}).",
    last_change="El último cambio: {title}, {date}.",
    changed="{title}: último cambio el {date}.",
    unknown_change="{title}: no sé cuándo se modificó.",
    months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    date="{day} de {month} de {year}",
)
