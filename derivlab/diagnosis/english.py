"""What is said of each error kind, in English; `messages` finds the catalogue of a language.

A new language is a module like this one, entered in `messages.CATALOGUES`; a test holds that it has every
sentence, with the same fields.
"""

from __future__ import annotations

from derivlab.diagnosis.sentences import Catalogue, Sentences

ENGLISH = Catalogue(
    look_at="Look at {where} again.",
    look_at_line="Look at this line again.",
    joined="{first} {second}",
    steps={
        "first wrong": "This is the first wrong step of the chain.",
        "follows": "This step is right by itself; the line follows from the wrong line {line}.",
        "wrong again": "This step is wrong by itself, too: it does not follow from the line before.",
        "right again": "This does not follow from the line before, but the line is right again.",
    },
    labels={"hint": "hint", "chain": "chain", "solution": "right would be"},
    difference="Left side minus right side is {difference}.",
    kinds={
        "sign of the whole": Sentences(
            "The sign of the whole expression is the other way round: the negative of this is right.",
            "sign of the whole: the negative of the right side",
            "Check whether you differentiate $J$ or $-J$, and carry the minus sign through every line.",
        ),
        "sign of a term": Sentences(
            "The term {where} has the wrong sign.",
            "sign of the term {where}",
            "$(u - v)' = u' - v'$, and a minus sign before a bracket turns every sign inside.",
        ),
        "sign in an exponent": Sentences(
            "The exponent {where} has the wrong sign.",
            "sign of the exponent {where}",
            "$e^{{-u}}$ is $1/e^u$, and $(e^{{-u}})' = -u' e^{{-u}}$.",
        ),
        "sign in brackets": Sentences(
            "The sign of {where} in the brackets is the other way round.",
            "sign of {where} in its brackets",
            "A minus sign before a bracket turns every sign inside; so does exchanging the two terms.",
        ),
        "swapped indices": Sentences(
            "Two indices are swapped: the right answer is the transposed one.",
            "free indices swapped (the transposed result)",
            "The derivative by an entry carries that entry's indices, in its order.",
        ),
        "transposed": Sentences(
            "{where} is transposed: {detail} fits.",
            "{where} transposed, expected {detail}",
            "Write the product with indices: a summed index stands last in one factor and first in the next.",
        ),
        "wrong shape": Sentences(
            "The shapes do not come out at {where}: {detail} fits.",
            "wrong shape at {where}, expected {detail}",
            "The gradient by an array has the shape of that array; check each product against it.",
        ),
        "order of a product": Sentences(
            "The factors of {where} stand in the wrong order: {detail} fits.",
            "order of the product {where}, expected {detail}",
            "A matrix product is not commutative: $A B \\neq B A$.",
        ),
        "products mixed": Sentences(
            "At {where} the entry-by-entry product and the matrix product are mixed up.",
            "entry-by-entry and matrix product mixed at {where}",
            "$u \\odot v$ multiplies entry by entry; $u v$ sums over the index between them.",
        ),
        "one case for all": Sentences(
            "What holds in one case of the indices is used for all of them: {detail} tells the cases apart.",
            "one case of the indices taken for all: {detail} is missing at {where}",
            "$\\partial z_k / \\partial z_i = \\delta_{{ik}}$: 1 where $k = i$ and 0 elsewhere; both count.",
        ),
        "missing factor": Sentences(
            "A factor is missing at {where}: {detail}.",
            "missing factor {detail} at {where}",
            "Constant factors stay: $(c u)' = c u'$. Compare the factors before and after the step.",
        ),
        "forgotten chain-rule factor": Sentences(
            "A factor is missing at {where}: {detail}, the derivative of the inner function (chain rule).",
            "forgotten chain-rule factor {detail} at {where}",
            "$(f(u))' = f'(u) \\, u'$: the derivative of what stands inside is a factor.",
        ),
        "extra factor": Sentences(
            "The factor {detail} is one too many.",
            "extra factor {detail}",
            "Ask of each factor which rule brought it in.",
        ),
        "missing term": Sentences(
            "A term is missing at {where}: {detail}.",
            "missing term {detail} at {where}",
            "Every term of the objective has a derivative, a penalty too.",
        ),
        "extra term": Sentences(
            "The term {detail} is one too many.",
            "extra term {detail}",
            "What does not depend on the variable has derivative 0.",
        ),
        "missing sum": Sentences(
            "A sum over {detail} is missing at {where}.",
            "missing sum over {detail} at {where}",
            "If the variable acts through many quantities, the chain rule adds over all of them.",
        ),
        "sum too much": Sentences(
            "There is a sum too much: in {where} only one term is left.",
            "sum too much: {where}",
            "$\\sum_k \\delta_{{ik}} u_k = u_i$: under a sum, a Kronecker delta leaves one term.",
        ),
        "wrong bound": Sentences(
            "The range of the sum {where} is not right: {detail} is.",
            "wrong range {where}, expected {detail}",
            "Write out the first and the last term of the sum.",
        ),
        "wrong index": Sentences(
            "An index of {where} is not the right one.",
            "wrong index at {where}, expected {detail}",
            "Keep the index of the sum and the index of the variable apart; each letter has one meaning.",
        ),
        "wrong name": Sentences(
            "{where} is not the right quantity.",
            "wrong name {where}, expected {detail}",
            "Say in words what each name stands for, and read the line aloud.",
        ),
        "wrong exponent": Sentences(
            "The exponent at {where} is not right.",
            "wrong exponent at {where}, expected {detail}",
            "$(u^a)' = a \\, u^{{a-1}} u'$.",
        ),
        "derivative of a quotient": Sentences(
            "The denominator {where} has the wrong power.",
            "quotient rule: wrong power of the denominator {where}, expected {detail}",
            "$(u/v)' = (u' v - u v') / v^2$, and $(1/v)' = -v'/v^2$.",
        ),
        "derivative of a logarithm": Sentences(
            "At {where} something stands the wrong way up; was the derivative of a logarithm taken?",
            "derivative of a logarithm: {where}, expected {detail}",
            "$(\\log u)' = u'/u$.",
        ),
        "derivative of an exponential": Sentences(
            "{where} is the derivative of a power, and here stands an exponential.",
            "derivative of an exponential: {where}, expected {detail}",
            "$(e^u)' = u' e^u$: the exponent stays as it is.",
        ),
        "derivative of a function": Sentences(
            "The function at {where} is not the right one.",
            "wrong function at {where}, expected {detail}",
            "$\\sin' = \\cos$, $\\cos' = -\\sin$, $\\sinh' = \\cosh$, $\\cosh' = \\sinh$.",
        ),
        "assumption needed": Sentences(
            "This is true if {assumption}; say that you use it.",
            "true if {assumption}, which is not stated",
            "State an assumption before the first line that uses it.",
        ),
        "true only at a size": Sentences(
            "This is true only for {detail}, and not for every size.",
            "true only for {detail}",
            "Try the formula with three entries, and keep every sum until the end.",
        ),
        "linear relation": Sentences(
            "Your answer is not far off: the right one is {detail}.",
            "right side = {detail}",
            "Follow the constant factors and the constant terms through every line.",
        ),
        "several mistakes": Sentences(
            "More than one thing is missing.",
            "several mistakes",
            "Go through the terms one by one, and compare each with the line before.",
        ),
    },
)
