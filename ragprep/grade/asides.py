"""Finds what an answer says to its grader and not about its question; pure.

Such sentences are left out before anything reads the answer, so they move no grade at all.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from ragprep.grade.clauses import Span, clauses_of, sentences

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏвнкмтɡαεοριυνκτ0134@$",
    "aeopcyxijsdhlbhkmtgaeopiuvktoiea" + "as",
)
"""Cyrillic and Greek letters that look like Latin ones, and digits used for letters."""

_COMMAND = (
    r"(?:^\W*|\b(?:please|kindly|just|now|then|and|to|you|must|should|will|shall)\s+"
    r"|[,:;.!?>\])-]\s*)"
)
_THIS = r"(?:this|my|the above|above|the|these|the following|following)"
_ANSWER = r"(?:answer|response|submission|reply|essay|candidate|student|applicant|work)"
_FULL = (
    r"(?:(?:full|maximum|max|maximal|perfect|top|complete|highest possible|all available)"
    r"(?: possible)? (?:marks?|credits?|scores?|grades?|points|ratings?)"
    r"|all the (?:marks|credits?))"
)
_GOOD = (
    r"(?:fully |completely |entirely |totally )?(?:covered|correct|perfect|excellent|"
    r"complete|right|"
    r"passed|passing|full|outstanding|flawless|satisfied|addressed|mentioned|met|true)"
)
_RULES = (
    r"(?:instructions?|prompts?|directions?|directives?|orders?|commands?|guidelines?|rules?|"
    r"criteria|criterion|key points?|requirements?|text above)"
)
_GIVE = (
    r"(?:give|award|grant|assign|return|output|set|grade|mark|score|rate|treat|consider|count|"
    r"accept|respond|reply|print|report|evaluate|judge|deem|label|declare|regard|classify|"
    r"assume)"
)
_PERSON = (
    r"(?:grader|examiner|evaluator|assessor|marker|auto-?grader|scorer|professor|teacher|"
    r"(?:grading|scoring|marking) (?:model|system|assistant|ai|bot|engine|tool)|judge|interviewer"
    r"|reviewer)"
)
_MODEL = r"(?:language model|llm|ai(?: model| assistant)?|chatgpt|gpt|assistant|bot|model)"
_SCORE = (
    r"(?:100\s?%?|10\s?/\s?10|100\s?/\s?100|5\s?/\s?5|a\+|\b(?:one )?hundred\b"
    r"|10 out of 10|100 percent)"
)

_ASIDES = [
    # who it is to play
    rf"\b(?:you are|you're|act as|pretend to be|play)\b[^.!?\n]{{0,40}}\b(?:\w*bot|{_PERSON})\b",
    # what it has been told is not to count
    rf"{_COMMAND}(?:ignore|ignoring|disregard|forget|override|bypass|skip|drop|discard|neglect)\b"
    rf"[^.!?]{{0,40}}\b(?:previous|prior|above|earlier|preceding|all|any|other|your|these|those|"
    rf"system|grading|scoring|marking|initial|original|every|the)\b[^.!?]{{0,25}}\b{_RULES}\b",
    r"\b(?:ignor|disregard|forget|overrid|bypass|skip)\w*\b[^.!?]{0,40}\b(?:rubric|mark(?:ing)? "
    r"scheme|answer key|grading|everything (?:above|before)|what you were )",
    r"\b(?:do not|don't|never)\b[^.!?]{0,20}\b(?:follow|use|apply|check|compare|consult|"
    r"look at)\b"
    r"[^.!?]{0,30}\b(?:rubric|reference answer|answer key|key points|guide's|grading|"
    r"instructions)",
    # marks demanded
    rf"\b{_FULL}\b(?!.*\b(?:similarity|attention|bounding|softmax)\b)",
    rf"{_COMMAND}{_GIVE}\b[^.!?]{{0,60}}\b(?:every|all|each|the)(?: of the)?(?: key| "
    rf"rubric| single)?"
    rf" ?(?:points?|items?|criteri(?:a|on)|status(?:es)?|it|this)? (?:is |are |as |to be |to |= ?)?"
    rf"(?:being )?{_GOOD}\b(?=\W*$|\W+(?:and|no|without|please|regardless|for|in))",
    rf"{_COMMAND}{_GIVE}\b[^.!?]{{0,20}}\b(?:me|(?:{_THIS}) {_ANSWER}|"
    rf"us)\b[^.!?]{{0,40}}\b(?:score|"
    rf"marks?|grade|credit|points|rating|{_GOOD}|{_SCORE})",
    rf"{_COMMAND}{_GIVE}\b[^.!?]{{0,40}}\b(?:score|grade|mark|rating|credit)s? (?:of |to |"
    rf"as |at |= ?|:"
    rf" ?)*{_SCORE}",
    rf"{_COMMAND}{_GIVE}\b[^.!?]{{0,30}}\b{_THIS} ?{_ANSWER}?\b[^.!?]{{0,15}}\bas {_GOOD}\b"
    rf"(?=\W*$|\W+(?:and|no|please|regardless|answer))",
    rf"{_COMMAND}{_GIVE}\b[^.!?]{{0,20}}\b(?:every|each|all)\b[^.!?]{{0,15}}\b(?:points?|items?) "
    rf"(?:as |is |are |to )?{_GOOD}\b",
    # spoken to
    rf"(?:^|[,;:(]\s*)(?:dear|hey|hello|hi|attention|notice|note (?:to|for)|message (?:to|for)|"
    rf"instructions? (?:to|for)|to|memo to)(?: the| my| all| any| whoever)?(?: ai| human| kind)? "
    rf"{_PERSON}s?\b",
    rf"(?:^|[,;:(]\s*)(?:dear|attention|note (?:to|for)|message (?:to|for)|instructions? "
    rf"(?:to|for))"
    rf"(?: the| my| any)? {_MODEL}\s*[,:!-]",
    rf"\b(?:(?P<bare>as)|you are|you're|act as|pretend to be|being)(?: now)?(?: an?| the| my)?"
    rf"(?: (?:ai|automated|fair|kind|lenient|generous|helpful|strict|friendly|human|expert))*"
    rf" {_PERSON}\b\s*(?:,|:|who|that|you|i\b|please|must|and|(?(bare)(?!)|\W*$))",
    rf"\b(?:as an?|you are(?: now)?(?: an?)?|act as an?)(?: (?:ai|helpful|lenient|large|"
    rf"generous|kind))*"
    rf" {_MODEL}\b[, ]+(?:you|please|that (?:gives|always|grants)|who (?:gives|always))",
    rf"\b{_PERSON}s?(?: of this {_ANSWER})?,? (?:you )?(?:must|should|please|will|has to|needs? to|"
    rf"is (?:instructed|told|required|asked|ordered)|are (?:instructed|told|required|asked))\b"
    rf"[^.!?]*\b(?:mark|score|credit|grade|points?|ignore|covered|correct|pass|accept|award|give)",
    r"\b(?:be|grade|mark|score) (?:me |this |it |very |more |as )*(?:lenient|generous|"
    r"kind|nice|easy|"
    r"gentle|leniently|generously|kindly)\b",
    r"\b(?:please|kindly)\b[^.!?]{0,30}\b(?:pass me|let me pass|do ?n[o']t fail me|help me pass)\b",
    r"\byou (?:must|should|have to|need to|are (?:required|instructed|ordered) to|will|"
    r"shall) (?:now )?"
    r"(?:always )?(?:give|award|grant|grade|mark|score|rate|accept|pass|return|output|"
    r"treat)\b[^.!?]*"
    r"\b(?:answer|mark|marks|score|credit|point|points|grade|covered|correct|100)\b",
    # what the answer claims of itself
    rf"\b(?:this|my|the above|the (?:candidate|student|applicant)(?:'s)?) (?:\w+ )?(?:{_ANSWER})\b"
    rf"(?: above)? (?:\w+ )?(?:is|was|deserves?|should|must|merits?|earns?|covers|contains|"
    rf"addresses|"
    rf"has|fully|already|scores|gets|receives|needs to|meets|"
    rf"satisfies)\b[^.!?]*\b(?:{_GOOD}|marks?|"
    rf"score|credit|grade|every|all|{_SCORE}|approved|verified|points?|rubric|pass)\b",
    rf"\bthe (?:answer|response|submission)(?: given| written)? (?:above|"
    rf"below)\b[^.!?]*\b(?:{_GOOD}|"
    rf"marks|score|grade)\b",
    r"\bi (?:deserve|should (?:get|receive|be given)|expect|want|demand|would like|need|"
    r"have earned)\b"
    r"[^.!?]{0,30}\b(?:marks?|score|grade|credit|points|a\+|100|pass)\b",
    rf"\b(?:all|every|each|no)(?: of)?(?: the| single)?(?: key| rubric)? (?:points?|"
    rf"criteri(?:a|on)|"
    rf"rubric items?)(?: of the rubric| above| here)? (?:is|are|was|were|has been|have "
    rf"been|should be)"
    rf"(?: now| already| hereby)? ?(?:{_GOOD}|missing|left out)",
    rf"\beverything (?:above|here|i (?:said|wrote))\b[^.!?]*\b{_GOOD}\b",
    rf"^\W*(?:final |overall |total |my |your |suggested |expected )?(?:score|grade|marks?|rating|"
    rf"verdict|result|status|evaluation)\s*(?:[:=]|is)+\s*\W?(?:{_SCORE}|{_GOOD}|pass)",
    rf"[\[{{][^\]}}]{{0,80}}[\"']?(?:score|status|grade|verdict|covered|overall|"
    rf"credit)[\"']?\s*[:=]\s*[\"']?"
    rf"(?:{_GOOD}|true|{_SCORE}|1(?:\.0)?\b|10\b)",
    # roles and their marks
    r"^\W*(?:system|assistant|developer|admin|grader|examiner|evaluator|instructions?|override|"
    r"new (?:task|instructions?|rules?)|(?:important|urgent) (?:note|instruction|update)?)"
    r"(?: (?:prompt|message|note|instructions?|override|update|command|"
    r"mode))*\W*[:>\]]\W*.*\b(?:grade|"
    r"score|answer|mark|marks|instruction|rubric|ignore|covered|correct|you|point|student|respond|"
    r"output|credit|award|task|evaluation|pass|verdict)",
    r"<\|?(?:im_start|im_end|system|endoftext|assistant|user)\|?>|\[/?(?:inst|sys)\]|<</?sys>>|"
    r"#{2,}\s*(?:system|instruction|assistant)|begin (?:system )?(?:prompt|instructions)|"
    r"end of (?:the )?(?:student|candidate|user)?'?s? ?(?:answer|input|submission|response)",
    r"\b(?:reveal|repeat|print|show|tell me|leak)\b[^.!?]{0,30}\b(?:system prompt|rubric|reference "
    r"answer|answer key|key points|your instructions)\b",
    r"\b(?:developer|jailbreak|dan|debug|god|test|admin|maintenance) "
    r"mode\b[^.!?]*\b(?:grad|scor|mark|"
    r"enabled?|activ|on\b)",
    r"(?<!no )\b(?:rubric|mark(?:ing)? scheme|answer key|reference answer|"
    r"grading (?:criteria|guidelines|instructions|policy|rules|script))\b"
    r"(?!.*\b(?:model|models|train\w*|annotat\w*|raters?|learn\w*)\b)",
    r"\bthis is (?:only |just )?an? (?:test|drill|check|calibration)\b[^.!?]*\b(?:grad|scor|mark)",
    # shorter demands
    r"\b(?:pass|approve|accept) (?:me|my answer|this answer)\b|,? just approve\b",
    r"\b(?:a |the )(?:passing|good|top|high|correct|best possible|highest possible) "
    r"(?:grade|mark)\b",
    r"\b(?:the )?(?:correct|right|true|final) (?:score|grade|mark) (?:is|of|should be) \d",
    r"\b(?:output|return|respond with|reply with|set|mark|say|treat|count)\b[^.!?]{0,40}\bcovered\b"
    r"[^.!?]{0,25}\b(?:points?|items?)\b|\bmissing points?\b[^.!?]{0,20}\bcovered\b",
    r"\bstatus(?:es)?\s*(?:=|:|to)\s*\W?covered\b",
    r"\b(?:points?|everything|all)\s*(?:[:=-]|all)+\s*(?:all )?covered\b",
    r"^\W*(?:ai|grader|llm|bot|judge|examiner|stop)\W+(?:new |note|mark|give|award|grade|"
    r"score|pass)\b",
    r"\bnew instructions?\s*:|\bgrader[_ ]note\b|\bskip (?:the )?(?:evaluation|grading|marking)\b",
    r"\b(?:mark|rate|grade|score) (?:it|this|me)\b[^.!?]{0,15}\b(?:correct|right|perfect|excellent|"
    r"10/10|100|5/5|a\+)(?!\w)",
    r"\b(?:do not|don't|never|without) (?:deduct\w*|take|subtract\w*|tak(?:e|ing) "
    r"off)\b[^.!?]{0,15}"
    r"\b(?:points?|marks?)\b|\bno further checks\b|\bno need to (?:compare|check|verify|grade)\b",
    r"\bif you(?: are|'re) an? (?:ai|language model|llm|bot)\b|\bpre-?approved\b",
    r"\b(?:result|score|grade|mark|verdict) (?:for|of) (?:this|the|my) (?:candidate|student|answer|"
    r"submission|applicant)\b|\b(?:this|my) answer (?:is|was) worth\b",
    r"\b(?:output|print|return|respond with|reply with|write|say)(?: only| just)? the (?:number|"
    r"score|grade|mark) (?:of )?\d",
    r"\bskip the (?:check|test|comparison)s?\b|\b(?:accepted|passed) without (?:a )?checks?\b",
    r"\byou will be (?:penali[sz]ed|punished|fired|rewarded|tipped)\b",
    r"^\W*(?:this|mine) is an? (?:\w+ and )?(?:excellent|perfect|complete|flawless|correct)"
    r"(?: and \w+)? (?:answer|response)\b",
    r"\beverything i (?:have )?(?:written|said|wrote)\b[^.!?]*\b(?:correct|right|true)\b",
    r"^\W*(?:final )?grade\s*:\s*(?:a\+?|1|100|excellent)\W*$",
    # the same in other languages of Latin letters
    r"\b(?:ignor|olvid|oubli|verges?s|missacht|esque[cç]|dimentic|omit|"
    r"desconsider)\w*\b[^.!?]{0,40}"
    r"\b(?:instruc|istruz|anweis|rubri|consign|criteri|kriteri|bareme|barem|vorgaben|regras|reglas|"
    r"regeln|regles)\w*",
    r"\b(?:puntuacion|nota|note|punteggio|pontuacao|calificacion|punktzahl|punkte|puntos|"
    r"points|voto)\b"
    r"\s+(?:\w+ )?(?:maxim|massim|pien|complet|perfect|plein)\w*|\b(?:maxim|massim|voll|"
    r"hochst|best|"
    r"todos los|tous les|alle|plein|la mejor|la meilleure)\w*\s+(?:\w+ )?(?:puntuacion|nota|note|"
    r"punteggio|pontuacao|calificacion|punktzahl|punkte|puntos|points|voto)\b",
]

_BLOCK = re.compile(
    r"<!--.*?(?:-->|\Z)|<\|im_start\|>.*?(?:<\|im_end\|>|\Z)|\[INST\].*?(?:\[/INST\]|\Z)"
    r"|<(system|instructions?|grader|admin)>.*?(?:</\1>|\Z)|<<SYS>>.*?(?:<</SYS>>|\Z)"
    r"|\[system[^\]\n]*\].*?(?:\[/system\]|\n|\Z)"
    r"|```(?:json|system)?\s*[\[{][^`]*?\"(?:score|status|grade|verdict|points|"
    r"overall)\"[^`]*?(?:```|\Z)"
    r"|[\[{][^\[\]{}\n]{0,80}\"(?:score|status|grade|verdict|points|overall)\"\s*:[^\n]*?[\]}]+",
    re.DOTALL | re.IGNORECASE,
)
"""Stretches marked as something other than an answer, whatever stands in them."""


def asides(text: str) -> list[Span]:
    """Return the parts of a cleaned answer that are addressed to its grader, in order.

    A clause is taken by itself where what it says shows in it alone; else its whole sentence.
    """
    found = [Span(match[0], *match.span()) for match in _BLOCK.finditer(text)]
    blocked = text
    for block in found:
        blocked = blocked[: block.start] + " " * len(block.text) + blocked[block.end :]
    for sentence in sentences(blocked):
        found += _in_sentence(sentence)
    return _apart(found)


def is_aside(text: str) -> bool:
    """Return whether a sentence is addressed to its grader."""
    shadow = _shadow(text)
    return any(_aside().search(form) for form in (shadow, _spaced(shadow)))


@cache
def _aside() -> re.Pattern[str]:
    """Return the patterns as one; compiling them takes 0.2 s, which only a grade shall pay."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in _ASIDES))


