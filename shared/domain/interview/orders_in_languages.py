"""The two orders that everybody tries, in languages that the interview itself does not speak.

To leave aside what was said before, and to give the best mark: both are read by a model in whatever
language they come.
"""

from typing import Final

_LEAVE_ASIDE: Final = (
    r"\b(?:vergessen|ignorieren|missachten) sie\b[^.?!]{0,40}\b(?:anweisungen|vorgaben|regeln)\b",
    r"\b(?:ignoriere|vergiss|missachte)\b[^.?!]{0,40}\bvorgaben\b",
    r"\b(?:oublie|oubliez|ignore|ignorez)\b[^.?!]{0,20}\bce qui précède\b",
    r"\b(?:haz|haga) caso omiso\b",
    r"\bdesconsider[ea]\b[^.?!]{0,40}\b(?:acima|anterior(?:es)?|instruções|regras)\b",
    r"(?:忽略|無視|忽視)[^。?!]{0,20}(?:指令|指示|規則|說明)",
    r"تجاهل[^.؟!]{0,40}(?:تعليمات|التعليمات|أوامر|القواعد)",
    r"(?:دستور|قواعد)[^.؟!]{0,40}(?:نادیده|فراموش)",
    r"निर्देश[^।.?!]{0,30}(?:अनदेखा|भूल)",
    r"talimat\w*[^.?!]{0,30}(?:yok say|görmezden gel|unut)",
    r"\b(?:zignoruj|pomiń|zapomnij)\b[^.?!]{0,40}\b(?:instrukcj|polece|zasad)",
    r"(?:지시|명령|지침|규칙)[^.?!]{0,15}(?:무시하고|무시해|무시하세요|무시하라|무시하십시오|잊어|잊으)",
    r"(?<!không )\bbỏ qua\b[^.?!]{0,30}(?:hướng dẫn|chỉ dẫn|chỉ thị|quy tắc)",
    r"\b(?:ignorera|glöm|strunta i)\b[^.?!]{0,40}\b(?:instruktioner|anvisningar|regler)",
    r"\babaikan\b[^.?!]{0,40}\b(?:instruksi|perintah|aturan)",
    r"(?:ігноруй|забудь)[^.?!]{0,40}(?:інструкц|правил)",
    r"αγνόησε[^.?!]{0,40}(?:οδηγί|εντολ|κανόν)",
    r"התעלם[^.?!]{0,40}(?:הוראות|כללים)",
    r"(?:ละเว้น|เพิกเฉย|ลืม)[^.?!]{0,20}(?:คําสั่ง|คําแนะนํา|กฎ)",
)
_BEST_MARK: Final = (
    r"\b(?:gib|vergib|(?:geben|vergeben|erteilen) sie)\b[^.?!]{0,40}\b(?:höchstnote|bestnote)\b",
    r"\b(?:attribue|attribuez|donne|donnez|mets|mettez)\b[^.?!]{0,40}\bnote la plus (?:haute|élevée)\b",
    r"\b(?:ponme|póngame|dame|deme)\b[^.?!]{0,30}\b(?:nota|puntuación|nivel) (?:más alt[ao]|máxim[ao])\b",
    r"\b(?:dê|dá|ponha|atribua)\b[^.?!]{0,20}\bnota máxima\b",
    r"(?:給|给)我[^。?!]{0,6}(?:满分|滿分|最高分|高分)",
    r"(?:أعط|امنح)[^.؟!]{0,30}(?:أعلى|الدرجة الكاملة)",
    r"(?:उच्चतम|पूरे) अंक[^।.?!]{0,10}(?:दें|दो|दीजिए)",
    r"en yüksek (?:puan|not|seviye)\w*[^.?!]{0,10}\bver",
    r"\b(?:daj|wystaw|przyznaj)\b[^.?!]{0,20}(?:najwyższ|maksymaln)\w+ (?:ocen|punkt|poziom|not)",
    r"(?:최고|만점)[^.?!]{0,8}(?:주세요|줘|매겨|부여)",
    r"\bcho tôi\b[^.?!]{0,20}(?:điểm cao nhất|điểm tối đa)",
    r"\bge mig\b[^.?!]{0,20}\b(?:högsta|full)",
    r"\b(?:beri|berikan)\b[^.?!]{0,20}\b(?:nilai|skor) (?:tertinggi|maksimal|penuh)",
    r"постав мені[^.?!]{0,30}(?:найвищ|максимальн)",
    r"δώσε μου[^.?!]{0,30}(?:υψηλότερ|μέγιστ|άριστ)",
    r"תן לי[^.?!]{0,20}ציון",
)

IN_LANGUAGES: Final = {
    "ignore_instructions": "|".join(_LEAVE_ASIDE),
    "claim_score": "|".join(_BEST_MARK),
}
