"""The vocabulary: what each LaTeX command is. Every table maps a command to how it is read."""

from __future__ import annotations

# Dropped: they place ink, they say nothing.
LAYOUT = frozenset(
    r"""
    \,
    \; \: \! \  \/ \> \- \@ \displaystyle \textstyle \scriptstyle \scriptscriptstyle \limits \nolimits
    \nonumber \notag
    \left \right \middle \big \Big \bigg \Bigg \bigl \bigr \bigm \Bigl \Bigr \Bigm \biggl \biggr \Biggl \Biggr
    \mathop \mathrel \mathbin \mathord \mathopen \mathclose \ensuremath \boxed \cancel \bcancel \xcancel
    \smash
    \hfill \hline \allowbreak \nobreak \noindent \par \centering \relax \protect \strut \mathstrut \thinspace
    \medspace \thickspace \negthinspace \enspace \qedhere \substack \it \rm \bf \sf \em \small \normalsize
    \large \underbrace \overbrace \break \newline \allowdisplaybreaks
    """.split()
) | {"\\ "}
OPENERS = frozenset({r"\left", r"\bigl", r"\Bigl", r"\biggl", r"\Biggl"})
CLOSERS = frozenset({r"\right", r"\bigr", r"\Bigr", r"\biggr", r"\Biggr"})

# Dropped together with this many arguments in braces.
ANNOTATIONS = {
    r"\label": 1, r"\tag": 1, r"\ref": 1, r"\eqref": 1, r"\cite": 1, r"\hspace": 1, r"\vspace": 1,
    r"\phantom": 1,
    r"\hphantom": 1, r"\vphantom": 1, r"\color": 1, r"\textcolor": 1, r"\colorbox": 1, r"\stackrel": 1,
    r"\overset": 1, r"\underset": 1, r"\footnote": 1, r"\rule": 2, r"\setcounter": 2, r"\newcommand": 2,
    r"\renewcommand": 2, r"\providecommand": 2, r"\DeclareMathOperator": 2, r"\htmlClass": 1, r"\mspace": 1,
    r"\kern": 0, r"\cssId": 1, r"\class": 1,
}  # fmt: skip

# Words between formulas; as one word that is used like a name it is that name.
TEXT = frozenset(r"\text \textrm \textit \textbf \textsf \texttt \textup \mbox \hbox \emph \textsc".split())
INTERTEXT = frozenset({r"\intertext", r"\shortintertext"})
# A word inside is one name.
UPRIGHT = frozenset(
    r"\operatorname \operatorname* \mathrm \mathsf \mathit \mathtt \mathnormal \textnormal".split()
)

FONTS = {
    r"\mathbf": "bf", r"\boldsymbol": "bf", r"\bm": "bf", r"\pmb": "bf", r"\mathbfit": "bf", r"\vec": "bf",
    r"\symbf": "bf", r"\mathcal": "cal", r"\mathscr": "cal", r"\mathfrak": "cal", r"\mathbb": "bb",
    r"\mathbbm": "bb", r"\mathds": "bb", r"\Bbb": "bb",
}  # fmt: skip

ACCENTS = {
    r"\hat": "hat", r"\widehat": "hat", r"\tilde": "tilde", r"\widetilde": "tilde", r"\bar": "bar",
    r"\overline": "bar", r"\dot": "dot", r"\ddot": "ddot", r"\check": "check", r"\breve": "breve",
    r"\underline": "underline", r"\mathring": "ring", r"\acute": "acute", r"\grave": "grave",
}  # fmt: skip

FRACTIONS = frozenset(r"\frac \dfrac \tfrac \cfrac \nicefrac \sfrac".split())

GREEK = frozenset(
    r"""
    \alpha \beta \gamma \delta \epsilon \zeta \eta \theta \iota \kappa \lambda \mu \nu \xi \omicron \pi \rho
    \sigma \tau \upsilon \phi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi
    \Omega \varepsilon \vartheta \varpi \varrho \varsigma \varphi \varkappa \digamma \ell \hbar \imath \jmath
    \Alpha \Beta \Eta \Kappa \Rho \Tau \Chi \aleph
    """.split()
)
FUNCTIONS = frozenset(
    r"""
    \exp \log \ln \lg \sin \cos \tan \cot \sec \csc \arcsin \arccos \arctan \sinh \cosh \tanh \coth \max \min
    \det \dim \ker \arg \sup \inf \lim \Pr \gcd \deg \limsup \liminf
    """.split()
)
SYMBOLS = frozenset(
    r"\partial \nabla \sum \prod \infty \top \intercal \prime \star \dagger \int \oint \perp \emptyset"
    r" \exists \bot \angle \Re \Im \coprod \bigcup \bigcap".split()
)

TIMES = {r"\cdot": "·", "*": "·", r"\times": "×", r"\ast": "·", "/": "/", r"\div": "/",
         r"\odot": "⊙", r"\circ": "⊙", r"\otimes": "⊗", r"\bullet": "·"}  # fmt: skip

