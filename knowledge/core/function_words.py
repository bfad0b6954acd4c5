"""The words by which the language of a text is recognised: function words, and the verbs that open a question.

Folded words: lower case, no accents. A word may stand in several languages; it then tells only against the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.core.lexical import ENGLISH_STOP_WORDS, FRENCH_STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.core.documents import Language

GERMAN_WORDS = """
ab aber alle allem allen aller alles als also am an andere anderen auch auf aus ausser bei beim bekomme bekommen
bekommt benotige benotigt bin bis bitte brauche brauchen braucht da dabei dafur dagegen damit danach danke dann daran
darauf daruber darf darfst darum das dass dazu dein deine dem den denn der deren des dessen deutsch die dies diese
diesem diesen dieser dieses dir doch dort du durch durfen ein eine einem einen einer eines einige er erklare erklaren
es etwas euch euer fur gebe geben gegen geht gibt hab habe haben habt hat hatte hatten hier hilf ich ihm ihn ihnen ihr
ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jemand kann kannst kein keine keinem keinen keiner
komme kommen konnen konnte kriege kriegen lange liegt machen macht man meine meinem meinen meiner mehr mein mich mir mit
mochte muss mussen nach nein nenne nicht nichts noch nur nutzen ob oder ohne schon schreibe sehr sein seine seinem
seinen seiner seit sich sie sind so sobald soll sollen sollte sollten statt steht stehen uber um und uns unser unsere
unserem unseren unserer unter vom von vor wann war waren warum was wegen weil welche welchem welchen welcher welches
wem wen wenn wer werde werden wessen wie wieder wieviel viel viele will wir wird wo wofur woher wohin wollen worden
wozu wurde wurden wurde zeig zeige zu zum zur zwischen
"""
SPANISH_WORDS = """
a al algo alguien algun alguna algunas algunos alli ante antes aqui asi aun aunque ayuda cada como con contra crea cual
cuales cualquier cuando cuanta cuantas cuanto cuantos cuesta da dar de debe deben debemos debo del dentro desde despues
dice dime donde dos durante e el ella ellas ello ellos en encuentro entonces entre era eran eres es esa esas escribe ese
eso esos esta estaba estamos estan estar estas este esto estos estoy explica fue fueron gracias ha hace hacemos hacen
hacer haces hago han hasta hay haya he hemos la las le les lo los llama llaman mas me mi mientras mis mucha muchas mucho
muchos muestra muy nada ni ningun ninguna no nos nosotros nuestra nuestras nuestro nuestros o otra otras otro otros para
pasa pero pido poco podemos por porque pongo puede pueden puedo pues que quien quienes quiero se sea sean segun ser si
sido siempre sin sirve sobre sois solo somos son soy su sus tambien tan tanto te tenemos tener tengo ti tiene tienen
tienes todas todavia todo todos trabajo tu tus un una unas uno unos usa usar usted ustedes va vamos van voy y ya yo
"""
ITALIAN_WORDS = """
a abbiamo ad agli ai al alcuni alla alle allo allora altra altre altri altro anche ancora avere avete aveva bisogna c
chi che ci cio ciascun come con contro cosa cos crea cui d da dagli dai dal dalla dalle dallo davanti degli dei del
della delle dello dentro deve devi devo devono di dice dimmi dobbiamo domanda dopo dov dove due durante e ecco ed egli
entro era erano esiste essere fa faccio facciamo fai fanno fare fatto fino fra funziona gia gli grazie ha hai hanno ho i
il in invece io l la le lei li lo loro lui ma mai me mentre mi mia mie miei mio molto mostra ne negli nei nel nella
nelle nello nessun nessuna nessuno niente noi non nostra nostre nostri nostro nulla o ogni oppure per perche pero piu
poi possiamo posso possono prima puo puoi qual quale quali qualche qualcuno quando quant quanta quante quanti quanto
quei quel quella quelle quelli quello quest questa queste questi questo qui quindi sa scrivi se sei sempre senza serve
si sia siamo siete solo sono sopra sotto spiega sta stai stata state stati stato su sua sugli sui sul sulla sulle
sullo suo suoi te ti tra trovo tu tua tuo tuoi tutta tutte tutti tutto un una uno usare va vengono viene voi vorrei
vuole
"""
PORTUGUESE_WORDS = """
a acho ainda alem algo alguem algum alguma algumas alguns ali ao aos apenas apos aquela aquele aqui as assim ate atras
cada cria coisa com como contra cujo da dado das de dela dele deles demais depois desde dessa desse desta deste deve
devem devemos devo dia diz do dois dos duas durante e ela elas ele eles em encontro entao entre era eram es escreve essa
essas esse esses esta estamos estao estar estas este estes estou eu explica faco fala faz fazem fazemos fazer feita
feito fica foi foram ha houver isso isto ja la lhe lhes lugar mais mas me mesma mesmo meu meus mim minha minhas mostra
muita muitas muito muitos na nada nao nas nem nenhum nenhuma ninguem no nos nossa nossas nosso nossos num numa o
obrigada
obrigado onde os ou outra outras outro outros para pela pelas pelo pelos pergunta peco perante pode podem podemos poder
por porem porque posso pouco preciso precisa precisamos qual quais qualquer quando quanta quantas quanto quantos que
quem quer quero se sei seja sem sempre sendo ser sera serve seu seus sim so sob sobre sou sua suas tal tambem tao tem
temos tenho ter teu teus teve tinha toda todas todo todos trata tu tua tudo um uma umas uns usa usar vai vamos vao voce
voces vou
"""
DUTCH_WORDS = """
aan aangevraagd al alle alleen alles als alsjeblieft altijd andere ben bent beter betaalt bij binnen daar daarna dan dat
de deel deze die dit doe doen doet door dus een eens eerst eigen elk elke en enkele er ergens even gaan gaat ge gebruik
gebruiken gedaan geef geeft geen geldt geldig gemaakt genoeg geweest gaf ga haar had hadden heb hebben hebt heeft heel
heet hem hen het hetzelfde hier hij hoe hoeveel hoelang hun iedereen iemand iets ik in is ja jaar jij jou jouw je jullie
kan kom komen komt kost krijg krijgen krijgt kun kunnen kunt laat leg lang maar mag mogen maak maakt maken me meer meld
mee meest men met mij mijn moest moet moeten na naar nee niemand niet niets nodig nog nooit nu of om omdat onder ons
onze
ook op over per schrijf sinds staan staat steeds te tegen tijdens toch toen toon tot tussen u uit uitleg uw van vanaf
vandaag veel vind voor vooral vraag vragen waar waarbij waarin waarmee waarom waarvoor wanneer want waren was wat we
weer
weet wel welk welke werd werden werken werkt wie wij wil willen word worden wordt zal ze zeer zelf zich zij zijn zo
zodat
zonder zou zouden zullen
"""

# What colleagues ask about: a question of two words may have no function word at all.
OFFICE_WORDS = {
    "de": """abrechnung abteilung anleitung antrag arbeit arbeitszeit arbeitsvertrag ausweis bereitschaft besprechung
    besprechungsraum bestellung bildschirm buchen datenschutz dienstreise drucker einkauf elternzeit frist gehalt
    gestohlen handbuch konferenzraum krankenkasse krankmeldung kundigung kundigungsfrist kunde kunden
    mitarbeiter montag freitag parkplatz passwort probezeit rechnung reisekosten richtlinie rufbereitschaft schlussel
    sicherheit spesen uberstunden unterlagen urlaub urlaubsantrag urlaubstage vergessen vertrag verloren versicherung
    wochenende zugang""",
    "es": """baja contrasena contrato correo despido empresa factura facturas gastos horario jefe jornada
    manana nomina pantalla pedido permiso plazo portatil reembolso reserva reunion salario seguro semana sueldo tarjeta
    teletrabajo trabajador trabajar usuario vacaciones viaje""",
    "it": """assunzione azienda cliente clienti congedo contratto dipendente domenica fattura fatture ferie giorni
    giorno indirizzo lavorare lavoro licenziamento lunedi malattia orari orario ordine parcheggio permesso
    prenotare prenotazione rimborso riunione riunioni scadenza schermo settimana sicurezza smarrito spese stampante
    stipendio straordinari telelavoro trasferta ufficio viaggio""",
    "pt": """acesso aviso cartao chefe cliente contrato demissao despesa despesas empresa encomenda estagio fatura
    faturas ferias folga funcionario horario licenca paternidade plantao portatil prazo reembolso refeicao reserva
    reuniao salario seguro semana senha teletrabalho trabalhar trabalho usuario viagem viagens""",
    "nl": """aanvraag afdeling arbeidscontract bestelling beeldscherm beveiliging declaratie declaraties factuur
    handleiding kantoor klant klanten loon maandag medewerker ontslag openingstijden opzegtermijn ouderschapsverlof
    parkeerplaats proeftijd reiskosten reserveren salaris sleutel storing thuiswerk thuiswerken toegang vakantie
    vakantiedagen verlof verloren vergaderzaal vergadering vergeten verzekering vrijdag wachtwoord werk werktijden
    ziekmelding ziekte""",
}

# Verbs are added because a question of three words may have no stop word.
FUNCTION_WORDS: Mapping[Language, frozenset[str]] = {
    "fr": frozenset(FRENCH_STOP_WORDS.split()) | {"donne", "donner", "cree", "ecris", "montre", "explique", "merci"},
    "en": frozenset(ENGLISH_STOP_WORDS.split()) | {"show", "write", "create", "explain", "please", "thanks", "per"},
    "de": frozenset((GERMAN_WORDS + OFFICE_WORDS["de"]).split()),
    "es": frozenset((SPANISH_WORDS + OFFICE_WORDS["es"]).split()),
    "it": frozenset((ITALIAN_WORDS + OFFICE_WORDS["it"]).split()),
    "pt": frozenset((PORTUGUESE_WORDS + OFFICE_WORDS["pt"]).split()),
    "nl": frozenset((DUTCH_WORDS + OFFICE_WORDS["nl"]).split()),
}
