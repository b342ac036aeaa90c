"""What an interviewer never says, in the languages that we speak, as phrases for the guard.

Each line is short enough to be read as what it forbids, and long enough to leave the talk of the
trade alone: "your score" is held back, "your score service" is not. Tests hold both ways.
"""

from functools import cache
from typing import Final

from shared.domain.interview.guard import Phrase, PhraseTree

SCORING: Final = "scoring"
DECISION: Final = "decision"
CANDIDATES: Final = "other_candidates"
PROTECTED: Final = "protected_topic"
PAY: Final = "pay"
HUMAN: Final = "claims_human"
LEAK: Final = "leak"

_THING: Final = (
    "!(service|services|system|systems|algorithm|model|models|function|engine|feature|code|logic|table"
    "|pipeline|component|api|endpoint|distribution|column|field|threshold|metric|metrics)"
)
_CHECK: Final = (
    "!(check|checks|checking|endpoint|endpoints|probe|probes|monitoring|service|dashboard|metrics|data|tech"
    "|score|records|app|company)"
)
_LIKES: Final = "(strong|great|good|excellent|perfect|ideal|weak|poor|bad|top|suitable|promising)"
_PICK: Final = "(candidate|fit|match|hire|choice)"

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    SCORING: (
        f"your (score|scores|rating|ratings|ranking) {_THING}",
        "your (grade|marks)",
        "your (evaluation|assessment) (is|was|will|would|so|stands|shows)",
        "(i'd|i'll) (rate|score|grade|mark) (you|your|this|that|it)",
        "i (would|will|could|can|shall|must) (rate|score|grade) (you|your|this|that|it)",
        "i (have|had) (rated|scored|graded) (you|your|this|that|it)",
        "you (scored|rated|score|ranked) (highly|well|poorly|badly|low|high|above|below|a|an|#)",
        "you (get|got|earn|earned|receive|received|lose|lost) (a|an)? # (points|point|marks|percent|out)",
        "(give|gave|giving|award|awarded|awarding) you (a|an)? # (points|point|marks|percent|out|for)",
        "(deserves|deserve|worth|earns|scores|scored) (a|an)? # (points|marks|percent|out)",
        "(that's|that is|it's|it is|solid|say) (a|an)? # out of (#|five|ten)",
        "(full|bonus|extra) (marks|points) (for|to)",
        "(the|our|my|this|a) (scoring|evaluation|grading|interview|assessment) rubric",
        "(the|our|my) rubric",
        "rubric (says|asks|looks|wants|expects|level|levels)",
        "(our|my|the) (scoring|grading|marking) (criteria|guide|guidelines|scheme|sheet)",
        "(ideal|model|expected|correct|wrong|incorrect|right|best) answer (is|was|would|to|here|includes)",
        "(that|this|it|which) (is|was) (the|a|an)? (correct|incorrect|wrong|right) answer",
        "(that's|it's) (the|a|an)? (correct|incorrect|wrong|right) answer",
        "your answer (is|was) (correct|incorrect|wrong|right|perfect|excellent|insufficient|weak)",
        "(what|that) (i|we) (was|were|am|are) (looking|hoping) for",
        "(what|answer) (i|we) wanted to hear",
        "you (missed|forgot|left) (out)? (the|a|an|one|some|#) (key|must|main|important) (point|points)",
        "level # (answer|response|candidate|rating)",
        "(deine|ihre|eure) (punktzahl|bewertung|note|punkte)",
        "(ihre|deine) antwort (ist|war) (richtig|falsch|korrekt)",
        "votre (note|score|évaluation) (est|sera|était)?",
        "votre réponse (est|était) (correcte|incorrecte|juste|fausse)",
        "(su|tu) (puntuación|calificación|nota)",
        "(su|tu) respuesta (es|fue) (correcta|incorrecta)",
        "(sua|tua) (pontuação|nota|avaliação)",
        "sua resposta (está|é|foi) (correta|incorreta|certa|errada)",
        "你的分数",
        "您的分数",
        "您的得分",
        "你的得分",
        "你的评分",
    ),
    DECISION: (
        "(you're|you) (are|is)? hired",
        "you (are|have|have been|were) (accepted|selected|shortlisted|rejected)",
        "you (got|have|have got|get|will get|will have) the (job|position|role) !(scheduler|queue|runner|of)",
        "you'll (get|have) the (job|position|role)",
        "you've got the (job|position|role)",
        "(the|this) (job|position|role) is yours",
        "you (passed|failed|have passed|have failed) (the|this|your) (interview|screening|assessment|round)",
        "(we|i) (will|would|shall|can|want to|are going to|would like to) (hire|reject|shortlist) you",
        "(we'll|i'll|we'd|i'd) (hire|reject|shortlist) you",
        "you (will|should|can expect to) (definitely|surely)? (get|receive) (an|the|our)? (offer|contract)",
        "you'll (definitely|surely|certainly)? (get|receive) (an|the|our|your)? (offer|contract)",
        "(move|moving|advance|take|put|invite) you (on|forward|through)? to the next (round|stage|interview)",
        "(recommend|recommending) (you for|hiring you|rejecting you|against hiring)",
        f"you (are|would be|will be|seem|look like|sound like) (a|an|the) (very|really)? {_LIKES} {_PICK}",
        f"(you're|you'd be|you'll be) (a|an|the) (very|really)? {_LIKES} {_PICK}",
        "(i|we) (can|do|will|cannot)? (promise|guarantee) you",
        "i (can|do|will)? promise (that|a|an|the|to)",
        "your (chances|odds) (are|of|look|in)",
        "your application (is|was|has been|will be) (accepted|rejected|successful|unsuccessful|declined)",
        "you (will|are) not (be)? (hired|selected|considered|suitable)",
        "welcome (aboard|to the team|to our team)",
        "(sie|du) (sind|bist) (eingestellt|angenommen|abgelehnt)",
        "(sie|du) (haben|hast) die stelle",
        "vous (êtes|serez) (embauché|embauchée|retenu|retenue|engagé|engagée)",
        "(está|estás|usted está) (contratado|contratada|seleccionado|seleccionada)",
        "você (está|foi|será) (contratado|contratada|selecionado|selecionada|aprovado|aprovada)",
        "你被录用了",
        "您被录用了",
        "恭喜你通过",
        "恭喜您通过",
    ),
    CANDIDATES: (
        "other (candidates|applicants|interviewees)",
        "another (candidate|applicant|interviewee)",
        "(previous|earlier|most|many|few|some) (candidates|applicants|interviewees)",
        "(previous|last|next) (candidate|applicant|interviewee)",
        "(andere|anderen|andern) (bewerber|kandidaten|bewerberinnen)",
        "(autres|d'autres) (candidats|candidates)",
        "(otros|otras) (candidatos|candidatas|aspirantes)",
        "(outros|outras) (candidatos|candidatas)",
        "其他候选人",
        "别的候选人",
        "其他应聘者",
    ),
    PROTECTED: (
        "how old (are|were) you",
        "your (age|birthday|birthdate)",
        "(date|year|place|country) of your birth",
        "your (date|year|place) of birth",
        "(when|where) were you born",
        "are you (married|pregnant|divorced|engaged to|gay|lesbian|bisexual|transgender|disabled)",
        "are you (religious|muslim|christian|jewish|hindu|buddhist|catholic|atheist)",
        "are you single !(threaded|threading|tenant|handedly|sourcing|node|stepping)",
        "are you (a|an) (man|woman|immigrant|foreigner|citizen|christian|muslim|mother|father)",
        "do you (have|want|plan) (to have|any|young|small)? (children|kids|a family|a partner)",
        "do you have a (boyfriend|girlfriend|husband|wife)",
        "do you (have|suffer from) (a|any)? (disability|disabilities|illness|illnesses)",
        "your (husband|wife|spouse|boyfriend|girlfriend|marriage|pregnancy|kids|childcare)",
        "your children !(processes|components|nodes|elements|tasks|threads|spans|prop|props)",
        "your family !(of|tree)",
        "(planning|plan|start|starting) (a|your) family",
        "(maternity|paternity|parental) leave",
        "your (religion|faith|ethnicity|nationality|gender|sexuality|disability|disabilities)",
        "your (sexual|political|religious) (orientation|views|beliefs|belief|party|affiliation)",
        "(what|which) (religion|faith|race|ethnicity|nationality|church|caste) (are|do|is|were)",
        "your race !(condition|conditions|detector|car)",
        "your (native|mother) (tongue|language)",
        "where are you (originally|really) from",
        "your (accent|ancestry|origin|origins) !(server|servers|header|headers|request|shield|policy)",
        "(who|whom) (do|did|would|will) you vote",
        "are you (in|a member of|part of|with) (a|the|any) (trade|labour|labor)? union",
        "your (trade|labour|labor)? union (membership|activity|activities)",
        f"your (mental|physical)? health {_CHECK}",
        "your (illness|diagnosis|medication|medications|therapy|medical)",
        "(any|your) (medical|health) (condition|conditions|history|problems)",
        "wie alt (sind|bist)",
        "sind sie (verheiratet|schwanger|religiös|behindert|schwul|lesbisch)",
        "haben sie kinder",
        "(ihre|deine) (religion|nationalität|herkunft|sexuelle|behinderung|ehe|schwangerschaft)",
        "quel âge avez vous",
        "(êtes|es) (vous|tu) (marié|mariée|enceinte|croyant|croyante|handicapé|handicapée)",
        "avez vous des enfants",
        "votre (religion|nationalité|orientation sexuelle|état de santé|grossesse)",
        "(qué|cuántos) (edad|años) (tiene|tienes)",
        "(está|estás|es|eres) (casado|casada|embarazada|religioso|religiosa)",
        "(tiene|tienes) hijos",
        "(su|tu) (religión|nacionalidad|orientación sexual|estado civil)",
        "(quantos|que) (anos|idade) (você)? tem",
        "você (é|está) (casado|casada|grávida|religioso|religiosa)",
        "você tem filhos",
        "(sua|tua) (religião|nacionalidade|orientação sexual)",
        "你多大年纪",
        "您多大年纪",
        "你几岁",
        "你结婚了",
        "您结婚了",
        "你有孩子吗",
        "您有孩子吗",
        "你怀孕",
        "您怀孕",
        "你的宗教",
        "您的宗教",
    ),
    PAY: (
        "(salary|pay|compensation|wage) (expectation|expectations|requirement|requirements)",
        "(your|the) (current|previous|last|expected|desired) (salary|pay|compensation|wage|income)",
        "how much (do|did|are|were|would) you (earn|make|paid|earning|making|like to earn)",
    ),
    HUMAN: (
        "i (am|was) (a|an)? (real|actual)? (human|person|man|woman) !(resources|factors|interface)",
        "i'm (a|an)? (real|actual)? (human|person|man|woman) !(resources|factors|interface)",
        "i (am|was) not (a|an)? (ai|bot|robot|machine|chatbot|computer)",
        "i'm not (a|an)? (ai|bot|robot|machine|chatbot|computer)",
        "ich bin (ein|kein) (mensch|bot|roboter|computer)",
        "je suis (un|une) (humain|humaine|être humain|personne réelle)",
        "soy (un|una) (humano|humana|persona real)",
        "(eu)? sou (um|uma) (humano|humana|pessoa real)",
        "我是人类",
        "我是真人",
    ),
    LEAK: (
        "my (system|hidden|initial|secret)? (prompt|instructions)",
        "(the|this) system prompt (says|is|reads|tells|states)",
        "(i've|i have|i was|i am|i'm) (been)? (instructed|programmed|prompted|configured) (to|not)",
        "(allowed_actions|open_competencies|follow_up_hint|next_question|current_question)",
        "(instruction_attempt|questions_asked|probes_left|interview_turn)",
    ),
}


@cache
def phrase_tree() -> PhraseTree:
    return PhraseTree(Phrase.parse(category, text) for category, texts in PHRASES.items() for text in texts)
