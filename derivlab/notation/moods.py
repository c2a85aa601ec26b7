"""What the words before a formula ask for: to assume it, to define by it, to take it as a condition."""

from __future__ import annotations

import re

from derivlab.symbols import NONNEGATIVE, NONZERO, POSITIVE, REAL, Domain
from derivlab.symbols.domains import Domain as _Domain

WORD = re.compile(r"[A-Za-z][A-Za-z'.-]*|[,()]")

# SIDE asks for an assumption only of an equation about free variables: 'y satisfies Σ y = 1'.
# SETTING waits for a derivative that is set to zero; what follows is STATIONARY: true at such points only.
ASSUME, LET, SIDE, STATE, CONDITION = "assume", "let", "side", "state", "condition"
SETTING, STATIONARY = "setting", "stationary"

MOODS: dict[str, str] = {
    **dict.fromkeys("assume assumes assumed assuming suppose supposing provided s.t".split(), ASSUME),
    **dict.fromkeys("satisfying satisfies satisfy obeying obeys".split(), SIDE),
    **dict.fromkeys(
        "let define defined defining denote denotes denoting set put write where with call called".split(),
        LET,
    ),
    **dict.fromkeys(
        "then show shows prove proves proved claim have has get gets obtain obtains hence thus therefore so"
        " follows find finds yields gives becomes conclude compute derive verify note recall indeed is are"
        " since because that which".split(),
        STATE,
    ),
    **dict.fromkeys("setting equating equate".split(), SETTING),
    **dict.fromkeys("if when whenever for case unless".split(), CONDITION),
}
# Two words that together ask for an assumption.
PAIRS = {("given", "that"), ("such", "that"), ("subject", "to"), ("assume", "that"), ("suppose", "that"),
         ("assuming", "that"), ("provided", "that"), ("supposing", "that"), ("assumed", "that"),
         ("constraint", "that"), ("condition", "that")}  # fmt: skip
# 'in the region where x > 0', and 'when it is active, i.e. x > 0', give a condition.
PLACES = frozenset(
    "region regions regime set interval intervals point points part side branch domain place range".split()
)
OPEN_CONDITION = frozenset({"when", "whenever", "if", "where", "wherever", "while"})
# Words of a statement that do not end an assumption: 'assume that y is a vector with sum 1'.
WEAK = frozenset(
    {"is", "are", "has", "have", "with", "that", "for", "which", "set", "case", "if", "when", "all"}
)
# 'suppose that we have N points' assumes; 'such that x > 0 we have J = 1' does no longer.
HYPOTHETICAL = frozenset("suppose supposing assume assuming if where let which when".split())
SETS = frozenset({"set", "sets", "setting", "put", "putting", "equating", "equate"})
DERIVATIVE = re.compile(r"\\nabla|\\partial|\\frac\s*\{?\s*d|[a-zA-Z]'")


def sets_to_zero(left: str, right: str, mood: str) -> bool:
    """Whether 'setting' or 'we set' stands before a derivative that is said to be 0.

    >>> sets_to_zero(r"\\nabla_w L", "0", "setting"), sets_to_zero("b", "0", "let")
    (True, False)
    """
    return mood in (SETTING, LET) and right.strip(" .,;") == "0" and bool(DERIVATIVE.search(left))


CONCLUDING = frozenset(
    "then show shows prove proves proved claim get gets obtain obtains hence thus therefore so follows find"
    " finds yields gives becomes conclude compute derive verify note recall indeed since because imply"
    " implies see have always".split()
)


def concludes(text: str) -> bool:
    """Whether what follows is said to be so, rather than said of a name: 'hence', not 'the strength'.

    >>> concludes("It follows that"), concludes("with a strength")
    (True, False)
    """
    return any(word.lower().strip(".-'") in CONCLUDING for word in WORD.findall(text))


def mood_after(text: str, mood: str) -> str:
    """The mood after some words.

    >>> mood_after("and assume that", "state"), mood_after("Then we have", "assume")
    ('assume', 'state')
    >>> mood_after("we have", "let"), mood_after("suppose we have", "let")
    ('state', 'assume')
    >>> mood_after("When it is active, i.e.", "state"), mood_after("in the region where", "state")
    ('condition', 'condition')
    """
    words = [word.lower().strip(".-'") for word in WORD.findall(text)]
    if mood == STATIONARY:
        return mood
    depth, is_set = 0, False
    for before, word in zip(["", *words], words, strict=False):
        is_set = is_set or word in SETS
        if word == "zero" and before in ("to", "equal") and is_set:
            return STATIONARY
        if word in "()":
            depth += 1 if word == "(" else -1
            if depth < 0 and mood == ASSUME:
                mood, depth = STATE, 0
        elif (before, word) in PAIRS:
            mood = ASSUME
        elif word == "where" and before in PLACES:
            mood = CONDITION
        elif (before, word) == ("we", "have") and HYPOTHETICAL.isdisjoint(words):
            mood = STATE
        elif (mood == ASSUME and word in WEAK) or (
            mood == LET and word in ("is", "are", "that", "which", "set", "for", "has", "have")
        ):
            continue
        else:
            mood = MOODS.get(word, mood)
    if words[-1:] == ["i.e"] or (words[-1:] == [","] and words[-2:-1] == ["i.e"]):
        return CONDITION if not OPEN_CONDITION.isdisjoint(words) else mood
    return mood


