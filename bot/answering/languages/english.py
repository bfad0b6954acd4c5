"""English: its question words, its small talk, and the replies to it."""

from bot.answering.languages.asking import AskingWords, FollowingWords
from bot.answering.languages.talking import TalkPhrases, TalkTexts

ASKING = AskingWords(
    amount=("how (?:many|much|long|often|far|old|big|high)", "what (?:percentage|amount|price)", "limit", "rate"),
    time=("when", "what (?:time|date|day|year|month)", "(?:until|since|by) when", "deadline"),
    person=("who", "whom", "whose"),
    steps=(
        "how (?:do|can|should|to|would|must)",
        "what (?:do|should|must|can) (?:i|we) do",
        "now what",
        "what now",
        "steps?",
        "procedure",
    ),
    numbers="two three four five six seven eight nine ten eleven twelve fifteen twenty thirty",
)

FOLLOWING = FollowingWords(
    opening="and|or|what about|how about|what if|same for|also for|but for",
    reference="it|they|them|its|this one|that one|those|these",
    question="who|whom|whose|what|when|where|which|why|how",
)

TALK = TalkPhrases(
    greeting="""hello+|hi+|hey+|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)|morning|hi there|
        hello there|hey there|nice to meet you""",
    farewell="""(?:good )?bye(?: bye)?|goodbye|see (?:you|ya)(?: (?:later|soon|tomorrow))?|cya|good night|
        have a (?:good|nice|great) (?:day|evening|weekend|one)|talk to you later|take care|until (?:next time|
        tomorrow)""",
    thanks="""thanks?(?: you)?(?: (?:so|very) much)?|thank u|thx|ty|tysm|cheers|much appreciated|
        (?:i )?appreciate it|thanks a (?:lot|million|bunch|ton)|many thanks|thanks for (?:your|the) (?:help|
        answer|reply|time)|that helps|(?:that|this) (?:is|was) (?:very |really )?helpful|thank you for (?:your|
        the) help|thanks in advance|you (?:re|are) (?:great|awesome|the best|a star|very helpful)""",
    ok="""ok(?:ay)?|k|alright|all right|all good|got it|i see|understood|noted|roger|sure|fine|great|perfect|
        super|cool|nice|awesome|excellent|wonderful|brilliant|amazing|good(?: to know| job| bot)?|well done|
        sounds good|makes sense|yes|yep|yeah|no|nope|no problem|never ?mind|lol|haha+|wow|that is all|that s all|
        very good|i understand""",
    wellbeing="""how are (?:you|things)(?: doing)?|how s it going|how is it going|how do you do|you ok|are you ok|
        what s up|whats up|sup|how have you been|how s your day|are you there|anybody there|anyone there|you there""",
    identity="""(?:so )?(?:who|what) are you(?: exactly| really)?|what is your name|what s your name|your name|
        who (?:am i|is this) (?:talking to|speaking to)|who made you|who built you|who (?:created|wrote) you|
        are you (?:a |an )?(?:bot|robot|human|person|ai|machine|chatgpt|real|llm)(?: person)?|
        (?:please )?introduce yourself|tell me (?:something )?about yourself|what is souffleur|what s souffleur|
        who is souffleur""",
    help="""help(?: me)?|i need (?:some )?help|can you help(?: me)?|could you help(?: me)?|what (?:can|
        do) you do(?: for (?:me|us))?|what (?:can|could) you help (?:me|us )?(?:with)?|what are you (?:good )?for|
        how (?:do|can) (?:i|we) use (?:you|this|it|this bot)|how do you work|how does (?:this|it|this bot) work|
        what (?:can|should|may) i ask(?: you)?|what kind of questions can i ask(?: you)?|what are your (?:skills|
        capabilities|abilities|features)|show me what you can do|commands|usage|instructions|how to use (?:you|
        this|this bot)|what do you know|what can i do here""",
    documents="""(?:which|what) (?:documents|files|docs) (?:do you (?:know|have|read|use|search)|are (?:there|
        available)|can you (?:read|see|search|access)|have you (?:read|got))(?: about| of)?|(?:which|
        what) are your (?:sources|documents)|how many (?:documents|files|docs) (?:do you (?:know|have|read)|
        are there|have you read)|(?:please )?(?:list|show)(?: me)?(?: all)?(?: the| your)? (?:documents|files|
        docs)(?: you know| you have)?|what (?:sources|material) do you (?:use|have)|
        where do you get your (?:answers|information|knowledge) from|what documents can i ask (?:you )?about|
        what have you read|your (?:documents|sources)""",
    latest="""what s new(?: (?P<day>today)| this week| (?P<month>this month))?|any(?:thing)? new(?: documents)?|
        any news|what (?:has )?changed(?: (?:today|recently|lately|this week|this month|in the last (?:days|week|
        month)))?|what(?: documents| files)? (?:was|were|has been|have been) (?:added|changed|updated|
        modified)(?: (?:today|recently|lately|this week|this month|last week|in the last (?:days|week|month)))?|
        (?:which|what) (?:documents|files|docs) (?:have )?(?:changed|are new|were (?:changed|added|updated)|
        have been (?:changed|added|updated))(?: (?:today|recently|lately|this week|this month|last week))?|
        (?:the )?(?:latest|recent|last) (?:changes|documents|updates)|what are the (?:latest|recent) (?:changes|
        documents|updates)""",
    changed="""when (?:was|were|has|have|did) (?:the |our |
        your )?(?P<document>.+?) (?:been )?(?:last )?(?:changed?|updated?|modified|edited|revised|change|
        update)(?: last| most recently)?|when (?:was|were) (?:the )?last (?:change|update|revision) (?:of|
        to) (?:the |our )?(?P<document2>.+)|is (?:the |our )?(?P<document3>.+) up to date""",
    filler="""souffleur|there|please|pls|everyone|everybody|all|team|guys|folks|friend|buddy|mate|bot|again|today|
        then|so|and|very|really|just|my|dear|well|oh|ah|hmm+|um|for now|a lot|very much|so much|indeed|now|that|
        it|works?|is|was|i m|you|too""",
)

TALK_TEXTS = TalkTexts(
    greeting="Hello! Ask me a question about our documents.",
    farewell="Goodbye!",
    thanks="You're welcome.",
    ok="Good. Ask me whenever you need something.",
    emoji="Ask me a question about our documents whenever you like.",
    wellbeing="I am here and ready. What would you like to know?",
    identity=(
        "I am Souffleur, a bot. I answer questions from our team's own documents, and I say where each fact is written."
    ),
    help=(
        "Ask me a question in your own words, for instance: “How many days of leave do we have?” I search our team's "
        "documents and name the document and page of each fact. You can ask several questions at once, and follow up "
        "with “and for interns?”. Ask “which documents do you know?” or “what changed this week?” to see what I read."
    ),
    documents="Documents that I know and you may read: {count}",
    no_documents="I know no document yet that you may read.",
    more="… and {n} more",
    latest="Documents changed in the last days ({days}): {count}",
    nothing_latest="No document changed in the last days ({days}).",
    last_change="The last change: {title}, {date}.",
    changed="{title}: last changed on {date}.",
    unknown_change="{title}: I do not know when it was last changed.",
    months="January February March April May June July August September October November December",
    date="{day} {month} {year}",
)
