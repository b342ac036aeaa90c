"""The words that people may not be judged by, and the words of the trade that only look like them.

Each line is a regular expression that stands for whole words; one that begins with `|` goes on with
the line before. What is of the trade is taken out of a text before the offences are looked for.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final


class Ground(StrEnum):
    """Why something is refused."""

    SPEECH = "manner_of_speech"
    EMOTION = "emotion"
    ENTHUSIASM = "enthusiasm"
    CONFIDENCE = "confidence"
    APPEARANCE = "appearance"
    VOCABULARY = "vocabulary"
    FIT = "personality_or_culture_fit"
    PAY = "salary"
    AGE = "age"
    SEX = "sex_or_gender"
    FAMILY = "pregnancy_or_family"
    RELIGION = "religion"
    ORIGIN = "origin"
    DISABILITY = "disability"
    HEALTH = "health"
    ORIENTATION = "sexual_orientation"
    POLITICS = "politics"
    UNION = "union_membership"
    VAGUE = "vague"


def whole_words(lines: str) -> re.Pattern[str]:
    alternatives = re.sub(r"\n\s*\|", "|", lines).split("\n")
    joined = "|".join(each.strip() for each in alternatives if each.strip())
    return re.compile(rf"(?<![\w'-])(?:{joined})(?!\w)")


@dataclass(frozen=True)
class Words:
    """One ground of refusal."""

    ground: Ground
    reason: str
    offences: str
    of_the_trade: str

    @cached_property
    def offence(self) -> re.Pattern[str]:
        return whole_words(self.offences)

    @cached_property
    def harmless(self) -> re.Pattern[str]:
        return whole_words(self.of_the_trade)


_MANNER: Final = "says how somebody comes across, not what they can do; name what they do instead"
_PROTECTED: Final = "is a protected trait and may play no part in the choice"

TABLE: Final = (
    Words(
        Ground.SPEECH,
        f"the way of speaking {_MANNER}",
        r"""
            tone(?:s|d)?(?: of (?:their |the |his |her )?voice)?
            (?:un|heavily |strongly )?accent(?:s|ed)?(?:-free)?
            (?:pleasant|clear|strong|good|loud|soft|deep|nice|professional|calm
            |warm) (?:speaking )?voices?
            voice quality
            vocal(?:s|ly)?
            intonation
            inflections?
            pronunciation|pronounc(?:es|ed|ing) (?:words|english)
            diction|elocution|enunciat\w+
            monotone
            (?:speech|speaking|talking) (?:rate|pace|speed|style|manner)
            pace of speech|speaks? (?:quickly|slowly|loudly|softly|clearly|well|smoothly|nicely)
            well[- ]spoken|eloquen(?:t|ce|tly)|articulate(?:ly|ness)?(?= (?:and|,|speak|manner|person
            |cand))
            (?:is|be|very|highly|being) articulate
            fluen(?:t|tly|cy)(?: in| of)?(?: spoken| written)? (?:english|speech|speak\w*|spoken\w*)
            (?:speaks?|spoken|speech|english)(?: \w+){0,3} fluen(?:t|tly|cy)
            filler words?|stutter\w*|stammer\w*|lisp
            hesitat(?:es?|ion|ions|ing|ed|ant|antly)
            articulate(?= ?(?:$|[.,;:!)]))
            (?:telephone|phone|speaking|verbal) manner
            sounds? (?:professional|confident|smart|intelligent|educated|pleasant|friendly|convincing)
            (?:speaks?|talks?|speaking|talking) (?:at|with) (?:an? )?\w+ (?:pace|speed|rate|volume)
            pauses? (?:before|when|while) (?:answer|speak|reply|respond|talk)\w*|awkward (?:pauses?|silences?)
            voices? (?:is|sounds?)(?: \w+)?|without stumbling|(?:speaks?|talks?) with authority
            (?:queen|king)'s english|(?:good|engaging|natural|warm)(?: \w+){0,2} on camera
            says? (?:um|uh|er|like|you know)(?: and \w+)? (?:a lot|too (?:much|often))
        """,
        r"""
            tone[- ]mapp\w+|(?:dial|ring|half|duo)[- ]?tones?|tone generators?|tone curves?
            (?:brand|brand's|editorial|house|company's)(?: \w+)? tone(?: of voice)?
            tone of voice (?:guid\w+|guidelines?|documents?)
            accent colou?rs?|accented (?:characters?|letters?)|accents? (?:in|on) (?:text|characters?)
            inflection points?
            pronunciation (?:dictionar\w+|models?|lexic\w+)
            vocal (?:tract|range) (?:model\w*|data)
            (?:voice|speech) (?:recognition|synthesis|interfaces?|assistants?|apis?|pipelines?)
            fluent (?:interfaces?|apis?|validation|assertions?|design)
            without hesitation marks
            hesitat(?:es?|ed|ing) to (?!answer|speak|talk|reply|respond)\w+
            accented (?:speech|audio|voices?) (?:data|models?|recogni\w+)
            |(?:on|for|in|with|of) accented (?:speech|audio)|skin tones?
            tone of (?:an? |the |each |their |our )?(?:messages?|e?-?mails?|letters?|texts?|copy|articles?
            |replies|reply|posts?|tickets?)
            (?:teach|correct|practi[sc]|drill)\w* (?:\w+ ){0,2}pronunciation
            filler words? (?:in|from|out of) (?:the |an? )?(?:audio|recordings?|transcripts?|texts?|drafts?)
        """,
    ),
    Words(
        Ground.EMOTION,
        f"feeling {_MANNER}",
        r"""
            emotions?|emotional(?:ly)?(?: \w+)?
            nervous(?:ly|ness)?|anxious(?:ly|ness)?|anxiety
            moods?|cheerful(?:ly|ness)?|happy (?:person|manner|disposition)
            temperament(?:al)?|thin[- ]skinned|thick[- ]skinned|demeanou?r
            (?:thick|thin) skin|easily (?:upset|rattled|offended)|radiat\w+ \w+
        """,
        r"""
            emotional (?:distress|support|abuse|wellbeing|scenes?|regulation (?:of|in))
            mood ?boards?
            (?:detect|classif|annotat|label|recogni)\w* emotions?(?: \w+)?
            emotion (?:classif\w+|dataset\w*|model\w*)
        """,
    ),
    Words(
        Ground.ENTHUSIASM,
        f"enthusiasm {_MANNER}",
        r"""
            enthusias(?:m|t|tic|tically|ts)
            passion(?:s|ate|ately)?
            excite(?:d|ment)(?: \w+)?|excitedly
            energetic(?:ally)?|high[- ]energy|positive energy|lots of energy
            eager(?:ly|ness)?
            zeal(?:ous)?|zest
            (?:highly|self|well|strongly)[- ]motivated
            hunger for success|hungry|go[- ]getters?|self[- ]starters?|fire in the belly
            (?:live|breathe)s?(?: and (?:live|breathe)s?)? (?:the|our) (?:brand|mission|product|company)
            upbeat|lively (?:person|manner|nature)|vibrant person\w*
            (?:good|great|contagious|infectious) energy(?! (?:market|efficien|consum|us|rat|storag|sav)\w*)
            (?:loves?|thrives? on|enjoys?) (?:an? |new )?challenges?
        """,
        r"""
            eager(?:ly)? (?:load\w*|evaluat\w*|execut\w*|initiali[sz]\w*|fetch\w*|consisten\w*)
            (?:load|fetch|evaluat|initiali[sz])\w* (?:\w+ )?eagerly
            excited states?
            high[- ]energy (?:physics|particle\w*|collision\w*)
        """,
    ),
    Words(
        Ground.CONFIDENCE,
        f"confidence {_MANNER}",
        r"""
            (?:self[- ])?confidence
            (?:over|self|under)?[- ]?confident(?:ly)?
            self[- ]assured|assertive(?:ly|ness)?|self[- ]esteem|shy(?:ness)?|timid(?:ly|ity)?
        """,
        r"""
            (?:\d+ ?%|percent|statistical|model|prediction|classifier|asr
            |recogni\w+) confidence(?: \w+)?
            confidence (?:intervals?|levels?|scores?|bounds?|bands?|limits?|thresholds?|regions?
            |estimat\w+|calibration|values?|ratings? of (?:the |a )?models?)
            confidence in (?!themsel|himself|herself|oneself|yourself|own |front|public|meeting|interview
            |conversation|social|company|speaking|(?:their|his|her) (?:own|manner|voice|delivery|abilit
            |presentation|answers))(?:(?:the|a|an|each|every|our|their) )?\w+
            (?:releas|deploy|ship|refactor|chang|merg|roll|upgrad
            |migrat)\w*(?: \w+){0,3} (?:with confidence|confidently)
            how confident (?:they|we|you|he|she) (?:are|is|were|was) (?:in|of|about)(?: (?:an?|the|each
            |their))? \w+
            confident (?:estimates?|predictions?|intervals?) (?:of|by|from) (?:the )?models?
        """,
    ),
    Words(
        Ground.APPEARANCE,
        f"appearance {_MANNER}",
        r"""
            appearances?|attractive(?:ly|ness)?|good[- ]looking|handsome|beautiful person
            well[- ]groomed|(?:personal |good )grooming|presentable
            (?:well|smartly|neatly|professionally)[- ]dressed|dress(?:es)? (?:well|smartly
            |professionally)
            attire|clothing style|looks (?:smart|professional|good|the part|tidy|neat)|tattoos?
            |piercings?
            body language|eye contact|smil(?:e|es|ed|ing)|facial expressions?|posture|handshakes?
            |gestures
            (?:body )?weight of the (?:candidate|applicant)|overweight|obes\w+|(?:slim|tall
            |short) person
            (?:executive|strong|commanding|stage|physical) presence|gravitas
            skin tone|hair ?(?:style|cut|colou?r)
            well[- ]presented|presents? (?:(?:them|him|her)sel(?:f|ves) )?well|personal presentation
            look(?:s|ing)? (?:professional|trustworthy|young|fit|healthy|attractive)|clean[- ]shaven
            photogenic|cute|good looks|skinny|slim(?: (?:person|build|figure|body)|(?=\W*$))
            (?:trustworthy|honest|friendly|pretty|nice|fresh) face
        """,
        r"""
            appearances? (?:of|in|across) (?:the |a |an |each |every )?(?:page|screen|app|application|ui
            |user|interface|button|form|document|text|chart|report|component|value|term|word|key|pattern
            |log|product|site|website|theme|theming|element|widget|error)\w*
            (?:visual|ui|interface|page|product|theme|dark mode|light mode) appearance
            appearance (?:settings?|theme|theming|mode)
            attractive (?:offers?|markets?|designs?|charts?|layouts?)
            (?:touch|swipe|pinch|mouse|hand|multi-touch) gestures|gestures (?:in|on) (?:the |a )?\w+
            (?:design|implement|recogni|handl|test|support)\w* gestures
            (?:weld|surface|fabric|paint|wool|fruit|dough|coating|plating|wood|stone
            |product)(?: by)? appearance
            attractive (?:lighting|packag\w+|displays?|prices?|pricing|visuals?|windows?|menus?)
            (?:client|customer|model|actor|colour|color|cut)\w*(?: and \w+)? hair ?(?:style|cut|colou?r)\w*
            (?:findings|results|data|figures|slides?|reports?|documents?|arguments?|code|work|information
            |evidence|charts?|tables?|cases?|dish(?:es)?|food|plates?|rooms?)(?: \w+){0,2} well[- ]presented
            well[- ]presented (?:findings|results|data|figures|slides?|reports?|documents?|arguments?|code
            |information|evidence|charts?|tables?|cases?|dish(?:es)?|food|plates?|rooms?)
            (?:tls|ssl|tcp|websocket|three-way|protocol|key) handshakes?|handshakes? (?:fail\w*
            |protocol\w*)
            (?:security|risk|compliance) posture
        """,
    ),
    Words(
        Ground.VOCABULARY,
        f"choice of words {_MANNER}",
        r"""
            vocabular(?:y|ies)
            big words|(?:sophisticated|elegant|rich|simple) (?:language|words)
        """,
        r"""
            (?:controlled|shared|domain|ubiquitous|token|tokeni[sz]er|rdf|ontology|model|metadata
            |business|common|schema|index|search) vocabular(?:y|ies)
            vocabulary (?:exercises?|lists?|lessons?|quiz\w*|homework)
            vocabulary (?:size|files?|index\w*|mapping|of (?:the |a )?(?:domain|model|tokeni\w+|schema))
            rich language (?:support|features?|models?|servers?)
            simple language (?:models?|servers?|parsers?)
        """,
    ),
    Words(
        Ground.FIT,
        "fit is judged by behaviour: say what somebody does that shows it",
        r"""
            (?:cultur(?:e|al)|team|company|personality|personal|social)[- ](?:fit|match|add|chemistry)
            fit(?:s|ting)? (?:in|into|with|in with|well with) (?:our|the|this) (?:team|culture|company
            |group)
            personalit(?:y|ies)|character traits?|likeab(?:le|ility)|likab(?:le|ility)|charisma(?:tic)?
            |charm(?:ing)?
            (?:positive|right|good|great|can-do|winning|bad|negative)[- ](?:attitude|vibes?|mindset
            |spirit)
            team[- ]players?|good vibes?|gut feel(?:ing)?s?|x[- ]factor|beer test|one of us
            |like[- ]minded
            mateship|plays? well with others|(?:nice|easy|pleasant) to be around|people person
            vibes?|beer with|(?:same|similar) mindset|sense of humou?r|humorous
            (?:someone|somebody|an?(?: \w+)? person|people) (?:we|i|you|everyone)(?: \w+){1,3} work with
            extro?vert(?:ed|s)?|extravert(?:ed|s)?|introvert(?:ed|s)?|outgoing|bubbly|sociable
            |fun to work with
            nice person|good person|friendl(?:y|iness) (?:person|manner|nature)|pleasant (?:person
            |manner|nature)
            rock ?stars?|ninjas?|guru|star quality|wow factor
            cultural values|shares our values|belie(?:f|ves?) in our (?:mission|values)
        """,
        r"""
            personality (?:settings?|modules?) of (?:the |a )?(?:bot|assistant|model|agent)\w*
            ninja builds?|ninja[- ]build
            customer personalit(?:y|ies)
        """,
    ),
    Words(
        Ground.PAY,
        "pay is negotiated, not scored",
        r"""
            salar(?:y|ies)(?: \w+)?|remuneration|wages?
            (?:total |financial |current |expected |desired )?compensation(?: \w+)?
            (?:current|expected|desired|previous|last|fair|low|high|lower) pay
            pay (?:expectations?|ranges?|demands?|requirements?|levels?|history|rate)
            (?:is |be )?(?:cheap|affordable|inexpensive)(?= (?:hire|candidate|employee))
            asks for (?:too much |more )?money
        """,
        r"""
            remuneration (?:bands?|reports?|polic\w+|committees?|data|benchmark\w*|frameworks?)
            salary (?:calculat\w+|data|process\w+|packag\w+ systems?|modules?|services?|records?
            |sacrifice|benchmark\w*|surveys?)
            compensation (?:packages?|plans?|surveys?|benchmark\w*) for (?!(?:them|him|her)sel)\w+
            compensation (?:logic|handlers?|actions?|transactions?|saga|patterns?|steps?|algorithms?
            |claims?)
            (?:motion|temperature|drift|dead-time|error|workers'?) compensation
            wage (?:calculat\w+|data|awards?|theft)|award wages|wages and (?:payroll|hours|rosters)
        """,
    ),
    Words(
        Ground.AGE,
        f"age {_PROTECTED}",
        r"""
            age(?:s)?(?: of (?:the )?(?:candidate|applicant)s?)?|ageing person|middle[- ]aged|how old
            young(?:er|est|ster|sters)?|youth(?:ful|fulness)?
            old(?:er)? (?:candidate|applicant|people|person|worker|employee)s?|too old|elderly|years old
            mature[- ]age|digital natives?|recent graduates?|(?:date|year) of birth|birth ?(?:day|date
            |year)
            when were you born|millennials?|gen(?:eration)?[- ]?[xyz]|boomers?|close to retirement
            |retirees?
            (?:candidates?|applicants?|hires?|people|persons?|staff|anyone|someone|no one|nobody|must be
            |preferably|ideally) (?:who (?:is|are) )?(?:aged )?(?:over|under|above|below|older than
            |younger than
            |(?:over|under) the age of) [2-7]\d(?= ?(?:$|[.,;:!)]|years?))
            aged (?:between |from |over |under )?\d+|^\W*(?:over|under|above|below) [2-7]\d(?=\W*$)
            school leavers?|early in life|stage of life|senior in years|(?:twenty|thirty|forty|fifty
            |sixty)[- ]?something\w*|years? (?:to|from|before|until) retirement
            (?:when|what year|which year) did (?:you|he|she|they) (?:finish|graduate|leave) ?(?:high school
            |school|university)?
            mature (?:candidate|applicant|person|people|worker|employee)s?|old[- ]school types?
        """,
        r"""
            max[- ]?age|(?:cache|data|record|message|token|object|cookie|connection|backlog|ticket|queue
            |commit|entry|session|file|asset|log) ages?
            ages? of (?:the |a |an |each |every |our |their )?(?:data|cach\w+|records?|entr\w+|messages?
            |objects?|tokens?|cookies?|tickets?|backlogs?|queues?|systems?|software|code\w*|dependenc\w+
            |assets?|files?|logs?|snapshots?|backups?|keys?|certificates?|index\w*|models?)
            age[- ](?:based (?:eviction|expiry|partition\w*)|verification|gating|ratings?
            |appropriate design)
            young(?:'s modulus|er (?:generation|gc|objects?)| (?:generation (?:gc|collection)|gc
            |objects?))
            youth (?:work|services?|programs?|centre|justice|mental)
            (?:child(?:ren)?|kids|toddlers?|pupils?|students?|learners?|teenagers?|youths?|patients?
            |residents?
            |customers?|clients?|users?|cattle|sheep|timber|receivables?|debts?|invoices?|debtors?
            |balances?|accounts?)(?: \w+){0,2} aged (?:between |from |over |under )?\d+
            young (?:people|persons|adults|children|learners|readers|patients|offenders|carers|families
            |audiences)|age(?:s|ing|d)? (?:cheese|wine|beef|meat|whisky|timber)
            elderly (?:residents?|patients?|clients?|customers?|people|relatives|passengers|neighbours)
            |elder (?:abuse|care|law)|age (?:groups?|brackets?|bands?|cohorts?)(?= (?:of|in|and|or|by|for
            |from|who
            |$)|[.,;:!)]|$)
            (?:bias|disparit|skew)\w*(?: \w+){0,5} age
            age[- ]appropriate (?!candidates?|applicants?)\w+
        """,
    ),
    Words(
        Ground.SEX,
        f"sex {_PROTECTED}",
        r"""
            sex(?:es)?|gender(?:s|ed)?|transgender|non[- ]binary|cisgender
            males?|females?|man|men|woman|women|girls?|boys?|guys|lads?|lad(?:y|ies)|gentlem[ae]n|bloke
            manly|masculin(?:e|ity)|feminin(?:e|ity)|womanly|ladylike|(?:work|sales|fore|business
            |crafts|handy|trades)m[ae]n|waitress(?:es)?|stewardess(?:es)?|mums?|mummy
        """,
        r"""
            m[ae]n[- ]in[- ]the[- ]middle|man ?pages?|m[ae]n[- ]?(?:hours?|days?|months?)
            (?:fe)?male (?:connectors?|plugs?|headers?|sockets?)
            sex discrimination(?: \w+)?
            (?:bias|disparit|skew)\w*(?: \w+){0,4} (?:gender|sex)(?: (?:and|or) \w+)?
            gender[- ](?:neutral|inclusive)(?: \w+)?|gender (?:bias\w*|pay gaps?|data|fields?|equality)
            non[- ]binary (?:data|formats?|files?|trees?|classif\w+)
            (?:women|men)'s (?:health|services?|shelters?|products?|fashion|sports?|sheds?|teams?|league
            |football|soccer|rugby|cricket|netball|basketball|hockey|programs?|clothing|wear|refuges?)
            (?:assist|support|car(?:e|es|ing) for|treat|counsel|advis)\w* (?:\w+ ){0,2}(?:women|men|girls
            |boys)
        """,
    ),
    Words(
        Ground.FAMILY,
        f"pregnancy or family {_PROTECTED}",
        r"""
            pregnan(?:t|cy|cies)|maternity|paternity|parental leave|child-?bearing|breastfeeding
            |childless
            (?:partner|spouse|family) (?:is|are|being) (?:supportive|understanding|happy)
            child[- ]free|child ?care (?:issues?|problems?|arrangements?|commitments?|responsibilit\w+
            |needs?|duties)
            (?:has|have|having|wants?|no|own|expect\w*|without|small)(?: \w+){0,3} (?:children|kids
            |bab(?:y|ies))
            plan\w* (?:for |on )?(?:having )?(?:a )?(?:kids|bab(?:y|ies))
            start(?:ing|s)? a family|family (?:status|situation|plans?|planning|commitments?
            |responsibilit\w+|background|life|circumstances|obligations?|ties)
            marital(?: status)?|(?:un)?married|marriage|spouses?|husbands?|wi(?:fe|ves)|divorced?
            |widow(?:ed|er)?|home life|^\W*single(?=\W*$)
            single (?:parents?|mothers?|fathers?|person)|mothers?|fathers?|parenthood
            |carer(?:'s)? responsibilit\w+
            (?:are|is) (?:you|he|she|the candidate) single
        """,
        r"""
            (?:has|have|having|no|without|own)(?: \w+){0,3} children(?= (?:nodes?|elements?|process\w*
            |components?|records?|tables?|in the tree|of the node))
            (?:nodes?|elements?|trees?|components?|process(?:es)?)(?: \w+){0,3} children
            (?:with|for|to|of) (?:new |young |expectant )?(?:mothers|fathers)
            marriage (?:counsell\w+|celebrants?|registr\w+)
            family (?:planning (?:services?|clinics?)|law)
            (?:pregnancy|maternity|paternity)(?: and parental leave)? (?:law|rights|discrimination|polic\w+)
            parental leave (?:law|rights|cover\w*|entitlements?|polic\w+|schemes?|payments?|legislation|rules)
            pregnancy (?:risks?|complications?|care|services?|outcomes?|loss|education|tests? kits?)
            (?:car(?:e|es|ing) for|support\w*|advis\w*|treat\w*|educat\w*) pregnant (?:women|patients?
            |clients?|people)
        """,
    ),
    Words(
        Ground.RELIGION,
        f"religion {_PROTECTED}",
        r"""
            religio(?:n|ns|us|usly|sity)|christian\w*|muslims?|islam\w*|jew(?:s|ish)?|judaism|hindu\w*
            |buddhis\w+
            catholic\w*|protestants?|sikhs?|atheis\w+|church(?:es)?|mosques?|synagogues?|pray(?:s|er|ers
            |ing)?
            faiths?|sabbath|ramadan|hijabs?|head ?scar(?:f|ves)|turbans?|god[- ]fearing
            |spiritual(?:ity)?
        """,
        r"""
            (?:good|bad|best) faith
            alonzo church|church[- ](?:turing|encod\w+|numerals?|rosser)
            religiously (?:writes?|tests?|documents?|reviews?)
            church (?:charit\w+|halls?|events?|records?|archives?|buildings?)
            religious (?:education|studies|texts?|freedom|organi[sz]ations?|communit\w+|diets?)
        """,
    ),
    Words(
        Ground.ORIGIN,
        f"origin {_PROTECTED}",
        r"""
            races?|racial(?:ly)?|ethnic(?:ity|ities|ally)?(?: \w+)?|nationalit(?:y|ies)|ancestry|caste
            (?:national|ethnic|cultural|social|family|foreign|racial|country of|place of)[- ](?:origins?
            |birth)
            origins? of the (?:candidate|applicant|person)|(?:cultural|ethnic|migrant
            |migration) background
            skin colou?r|immigrants?|immigration status|migrants?|foreigners?|foreign (?:name|accent
            |national\w*)
            native (?:english |german |french |\w+ )?speakers?|native english|mother tongue
            |first language is
            citizenship|(?:is|are you|be|only|must be) (?:an? |the )?(?:\w+ )?citizens?|citizens only
            |born (?:in|overseas|abroad|here)|where (?:are|were
            |do) you (?:originally )?(?:come )?(?:from|born)|australian[- ]born|indigenous|aboriginal
            |white person|black person|asian|caucasian|^\W*white(?=\W*$)
            (?:as|is)(?: \w+)? first language|(?:no|not on|needs?|requires?|on)(?: an?)?(?: \w+)? visas?
            |visa (?:holders?|status)
            born and bred|(?:grew|grow|brought) up(?: in)? (?:australia|overseas|abroad|here)
            |where did you grow up
            what languages? do (?:you|they) speak at home|foreign[- ]sounding
            anglo(?:[- ](?:saxon|celtic))?|aussies?|locals only|only locals|local names?
            (?:names?|surnames?)(?: \w+){0,3} (?:to )?pronounce|(?:easy|hard|difficult) to pronounce
            (?:indian|chinese|australian|british|american|european|african|filipino|vietnamese|irish|italian
            |greek|lebanese|japanese|korean|pakistani|nepalese|western|middle eastern) (?:developer|candidate
            |applicant|worker|employee|hire|engineer|background|name|upbringing|heritage|descent|appearance
            |education|looks?)s?
            must be (?:an? )?(?:indian|chinese|australian|british|american|european|african|filipino
            |vietnamese|irish|italian|greek|lebanese|japanese|korean|pakistani|nepalese|new zealander)
            (?:good|right|elite|posh|nice|wealthy) (?:famil(?:y|ies)|suburbs?|postcodes?)|social (?:class
            |background)
            (?:went to|attended|comes? from|graduates? of)(?: an?| the| one of the)? (?:good|private|elite
            |top|right|posh|selective|best) (?:school|universit|college|famil)(?:s|y|ies)?
        """,
        r"""
            (?:data |signal )?race[- ](?:conditions?|detectors?|free\w*|hazards?|detection)|data races?
            races? between (?:\w+ ){0,3}(?:threads?|requests?|processes|writers?|tasks?|goroutines?
            |calls?|workers?)
            races? (?:in|within) (?:\w+ ){0,3}(?:code|programs?|threads?|requests?|tests?|systems?)
            (?:arms|horse|motor|car|boat) rac(?:es?|ing)|race to (?:market|the bottom)|races? against
            (?:first|second|third)[- ]class citizens?|good citizens?|citizen (?:developers?|services?
            |scien\w+|experience|engagement|portals?)|corporate citizenship
            (?:indigenous|aboriginal|migrant|immigrant|torres strait islander|refugee) (?:communit\w+|health
            |organi[sz]ations?|clients?
            |services?|stakeholders?|engagement|studies|businesses|data|peoples?|families|patients?|students?
            |art|artists?|cultur\w+ (?:safety|protocols?|heritage))
            aboriginal (?:and|or) torres strait islander(?! (?:candidates?|applicants?|background))(?: \w+)?
            (?:translat|interpret|advocat|advis|assist|support|teach)\w* (?:for )?(?:\w+ ){0,2}(?:migrants
            |immigrants|refugees)(?: and (?:migrants|refugees))?
            racial discrimination(?: \w+)?|citizenship (?:applications?|ceremon\w+|tests?|law|services?|by)
            (?:advis|assess|process|lodg|prepar)\w*(?: \w+){0,3} visas?(?: \w+)?
            (?:how|when|why) an? race (?:is|was|can|happens|occurs|arises)
            (?:bias|disparit|skew)\w*(?: \w+){0,5} (?:race|ethnicity)
            asian markets?|citizens? (?:and|or) businesses
        """,
    ),
    Words(
        Ground.DISABILITY,
        f"disability {_PROTECTED}",
        r"""
            disabilit(?:y|ies)|able[- ]bodied|handicap(?:ped|s)?|wheelchairs?
            (?:physically|mentally|not) disabled|disabled (?:candidate|applicant|person|employee|worker
            |speaker)s?|are you disabled
            (?:visually|hearing|mentally|physically)[- ]impaired (?:candidate|applicant|person|employee
            |worker|speaker)s?|impairments?
            (?:is|are|be|being|not) (?:deaf|blind)|deaf(?:ness)?|blindness|autis(?:m|tic)
            |neuro ?diver\w+|adhd
            dyslexi[ac]s?|speech impediments?|(?:perfect|good|full|excellent) (?:hearing|eyesight|vision)
        """,
        r"""
            (?:people|persons|users?|customers?|learners?|clients?|students?|participants?|visitors?
            |those|anyone|everyone|audiences?|readers?|passengers?|patients?)(?: \w+){0,2} (?:with|of
            |having)(?: \w+){0,2} (?:disabilit(?:y|ies)|impairments?|autism|adhd|dyslexia)
            (?:child(?:ren)?|adults?|pupils?|residents?|families) with (?:\w+ ){0,2}(?:disabilit(?:y|ies)
            |impairments?|autism|adhd|dyslexia)
            (?:disability|disabilities) (?:discrimination|law|rights|advoca\w+|awareness|employment
            |services?|sector|support work\w*|inclusion (?:plan|act)\w*
            |act|insurance|scheme|standards?|access standards?)
            accessib\w+ (?:\w+ ){0,6}disabilit(?:y|ies)|wheelchair[- ]?accessib\w+
            (?:asset|goodwill|credit|loan) impairments?|impairment (?:tests?|testing|loss\w*|charges?
            |model\w*)
            colou?r[- ]?blind(?:ness)?(?:[- ](?:safe|friendly|palettes?|users?))?
            deaf (?:users?|customers?|clients?|patients?|students?|people|communit\w+|audiences?)
            |dyslexia[- ]friendly
        """,
    ),
    Words(
        Ground.HEALTH,
        f"health {_PROTECTED}",
        r"""
            health(?:y|ily|ier)?|illness(?:es)?|sick(?:ness|ly)?|sick (?:leave|days?)
            |chronic(?:ally)? ill
            medical (?:history|histories|conditions?)|diagnosed with|physically fit|physical fitness|hiv
            |ill
            smok(?:es|er|ers)|non[- ]smokers?|drinks alcohol|addict(?:ed|ion)s?|mental(?:ly)? (?:ill\w*
            |stable)
            genetic (?:tests?|predisposition\w*)|teetotal\w*
            (?:no|any|without|has|have|having)(?: \w+){0,2} medical (?:issues?|problems?|concerns?)
            (?:no|past|previous|prior) workers'? comp(?:ensation)?(?: \w+)?
            workers'? comp(?:ensation)?(?: claims?)? history
            (?:have|has|had|did) (?:you|they|he|she) (?:\w+ )?(?:made|make|lodged?
            |claimed?)(?: \w+)? workers'? comp\w*
        """,
        r"""
            health[- ]?checks?|health[- ]?check\w+|health(?:-|/)?(?:endpoints?|probes?)
            |health ?care(?: \w+)?
            (?:public|digital|mental|population|community|occupational|allied|e|rural|animal|plant
            |women's|child|indigenous|aboriginal|aged|global|work) health(?! (?:issues?|problems?
            |conditions?|concerns?))(?: \w+)?
            (?:people|persons|clients?|patients?|residents?|users?|customers?|consumers?|students?
            |participants?
            |those|veterans|families)(?: \w+){0,4} (?:mental )?health (?:issues?|problems?|conditions?
            |concerns?)
            physical fitness (?:plans?|programs?|class\w*|training)
            health (?:and|&) safety|work health|health (?:tech\w*|data|records?|information|insur\w+
            |services?|systems?|sector|industry|endpoints?|probes?|monitor\w*|metrics?|dashboards?
            |status|scores?|signals?|indicators?|reports?|apps?|apis?|outcomes?|professionals?
            |providers?|polic\w+|economics|education|promotion|programs?|platforms?|products?
            |informatics|workers?|clinics?|regulations?|standards?)
            (?:systems?|services?|clusters?|code(?:base)?|data|pipelines?|teams?|nodes?|databases?
            |servers?|app\w*|business|accounts?|customers?|replica\w*|index\w*|instances?|project
            |portfolio|financial|pods?|backlog|network|platform|device|queue|repository)(?:'s)? health
            health of (?:the |a |an |its |our |their |each |every )?\w+
            health(?:y|ier) (?:debates?|code\w*|scepticism|skepticism|disagreements?|conflicts?
            |pipelines?|states?|margins?|boundar\w+|nodes?|instances?|replicas?|pods?|servers?|systems?
            |services?|backlogs?|teams?|tensions?|meals?|foods?|communit\w+)
            (?:someone|somebody|anyone|anybody|colleague|teammate|member|child|patient
            |person)(?: who)? (?:is|falls
            |gets|becomes|feels) ill|after (?:an? )?(?:illness|injury)(?: or (?:illness|injury))?
            (?:chronic|serious|terminal|infectious|foodborne) illness(?:es)? (?:of|in|among|care|management)
            sickness (?:benefits?|insurance|data)|ill[- ](?:formed|defined|posed|conditioned|typed)
        """,
    ),
    Words(
        Ground.ORIENTATION,
        f"sexual orientation {_PROTECTED}",
        r"""
            sexual(?:ity|ly|\w*)?(?: \w+)?|(?:homo|bi|hetero|trans)sexual\w*|gays?|lesbians?|queer
            lgbt\w*\+?|same[- ]sex|^\W*straight(?=\W*$)
        """,
        r"""
            sexual harassment|sexual health (?:\w+ )?(?:polic\w+|training|prevention|services?|clinics?)
        """,
    ),
    Words(
        Ground.POLITICS,
        f"political opinion {_PROTECTED}",
        r"""
            politic(?:s|al|ally|ian|ians)(?: \w+)?
            voted? the right way|(?:left|right)[- ]wing|party member(?:ship)?s?|vote[sd]? for
            |voting (?:behaviou?r|habits)
            who (?:did|do|would) you vote|(?:labou?r|liberal|greens|conservative|republican
            |democratic) part(?:y|ies)
        """,
        r"""
            (?:organi[sz]ational|office|internal|corporate|stakeholder|team) politics
            (?:reports? on|cover(?:s|ing)|writes? (?:on|about)|teach\w*) (?:\w+ )?politics
            (?:parliamentary|federal|state|local) politics(?: \w+)?
            political (?:scien\w+|risks?|econom\w+|history|theory|journalis\w+|advertis\w+
            |campaign data)
            politically neutral(?: \w+)?
            political part(?:y|ies)(?:'s)? (?:website|campaigns?|members|database|clients?)
            vote[sd]? for (?:\w+ ){0,3}(?:leaders?|features?|options?|proposals?|changes?|designs?
            |commits?|items?)
        """,
    ),
    Words(
        Ground.UNION,
        "union membership is protected and may play no part in the choice",
        r"""
            (?:trade|labou?r|workers'?)[- ]unions?|unions?(?: (?:member\w*|activit\w+|affiliation))?
            |unioni[sz]\w+
        """,
        r"""
            unions? (?:types?|all|find|of|operators?|quer(?:y|ies)|clauses?|select|distinct|operations?
            |fields?|structs?|members? of (?:the |a )?struct\w*|based)
            union-find|(?:tagged|discriminated|disjoint|set|sql|type|typed|typescript|c|c\+\+|graphql
            |literal|string|sum|spatial|polygon|optional) unions?
            (?:european|credit|customs|african|student|western|rugby) unions?
            (?:negotiat|liais|consult|bargain|work|engag)\w*(?: \w+){0,3} with (?:the )?(?:\w+ )?unions?
            history of (?:the )?(?:trade |labou?r )?unions?
            joins? (?:and|or|,) unions?|unions? (?:and|or|,) (?:joins?|intersect\w*|generics?|enums?
            |interfaces?)
            intersections? (?:and|or) unions?
        """,
    ),
)

_EMPTY: Final = """
a abilities ability able adaptable amazing an and answer answers are at attention attitude awesome
be best better bright brilliant candidate candidates capability capable challenge challenges clever
communicates communication communicator competence competent cool dedicated detail details driven
dynamic effective etc ethic excellent experience experienced fast feeling feels fit flexible
friendly fun funny general generally good great hard hardworking has have high highly impression
impressive in interpersonal interview is job knowledge learner level likes love loves match mature
motivated multitasker multitasking nice of on oral oriented outstanding overall own people perfect
performance person personable polite potential pressure proactive professional professionalism
proficient quality quick quickly really reliable response responses result results right role self
show shows skill skilled skills smart sociable social soft solid something standard starter strong
stuff suitability suitable talent talented team teamwork the things to under verbal very well
willing willingness work worker works written
"""
EMPTY: Final = frozenset(_EMPTY.split())
"""Words that say that something is good without saying what: a criterion of nothing else is empty."""

BEHAVIOUR: Final = whole_words(
    r"""
        (?:gives?|asks? for|seeks?|shares?|documents?|reviews?|helps?|explains?|listens? to
        |supports?|admits?|resolves?|raises?|names?|describes?|credits?|mentors?|pairs?|proposes?
        |acts? on|responds? to|includes?|invites?|acknowledges?|corrects?|disagrees?|hands? over
        |follows? up|reflects? on|learns? from|involves?|discusses|compares?|weighs?|tells?|reports?
        |checks?) \w+
    """
)
"""Somebody does something: what fit with a group may be described by."""
