"""Short questions as colleagues ask them, by language: how the detection of languages is judged.

Nothing was chosen by `OTHER_QUESTIONS`.
"""

SHORT_QUESTIONS = {
    "fr": """combien de jours de congés
        où est le wifi ?
        qui valide les notes de frais ?
        mot de passe oublié, que faire ?
        C'est quoi l'astreinte ?
        je peux télétravailler quand ?
        délai de remboursement des frais
        À qui envoyer ma facture ?
        horaires du support
        y a-t-il une mutuelle ?
        comment réserver une salle
        quel est le budget repas ?
        numéro d'urgence la nuit
        La période d'essai dure combien ?
        ai-je droit à un deuxième écran ?
        qui est d'astreinte ce week-end
        faut-il un badge pour le parking ?
        congé paternité
        quand tombe la paie ?
        Comment signaler un incident ?
        on a droit aux tickets resto ?""",
    "en": """how many days of leave
        where is the wifi password?
        who approves expenses
        I forgot my password
        what is on call
        can I work from home on Mondays?
        how long do refunds take?
        support hours?
        which laptop do we get
        is there a parking space
        book a meeting room
        lunch budget per day
        who do I call at night?
        Length of the trial period?
        am I allowed a second screen
        what happens if I lose my badge?
        parental leave for fathers
        when is payday
        How to report an incident?
        do interns get vouchers
        why was my claim refused""",
    "de": """Wie viele Urlaubstage habe ich?
        wo ist das WLAN-Passwort
        wer genehmigt Spesen?
        Passwort vergessen
        Was ist Rufbereitschaft?
        darf ich montags zu Hause arbeiten?
        wann kommt das Gehalt
        Wie lange dauert die Probezeit?
        Laptop gestohlen, was tun?
        gibt es einen Parkplatz
        Besprechungsraum buchen
        wie hoch ist das Essensgeld?
        Wen rufe ich nachts an?
        bekomme ich einen zweiten Bildschirm
        Was passiert, wenn ich meinen Ausweis verliere?
        Elternzeit für Väter
        Wie melde ich einen Vorfall?
        Kündigungsfrist
        welche Frist gilt für Reisekosten
        Brauche ich eine Krankmeldung?
        an wen schicke ich die Rechnung
        Arbeitszeit am Freitag""",
    "es": """¿Cuántos días de vacaciones tengo?
        donde esta la clave del wifi
        quién aprueba los gastos
        olvidé mi contraseña
        ¿Qué es la guardia?
        puedo trabajar desde casa los lunes
        cuando se paga la nomina
        ¿Cuánto dura el periodo de prueba?
        me han robado el portátil, ¿qué hago?
        hay plazas de aparcamiento?
        reservar una sala
        cuál es el presupuesto para comidas
        ¿A quién llamo por la noche?
        tengo derecho a una segunda pantalla
        que pasa si pierdo la tarjeta
        permiso de paternidad para los padres
        ¿Cómo se informa de un incidente?
        plazo de reembolso de los gastos
        a quien envio la factura
        horario del soporte
        ¿Hay seguro médico?""",
    "it": """Quanti giorni di ferie ho?
        dov'è la password del wifi
        chi approva le spese
        ho dimenticato la password
        che cos'è la reperibilità?
        posso lavorare da casa il lunedì
        quando arriva lo stipendio
        Quanto dura il periodo di prova?
        mi hanno rubato il portatile, cosa faccio?
        c'è un parcheggio
        prenotare una sala riunioni
        qual è il budget per i pasti?
        Chi chiamo di notte?
        ho diritto a un secondo schermo
        cosa succede se perdo il badge
        congedo di paternità
        Come si segnala un incidente?
        entro quando rimborsano le spese
        a chi mando la fattura
        orari dell'assistenza
        Esiste un'assicurazione sanitaria?""",
    "pt": """Quantos dias de férias tenho?
        onde está a senha do wifi
        quem aprova as despesas
        esqueci a minha senha
        O que é o plantão?
        posso trabalhar de casa às segundas
        quando cai o salário
        Quanto tempo dura o período de experiência?
        roubaram o meu portátil, o que faço?
        há lugar de estacionamento
        reservar uma sala de reunião
        qual é o orçamento para refeições?
        Para quem ligo à noite?
        tenho direito a um segundo monitor
        o que acontece se eu perder o crachá
        licença de paternidade
        Como se comunica um incidente?
        prazo de reembolso das despesas
        a quem envio a fatura
        horário do suporte
        Temos seguro de saúde?""",
    "nl": """Hoeveel vakantiedagen heb ik?
        waar staat het wifi-wachtwoord
        wie keurt declaraties goed
        wachtwoord vergeten
        Wat is piketdienst?
        mag ik op maandag thuiswerken
        wanneer wordt het salaris betaald
        Hoe lang duurt de proeftijd?
        mijn laptop is gestolen, wat nu?
        is er een parkeerplaats
        een vergaderzaal reserveren
        wat is het budget voor de lunch?
        Wie bel ik 's nachts?
        heb ik recht op een tweede scherm
        wat gebeurt er als ik mijn badge verlies
        ouderschapsverlof voor vaders
        Hoe meld ik een incident?
        binnen welke termijn krijg ik mijn kosten terug
        naar wie stuur ik de factuur
        openingstijden van de helpdesk
        Hebben we een zorgverzekering?""",
}

