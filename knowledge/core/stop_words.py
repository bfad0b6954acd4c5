"""The words of each language that say nothing of what a text is about: articles, pronouns, question words, requests.

Folded words: lower case, no accents. A word may stand in several languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.core.documents import Language

_FRENCH = """
a afin ai aie ainsi alors apres as au aucun aucune aura aussi autre autres aux avaient avais avait avant
avec avez avoir avons ayant bien c ca ce ceci cela celle celles celui ces cet cette ceux chaque chez ci
combien comme comment d dans de depuis des desormais deux devons dois doit doivent donc dont du elle
elles en encore entre es est et etait etaient etant etc ete etes etre eu eux fait faire fais faut fois
font h hors ici il ils j je juste l la laquelle le lequel les lesquelles lesquels leur leurs lors lui m
ma mais me meme memes mes moi moins mon n ne ni nos notre nous on ont ou par parce pas pendant peu peut
peuvent peux plus plutot pour pourquoi pouvez pouvons puis puisque qu quand que quel quelle quelles
quels qui quoi s sa sans se selon sera serait seront ses si soi soit son sont sous suis sur t ta tandis
te telle telles tels tes toi ton tous tout toute toutes tres trop tu un une va vais vas vers veut veux
voici voila voir vont vos votre vous y
"""
_ENGLISH = """
a about above after again all also am an and any are as at be because been before being below between both
but by can could did do does doing don down during each few for from further get gets getting give got had
has have having he her here hers herself him himself his how i if in into is it its itself just let ll many
me might more most much must my myself no nor not now of off on once only onto or other our ours ourselves
out over own per please re s same shall she should so some such t than that the their theirs them themselves
then there these they this those through to too under until up upon us ve very via was we were what when
where whether which while who whom why will with would you your yours yourself yourselves
"""
_GERMAN = """
ab aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus ausser bei
beim bekomme bekommen bekommt bevor bin bis bist bitte brauche brauchen braucht da dabei dadurch dafur dagegen daher
damit danach dann daran darauf daraus darf darfst darin darum daruber das dass dasselbe davon davor dazu dazwischen
dein deine deinem deinen deiner dem den denen denn der deren derer derselbe des deshalb dessen dich die dies diese
dieselbe dieselben diesem diesen dieser dieses dir doch dort du durch durfen durft eben ein eine einem einen einer
eines einige einigem einigen einiger einiges einmal er erhalte erhalten erhalt erklare erklaren es etwa etwas euch
euer eure eurem euren eurer fur ganz gar gebe geben gegen geht gemass gerade gern gibt gilt gelten haben hab habe habt
hast hat hatte hatten hattest her hier hin hinter hoch ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in indem
ins irgend ist ja jede jedem jeden jeder jedes jemand jemandem jemanden jene jenem jenen jener jetzt kann kannst kein
keine keinem keinen keiner konnen konnt konnte konnten kriege kriegen kriegt lang lange lassen lasst laut mache machen
macht man manche mein meine meinem meinen meiner mehr mich mir mit mochte mochten muss mussen musst musste nach
nachdem nein nenne nicht nichts nie niemand noch nun nur ob obwohl oder oft ohne pro sage sagen sagt schon sehr sei
seid sein seine seinem seinen seiner seit selbst sich sie sind so sobald solange solche solchem solchen solcher soll
sollen sollte sollten sollst sondern sonst soviel sowie statt steht stehen tue tun tut uber uberhaupt um und uns unser
unsere unserem unseren unserer unter viel viele vielen vom von vor wann war ware waren warum was wegen weil welche
welchem welchen welcher welches wem wen wenn wer werde werden wessen wie wieder wieviel wieviele will wir wird wo
wobei wodurch wofur woher wohin wollen wollt worum woruber womit worden wozu wurde wurden zeig zeige zu zum zur zwar
zwischen
"""
_SPANISH = """
a al algo alguien algun alguna algunas alguno algunos alli ante antes aquel aquella aquellas aquello aquellos aqui asi
aun aunque cada como con conmigo contra cual cuales cualquier cuando cuanta cuantas cuanto cuantos da dame dar de debe
deben debemos debo debemos del dentro desde despues dice dicen dime donde dos durante e el ella ellas ello ellos en
entonces entre era eran eres es esa esas ese eso esos esta estaba estamos estan estar estas este esto estos estoy etc
explica explicame fue fueron ha haber habia hace hacemos hacen hacer haces hacia hago han hasta hay haya he hemos
igual incluso la las le les lo los mas me mi mia mientras mio mis misma mismas mismo mismos mucha muchas mucho muchos
muestra muestrame muy nada nadie necesita necesitamos necesito ni ningun ninguna ninguno no nos nosotras nosotros
nuestra nuestras nuestro nuestros o obtengo os otra otras otro otros para pasa pero poco podemos poder podria por
porque pueda pueden puede puedes puedo pues que quien quienes quiere quiero recibo respecto se sea sean segun ser si
sido siempre sin sino sobre sois solo somos son soy su sus suya suyo tal tambien tampoco tan tanta tanto te tendra
tener tenemos tengo ti tiene tienen tienes toda todas todavia todo todos tras tu tus tuya tuyo un una unas uno unos
usted ustedes va vamos van varias varios voy vuestra vuestras vuestro vuestros y ya yo
"""
_ITALIAN = """
a abbia abbiamo ad agli ai al alcun alcuna alcune alcuni alla alle allo allora altra altre altri altro anche ancora
avere avete aveva bisogna c che chi chiunque ci cio ciascun ciascuna ciascuno coi col come con contro cosa cos cui d
da dagli dai dal dall dalla dalle dallo dammi degli dei del dell della delle dello dentro deve devi devo devono di
dice dicono dimmi dobbiamo dopo dov dove due durante e ecco ed egli entro era erano esiste esistono essa esse essere
essi esso fa faccio facciamo fai fanno fare fatto fino fra fuori gia gli ha hai hanno ho i il in infatti insieme
inoltre invece io l la le lei li lo loro lui ma mai me medesimo meno mentre mi mia mie miei mio molta molte molti
molto mostra mostrami ne ned negli nei nel nell nella nelle nello nemmeno neppure nessun nessuna nessuno niente no noi
non nostra nostre nostri nostro nulla o od oggi ogni ognuno oltre oppure ora ottengo per perche pero piu poco poi
possa possiamo posso possono potere presso prima proprio puo puoi qual qualche qualcosa qualcuno quale quali qualsiasi
quando quanta quante quanti quanto quasi que quegli quei quel quell quella quelle quelli quello quest questa queste
questi questo qui quindi ricevo sa se secondo sei sembra sempre senza si sia siamo siano siate siete solo sono sopra
sotto spetta spettano spiega spiegami sta stai stanno stare stata state stati stato stessa stesse stessi stesso su sua
sue sugli sui sul sull sulla sulle sullo suo suoi t ta tale tali te ti tra tranne troppo tu tua tue tuo tuoi tutta
tuttavia tutte tutti tutto un una uno va vai vado vanno verso vi voglio voi vorrei vostra vostre vostri vostro vuole
"""
_PORTUGUESE = """
a acerca ainda alem algo alguem algum alguma algumas alguns ali ante antes ao aos apenas apos aquela aquelas aquele
aqueles aqui aquilo as assim ate atras atraves bem cada com como comigo conforme contra contudo cuja cujo da dado dai
das de dela delas dele deles dentro depois desde dessa desse desta deste deve devem devemos devo disso disto diz dizem
diga do dois dos duas durante e ela elas ele eles em embora enquanto entao entre era eram es essa essas esse esses
esta estamos estao estar estas este estes estou eu explica explique faco faz fazem fazemos fazer foi fora foram ha
haja havia haver houve isso isto ja la lhe lhes logo mas mais me mediante menos mesma mesmas mesmo mesmos meu meus mim
minha minhas mostra mostre muita muitas muito muitos na nada nao nas nela nele nem nenhum nenhuma nessa nesse nesta
neste ninguem no nos nossa nossas nosso nossos num numa nunca o onde ora os ou outra outras outro outros para parte
pela pelas pelo pelos perante pode podem podemos poder podia poderia pois por porem porque porquanto posso pouca pouco
precisa precisamos preciso qual quais qualquer quando quanta quantas quanto quantos quase que quem quer querem quero
recebo se sei seja sejam sem sempre sendo senao ser sera seria seu seus sim so sob sobre somos sou sua suas tais tal
tambem tanta tanto tao te tem temos tenha tenho ter tera teu teus teve ti tinha toda todas todavia todo todos tu tua
tuas tudo um uma umas uns vai vamos vao voce voces vos vossa vosso vou
"""
_DUTCH = """
aan al alle alleen alles als alsjeblieft alstublieft altijd ander andere anders ben bent bij binnen boven buiten daar
daarbij daarin daarmee daarna daarom daarop daarvan dan dat de deze die dit doch doe doen doet door dus een eens eerst
eigen elk elke en enige enkele er ergens even gaan gaat gedurende ge geef geeft geen geldt gelden gemaakt geweest
geven haar had hadden heb hebben hebt heeft heel hem hen het hetzelfde hier hierbij hierin hij hoe hoelang hoeveel
hoever hoezo hoog hun ieder iedere iedereen iemand iets ik in is ja je jij jou jouw jullie kan komen komt kon konden
kom krijg krijgen krijgt kun kunnen kunt laat laten lang leg maak maakt maar mag maken me mee meer meest men met mij
mijn misschien mocht mogen moest moet moeten na naar naast nadat nee niemand niet niets nodig noem nog nooit nou nu of
om omdat onder ongeveer ons onze ook op over pas per plus sinds sommige staan staat steeds te tegen ten ter terwijl
tijdens toch toen toon tot totdat tussen u uit uw van vanaf vanuit vanwege veel verder vertel via volgens voor voordat
waar waaraan waarbij waardoor waarin waarmee waarom waarop waarover waartoe waaruit waarvan waarvoor wanneer want
waren was wat we weer wees wegens wel welk welke werd werden wie wiens wij wil willen wilt word worden wordt wou wij
wilde zal ze zeer zeg zegt zei zelf zich zij zijn zo zoals zodat zolang zonder zou zouden zulke zullen zult
"""
STOP_WORDS: Mapping[Language, frozenset[str]] = {
    "fr": frozenset(_FRENCH.split()),
    "en": frozenset(_ENGLISH.split()),
    "de": frozenset(_GERMAN.split()),
    "es": frozenset(_SPANISH.split()),
    "it": frozenset(_ITALIAN.split()),
    "pt": frozenset(_PORTUGUESE.split()),
    "nl": frozenset(_DUTCH.split()),
}
