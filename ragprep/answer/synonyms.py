"""Which words say the same of a matter, and which say nothing by themselves; English only.

Both lists are short on purpose: a word that is on neither must stand in the source, or the sentence
is left out. They were written from the dev half of eval/support.jsonl and general English.
"""

from __future__ import annotations

from ragprep.answer.claims import alike
from ragprep.answer.words import stem

# Words that a paraphrase brings along and that by themselves claim nothing.
_SOFT_TEXT = """
able achieve act add addition advantage aim allow along already apply approach as aspect available
based become begin belong besides bring broad call carry case certain characteristic choose come
common commonly component concept concern consider consist contain create crucial deal define
definition depend describe determine effective effectively employ enable ensure especially
essential estimate fact feature focus follow form function further general generally go goal hand
handle happen help idea identify important importance indicate involve item itself keep key kind
know known learn let level look main mainly major manage manner mean meaning measure mechanism
method model moreover multiple name namely necessary new number occur offer operate option order
part particular particularly perform piece point possible practice present primarily problem
procedure process produce property provide purpose put range reach reason refer relate relevant
remain represent result role say see seek serve set several show side simply situation specific
specifically standard start step strategy stand state sort such suit suitable take task technique
tell tend term together tool turn type typical typically understand unit value variant various
work yield system overall thus hence therefore whatever
respectively including such first second third finally next remaining another whereas
"""
SOFT = frozenset(stem(word) for word in _SOFT_TEXT.split())

# Groups of words that say the same of the matter; stems are made of them below.
_GROUPS_TEXT = """
detect find identify locate discover spot finding detection
keep maintain preserve retain preservation
divide split partition separate
delete remove drop discard deletion removal eliminate
use utilize apply
select choose pick selection
whole entire full
learn train
compete competing adversarial
distinguish differentiate tell
share send exchange
smooth blur smoothing blurring
create generate produce build
change shift alter
sample example observation
zero 0
random randomly
show indicate
sequential sequence
expensive cost costly
correct right
guess estimate estimation
combine combination mix merge
reduce reduction
fill imputation impute
deploy deployment release
roll rollout
plus sum
automate automatic automated automatically
consider weigh
"""
_GROUPS = [frozenset(map(stem, line.split())) for line in _GROUPS_TEXT.split("\n") if line]


def fits(word: str, tokens: set[str] | frozenset[str]) -> bool:
    """Return whether `word`, a form or a synonym of it is among `tokens`."""
    if word in tokens or any(alike(word, token) for token in tokens):
        return True
    return any(word in group and not group.isdisjoint(tokens) for group in _GROUPS)
