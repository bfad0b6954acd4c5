"""Words too common to tell one passage from another, French and English, lower case and without accents."""

FRENCH_STOP_WORDS = """
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
ENGLISH_STOP_WORDS = """
a about above after again all also am an and any are as at be because been before being below between
both but by can could did do does doing don down during each few for from further get give had has have
having he her here hers herself him himself his how i if in into is it its itself just let ll me more
most my myself no nor not now of off on once only or other our ours ourselves out over own please re s
same she should so some such t than that the their theirs them themselves then there these they this
those through to too under until up ve very was we were what when where which while who whom why will
with would you your yours yourself yourselves
"""
STOP_WORDS = frozenset((FRENCH_STOP_WORDS + ENGLISH_STOP_WORDS).split())