RELATIONS = {
    "=": "=", "<": "<", ">": ">", r"\lt": "<", r"\gt": ">", r"\le": "≤", r"\leq": "≤", r"\leqslant": "≤",
    r"\leqq": "≤", r"\ge": "≥", r"\geq": "≥", r"\geqslant": "≥", r"\geqq": "≥", r"\ne": "≠", r"\neq": "≠",
    r"\in": "∈", r"\notin": "∉", r"\subset": "⊂", r"\subseteq": "⊂", r"\equiv": "≡", r"\approx": "≈",
    r"\simeq": "≃", r"\cong": "≅", r"\propto": "∝", r"\sim": "∼", r"\to": "→", r"\rightarrow": "→",
    r"\longrightarrow": "→", r"\mapsto": "↦", r"\leftarrow": "←", r"\gets": "←", r"\longleftarrow": "←",
    r"\coloneqq": ":=", r"\triangleq": ":=", r"\defeq": ":=", r"\eqdef": ":=", r"\coloneq": ":=",
    r"\doteq": ":=", r"\succeq": "⪰", r"\succ": "≻", r"\preceq": "⪯", r"\prec": "≺", r"\succcurlyeq": "⪰",
    r"\preccurlyeq": "⪯", r"\ll": "≪", r"\gg": "≫", r"\lesssim": "≲", r"\gtrsim": "≳", r"\asymp": "≍",
    r"\mid": "|",
}  # fmt: skip

# Between two statements.
CONNECTIVES = frozenset(
    r"""
    \implies \iff \Rightarrow \Leftarrow \Leftrightarrow \Longrightarrow \Longleftrightarrow \impliedby
    \land \wedge
    \therefore \because \lor \vee \leadsto \rightsquigarrow \quad \qquad \forall
    """.split()
)

DOTS = frozenset(r"\dots \ldots \cdots \dotsc \dotsb \dotsm \dotsi \vdots \ddots …".split())

DELIMITERS = {
    "(": "(", ")": ")", "[": "[", "]": "]", r"\{": r"\{", r"\}": r"\}", r"\lbrace": r"\{", r"\rbrace": r"\}",
    r"\langle": "⟨", r"\rangle": "⟩", r"\lvert": "l|", r"\rvert": "r|", r"\lVert": "l‖", r"\rVert": "r‖",
    "|": "|", r"\vert": "|", r"\|": "‖", r"\Vert": "‖", "||": "‖", r"\lbrack": "[", r"\rbrack": "]",
    r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉",
}  # fmt: skip

# Unicode that people type in formulas, as the command that it stands for.
UNICODE = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\epsilon", "ζ": r"\zeta",
    "η": r"\eta",
    "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi", "π": r"\pi",
    "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\phi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega",
    "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Σ": r"\Sigma", "Φ": r"\Phi",
    "Ψ": r"\Psi",
    "Ω": r"\Omega", "∂": r"\partial", "∇": r"\nabla", "∑": r"\sum", "∏": r"\prod", "∞": r"\infty",
    "·": r"\cdot", "⋅": r"\cdot", "×": r"\times", "÷": r"\div", "⊙": r"\odot", "∘": r"\circ", "−": "-",
    "–": "-",
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "∈": r"\in", "≈": r"\approx", "∝": r"\propto", "∼": r"\sim",
    "→": r"\to", "←": r"\leftarrow", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "≔": r"\coloneqq",
    "⪰": r"\succeq", "≻": r"\succ", "⟨": r"\langle", "⟩": r"\rangle", "‖": r"\|", "√": r"\sqrt",
    "∀": r"\forall",
    "′": "'", "’": "'", "ℓ": r"\ell", "≡": r"\equiv", "⊤": r"\top",
}  # fmt: skip
DOUBLE_STRUCK = {"ℝ": "R", "ℕ": "N", "ℤ": "Z", "ℚ": "Q", "𝔼": "E", "𝟙": "1"}

# Environments inside a formula.
ROWS = frozenset(
    "aligned alignedat align gathered gather split equation multline alignat flalign eqnarray math"
    " displaymath subequations dmath multlined".split()
)
CASES = frozenset({"cases", "dcases", "rcases"})
MATRICES = frozenset("matrix pmatrix bmatrix Bmatrix smallmatrix".split())
ARRAYS = frozenset("vmatrix Vmatrix tabular".split())

# Single words in \text{..} that are prose even where they could stand as a name.
PROSE_WORDS = frozenset(
    """
    a all also an and any are as assume at be because but by case cases constant define denote each else every
    everywhere fixed following follows for from given has have hence holds if iff implies in is it its let
    means
    not note now of on only or otherwise over provided recall respectively same scalar shape since so some st
    subject such suppose that the then there therefore these they this thus to using vector matrix we when
    whenever
    where which while with yields entrywise elementwise positive nonzero negative real or: by: const new old
    """.split()
)
