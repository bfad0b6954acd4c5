"""Gives the texts of the Slack interface in Portuguese, as it is written in Portugal.

Terms: documento, pasta, trecho (passage), pergunta, resposta, fonte, serviço de leitura (ingestion worker), índice,
administrador; people are addressed politely, mostly without a pronoun.
"""

from bot.slack.i18n.failures.portuguese import PORTUGUESE_FAILURES
from bot.slack.i18n.texts import InterfaceTexts

PORTUGUESE = InterfaceTexts(
    code="pt",
    loading="A carregar o modelo na memória…",
    understanding="A ler a pergunta…",
    searching="A procurar nos documentos…",
    documents_read="Documentos consultados para esta resposta",
    writing="A escrever (trechos à mão: {passages})…",
    queued="Há outras perguntas antes (lugar na fila: {place})…",
    looking="Procuro nos documentos…",
    answer_follows="Procuro nos documentos. A resposta vem abaixo, e só a si é mostrada.",
    others_first="Há outras perguntas antes (a sua era a número {place} da fila)…",
    help=(
        "Faça uma pergunta sobre os nossos documentos, por exemplo: {bot} Quantos dias de férias temos? "
        "Respondo na conversa e indico o documento e a página de cada informação. "
        "`/ask` seguido de uma pergunta dá uma resposta que só a si é mostrada."
    ),
    attachments="Não leio os ficheiros anexados a uma mensagem. Respondi só com os documentos da pasta.",
    only_attachments=(
        "Não leio os ficheiros anexados a uma mensagem. Faça uma pergunta com palavras, "
        "ou peça que coloquem o ficheiro na pasta de documentos."
    ),
    interrupted="Estou a ser reiniciado e não consegui terminar. Pergunte de novo daqui a pouco.",
    resumes="Parei porque estou a ser reiniciado: respondo assim que voltar.",
    stopped="Parado.",
    deleted="Parado: a pergunta foi apagada.",
    failed="Algo correu mal do meu lado e não consegui terminar. Pergunte de novo daqui a pouco.",
    model_away="O modelo que escreve as minhas respostas não responde agora. Pergunte de novo mais tarde.",
    index_away="Não consigo aceder ao índice dos documentos agora. Pergunte de novo mais tarde.",
    index_later="Não consigo aceder ao índice dos documentos agora: respondo assim que ele voltar.",
    is_ai="Sou um assistente de IA, não uma pessoa: as minhas respostas podem estar erradas, veja as fontes.",
    audience_uncertain=(
        "O Slack não me disse tudo o que se pode ler aqui. "
        "Procurei só no que com certeza se pode ler. Pergunte de novo daqui a pouco."
    ),
    thread_unread="Não consegui ler as mensagens anteriores desta conversa. Respondi à sua mensagem isoladamente.",
    sources="Fontes",
    weak="verifique: não encontrei lá esta afirmação",
    also_in="também em {documents}",
    unsourced="Frases sem fonte: {n}",
    nearest="Isto é o que mais se aproxima, mas não responde à pergunta:",
    show_passage="Ver o trecho {n}",
    show_passages="Ver um trecho…",
    more_passages="Mais trechos",
    more_passages_gone=(
        "Não posso mostrar mais trechos. Os seus documentos foram alterados ou retirados depois da resposta, ou não "
        "lhe são destinados. Pergunte de novo para ter uma resposta dos documentos atuais."
    ),
    passage_title="Trecho {n}",
    passage_fetched="A obter o trecho…",
    passage_gone=(
        "Não posso mostrar este trecho. O seu documento foi alterado ou retirado depois da resposta, ou não lhe "
        "é destinado. Pergunte de novo para ter uma resposta dos documentos atuais."
    ),
    passage_before="Antes deste trecho",
    passage_after="Depois deste trecho",
    show_page="Página como imagem",
    page_fetched="A desenhar a página…",
    page_sent="A página está nas nossas mensagens diretas; mais ninguém a vê.",
    page_unmarked="A página está nas nossas mensagens diretas; mais ninguém a vê. Não consegui assinalar o trecho.",
    page_not_here="Não posso mostrar a página: não tenho aqui o ficheiro.",
    page_changed="Não posso mostrar a página: o ficheiro mudou desde que o li.",
    page_failed="Não posso mostrar a página: não foi possível desenhá-la.",
    page_refused="Não posso mostrar a página: o Slack não aceitou a imagem.",
    close="Fechar",
    page="p. {page}",
    quoted="“{text}”",
    more="… e mais {n}",
    pages="páginas: {pages}",
    pages_so_far="páginas lidas: {read} de {pages}",
    passages="trechos: {passages}",
    changed="alterado {moment}",
    hidden="texto oculto deixado de fora, lugares: {places}",
    home_hidden=(
        "Texto oculto deixado de fora: lugares {places}, documentos {documents}. `/docs` diz em que documentos."
    ),
    reading="em leitura",
    words="pode ser procurado por palavras",
    meaning="pode ser procurado por palavras e significado",
    failure="não pôde ser lido",
    docs_title="Os documentos que conheço",
    docs_found="Documentos com “{words}” no título ou no caminho: {count} de {total}",
    docs_none="Nenhum documento tem “{words}” no título ou no caminho. `/docs` sozinho mostra todos ({total}).",
    docs_more="… e mais {n}: `/docs palavras` reduz a lista",
    help_title="O que eu faço",
    help_admin=(
        "*Para administradores*\n"
        "• `/reindex` lê de novo todos os documentos. Acrescente um ficheiro ou uma pasta para ler só isso.\n"
        "• `/reindex confirm-deletes` confirma que muitos documentos em falta já não existem.\n"
        "• `/compare` e uma pergunta: o que o modelo diz sozinho, e com os documentos.\n"
        "• `/gaps`: as perguntas que os documentos não respondem, para que alguém escreva o que falta.\n"
        "• `/souffleur bindings`: a que canal ou pessoa se refere o nome de uma pasta, e como desfazer isso.\n"
        "• O meu separador Início tem botões para quase tudo isto. Mostra também o que não pôde ser lido e porquê."
    ),
    share="Partilhar no canal",
    share_gone="Já não tenho esta resposta, ou ela já foi partilhada. *Perguntar de novo* dá outra.",
    share_unkept=(
        "Já não tenho esta resposta: guardo as respostas só até ser reiniciado ou até serem partilhadas. "
        "*Perguntar de novo* dá outra."
    ),
    share_refused=(
        "Não posso partilhar esta resposta aqui. Nem todos neste canal podem ler aquilo de onde ela vem, ou um "
        "documento mudou desde então. *Pergunte de novo*, ou pergunte no próprio canal."
    ),
    share_failed="O Slack não me deixou publicar aqui. Convide-me para o canal e partilhe de novo.",
    asked_privately="Perguntou: *{question}*",
    shared_by="{user} perguntou-me: *{question}*",
    ask_again="Perguntar de novo",
    look_further="Procurar também no que posso ler",
    not_helpful_here="Aqui não ajuda",
    quieter_here="Anotado: serei mais discreto neste canal.",
    press_taken_back="Retirado: já não conta.",
    unasked="Ninguém me fez esta pergunta; respondo porque os documentos o fazem com clareza.",
    unasked_activity="Respostas que ninguém pediu, por canal:",
    unasked_counts="{answers} dadas, {unhelpful} sem utilidade",
    unasked_pause="no máximo uma a cada {minutes} minutos",
    unasked_silent="em silêncio ali",
    lift_pause="Responder como antes",
    step_is_off="A etapa está desativada aqui: um administrador ativa-a com WORKFLOW_STEP=on.",
    step_asks_nothing="A etapa não recebeu nenhuma pergunta.",
    liked="Útil",
    disliked="Não é útil",
    feedback_thanks="Obrigado, anotei.",
    feedback_lost="Não consigo anotar isso agora. Prima de novo mais tarde.",
    feedback_title="A sua opinião",
    feedback_why="O que está errado na resposta?",
    feedback_wrong="Está errada",
    feedback_incomplete="Falta alguma coisa",
    feedback_outdated="Está desatualizada",
    feedback_source="Vem do documento errado",
    feedback_other="Outra coisa",
    feedback_words="Com as suas palavras",
    feedback_hint="Os administradores leem isto sem o seu nome, e só se todos podiam ler a pergunta.",
    send="Enviar",
    shortcut_title="Perguntar ao Souffleur",
    shortcut_hint="Transforme em pergunta, se ainda não for. Só a si a resposta é mostrada, até a partilhar.",
    question="Pergunta",
    ask="Perguntar",
    cancel="Cancelar",
    ask_usage=(
        "Escreva a pergunta depois do comando, por exemplo: `/ask Quantos dias de férias temos?` "
        "Só a si a resposta é mostrada."
    ),
    unknown_command="Não conheço o comando {command}.",
    comparing="Pergunto ao modelo duas vezes: sozinho, depois com os documentos…",
    compare_alone="O modelo sozinho",
    compare_with="O modelo com os seus documentos",
    compare_away="Não é possível perguntar ao modelo agora. Aqui estaria a resposta dele, tirada do seu treino.",
    compare_usage=(
        "Escreva uma pergunta depois do comando, por exemplo: `/compare Quantos dias de férias temos?` "
        "Só a si as duas respostas são mostradas."
    ),
    compare_refused="Só um administrador pode comparar respostas. Fale com {admins}.",
    gaps_title="O que falta",
    gaps_head="Perguntas dos últimos {days} dias sem resposta, ou com uma resposta que não agradou: {count}",
    gaps_what=(
        "As mais frequentes vêm primeiro. Perguntas parecidas contam juntas. Ninguém é nomeado. "
        "Uma pergunta privada só conta quando uma segunda pessoa perguntou o mesmo."
    ),
    gaps_none="Não falta nada: todas as perguntas dos últimos {days} dias que contam aqui tiveram resposta.",
    gaps_fetched="A ver as perguntas…",
    gaps_asked="vezes: {times} · pessoas: {people}",
    gaps_missing="nada encontrado para quem perguntou",
    gaps_partly="respondida em parte",
    gaps_disliked="a resposta não agradou",
    gaps_nearest="mais próximo: {document}",
    gaps_refused="Só um administrador pode ver o que falta nos documentos. Fale com {admins}.",
    gaps_more="… e mais {n}: `python -m bot gaps` mostra todas",
    reindex_refused="Só um administrador pode mandar ler de novo os documentos. Fale com {admins}.",
    reindex_no_admins=(
        "Só um administrador pode mandar ler de novo os documentos, e ainda não há nenhum: "
        "quem cuida de mim pode pôr IDs de membros do Slack em `ADMINS`."
    ),
    admins_unknown=(
        "(O Slack não me diz agora quem está num dos grupos citados aqui. Só contam as pessoas citadas uma a uma.)"
    ),
    reindex_follow="Anotado, para ler de novo: {scope}. Mostro o progresso nas nossas mensagens diretas.",
    reindex_follow_home=(
        "Anotado, para ler de novo: {scope}. "
        "O Slack não me deixa escrever diretamente; o meu separador Início mostra o progresso."
    ),
    reindex_title="Nova leitura: {scope}",
    reindex_everything="todos os documentos",
    reindex_waiting="À espera de que o serviço de leitura aceite o pedido…",
    reindex_worker_down=(
        "O serviço de leitura parece parado: ainda não aceitou o pedido. "
        "O pedido fica guardado e será feito quando o serviço voltar."
    ),
    reindex_running="documentos: {done} de {total}",
    unsupported="ficheiros em formatos que não são lidos: {kinds}",
    reindex_failed="com erro até agora: {failed}",
    reindex_pages="páginas lidas: {pages}",
    reindex_done="Pronto. Documentos lidos de novo: {done} de {total}; com erro: {failed}",
    reindex_nothing=(
        "Pronto. Não há documento para ler em {scope}. "
        "Depois de `/reindex` aceito `all`, um ficheiro, uma pasta ou `confirm-deletes`."
    ),
    reindex_failures="Não puderam ser lidos:",
    reindex_more="… e mais {n}: `/docs` mostra-os",
    reindex_unfollowed="Já não acompanho este pedido. O meu separador Início mostra o estado dos documentos.",
    filing_asked="Coloco {name} na pasta de documentos? Escolha onde.",
    filing_title="Escolher uma pasta",
    filing_sure="Quem pode ler os documentos dessa pasta encontrará este ficheiro nas respostas.",
    filing_yes="Colocar lá",
    filing_root="a própria pasta",
    filing_done="{name} está em {folder}. Respondo com ele assim que for lido.",
    filing_exists="Já há um ficheiro {name} em {folder}; ele fica como está. Mude o nome do seu e envie de novo.",
    filing_too_large="Este ficheiro passa de {mb} MB. Não o coloquei na pasta.",
    filing_failed="Não consegui colocar este ficheiro na pasta. Nada mudou. O registo diz porquê.",
    filing_refused="Só um administrador pode acrescentar documentos enviando-os para mim. Fale com {admins}.",
    home_what="Respondo a perguntas com os documentos da nossa equipa e digo onde cada informação está escrita.",
    home_how=(
        "• Num canal: {bot} seguido da sua pergunta; respondo na conversa.\n"
        "• Nas nossas mensagens diretas (*Mensagens*): escreva simplesmente a sua pergunta.\n"
        "• `/ask` seguido da sua pergunta: só a si a resposta é mostrada, até a partilhar.\n"
        "• No menu de qualquer mensagem, *Ask Souffleur about this*.\n"
        "• `/docs`: todos os documentos. Acrescente palavras para ver só os que as têm no título ou no caminho."
    ),
    home_documents="Documentos ({total})",
    home_latest="última alteração: {moment}",
    home_refresh="Atualizar",
    home_reindex="Ler tudo de novo",
    home_reindex_sure="Leio cada documento de novo. Até lá respondo com eles como agora. Pode demorar.",
    home_gaps="O que falta?",
    home_no_documents=(
        "Ainda não há documento que possa ler. Quem cuida de mim pode colocar alguns na pasta monitorizada."
    ),
    home_failures="Não puderam ser lidos",
    home_requests="Em curso",
    closed_title="Pastas que ninguém vê",
    closed_channel=(
        "Não conheço nenhum canal com este nome ou ID; por isso ninguém vê os documentos destas pastas. "
        "Corrija o nome da pasta, ou convide-me se o canal for privado."
    ),
    closed_person=(
        "Não conheço ninguém com este nome ou ID; por isso ninguém vê os documentos destas pastas. "
        "Use o nome da lista de membros do Slack para administradores, não o nome apresentado."
    ),
    closed_ambiguous=(
        "Vários canais ou pessoas têm este nome; por isso ninguém vê os documentos destas pastas. Use o ID."
    ),
    closed_another=(
        "Este nome era antes de outro canal ou de outra pessoa, e as suas pastas continuam a ser deles. "
        "Se são para quem tem o nome hoje, use o ID como nome da pasta."
    ),
    closed_provisional=(
        "Não estou neste canal, e outro canal privado poderia ter o mesmo nome; por isso ninguém vê ainda os "
        "documentos destas pastas. Convide-me para o canal, ou veja `/souffleur bindings`."
    ),
    closed_undone=(
        "Um administrador tirou estas pastas do canal ou da pessoa deste nome; por isso ninguém vê os seus documentos. "
        "`/souffleur bindings` mostra como devolvê-las."
    ),
    bindings_title="A que se referem os nomes das pastas",
    bindings_none="Nenhuma pasta tem ainda o nome de um canal ou de uma pessoa.",
    bindings_usage=(
        "`/souffleur bindings undo #nome` tira a pasta desse canal ou dessa pessoa: então ninguém a vê. "
        "`/souffleur bindings confirm #nome` dá a pasta a eles."
    ),
    bindings_refused="Só um administrador pode ver a que se referem os nomes das pastas. Fale com {admins}.",
    bindings_unchanged="Nada mudou: não conheço nenhuma pasta de nome {name}, ou já é assim.",
    bindings_confirmed="As pastas de nome {name} são agora de {id}.",
    bindings_undone="As pastas de nome {name} já não são de {id}: ninguém as vê.",
    binding_confirmed="confirmado",
    binding_provisional="*não confirmado, ninguém a vê*: não estou neste canal",
    binding_undone="*retirado, ninguém a vê*",
    audit_title="O que os administradores fizeram por último",
    audit_reindex="documentos lidos de novo",
    audit_confirm="eliminações confirmadas",
    audit_compare="respostas comparadas",
    audit_gaps="consulta do que falta",
    audit_file="ficheiro colocado na pasta",
    audit_bindings="nomes de pastas vistos ou alterados",
    audit_unasked="respostas não pedidas repostas",
    audit_begun="não terminado",
    audit_nothing="nada a fazer",
    audit_failed="com erro",
    audit_refused="recusado",
    prompts_title="O que quer saber?",
    prompt="O que diz “{title}”?",
    prompt_section="O que é preciso saber sobre “{section}”?",
    prompt_within="O que diz “{title}” sobre “{section}”?",
    hold_title="Eliminações à espera de confirmação",
    hold_many=(
        "Documentos em falta na pasta desde {since}: {count} de {known}. É mais de uma vez do que retiro sem perguntar."
    ),
    hold_unmounted=(
        "Documentos em falta na pasta desde {since}: {count} de {known}. Parece que o disco da pasta não está montado."
    ),
    hold_stays=(
        "Ainda respondo com eles até que um administrador confirme que já não existem. "
        "Se deveriam estar lá, ponha-os de volta ou monte o disco. Não é preciso mais nada."
    ),
    hold_names="Em falta:",
    hold_command="Se já não existem: `/reindex confirm-deletes`.",
    hold_button="Confirmar eliminação",
    hold_sure="Documentos com que já não responderei, até voltarem à pasta: {count}.",
    hold_keep="Manter",
    hold_confirmed="Confirmado por {by}. Respondo com eles até que o serviço de leitura os retire.",
    hold_refused="Só um administrador pode confirmar que documentos já não existem. Fale com {admins}.",
    hold_none="Nenhuma eliminação espera confirmação: nada está retido.",
    hold_changed=(
        "O que falta mudou desde que esta página foi mostrada; nada foi confirmado. Veja de novo e depois confirme."
    ),
    hold_under_way="Já está confirmado: o serviço de leitura tem o pedido.",
    hold_follow="Confirmado. Documentos a retirar: {count}. Mostro o progresso nas nossas mensagens diretas.",
    hold_follow_home=(
        "Confirmado. Documentos a retirar: {count}. "
        "O Slack não me deixa escrever diretamente; o meu separador Início mostra o progresso."
    ),
    confirm_title="Retirada dos documentos que já não estão na pasta",
    confirm_done="Pronto: já não respondo com o que falta na pasta.",
    confirm_removed="Documentos retirados: {done}.",
    confirm_held=(
        "Nada foi retirado: desde a confirmação, faltam mais documentos. "
        "O meu separador Início mostra o que está retido agora; confirme de novo se já não existe."
    ),
    confirm_waits=(
        "Ainda nada foi retirado: não consegui ver a pasta inteira. "
        "A confirmação continua válida e será feita assim que eu puder."
    ),
    index_title="Um novo índice está a ser preparado",
    index_prepared="Um novo índice dos documentos está a ser preparado. Até ficar pronto, respondo com o atual.",
    index_since="desde {since}",
    index_model="modelo",
    index_reading="leitura",
    index_words="palavras",
    index_documents="Documentos ainda por ler: {count}, entre eles *{path}*.",
    index_meaning="O modelo de embedding ainda não viu todos os trechos.",
    index_gate="Está completo. Antes de entrar em uso, é comparado com o índice atual.",
    index_refused=(
        "O controlo de qualidade recusa-o: nas perguntas de `SWITCH_GATE` ele encontra menos do que o índice atual."
    ),
    index_remedy="Desfaça a alteração, ou corrija ou retire `SWITCH_GATE`. Depois reinicie o serviço de leitura.",
    index_stays="Enquanto isso, o índice atual responde e acompanha a pasta.",
    index_kept="O índice substituído {since} fica guardado durante algum tempo: voltar a ele não exige leitura.",
    index_embedded=(
        "*O índice embutido tem {passages} trechos e foi medido até {limit}.* Use um servidor Qdrant, defina "
        "`QDRANT_URL` e deixe o serviço ler a pasta para ele."
    ),
    failures=PORTUGUESE_FAILURES,
)