OTHER_QUESTIONS = {
    "fr": """mon chef peut-il refuser ma demande ?
        à quelle heure ouvre la cantine
        prime de fin d'année
        carte bancaire perdue
        frais de taxi remboursés ?
        délai de préavis démission
        qui contacter pour un écran cassé
        télétravail depuis l'étranger
        visite médicale obligatoire ?
        les stagiaires ont-ils une prime
        que couvre la garantie
        nouveau badge
        congé pour déménagement
        plafond hôtel Paris
        changer de mot de passe
        arrêt maladie, j'envoie à qui ?
        rendre mon ordinateur
        règles sur les cadeaux
        le code du parking
        date de la clôture
        imprimante en panne
        durée maximale de travail
        enfant malade
        comment marche l'épargne salariale
        puis-je venir avec mon chien""",
    "en": """can my manager refuse my request?
        canteen opening hours
        year-end bonus
        lost company card
        are taxis refunded?
        notice period when I resign
        who to contact about a broken monitor
        working from abroad
        medical check mandatory?
        do trainees get a bonus
        what does the warranty cover
        new badge
        leave for moving house
        hotel limit Paris
        change password
        sick note, who gets it?
        return my laptop
        rules on gifts
        car park code
        closing date
        printer broken
        maximum working time
        sick child
        how does the savings plan work
        may I bring my dog""",
    "de": """darf mein Chef den Antrag ablehnen?
        wann öffnet die Kantine
        Weihnachtsgeld
        Firmenkarte verloren
        werden Taxis erstattet?
        Kündigungsfrist in der Probezeit
        wer hilft bei kaputtem Monitor
        Arbeiten aus dem Ausland
        Betriebsarzt Pflicht?
        bekommen Praktikanten eine Prämie
        was deckt die Garantie ab
        neuer Ausweis
        Sonderurlaub Umzug
        Hotelkosten Paris Obergrenze
        Passwort ändern
        Krankschreibung an wen?
        Laptop zurückgeben
        Regeln für Geschenke
        Code der Tiefgarage
        Datum der Inventur
        Drucker defekt
        maximale Arbeitszeit
        krankes Kind
        wie funktioniert die Altersvorsorge
        darf ich meinen Hund mitbringen""",
    "es": """¿puede mi jefe rechazar la solicitud?
        a qué hora abre el comedor
        paga extra de Navidad
        tarjeta de empresa perdida
        ¿pagan los taxis?
        preaviso si dimito
        a quién aviso si se rompe el monitor
        trabajar desde el extranjero
        ¿revisión médica obligatoria?
        los becarios cobran prima
        qué cubre la garantía
        nueva tarjeta de acceso
        permiso por mudanza
        límite hotel París
        cambiar la contraseña
        baja médica, ¿a quién la mando?
        devolver el portátil
        reglas sobre regalos
        código del aparcamiento
        fecha de cierre
        impresora rota
        tiempo máximo de trabajo
        hijo enfermo
        cómo funciona el plan de ahorro
        puedo traer a mi perro""",
    "it": """il capo può rifiutare la richiesta?
        a che ora apre la mensa
        tredicesima
        carta aziendale persa
        rimborsate i taxi?
        preavviso in caso di dimissioni
        chi chiamo per il monitor rotto
        lavorare dall'estero
        visita medica obbligatoria?
        gli stagisti hanno un premio
        cosa copre la garanzia
        nuovo badge
        permesso per trasloco
        limite albergo Parigi
        cambiare la password
        certificato di malattia, a chi lo mando?
        restituire il portatile
        regole sui regali
        codice del parcheggio
        data di chiusura
        stampante guasta
        orario massimo di lavoro
        figlio malato
        come funziona il piano di risparmio
        posso portare il cane""",
    "pt": """o chefe pode recusar o pedido?
        a que horas abre a cantina
        subsídio de Natal
        cartão da empresa perdido
        pagam os táxis?
        pré-aviso de demissão
        quem trata de um monitor avariado
        trabalhar a partir do estrangeiro
        consulta médica obrigatória?
        os estagiários recebem prémio
        o que cobre a garantia
        novo cartão de acesso
        licença por mudança de casa
        limite hotel Paris
        mudar a palavra-passe
        baixa médica, a quem envio?
        devolver o computador
        regras sobre presentes
        código do estacionamento
        data de fecho
        impressora avariada
        tempo máximo de trabalho
        filho doente
        como funciona o plano de poupança
        posso trazer o meu cão""",
    "nl": """mag mijn baas mijn aanvraag weigeren?
        hoe laat gaat de kantine open
        dertiende maand
        bedrijfspas kwijt
        worden taxi's vergoed?
        opzegtermijn bij ontslag
        wie helpt bij een kapotte monitor
        werken vanuit het buitenland
        medische keuring verplicht?
        krijgen stagiairs een premie
        wat dekt de garantie
        nieuwe toegangspas
        vrij voor verhuizing
        maximum hotel Parijs
        wachtwoord wijzigen
        ziekmelding, naar wie?
        laptop inleveren
        regels over cadeaus
        code van de parkeergarage
        datum van de afsluiting
        printer stuk
        maximale werktijd
        ziek kind
        hoe werkt het spaarplan
        mag ik mijn hond meenemen""",
}
