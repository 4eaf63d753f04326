"""The words of the scheme editor: what rules are called, the sentences that their fields stand in, labels, choices, hints."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RULES: dict[str, Promise] = {
    "missing": _("R1 · so many are required, each missing one costs points"),
    "flaw": _("R2 · costs points if something is found, or is not there"),
    "assessed": _("R3 · an assessor chooses the points within a range"),
    "tier": _("R4 · a level gives points"),
    "standards": _("R5 · how many of several standards are met"),
    "shortfall": _("R6 · below a target each step costs points"),
    "repeat": _("R7 · the first time, the second time... costs more"),
    "excess": _("R8 · above a limit each step costs points"),
    "rank": _("R9 · the place within the class gives points"),
    "rank_decrement": _("R10 · voters' rankings: each place lower is worth less"),
    "ratio_to_best": _("R11 · own value compared with the best of the class"),
    "vote_bands": _("R12 · the share of votes falls into a band"),
    "sub_score": _("R13 · the score of another indicator costs or gives points here"),
    "multiplied": _("R14 · points lost elsewhere, multiplied"),
    "severity": _("R15 · each severity has its price, once a case and department"),
    "each": _("R17 · each one gives (or costs) points"),
    "result": _("the reported result is the points"),
    "option_mean": _("the mean of the answers to a survey"),
}
"""What each type of rule is called, in the order in which they are offered; R16 and R18 to R21 stand elsewhere on the page."""

SENTENCES: dict[str, Promise] = {
    "missing": _(
        "{required} are required of {source.kind}, counted by {source.counting}; each one missing deducts {deduct} points, "
        "at most {cap}."
    ),
    "flaw": _("If there is {when} of {source.kind}, deduct {deduct} points, at most {cap}."),
    "assessed": _(
        "An assessor chooses between {least} and {most} points and gives a reason; without a choice: {missing}. At most {cap}."
    ),
    "tier": _(
        "The latest fact of {source.kind} names a level in {attribute}; the level gives points: {levels} At most {cap}."
    ),
    "standards": _(
        "Facts of {source.kind} name in {attribute} which of these standards are met: {standards} For none, one, two... of them "
        "there are {award} points, at most {cap}."
    ),
    "shortfall": _(
        "The target for {source.kind}, measured by {source.counting}, is {target}. Each {step} below it deducts {deduct} points, "
        "{steps}; at most {cap}."
    ),
    "repeat": _("{source.kind} found once, twice, three times... costs {costs} points. At most {cap}."),
    "excess": _(
        "The limit for {source.kind}, measured by {source.counting}, is {limit}. Each {step} above it deducts {deduct} points, "
        "{steps}; at most {cap}."
    ),
    "rank": _(
        "By {source.kind}, measured by {source.counting}, the units of a class are ranked ({rank_of}). First, second, third... "
        "place gives {table} points, every later place {beyond}. At most {cap}."
    ),
    "rank_decrement": _(
        "Voters ranked the units in {source.kind}, the rank stands in {attribute}. First place is worth {base} points, each "
        "place lower {step} of them less; the mean of all rankings counts. At most {cap}."
    ),
    "ratio_to_best": _(
        "{source.kind}, measured by {source.counting}: own value divided by the best of the class, times {base} points, at most "
        "{cap}."
    ),
    "vote_bands": _(
        "The share of votes for {options} in {source.kind} (the vote stands in {attribute}; not counted: {ignored}) gives "
        "points: {bands} Below all bands: {fallback.points} points where the votes for {fallback.options} are fewer than "
        "{fallback.below}, else {fallback.otherwise} points. At most {cap}."
    ),
    "sub_score": _(
        "The score of {of}, in {measure}, falls into a band that gives (or, with a minus, costs) points here: {bands} At most "
        "{cap}."
    ),
    "multiplied": _("Points reported in {source.kind} count {factor} times here; they are {effect}. At most {cap}."),
    "severity": _(
        "Each fact of {source.kind} names a severity in {attribute}, which costs: {costs} Any other severity costs {otherwise}. "
        "Of one case (in {case}) in one department (in {department}) only the heaviest counts. At most {cap}."
    ),
    "each": _(
        "For every {source.kind}, counted by {source.counting}, give {points} points (a minus deducts), at most {cap}."
    ),
    "result": _("The quantity reported in {source.kind}, measured by {source.counting}, is the points, at most {cap}."),
    "option_mean": _(
        "The answers in {source.kind} (the answer stands in {attribute}) are worth: {values} Their mean counts, the best answer "
        "being worth {base} points. Satisfied are those who answered {satisfied}. At most {cap}."
    ),
}
"""The sentence of each type of rule, with its fields in braces; what no brace names stands below the sentence."""

SECTIONS: dict[str, tuple[Promise, Promise]] = {
    "profiles": (
        _("Weights by class"),
        _(
            "Classes of units that weigh the first-level indicators in another way have a profile of weights. A field left empty "
            "keeps the indicator's own weight. Each profile sums to exactly 100 %."
        ),
    ),
    "bands": (_("Grades"), _("From the best to the lowest. A score of at least so many points has the grade.")),
    "gates": (_("Gates (R19)"), _("A share of votes that is too low shuts out grades, whatever the score.")),
    "direct": (_("Direct qualification (R21)"), _("Such facts give a grade directly.")),
    "conditions": (_("Further conditions (R20)"), _("A grade, or a better one, also needs such facts.")),
    "vetoes": (
        _("Vetoes (R18)"),
        _("Such a fact, or one of the last places, fails a unit, caps its grade, or bars the best."),
    ),
    "quotas": (_("Quotas"), _("The largest share of a class that may have a grade or a better one.")),
}
"""Title and explanation of each section of the way from score to grade."""

PARTS: dict[str, Promise] = {
    "profiles": _("{code} {name.zh} / {name.en}: for the classes {classes}."),
    "bands": _("{min} points or more are {grade}, called {name.zh} / {name.en}. (Printed upper bound: {below})"),
    "gates": _(
        "{code} {text.zh} / {text.en}: where the share of {metric.options} in {metric.source.kind} (it stands in "
        "{metric.attribute}; not counted: {metric.ignored}) is below {below}, the grades {excludes} are shut. No votes at all: "
        "{missing}."
    ),
    "direct": _(
        "{code} {text.zh} / {text.en}: at least {at_least} of {source.kind} give {grade}, for whoever is not below "
        "{no_worse_than}."
    ),
    "conditions": _("{code} {text.zh} / {text.en}: {grade} or better also needs at least {at_least} of {source.kind}."),
    "vetoes": _(
        "{code} {text.zh} / {text.en}: at least {at_least} of {source.kind}, or instead the last {bottom} places of a class: "
        "{effect} {grade}."
    ),
    "quotas": _(
        "{grade} or better: at most {share} of a class, {rounding}, or instead at most {units} units; equal scores at the "
        "cut {ties}."
    ),
}
"""The sentence of an entry of each section."""

LABELS: dict[str, Promise] = {
    "code": _("Code"), "name.zh": _("Name (Chinese)"), "name.en": _("Name (English)"), "kind": _("Counts as"),
    "points": _("Points"), "weight": _("Weight"), "start": _("Starts at"), "not_applicable": _("Where it does not apply"),
    "beyond_ceiling": _("May pass the ceiling"), "owner.zh": _("Checked by (Chinese)"), "owner.en": _("Checked by (English)"),
    "title.zh": _("Title (Chinese)"), "title.en": _("Title (English)"), "year": _("Year"), "about.zh": _("About (Chinese)"),
    "about.en": _("About (English)"), "assesses": _("Assesses"), "total": _("Points in all"), "ceiling": _("Ceiling"),
    "steps": _("Order of the steps"), "text.zh": _("In words (Chinese)"), "text.en": _("In words (English)"),
    "source.kind": _("kind of facts"), "source.where": _("only those where"), "source.counting": _("counted by"),
    "over.kind": _("divided by facts of the kind"), "over.where": _("only those where"), "over.counting": _("counted by"),
    "metric.source.kind": _("kind of facts"), "metric.source.where": _("only those where"),
    "metric.source.counting": _("counted by"), "metric.attribute": _("attribute of the vote"), "metric.options": _("votes for"),
    "metric.ignored": _("votes that do not count"), "required": _("how many are required"), "deduct": _("points deducted"),
    "cap": _("at most"), "when": _("found or not there"), "least": _("least points"), "most": _("most points"),
    "missing": _("nothing at all means"), "attribute": _("attribute"), "levels": _("points of each level"),
    "standards": _("standards"), "award": _("points for none, one, two..."), "target": _("target"), "step": _("step"),
    "costs": _("costs"), "limit": _("limit"), "rank_of": _("ranked by"), "table": _("points of the places"),
    "beyond": _("points of later places"), "base": _("points"), "options": _("votes for"),
    "ignored": _("votes that do not count"),
    "bands": _("bands"), "fallback.options": _("votes for"), "fallback.below": _("below the share"),
    "fallback.points": _("points"), "fallback.otherwise": _("points otherwise"), "values": _("value of each answer"),
    "satisfied": _("satisfied are"), "of": _("indicator"), "measure": _("measured in"), "factor": _("factor"),
    "effect": _("effect"), "otherwise": _("points otherwise"), "case": _("attribute of the case"),
    "department": _("attribute of the department"), "grade": _("grade"), "min": _("points from"), "below": _("below"),
    "excludes": _("grades shut out"), "at_least": _("at least"), "no_worse_than": _("not below"), "bottom": _("last places"),
    "classes": _("classes"), "weights": _("weights"), "graded_by": _("Grades are given by"),
    "share": _("share"), "units": _("at most so many units"), "rounding": _("rounding"), "ties": _("equal scores"),
}  # fmt: skip
"""The label of each field, by its flat name."""

CHOICES: dict[str, dict[str, Promise]] = {
    "counting": {
        "": _("as usual"), "facts": _("number of facts"), "quantity": _("their quantity"), "month": _("months with one"),
        "quarter": _("quarters with one"), "half_year": _("half-years with one"), "year": _("years with one"),
    },
    "when": {"": _("one"), "present": _("one"), "absent": _("none")},
    "missing": {
        "": _("as usual"), "not_reported": _("it is not reported"), "zero": _("0 points"), "passes": _("the gate is open"),
        "shuts": _("the gate is shut"),
    },
    "steps": {
        "": _("full steps only"), "whole": _("full steps only"), "started": _("a begun step counts whole"),
        "proportional": _("in proportion"),
    },
    "rank_of": {
        "": _("the highest value is first"), "value": _("the highest value is first"), "given": _("the value is the place"),
    },
    "measure": {"": _("per cent of its points"), "percent": _("per cent of its points"), "points": _("points")},
    "effect": {
        "": _("deducted"), "deduct": _("deducted"), "add": _("added"), "fail": _("lowest grade"), "cap": _("at best the grade"),
        "bar_top": _("not the best grade"),
    },
    "kind": {
        "": _("part of the points"), "base": _("part of the points"), "bonus": _("bonus on top"),
        "deduction": _("deduction from the sum"),
    },
    "start": {"": _("as its rules say"), "full": _("full points"), "zero": _("zero")},
    "not_applicable": {
        "": _("as above it"), "full": _("full points"), "none": _("no points"), "class_average": _("average of the class"),
        "reweight": _("its points are spread"),
    },
    "graded_by": {
        "": _("the score, bonuses included"), "score": _("the score, bonuses included"),
        "without_bonus": _("the score without the bonus"),
    },
    "beyond_ceiling": {"": _("no"), "true": _("yes")},
    "assesses": {"": _("any"), "organisation": _("organisations"), "department": _("departments"), "any": _("any")},
    "rounding": {"floor": _("rounded down"), "half_up": _("rounded half up"), "ceil": _("rounded up")},
    "ties": {"include": _("come in"), "exclude": _("stay out")},
}  # fmt: skip
"""The words of each choice, by the last part of the field's name (``counting`` for what is counted)."""