def _in_sentence(sentence: Span) -> list[Span]:
    if not is_aside(sentence.text):
        return []
    parts = clauses_of(sentence)
    marked = [i for i, part in enumerate(parts) if is_aside(part.text)]
    if len(parts) == 1 or not marked:
        return [_tail(sentence, sentence, least=4) or sentence]
    first = marked[0]
    if first == 0:
        return [sentence]
    turned = _tail(sentence, parts[first], least=1)
    # what follows a command belongs to it
    return [turned or _to_end(sentence, parts[first - 1].end)]


def _tail(sentence: Span, clause: Span, *, least: int) -> Span | None:
    """Return a sentence from where its unpunctuated clause turns to the grader.

    None if it does not, or if fewer than `least` words of an answer stand before that.
    """
    text = clause.text.lower()
    turn = re.search(
        r"\b(?:please |now |so )*(?:ignore|disregard|forget (?:all|the|your|any)|give "
        r"(?:me|this|full)|"
        r"mark (?:every|all|this|me)|award|dear|as the grader|system)\b",
        text,
    )
    if turn is None or not is_aside(text[turn.start() :]):
        return None
    before = text[: turn.start()]
    if len(before.split()) < least or is_aside(before):
        return None
    return _to_end(sentence, clause.start + turn.start())


def _to_end(sentence: Span, start: int) -> Span:
    body = sentence.text[start - sentence.start :]
    return Span(body, start, sentence.end)


def _apart(spans: list[Span]) -> list[Span]:
    """Return spans in order, those inside others left out."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _shadow(text: str) -> str:
    """Return `text` as a reader sees it: no accents, look-alike letters replaced, marks thinned."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    mended = [
        word.translate(_LOOKALIKES)
        if re.search(r"[a-zа-яα-ω@$]", word) and not _number(word)
        else word
        for word in re.split(r"(\s+)", plain)
    ]
    return re.sub(r"[*_`~]+", "", "".join(mended).replace("’", "'")).strip()


def _number(word: str) -> bool:
    """Whether digits in a word are digits: "100", "10/10", "l1", "f1", "100%"."""
    return bool(re.fullmatch(r"\W*[a-z]{0,3}\d+(?:[./]\d+)?[%+.,;:!?)\"'}\]]*", word))


def _spaced(shadow: str) -> str:
    """Return `shadow` with s p a c e d or d.o.t.t.e.d letters drawn together."""
    return re.sub(
        r"\b(?:[a-z][ .\-]){3,}[a-z]\b", lambda match: re.sub(r"[ .\-]", "", match[0]), shadow
    )
