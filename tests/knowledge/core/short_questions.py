"""Short questions as colleagues ask them, by language: how the detection of languages is judged."""

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
