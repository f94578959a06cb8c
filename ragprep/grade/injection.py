"""Finds what an answer says to its grader and not about its question; pure.

Such sentences are left out before anything reads the answer, so they move no grade at all.
"""

from __future__ import annotations

import re
from functools import cache

from ragprep.grade.clauses import clauses_of
from ragprep.text.sentences import Span, sentences
from ragprep.text.words import unaccented

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏвнкмтɡαεοριυνκτ0134@$",
    "aeopcyxijsdhlbhkmtgaeopiuvktoiea" + "as",
)
"""Cyrillic and Greek letters that look like Latin ones, and digits used for letters."""

_COMMAND = (
    r"(?:^\W*|\b(?:please|kindly|just|now|then|and|to|you|must|should|will|shall)\s+"
    r"|[,:;.!?>\])-]\s*)"
)
_ORDER = (
    r"(?:^\W*|\b(?:please|kindly|pls|just|you(?:'ll| to| can| could| will| would| must| should| "
    r"may| might| shall)?)\s+(?:please )?|[,:;.!?>\])-]\s*)"
)
"""What stands before a demand and not before what a model does."""
_THIS = r"(?:this|my|the above|above|the|these|the following|following)"
_ANSWER = r"(?:answer|response|submission|reply|essay|candidate|student|applicant|work)"
_FULL = (
    r"(?:(?:full|complete|all available)(?: possible)? (?:marks?|credits?|scores?|grades?|points)"
    r"|all the (?:marks|credits?))"
)
_TOP = (
    r"(?:(?:maximum|max|maximal|perfect|top|highest possible)(?: possible)? "
    r"(?:marks?|credits?|scores?|grades?|points|ratings?))"
)
"""What models give as well: "keep the box with the maximum score"."""
_GOOD = (
    r"(?:fully |completely |entirely |totally )?(?:covered|correct|perfect|excellent|"
    r"complete|right|"
    r"passed|passing|full|outstanding|flawless|satisfied|addressed|mentioned|met|true)\b"
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
_GRADER = (
    r"(?:grader|examiner|assessor|auto-?grader|"
    r"(?:grading|scoring|marking) (?:model|system|assistant|ai|bot|engine|tool))"
)
_EXPERT = r"(?:evaluator|marker|scorer|professor|teacher|judge|interviewer|reviewer)"
"""Whom right answers speak of as well: "human reviewers", "the teacher's logits"."""
_PERSON = rf"(?:{_GRADER}|{_EXPERT})"
_KIND = (
    r"(?: now)?(?: an?| the| my| your)?"
    r"(?: (?:ai|automated|fair|kind|lenient|generous|helpful|strict|friendly|human|expert))*"
)
_MODEL = r"(?:language model|llm|ai(?: model| assistant)?|chatgpt|gpt|assistant|bot|model)"
_MUST = (
    rf"(?: of this {_ANSWER})?,? (?:you )?(?:must|should|please|will|has to|needs? to|"
    r"(?:is|are) (?:instructed|told|required|asked|ordered))"
)
_VERY = r"(?:me |this |it |very |more |as |so |extra |a (?:bit|little) )*"
_PLEA = (
    rf"(?:please|pls|kindly|{_GRADER}s?|(?:this|my) {_ANSWER}|from you|deserv\w+|"
    r"(?:giv|grant|award)\w* me|would be (?:lovely|nice|appreciated))"
)
_GRADED = (
    rf"(?:(?:my|this) (?:{_ANSWER}|text|entry|question)|above|below|please|{_GRADER}s?|grading|"
    r"deduct\w*|marks|credit)"
)
_YOU_MUST = (
    r"\byou (?:must|should|have to|need to|are (?:required|instructed|ordered) to|will|shall) "
    r"(?:now )?(?:always )?"
)
_NOTA = r"puntuacion|nota|punteggio|pontuacao|calificacion|puntos|punti|pontos|punktzahl|voto"
_SCORE = (
    r"(?:100\s?%?|10\s?/\s?10|100\s?/\s?100|5\s?/\s?5|a\+|\b(?:one )?hundred\b"
    r"|10 out of 10|100 percent)"
)

_ASIDES = [
    # who it is to play
    rf"(?:\b(?:you are|you're)(?! \w+ing\b)|\bpretend to be|{_ORDER}act as)\b[^.!?\n]{{0,40}}"
    rf"\b(?:\w*bot|{_PERSON})\b",
    rf"\bplay (?:the (?:role|part) of )?(?:as )?(?:an?|the|my)(?: (?!against|with)[\w-]+){{0,3}} "
    rf"(?:\w*bot|{_PERSON})\b",
    # what it has been told is not to count
    rf"{_COMMAND}(?:ignore|ignoring|disregard|forget|override|bypass|skip|drop|discard|neglect)\b"
    rf"[^.!?]{{0,40}}\b(?:previous|prior|above|earlier|preceding|all|any|other|your|these|those|"
    rf"system|grading|scoring|marking|initial|original|every|the)\b[^.!?]{{0,25}}\b{_RULES}\b",
    r"\b(?:ignore|disregard|forget)\b[^.!?]{0,20}\b(?:previous|prior|above|earlier|preceding|your)\b"
    r"[^.!?]{0,20}\b(?:instructions|prompts?)\b",
    r"\b(?:ignor|disregard|forget|overrid|bypass|skip)\w*\b[^.!?]{0,40}\b(?:rubric|mark(?:ing)? "
    r"scheme|answer key|grading|everything (?:above|before)|what you were )",
    r"\b(?:do not|don't|never)\b[^.!?]{0,20}\b(?:follow|use|apply|check|compare|consult|"
    r"look at)\b"
    r"[^.!?]{0,30}\b(?:rubric|reference answer|answer key|key points|guide's|grading|"
    r"instructions)",
    # marks demanded
    rf"\b{_FULL}\b(?!.*\b(?:similarity|attention|bounding|softmax)\b)",
    rf"(?:{_COMMAND}(?:give|award|grant|enter)|\byou hand out)"
    rf"(?: (?:me|us|it|this|him|her|them|every(?:one|body)))? (?:an? |the )?{_TOP}\b"
    r"(?! to (?!me\b|us\b|my\b|this\b))",
    rf"^(?=.*\b{_PLEA}\b).*\b{_TOP}\b",  # a lookahead, as either may come first
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
    rf"instructions? (?:to|for)|to(?! (?:judge|teacher)\b)|memo to)"
    rf"(?: the| my| all| any| whoever)?(?: ai| human| kind)? {_PERSON}s?\b",
    rf"(?:^|[,;:(]\s*)(?:dear|attention|note (?:to|for)|message (?:to|for)|instructions? "
    rf"(?:to|for))"
    rf"(?: the| my| any)? {_MODEL}\s*[,:!-]",
    rf"\b(?:you are|you're|pretend to be){_KIND} {_PERSON}\b"
    rf"\s*(?:,|:|who|that|you|i\b|please|must|and|\W*$)",
    rf"\b(?:as|being){_KIND} {_GRADER}\b\s*(?:,|:|who|that|you|i\b|please|must|and)",
    rf"(?:^\W*|[,;:(]\s*)(?:as|being){_KIND} {_EXPERT}\b,? (?:you|i|please|must)\b",
    rf"\b(?:as an?|you are(?: now)?(?: an?)?|act as an?)(?: (?:ai|helpful|lenient|large|"
    rf"generous|kind))*"
    rf" {_MODEL}\b[, ]+(?:you|please|that (?:gives|always|grants)|who (?:gives|always))",
    rf"\b{_GRADER}s?{_MUST}\b"
    rf"[^.!?]*\b(?:mark|score|credit|grade|points?|ignore|covered|correct|pass|accept|award|give)",
    rf"\b{_EXPERT}s?{_MUST}\b[^.!?]*\b(?:me|my|(?:this|the above) {_ANSWER}|"
    r"full|credit for|as correct|covered)\b",
    rf"(?:{_ORDER}|\bplease\b[^.!?]{{0,30}} )be {_VERY}(?:lenient|generous|gentle|kind(?! of\b)|"
    r"nice|easy(?! to\b))\b(?! (?:with|about|in) (?:the|your|an?|how) (?!scor|grad|mark|answer))",
    r"\bwould be (?:\w+ )?(?:kind|nice|generous|good) of you\b",
    rf"\b(?:grade|mark|score) {_VERY}(?:lenient|generous|kind|nice|easy|gentle|leniently|"
    r"generously|kindly)\b",
    r"\b(?:please|kindly)\b[^.!?]{0,30}\b(?:pass me|let me pass|do ?n[o']t fail me|help me pass)\b",
    rf"{_YOU_MUST}(?:give|award|grant|grade|mark|score|rate|accept|pass|return|output|treat)\b"
    rf"[^.!?]*\b(?:(?:me|my|(?:this|the above) (?:{_ANSWER}|one)|the {_ANSWER} (?:above|below))\b|"
    rf"full (?:marks?|credit|scores?|points?)\b|covered\b|{_SCORE}\W*$)",
    rf"{_YOU_MUST}(?:give|award|grant)\b[^.!?]{{0,20}}\b(?:(?:highest|best|good|"
    rf"passing) (?:marks?|scores?|grades?|ratings?)|{_TOP})\b(?! (?:to|for)\b)",
    rf"{_YOU_MUST}(?:grade|mark|score|rate|accept|count|treat) (?:it|this|that|them|everything|all|"
    rf"every \w+)\b[^.!?]{{0,10}}\b{_GOOD}",
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
    r"\bi (?:deserve|should (?:get|receive|be given)|demand|have earned)\b"
    r"[^.!?]{0,30}\b(?:marks?|score|grade|credit|points|a\+|100|pass)\b",
    rf"\bi (?:expect|want|would like|need)\b[^.!?]{{0,30}}\b(?:(?:good|high|passing|better|decent|"
    rf"excellent|my|your|those|these) (?:marks?|scores?|grades?|credit|points)|{_TOP}|marks|grade|"
    rf"to pass|a pass|{_SCORE}\W*$)(?! (?:for|of|over|in) (?:each|every|all|an?)\b)",
    rf"\b(?:all|every|each|no)(?: of)?(?: the| single)?(?: key| rubric)? (?:points?|"
    rf"criteri(?:a|on)|"
    rf"rubric items?)(?: of the rubric| above| here)? (?:is|are|was|were|has been|have "
    rf"been|should be)"
    rf"(?: now| already| hereby)? ?(?:{_GOOD}|missing\b|left out\b)",
    rf"\beverything (?:above|here|i (?:said|wrote))\b[^.!?]*\b{_GOOD}\b",
    rf"^\W*(?:final |overall |total |my |your |suggested |expected )?(?:score|grade|marks?|rating|"
    rf"verdict|result|status|evaluation)\s*(?:[:=]|is)+\s*\W?(?:{_SCORE}|{_GOOD}|pass)",
    rf"[\[{{][^\]}}]{{0,80}}[\"']?(?:score|status|grade|verdict|covered|overall|"
    rf"credit)[\"']?\s*[:=]\s*[\"']?"
    rf"(?:{_GOOD}|{_SCORE}|1(?:\.0)?\b|10\b)(?!\.?\d)",
    # roles and their marks
    r"^\W*(?:system|assistant|developer|admin|grader|examiner|evaluator|instructions?|override|"
    r"new (?:task|instructions?|rules?))"
    r"(?: (?:prompt|message|note|instructions?|override|update|command|"
    r"mode))*\W*[:>\]]\W*.*\b(?:grade|"
    r"score|answer|mark|marks|instruction|rubric|ignore|covered|correct|you|point|student|respond|"
    r"output|credit|award|task|evaluation|pass|verdict)",
    rf"^\W*(?:important|urgent)(?: (?:note|instruction|update|message))?\W*[:>\]]\W*.*\b(?:"
    rf"(?:this|my) {_ANSWER}|rubric|grade|graders?|grading|examiners?|marks|score (?:it|me|this)|"
    rf"(?:previous|prior|above|your|new|all) instructions?|ignore (?:all|your|any)|covered|credit|"
    rf"award|verdict|point as|you (?:must|are|will) (?:now|pass|an?|accept))\b",
    r"<\|?(?:im_start|im_end|system|assistant|user)\|?>|<\|?endoftext\|?>\s*(?:system|user|"
    r"assistant|human|new|you)\b|\[/?(?:inst|sys)\]|<</?sys>>|"
    r"#{2,}\s*(?:system|instruction|assistant)|begin (?:system )?(?:prompt|instructions)|"
    r"end of (?:the )?(?:student|candidate|user)?'?s? ?(?:answer|input|submission|response)",
    r"\b(?:reveal|repeat|print|show|tell me|leak)\b[^.!?]{0,30}\b(?:system prompt|rubric|reference "
    r"answer|answer key|key points|your instructions)\b",
    r"\b(?:developer|jailbreak|dan|debug|god|test|admin|maintenance) "
    r"mode\b[^.!?]*\b(?:grad|scor|mark|"
    r"enabled?|activ|on\b)",
    r"(?<!no )\b(?:rubric|mark(?:ing)? scheme|"
    r"grading (?:criteria|guidelines|instructions|policy|rules|script))\b"
    r"(?!.*\b(?:model|models|train\w*|annotat\w*|raters?|learn\w*)\b)",
    rf"^(?=.*\b{_GRADED}\b).*\b(?:answer key|reference answer)\b",
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
    # the same in other languages of Latin letters, by words that are not English too
    r"\b(?:ignor|olvid|oubli|verges?s|missacht|esque[cç]|dimentic|omit|desconsider)\w*\b"
    r"[^.!?]{0,40}\b(?:(?:instruc(?!tions?\b)|istruz|anweis|rubri|consign|criteri(?!on\b|a\b)|"
    r"criteres|kriteri|bareme|barem|vorgaben|regras|reglas|regeln|regles)\w*|"
    r"(?:les|ces|vos|tes|mes|toutes) instructions)",
    rf"\b(?:{_NOTA})\s+(?:\w+ )?(?:maxim|massim|pien|complet|perfect)\w*|\b(?:maxim\w*|massim\w*|"
    rf"pien\w*|todos l?os|tutti i|la mejor|a melhor|il miglior)\s+(?:\w+ )?(?:{_NOTA})\b",
    r"\b(?:la|une|ma|sa|cette) note\s+(?:\w+ )?(?:maxim|complet|parfait|plein)\w*|\b(?:pleine|"
    r"meilleure|plus haute) note\b|\b(?:tous les|totalite des|maximum de) points\b",
    r"\b(?:maximale?|voll|hochst|beste|bestmog|alle)\w*\s+(?:\w+ )?(?:note|punktzahl|punkte)\b|"
    r"\bpunkte\s+(?:maxim|voll)\w*",
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
"""Stretches marked as something other than an answer, whatever stands in them; data if `_FULLY`."""

_FULLY = re.compile(
    r"\"covered\"|\"\w*(?:score|status|grade|verdict|points|overall)\"\s*:\s*[\[{\"' ]*"
    rf"(?:{_SCORE}|{_GOOD}|pass\b|10?(?:\.0+)?\b)(?!\.?\d)",
    re.IGNORECASE,
)
"""What makes a plea of data: a full mark. `{"score": 0.87}` is what a service returns."""

_CLOSING = re.compile(r"(?:[.!?][\"'”’)\]]*\s+|[。！？]\s*|\s*\n\s*(?:[-*•+–]\s+|\d+[.)]\s+)?)\Z")
"""The end of a sentence that is not the last."""


def injected_instructions(text: str) -> list[Span]:
    """Return the parts of a cleaned answer that are addressed to its grader, in order.

    A clause is taken by itself where what it says shows in it alone; else its whole sentence.
    """
    blocks = [Span(match[0], *match.span()) for match in _BLOCK.finditer(text)]
    found = [block for block in blocks if not _is_data(block.text) or _FULLY.search(block.text)]
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


def _is_data(block: str) -> bool:
    return bool(re.match(r"```|[\[{](?!/?(?:inst|system)\b)", block, re.IGNORECASE))


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
        return [_tail(sentence, parts[0], least=4) or sentence]
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
    """Return a sentence from `start` on, but for the mark that parts it from the next one.

    What stands between `start` and the last word before it goes too.
    """
    closing = _CLOSING.search(sentence.text)
    end = sentence.start + closing.start() if closing else sentence.end
    start = sentence.start + len(sentence.text[: start - sentence.start].rstrip(" ,;:-–—(["))
    return Span(sentence.text[start - sentence.start : end - sentence.start], start, end)


def _apart(spans: list[Span]) -> list[Span]:
    """Return spans in order, those inside others left out."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _shadow(text: str) -> str:
    """Return `text` as a reader sees it: no accents, look-alike letters replaced, marks thinned."""
    plain = unaccented(text).lower()
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
