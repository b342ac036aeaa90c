"""Names of people, employers and schools that are words, tools or no names at all.

Hiding a name must not hide what was said: `mit` is no university, `none` is no employer, and who
writes in Ruby need not be called so.
"""

from typing import Final

_NAMES: Final = """
    will mark may june april august summer autumn grace hope faith joy rose bill art drew grant chase
    frank rich max rob sue pat dawn eve ray guy jack nick dean miles king young long best good white
    black green brown gray grey field wood hill lane page price cook baker mason carter cooper fisher
    hunter porter major noble sharp swift west north dale banks day man song sun son hang pan sunny star
    stone rivers park little short small power case chance wise moody sage holly ivy
    precious blessing patience prudence constant christian art bond church hand head foot love mine my me
    angel cash chance early east easy fall ferry foster gold hall hardy heard hood house knight law mills
    more moon moss moore parish penny piper pool reading rush savage sellers shade snow spring street
    tanner taylor turner walker waters weaver webber wells winter workman
"""
_EMPLOYERS: Final = """
    apple meta oracle shell target block square slack zoom gap visa ford next stripe box match indeed
    seek origin toll boost coles crown lion virgin rest hub host vision link people nine seven ten linear
    notion monday compass harvest bolt loom canvas general national state standard progressive discover
    chime ring nest snap unity sky three orange total focus bench front segment branch
    mercury ramp gusto lattice rippling deputy culture lever plaid brave buffer
"""
_ENGLISH: Final = """
    a about after all also am an and any are as at be been but by can did do does for from get go had has
    have he her here him his how i if in into is it its just like made make many me more most much must
    my near new no not now of off on once one only or other our out over own per put ran run said same
    saw say see set she so some still such than that the their them then there these they this those to
    too try two under until up upon us use used very via was way we well were what when where which who
    why with yes you your
"""
_GERMAN: Final = """
    aber alle als alt am an auch auf aus bei bin bis da das dem den der des die dies du ein eine er es fest
    frei f\u00fcr ganz gern gross gro\u00df gut hat ich ihr im in ist ja jung kein klein klug kurz lang man
    mehr mit nach neu nicht noch nur ob oder schon schnell schwarz sehr sein sich sie so stark tat um und
    uns viel vom von vor war was weil wei\u00df weiss wenn wer wie wir wo zu zum zur
"""
_FRENCH: Final = """
    ai au aux avec bon ce ces cet chez dans de des donc du elle en est et eu fait fut grand il je la le les
    leur lui ma mais mes moi mon ne ni nos nous on ou par pas petit plus pour qu que qui sa sans se ses
    si son sous sur ta tes ton tu un une va vers vos vous y
"""
_SPANISH: Final = """
    al bueno campo campos como con cual de del desde el ella en era es ese eso esta este ha han hay he la
    las le leal les lo los luz mar mas m\u00e1s me mi mis muy ni no nos o para paz pero poco por pues que
    rico se ser si s\u00ed sin sobre sol son su sus te tu un una uno va y ya yo
"""
_PORTUGUESE: Final = """
    ao aos as bem bom com como da das de dela dele depois do dos e ela ele em era essa esse esta este eu foi
    h\u00e1 isso j\u00e1 l\u00e1 mais mas me meu minha muito na n\u00e3o nas no nos num o os ou para pela pelo
    por quando que s\u00e3o se sem ser seu s\u00f3 sua tem ter um uma
"""

WORDS_TOO: Final = frozenset(
    f"{_NAMES}{_EMPLOYERS}{_ENGLISH}{_GERMAN}{_FRENCH}{_SPANISH}{_PORTUGUESE} van von le la".split()
)
"""Written small they are the word, and stay."""

TOOLS: Final = frozenset(
    """
    ruby julia ada crystal pascal jade django jenkins jasmine cassandra jasper hugo stan kafka scala maya
    watson alexa phoenix ember aurora athena dart elixir pearl perl python
    oracle docker elastic databricks snowflake mongodb redis confluent github gitlab salesforce sap unity
    figma slack zoom stripe splunk datadog tableau xero myob workday servicenow shopify wordpress
    """.split()  # noqa: SIM905 - easier to read
)
"""What work is done with. Where somebody speaks of that, they stay."""

NOBODY: Final = frozenset(
    each.strip()
    for each in """
    none, n/a, na, n.a., nil, no, not applicable, self, self-employed, self employed, selbst\u00e4ndig,
    selbstst\u00e4ndig, freelance, freelancer, freelancing, independent, contract, contractor, consultant,
    various, multiple, unemployed, student, school, university, home, confidential, other, test, work, company
    """.split(",")  # noqa: SIM905 - likewise
)
"""What people write where no employer or school is to be named."""
