"""The Portuguese sentence of each failure code."""

from bot.slack.i18n.texts import FailureTexts
from knowledge.core.failure_codes import FailureCode

_BOMB = ", como faz uma bomba zip: guarde-o de novo no seu programa, em partes menores se for mesmo tão grande."
_NO_MEMBER_READ = "{name} contém ficheiros ({count:,}), nenhum dos quais pode ser lido."
_BY_WORDS = "Trechos encontrados só por palavras: {refused}. {why}"
_LONGER = (
    "Trechos mais longos do que {model} lê, encontrados pelo começo e pelas palavras: {shortened}. Escolha um "
    "EMBEDDING_MODEL que leia mais."
)

PORTUGUESE_FAILURES = FailureTexts(
    {
        FailureCode.SENTENCE: "{sentence}",
        FailureCode.EMPTY: "{name} está vazio: coloque-o de novo quando tiver algum conteúdo.",
        FailureCode.MISNAMED: "{name} é na verdade {kind}: mude o nome para {better}.",
        FailureCode.MISNAMED_TWIN: (
            "{name} é na verdade {kind}, e {better} já existe: "
            "apague este ficheiro se for o mesmo; se não, dê-lhe outro nome que termine em {suffix}."
        ),
        FailureCode.UNDER_PASSWORD: "{name} está protegido por palavra-passe: coloque uma cópia sem ela.",
        FailureCode.OFFICE_UNDER_PASSWORD: (
            "{name} está protegido por palavra-passe: guarde uma cópia sem ela e coloque-a."
        ),
        FailureCode.COPY_PROTECTED: "{name} está protegido contra cópia: coloque uma cópia que não esteja.",
        FailureCode.OLD_OFFICE: "{name} está num formato antigo do Office: abra-o e guarde-o como {better}.",
        FailureCode.OLD_OR_DAMAGED: (
            "{name} está num formato antigo do Office, ou danificado: abra-o e guarde-o como {better}."
        ),
        FailureCode.OTHER_OFFICE: (
            "{name} não pode ser lido, ficheiros {suffix} não são aceites: guarde-o como {better}."
        ),
        FailureCode.NEEDS_LIBREOFFICE: (
            "{name} só é lido com o LibreOffice: instale {packages} (Debian), ou guarde-o como {better}."
        ),
        FailureCode.UNSUPPORTED: (
            "{name} não pode ser lido, ficheiros {suffix} não são aceites: guarde-o num destes formatos: {formats}."
        ),
        FailureCode.WITHOUT_SUFFIX: (
            "{name} não pode ser lido, ficheiros sem extensão não são aceites: guarde-o num destes formatos: {formats}."
        ),
        FailureCode.ARCHIVE: "{name} é um ficheiro comprimido: descomprima-o e coloque os ficheiros que ele contém.",
        FailureCode.ARCHIVE_OR_DAMAGED: (
            "{name} é um ficheiro comprimido ou danificado, e não {kind}: coloque o próprio ficheiro, inteiro."
        ),
        FailureCode.NOT_OF_ITS_KIND: "{name} não é {kind}, ou está danificado: abra-o, verifique-o e guarde-o de novo.",
        FailureCode.A_PDF: "um PDF",
        FailureCode.A_WORD_DOCUMENT: "um documento do Word",
        FailureCode.A_POWERPOINT_FILE: "um ficheiro do PowerPoint",
        FailureCode.AN_EXCEL_FILE: "um ficheiro do Excel",
        FailureCode.AN_OPENDOCUMENT_TEXT: "um texto OpenDocument",
        FailureCode.A_RICH_TEXT_FILE: "um ficheiro RTF",
        FailureCode.AN_EPUB_BOOK: "um livro EPUB",
        FailureCode.AN_OUTLOOK_MESSAGE: "uma mensagem do Outlook",
        FailureCode.A_PNG_PICTURE: "uma imagem PNG",
        FailureCode.A_JPEG_PICTURE: "uma imagem JPEG",
        FailureCode.A_TIFF_PICTURE: "uma imagem TIFF",
        FailureCode.A_PICTURE: "uma imagem",
        FailureCode.AN_ARCHIVE: "um ficheiro comprimido",
        FailureCode.AN_OPENDOCUMENT_FILE: "um ficheiro OpenDocument",
        FailureCode.TEXT: "texto",
        FailureCode.NO_TEXT: "{name} não contém texto: coloque uma cópia que contenha.",
        FailureCode.ONLY_HIDDEN_TEXT: (
            "{name} não contém texto que se possa ver (lugares ocultos: {places}): torne-o visível, ou coloque uma "
            "cópia."
        ),
        FailureCode.PICTURE: "{name} é uma imagem: instale {packages} (Debian), ou coloque o seu texto.",
        FailureCode.PICTURE_WITHOUT_TEXT: (
            "{name} é uma imagem em que o tesseract não encontrou texto: digitalize-a de novo, mais nítida, ou coloque "
            "o seu texto."
        ),
        FailureCode.SCAN: (
            "{name} é uma digitalização sem texto: instale {packages} (Debian), ou coloque uma cópia pesquisável."
        ),
        FailureCode.SCAN_WITHOUT_TEXT: (
            "{name} é uma digitalização em que o tesseract não encontrou texto: digitalize de novo, mais nítido, ou "
            "coloque uma cópia pesquisável."
        ),
        FailureCode.TESSERACT_FAILED: (
            "{name} fez o tesseract falhar na página {page}: guarde-o de novo, ou coloque o seu texto."
        ),
        FailureCode.ENDLESS_WORD: (
            "{name} contém uma palavra de {characters:,} caracteres, são dados mais do que texto: coloque em palavras "
            "o que diz."
        ),
        FailureCode.ENTITIES: (
            "{name} define entidades XML, que podem crescer sem fim ou alcançar outros ficheiros: coloque uma cópia "
            "sem elas."
        ),
        FailureCode.OFFICE_ENTITIES: (
            "{name} define entidades XML, o que nenhum programa de escritório faz e um ataque faria: abra-o e guarde-o "
            "de novo no seu programa."
        ),
        FailureCode.NOT_JSON: (
            "{name} deixa de ser JSON na linha {line}, coluna {column}: corrija-o, ou coloque-o como .txt."
        ),
        FailureCode.BROKEN_XML: (
            "{name} está danificado, o seu XML interrompe-se ou falha na linha {line}: guarde-o de novo no seu "
            "programa e coloque a nova cópia."
        ),
        FailureCode.DAMAGED: (
            "{name} está danificado ({error} na leitura): abra-o, guarde-o de novo e coloque a nova cópia."
        ),
        FailureCode.DAMAGED_PDF: (
            "{name} está danificado, não se consegue abri-lo: exporte-o de novo e coloque a nova cópia."
        ),
        FailureCode.DAMAGED_WHOLE_PDF: (
            "{name} tem o seu fim, mas está danificado: não se consegue abri-lo. "
            "Exporte-o de novo e coloque a nova cópia."
        ),
        FailureCode.DAMAGED_PAGES: (
            "{name} está danificado, nenhuma das páginas {first} a {last} pode ser aberta: exporte-o de novo e "
            "coloque-o."
        ),
        FailureCode.TOO_LARGE: "{name} tem {mb} MB, mais do que {most}: divida-o, ou aumente MAX_FILE_MB.",
        FailureCode.TOO_SLOW: "{name} levou mais de {seconds} s para ser lido: divida-o, ou aumente READ_SECONDS.",
        FailureCode.TOO_MUCH_MEMORY: (
            "{name} precisa de mais de {mb} MB para ser lido: divida-o, ou aumente READ_MEMORY_MB."
        ),
        FailureCode.TOO_MUCH_TEXT: (
            "{name} contém {mb:d} MB de texto, mais de {most:d}: divida-o, ou aumente READ_MEMORY_MB para {needed:d}."
        ),
        FailureCode.TOO_DEEP: "{name} tem demasiados níveis: coloque uma cópia mais simples, ou o seu texto.",
        FailureCode.TOO_MANY_PAGES: "{name} tem {pages:,} páginas, mais do que {most:,}: divida-o.",
        FailureCode.TOO_MANY_PAGES_SAID: "{name} diz ter {pages:,} páginas, mais do que {most:,}: divida-o.",
        FailureCode.TOO_MANY_PIXELS: "{name} tem mais de {millions} milhões de píxeis: reduza-o, ou divida-o.",
        FailureCode.TOO_MANY_CELLS: "{name} contém mais de {most:,} células: divida-o, ou coloque o que importa.",
        FailureCode.TOO_MANY_COLUMNS: (
            "{name} tem {columns:,} colunas, mais do que {most:,}: divida-o, ou transforme as linhas em colunas."
        ),
        FailureCode.TOO_WIDE_A_SHEET: (
            "{name} tem mais de {most:,} colunas na folha {sheet}: divida-o, ou transforme as linhas em colunas."
        ),
        FailureCode.BOMB_OF_PARTS: "{name} contém {parts:,} partes, mais do que {most:,}" + _BOMB,
        FailureCode.BOMB: "{name} descompactado tem {mb:,} MB, mais do que {most:,}" + _BOMB,
        FailureCode.BOMB_OF_OVERLAPS: "{name} contém partes que se sobrepõem" + _BOMB,
        FailureCode.BOMB_IN_A_PART: "{name} contém uma parte que descompactada é {times:,} vezes maior" + _BOMB,
        FailureCode.TOO_MANY_MEMBERS: (
            "{name} contém mais do que é lido (no máximo {most:,} ficheiros e {mb:,} MB). Ficheiros deixados de fora: "
            "{left:,}. Descomprima-o e coloque-os na pasta."
        ),
        FailureCode.MEMBERS_UNREAD: f"{_NO_MEMBER_READ} O primeiro: {{first}}",
        FailureCode.NO_MEMBER_READ: _NO_MEMBER_READ,
        FailureCode.FORBIDDEN: "{name} não pode ser lido: dê o direito de leitura ao utilizador do serviço de leitura.",
        FailureCode.UNSEEN: "{name} não pode ser examinado ({error}).",
        FailureCode.UNOPENED: "{name} não pode ser aberto ({error}).",
        FailureCode.GONE: "{name} já não está lá.",
        FailureCode.VANISHED: "{name} desapareceu antes de ser lido.",
        FailureCode.CHANGED: "{name} mudou durante a leitura.",
        FailureCode.FAILED: "{name} não pôde ser lido ({error}): guarde-o de novo no seu programa.",
        FailureCode.CRASHED: "{name} fez falhar o seu leitor: guarde-o de novo no seu programa, ou coloque-o como PDF.",
        FailureCode.CRASHED_PDF: "{name} fez falhar o seu leitor: exporte-o de novo, ou coloque a sua fonte.",
        FailureCode.READER_KILLED: (
            "{name} perdeu o seu leitor, encerrado por outra coisa: haverá nova tentativa; veja se falta memória à "
            "máquina."
        ),
        FailureCode.STARVED: (
            "{name} não foi lido em {minutes:d} min, a máquina está demasiado ocupada: haverá nova tentativa."
        ),
        FailureCode.NO_READER: "{name} espera: nenhum leitor pôde ser iniciado ({error}).",
        FailureCode.WAITS: "{name} espera: {why}",
        FailureCode.NO_SCHEDULER: (
            "o agendador Dask {scheduler} não está acessível ({error}): inicie-o, ou corrija DASK_SCHEDULER e "
            "DASK_TLS_*."
        ),
        FailureCode.SCHEDULER_GONE: "o agendador Dask {scheduler} já não está lá: inicie-o de novo.",
        FailureCode.NO_WORKER: "o cluster Dask {scheduler} não tem nenhum worker: inicie um.",
        FailureCode.WORKER_FAILED: (
            "{name} espera: o worker do cluster falhou ({error}): instale nele esta versão do Souffleur."
        ),
        FailureCode.WORKERS_DIED: (
            "{name} estava em leitura quando workers do cluster morreram ({deaths}): veja os seus registos e coloque "
            "uma cópia mais simples, ou mande ler de novo com /reindex."
        ),
        FailureCode.ANOTHER_THERE: "{name} é outro ficheiro nos workers do cluster, ou mudou durante a leitura.",
        FailureCode.NOT_MOUNTED: "{name} não é visto pelos workers do cluster: monte lá a pasta em {folder}.",
        FailureCode.REFUSED: (
            "{name} foi lido, mas o Qdrant recusa-o ({error}): veja o registo do Qdrant; haverá nova tentativa."
        ),
        FailureCode.BY_WORDS: _BY_WORDS,
        FailureCode.LONGER: _LONGER,
        FailureCode.BY_WORDS_AND_LONGER: f"{_BY_WORDS} {_LONGER}",
        FailureCode.MODEL_REFUSES: (
            "O Ollama respondeu {status} para o modelo de embedding {model}: veja o seu registo."
        ),
        FailureCode.NO_DIRECTION: "O modelo de embedding {model} deu um vetor sem direção: reinicie o Ollama.",
        FailureCode.CLOSED: ".souffleur.toml {why}: até ser corrigido, ninguém vê o que está nesta pasta.",
        FailureCode.RULE_UNOPENED: "não pode ser aberto ({error})",
        FailureCode.RULE_NOT_TOML: "não é TOML ({error})",
        FailureCode.RULE_TOO_DEEP: "tem demasiados níveis",
        FailureCode.RULE_LONG_NUMBER: "contém um número com demasiados algarismos",
        FailureCode.RULE_EMPTY: "não diz nada",
        FailureCode.RULE_UNKNOWN: "diz “{key}”, mas só existem {known}",
        FailureCode.RULE_AUDIENCE: (
            'dá a "audience" algo diferente de "everyone", "nobody", "#canal", "@pessoa" ou um ID'
        ),
        FailureCode.RULE_TITLE: 'dá a "title" algo diferente de um texto de no máximo {most} caracteres',
        FailureCode.RULE_LANGUAGE: 'dá a "language" algo diferente de "fr", "en", "de", "es", "it", "pt" ou "nl"',
        FailureCode.RULE_KEEP_OUT: 'dá a "keep_out" algo diferente de true ou de uma lista de padrões como "*.bak"',
        FailureCode.RULE_NO_FILE: "não é um ficheiro",
        FailureCode.RULE_TOO_LONG: "passa de {most:,} bytes",
        FailureCode.RULE_NOT_UTF8: "não está em UTF-8",
        FailureCode.RULE_TOO_MANY: "é um de mais de {most:,} ficheiros de regras abaixo desta pasta principal",
        FailureCode.RULE_PATTERNS: (
            'dá a "keep_out" mais de {most} padrões, ou um padrão de mais de {length} caracteres'
        ),
        FailureCode.RULE_MISNAMED: (
            "{name} parece um ficheiro de regras, mas o seu nome não é .souffleur.toml: até ser renomeado ou retirado, "
            "ninguém vê o que está nesta pasta."
        ),
        FailureCode.MORE_PROBLEMS: "Outras pastas com problemas nos seus ficheiros de regras: {count:,}.",
    },
    thousands=".",
)