def says_let(text: str, let: bool) -> bool:
    """Whether an equation behind some words is a definition in so many words.

    >>> says_let("Now let", False), says_let("Let us show that", False), says_let("and", True)
    (True, False, True)
    """
    for word in WORD.findall(text):
        name = word.lower().strip(".-'")
        let = name in ("let", "define", "redefine", "consider", "take", "uses") or (let and name not in MOODS)
    return let


DOMAIN_WORDS: dict[str, Domain] = {
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "non-negative": NONNEGATIVE,
    "nonzero": NONZERO,
    "non-zero": NONZERO,
    "negative": _Domain(high=POSITIVE.low, high_open=True),
    "real": REAL,
}
NUMBER_WORDS = frozenset(
    "scalar scalars constant constants number numbers parameter hyperparameter real reals rate temperature"
    " coefficient strength variance margin logit advantage ratio threshold slope intercept score".split()
)
SIZE = re.compile(r"\b(?:number|count) of\b|\b(?:dimension|size|length)\b", re.IGNORECASE)
NOT_A_NUMBER = frozenset("vector vectors matrix matrices function functions set tensor index indices".split())
DEFINITE = re.compile(r"\bpositive[\s-]+(?:semi[\s-]*)?definite", re.IGNORECASE)


def domain_before(text: str) -> tuple[Domain | None, bool]:
    """What the last words before a name say of it: its domain, and whether they call it a number.

    >>> domain_before("for a positive constant")[1]
    True
    """
    words = [word.lower() for word in WORD.findall(text)][-4:]
    stops = [at for at, word in enumerate(words) if word in ",()" or word in ("of", "in", "by", "is")]
    if stops:
        words = words[stops[-1] + 1 :]
    return _domain_in(words), _is_number(words)


def domain_after(text: str) -> tuple[Domain | None, bool]:
    """What the first words after a name say of it: 'is positive', 'are real numbers'."""
    if DEFINITE.search(text):
        return None, False
    words = [word.lower() for word in WORD.findall(text)][:6]
    if not words or words[0] not in ("is", "are", "be", "both", "denote", "denotes"):
        return None, False
    stops = [at for at, word in enumerate(words) if word in ",()"]
    if stops:
        words = words[: stops[0]]
    if "not" in words or SIZE.search(" ".join(words)):
        return None, False
    return _domain_in(words), _is_number(words)


def is_size(text: str) -> bool:
    """Whether the first words after a name call it a size: 'is the number of samples'."""
    words = [word.lower() for word in WORD.findall(text)][:5]
    return words[:1] in (["is"], ["denotes"], ["be"], ["are"]) and bool(SIZE.search(" ".join(words)))


def _is_number(words: list[str]) -> bool:
    return any(word in NUMBER_WORDS for word in words) and not any(word in NOT_A_NUMBER for word in words)


def _domain_in(words: list[str]) -> Domain | None:
    return next((DOMAIN_WORDS[word] for word in words if word in DOMAIN_WORDS), None)


FIXED = re.compile(
    r"\b(?:fixed|index|indices|each|every|any|all)(?: (?:index|indices|class|class label))?$", re.I
)
CONVEX = re.compile(
    r"\b(?:is\s+(?P<not>not\s+(?:necessarily\s+|in general\s+)?|non-?)?|would\s+(?P<never>not\s+)be\s+)"
    r"(?:(?P<strict>strictly|strongly)\s+)?(?:jointly\s+)?(?P<what>convex|concave)\b",
    re.I,
)
CONVEX_IN = re.compile(r"\b(?:in|with respect to|as a function of)$", re.IGNORECASE)
SEMIDEFINITE = re.compile(
    r"\bis\s+(?:symmetric\s+and\s+)?positive[\s-]+(?P<semi>semi[\s-]*)?definite\b", re.I
)
IN_SET = re.compile(r"\b(?:in|from|over)(?: the (?:space|set))?$", re.IGNORECASE)
NEAR = 200  # characters: the words before a name stand in fewer


def tail(text: str) -> str:
    """The last words of some prose, one space apart, for a pattern that ends with them.

    >>> tail("a function   of\\n the  set ")
    'a function of the set'
    """
    return " ".join(text[-NEAR:].split())


def is_index_prose(text: str) -> bool:
    """Whether the words before a letter call it an index: 'for a fixed index'."""
    return bool(FIXED.search(tail(text)))
