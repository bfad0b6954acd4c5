"""A small handbook in five languages with natural questions: how search by words alone is judged beyond two languages.

Each passage stands with the questions that it answers; `UNANSWERED` has questions that no passage answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.core.documents import Language

HANDBOOKS: Mapping[Language, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "de": (
        (
            "Urlaub. Jede Vollzeitkraft hat 28 Urlaubstage im Jahr. Der Antrag wird zwei Wochen vorher bei der "
            "Teamleitung gestellt. Nicht genommene Tage verfallen am 31. März.",
            ("Wie viele Urlaubstage bekomme ich im Jahr?", "Bei wem stelle ich meinen Urlaubsantrag?"),
        ),
        (
            "Krankmeldung. Wer krank ist, ruft vor 9 Uhr im Sekretariat an. Ab dem dritten Tag ist eine Bescheinigung "
            "des Arztes nötig.",
            ("Was muss ich tun, wenn ich krank bin?", "Ab wann brauche ich eine Bescheinigung vom Arzt?"),
        ),
        (
            "Dienstreisen. Hotels werden bis 110 Euro je Nacht erstattet, Mahlzeiten bis 25 Euro. Belege sind "
            "innerhalb "
            "von 30 Tagen einzureichen.",
            ("Bis zu welchem Preis wird mein Hotel erstattet?", "Wie lange habe ich Zeit, um Belege einzureichen?"),
        ),
        (
            "Homeoffice. Nach der Probezeit sind drei Tage pro Woche von zu Hause möglich. Der Dienstag ist Tag im "
            "Büro.",
            ("An welchem Tag müssen alle ins Büro kommen?", "Kann ich in der Probezeit von zu Hause arbeiten?"),
        ),
        (
            "Zugangskarten. Eine verlorene Karte wird sofort beim Empfang gesperrt. Eine neue Karte kostet 15 Euro.",
            ("Ich habe meine Karte verloren, wo kann ich sie sperren lassen?", "Was kostet mich eine neue Karte?"),
        ),
        (
            "Drucker. Farbdrucke sind nur im zweiten Stock möglich. Bei Störungen hilft die Technik unter der Nummer "
            "4410.",
            ("Wo gibt es hier einen Farbdrucker?", "Wen soll ich anrufen, wenn der Drucker eine Störung hat?"),
        ),
        (
            "Kantine. Das Mittagessen kostet 6,50 Euro und wird von 11.30 bis 14 Uhr ausgegeben. Gäste zahlen 9 Euro.",
            ("Wann wird das Mittagessen ausgegeben?", "Wie viel zahlen meine Gäste in der Kantine?"),
        ),
        (
            "Weiterbildung. Jeder hat im Jahr ein Budget von 1.200 Euro. Kurse genehmigt Frau Petersen.",
            ("Wer genehmigt meine Weiterbildung?", "Wie hoch ist das Budget für einen Kurs?"),
        ),
        (
            "Kündigung. Die Frist beträgt drei Monate zum Quartalsende, in der Probezeit zwei Wochen.",
            ("Welche Frist gilt bei einer Kündigung?", "Wie ist die Frist in der Probezeit?"),
        ),
        (
            "Parken. In der Tiefgarage gibt es 40 Plätze. Sie werden jeden Januar verlost; Fahrräder stehen im Hof.",
            ("Wie kommt man an einen Platz in der Tiefgarage?", "Wohin soll ich mein Fahrrad stellen?"),
        ),
    ),
    "es": (
        (
            "Vacaciones. Cada empleado tiene 23 días laborables al año. La solicitud se envía al responsable con un "
            "mes "
            "de antelación.",
            ("¿Cuántos días de vacaciones tengo al año?", "¿A quién le tengo que enviar la solicitud de vacaciones?"),
        ),
        (
            "Baja por enfermedad. El parte médico se entrega a Recursos Humanos en un plazo de 48 horas. Desde el "
            "primer "
            "día se cobra el salario completo.",
            ("¿En qué plazo debo entregar el parte médico?", "¿Cuánto cobro si estoy de baja por una enfermedad?"),
        ),
        (
            "Viajes. El hotel se reembolsa hasta 105 euros por noche y las comidas hasta 22 euros. Las facturas se "
            "suben "
            "a la aplicación Gastos.",
            ("¿Hasta cuánto me reembolsan el hotel?", "¿Dónde tengo que subir las facturas de mi viaje?"),
        ),
        (
            "Teletrabajo. Se puede trabajar dos días por semana desde casa. El jueves todo el equipo está en la "
            "oficina.",
            ("¿Qué día tiene que estar todo el equipo en la oficina?", "¿Cuántos días puedo trabajar desde mi casa?"),
        ),
        (
            "Tarjetas de acceso. Una tarjeta perdida se bloquea en recepción. La nueva cuesta 12 euros.",
            ("He perdido la tarjeta, ¿quién me la bloquea?", "¿Cuánto cuesta una tarjeta nueva?"),
        ),
        (
            "Impresoras. La impresora en color está en la segunda planta. Las averías se comunican al número 3320.",
            ("¿Dónde está la impresora en color?", "¿A qué número se comunica una avería de la impresora?"),
        ),
        (
            "Comedor. El menú cuesta 7 euros y se sirve de 13 a 15.30. Los invitados pagan 10 euros.",
            ("¿A qué hora se sirve el menú?", "¿Cuánto tienen que pagar mis invitados?"),
        ),
        (
            "Formación. El presupuesto es de 900 euros por persona. Las solicitudes las aprueba Marta Ríos.",
            ("¿Quién me tiene que aprobar una formación?", "¿Qué presupuesto hay por persona para formarse?"),
        ),
        (
            "Preaviso. Quien deja la empresa avisa con quince días. Durante el periodo de prueba no hay preaviso.",
            ("¿Con cuántos días tengo que avisar si dejo la empresa?", "¿Hay preaviso en el periodo de prueba?"),
        ),
        (
            "Aparcamiento. Las plazas se sortean en enero. Las bicicletas se dejan en el patio.",
            ("¿Cómo se reparten las plazas del aparcamiento?", "¿Dónde puedo dejar mi bicicleta?"),
        ),
    ),
    "it": (
        (
            "Ferie. Ogni dipendente ha 26 giorni l'anno. La richiesta va inviata al responsabile tre settimane prima.",
            ("Quanti giorni di ferie mi spettano in un anno?", "A chi devo inviare la richiesta di ferie?"),
        ),
        (
            "Malattia. Il numero del certificato si comunica all'ufficio del personale entro le 10. La visita fiscale "
            "è "
            "possibile dal primo giorno.",
            ("Entro che ora devo comunicare il numero del certificato?", "Da quando è possibile una visita fiscale?"),
        ),
        (
            "Trasferte. L'albergo è rimborsato fino a 100 euro a notte, i pasti fino a 20 euro. Gli scontrini si "
            "caricano "
            "entro un mese.",
            ("Fino a quanto viene rimborsato un albergo?", "Entro quando si devono caricare gli scontrini?"),
        ),
        (
            "Lavoro da casa. Sono possibili due giorni alla settimana. Il lunedì la squadra è in ufficio.",
            (
                "In quale giorno la squadra deve stare in ufficio?",
                "Quanti giorni alla settimana posso lavorare da casa?",
            ),
        ),
        (
            "Badge. Un badge smarrito si blocca alla portineria. Quello nuovo costa 8 euro.",
            ("Ho smarrito il badge, dove lo posso bloccare?", "Quanto costa un badge nuovo?"),
        ),
        (
            "Stampanti. La stampante a colori è al secondo piano. I guasti si segnalano al numero 5512.",
            ("A che piano si trova la stampante a colori?", "A chi si segnala un guasto della stampante?"),
        ),
        (
            "Mensa. Il pranzo costa 5,80 euro ed è servito dalle 12 alle 14. Gli ospiti pagano 9 euro.",
            ("A che ora è servito il pranzo?", "Quanto pagano i miei ospiti alla mensa?"),
        ),
        (
            "Formazione. Il budget è di 800 euro a persona. I corsi sono approvati da Lucia Bianchi.",
            ("Chi approva i miei corsi?", "Qual è il budget per la formazione di una persona?"),
        ),
        (
            "Dimissioni. Il preavviso è di trenta giorni. Durante la prova basta una settimana.",
            ("Di quanti giorni è il preavviso per le dimissioni?", "Quanto preavviso ci vuole durante la prova?"),
        ),
        (
            "Parcheggio. I posti si assegnano a gennaio. Le biciclette restano nel cortile.",
            ("Quando vengono assegnati i posti del parcheggio?", "Dove posso lasciare la mia bicicletta?"),
        ),
    ),
    "pt": (
        (
            "Férias. Cada trabalhador tem 22 dias úteis por ano. O pedido é enviado à chefia com três semanas de "
            "antecedência.",
            ("Quantos dias de férias tenho por ano?", "A quem devo enviar o meu pedido de férias?"),
        ),
        (
            "Baixa médica. O certificado é entregue nos Recursos Humanos no prazo de cinco dias. Os primeiros três "
            "dias "
            "não são pagos.",
            ("Qual é o prazo para entregar o certificado?", "Os primeiros dias de baixa são pagos?"),
        ),
        (
            "Viagens. O hotel é reembolsado até 95 euros por noite e as refeições até 18 euros. As faturas são "
            "carregadas na aplicação Despesas.",
            ("Até quanto é que me reembolsam o hotel?", "Onde é que tenho de carregar as faturas?"),
        ),
        (
            "Teletrabalho. Podem fazer-se dois dias por semana em casa. Na quarta-feira toda a equipa está no "
            "escritório.",
            ("Em que dia tem a equipa de estar no escritório?", "Quantos dias por semana posso fazer em casa?"),
        ),
        (
            "Cartões de acesso. Um cartão perdido é bloqueado na receção. O novo custa 10 euros.",
            ("Perdi o meu cartão, onde é que o bloqueiam?", "Quanto custa um cartão novo?"),
        ),
        (
            "Impressoras. A impressora a cores está no segundo andar. As avarias comunicam-se pelo número 7781.",
            ("Em que andar está a impressora a cores?", "A quem se comunica uma avaria da impressora?"),
        ),
        (
            "Refeitório. O almoço custa 6 euros e é servido das 12 às 14. Os convidados pagam 8 euros.",
            ("A que horas é servido o almoço?", "Quanto é que pagam os meus convidados?"),
        ),
        (
            "Formação. O orçamento é de 700 euros por pessoa. Os cursos são aprovados por Inês Duarte.",
            ("Quem aprova os cursos?", "Qual é o orçamento de formação por pessoa?"),
        ),
        (
            "Demissão. O aviso é de sessenta dias. Durante o período experimental são quinze dias.",
            ("De quantos dias é o aviso de demissão?", "Qual é o aviso durante o período experimental?"),
        ),
        (
            "Estacionamento. Os lugares são sorteados em janeiro. As bicicletas ficam no pátio.",
            ("Quando são sorteados os lugares do estacionamento?", "Onde posso deixar a minha bicicleta?"),
        ),
    ),
    "nl": (
        (
            "Vakantie. Iedere medewerker heeft 27 vakantiedagen per jaar. De aanvraag gaat drie weken vooraf naar de "
            "teamleider.",
            ("Hoeveel vakantiedagen heb ik per jaar?", "Naar wie moet ik mijn aanvraag voor vakantie sturen?"),
        ),
        (
            "Ziekte. Wie ziek is, belt voor half negen naar de receptie. De bedrijfsarts neemt na een week contact op.",
            ("Naar wie moet ik bellen als ik ziek ben?", "Wanneer neemt de bedrijfsarts contact met mij op?"),
        ),
        (
            "Dienstreizen. Een hotel wordt vergoed tot 115 euro per nacht, maaltijden tot 24 euro. Bonnetjes worden "
            "binnen een maand ingediend.",
            ("Tot welk bedrag wordt een hotel vergoed?", "Binnen welke termijn moet ik mijn bonnetjes indienen?"),
        ),
        (
            "Thuiswerken. Na de proeftijd mag je drie dagen per week thuis werken. Op dinsdag is iedereen op kantoor.",
            ("Op welke dag moet iedereen op kantoor zijn?", "Hoeveel dagen per week mag ik thuis werken?"),
        ),
        (
            "Toegangspassen. Een verloren pas wordt bij de portier geblokkeerd. Een nieuwe pas kost 14 euro.",
            ("Ik ben mijn pas verloren, wie kan hem blokkeren?", "Wat kost een nieuwe pas?"),
        ),
        (
            "Printers. De kleurenprinter staat op de tweede verdieping. Storingen worden gemeld op nummer 6604.",
            ("Waar staat er hier een kleurenprinter?", "Op welk nummer kan ik een storing van de printer melden?"),
        ),
        (
            "Kantine. De lunch kost 5,50 euro en wordt van 12 tot 13.30 uur uitgegeven. Gasten betalen 8 euro.",
            ("Hoe laat wordt de lunch uitgegeven?", "Hoeveel moeten mijn gasten betalen?"),
        ),
        (
            "Opleiding. Het budget is 1.000 euro per persoon. Cursussen worden goedgekeurd door Sanne de Wit.",
            ("Wie keurt een cursus goed?", "Hoe hoog is het budget per persoon voor een opleiding?"),
        ),
        (
            "Ontslag. De opzegtermijn is twee maanden. In de proeftijd is er geen opzegtermijn.",
            ("Wat is de opzegtermijn bij ontslag?", "Is er een opzegtermijn in de proeftijd?"),
        ),
        (
            "Parkeren. De plaatsen worden in januari verloot. Fietsen staan op de binnenplaats.",
            ("Wanneer worden de plaatsen verloot?", "Waar kan ik mijn fiets laten staan?"),
        ),
    ),
}

UNANSWERED: Mapping[Language, tuple[str, ...]] = {
    "de": (
        "Wie hoch ist der Wechselkurs zum Yen?",
        "Wer hat das Betriebsfest im Sommer organisiert?",
        "Was kann ich gegen laute Nachbarn tun?",
        "Welche Programmiersprache nutzt ihr für die Website?",
    ),
    "es": (
        "¿Cuál es la capital de Australia?",
        "¿Quién ganó la carrera del verano?",
        "¿Qué puedo hacer contra el ruido de los vecinos?",
        "¿Qué lenguaje de programación se usa en la web?",
    ),
    "it": (
        "Qual è la capitale dell'Australia?",
        "Chi ha organizzato la festa d'estate?",
        "Che cosa posso fare contro il rumore dei vicini?",
        "Quale linguaggio di programmazione si usa per il sito?",
    ),
    "pt": (
        "Qual é a capital da Austrália?",
        "Quem organizou a festa de verão?",
        "O que posso fazer contra o barulho dos vizinhos?",
        "Que linguagem de programação se usa no sítio?",
    ),
    "nl": (
        "Wat is de hoofdstad van Australië?",
        "Wie heeft het zomerfeest georganiseerd?",
        "Wat kan ik doen tegen lawaai van de buren?",
        "Welke programmeertaal gebruiken jullie voor de website?",
    ),
}