HINTS: dict[str, Promise] = {
    "pairs": _("one on each line: A = 2"),
    "bands": _("one on each line: from = points, such as 90 = 10; ! and grades shuts these out: 0 = -5 ! good"),
    "shares": _("one on each line: from = points, such as 90% = 200"),
    "list": _("separated by commas"),
    "numbers": _("separated by commas, such as 0.5, 1, 2"),
    "level": _("a number, or class_average"),
    "steps": _("gates, direct, conditions, vetoes, quotas; empty means this order"),
    "below": _("as printed; may be left out"),
    "classes": _("as the round names them, separated by commas"),
    "weight": _("such as 30%; empty where nothing is weighted"),
}
"""How a field is written, by the field's name or else the kind of field."""

USUAL: dict[str, dict[str, str]] = {
    "tier": {"attribute": "level"}, "standards": {"attribute": "criterion"}, "rank_decrement": {"attribute": "rank"},
    "vote_bands": {"attribute": "option"}, "option_mean": {"attribute": "option"},
    "severity": {"attribute": "severity", "case": "case", "department": "department", "otherwise": "0"},
    "gates": {"metric.attribute": "option"}, "rank": {"beyond": "0"}, "excess": {"step": "1"},
    "direct": {"at_least": "1"}, "conditions": {"at_least": "1"}, "vetoes": {"at_least": "1"},
}  # fmt: skip
"""What holds where a field stays empty, by rule or section; it stands pale in the field."""

STEPS: dict[str, Promise] = {
    "SetHead": _("changed the whole"), "SetNode": _("changed an indicator"), "SetSection": _("changed the way to the grade"),
    "AddNode": _("added an indicator"), "MoveNode": _("moved an indicator"), "PutNode": _("moved an indicator"),
    "CopyNode": _("copied an indicator"), "RemoveNode": _("removed an indicator"), "Undo": _("took a step back"),
}  # fmt: skip
"""What a step of the work is called."""
