# The first of four files that make one module: axis.py, marks.py, axes.py, pyplot.py. They gather what
# a figure shows; Rust draws it from one description.
#
# This file: words, colours, and one direction of a plot.

import _gimlet_plot
import datetime
import json
import math
import warnings

numbers_to = range  # where a parameter has the name
COLORS = [f"C{i}" for i in range(10)]
MARKERS = ".,ov^<>12348spP*hH+xXDd|_"
DASHES = {"-": "solid", "--": "dashed", ":": "dotted", "-.": "dashdot", "": "none", " ": "none", "None": "none",
          "solid": "solid", "dashed": "dashed", "dotted": "dotted", "dashdot": "dashdot", "none": "none", None: "solid"}
SHORT = {"c": "color", "lw": "linewidth", "ls": "linestyle", "ms": "markersize", "ec": "edgecolor", "fc": "facecolor",
         "ha": "horizontalalignment", "va": "verticalalignment", "mfc": "markerfacecolor", "mec": "markeredgecolor",
         "size": "fontsize"}
# Settings that change nothing that can be seen in a still picture of this kind, or very little.
QUIET = {"zorder", "antialiased", "clip_on", "picker", "animated", "rasterized", "interpolation", "origin", "fontweight",
         "weight", "fontfamily", "family", "fontname", "fontdict", "pad", "labelpad", "markeredgewidth", "mew", "capstyle",
         "markerfacecolor", "markeredgecolor", "linewidths", "edgecolors", "which", "axis", "minor", "frameon", "shadow",
         "fancybox", "framealpha", "textprops", "wedgeprops", "bbox", "style", "bbox_inches", "pad_inches", "transparent",
         "constrained_layout", "layout", "num", "title_fontsize", "norm", "hatch", "solid_capstyle", "fontstyle", "ncol"}
GREEK = dict(zip("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega "
                 "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega times cdot pm leq geq neq infty approx sqrt sum int "
                 "partial degree circ rightarrow to ldots".split(),
                 "αβγδεζηθικλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ×·±≤≥≠∞≈√∑∫∂°°→→…"))
UP = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
DOWN = str.maketrans("0123456789+-=()aeoxijrv", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓᵢⱼᵣᵥ")


def plain(text):
    """Text with what little of TeX can be said in plain characters."""
    text = str(text)
    if text.count("$") < 2:
        return text
    parts = text.split("$")
    for i in range(1, len(parts), 2):
        part, out = parts[i], ""
        while part:
            if part[0] == "\\":
                name = part[1:]
                name = name[: next((i for i, c in enumerate(name) if not c.isalpha()), len(name))]
                out += GREEK.get(name, "" if name in ("mathrm", "mathbf", "text", "left", "right", "rm") else name)
                part = part[1 + max(len(name), 1) :]
            elif part[0] in "^_" and len(part) > 1:
                end = part.find("}") if part[1] == "{" else 1
                inner = part[2:end] if part[1] == "{" else part[1]
                out += inner.translate(UP if part[0] == "^" else DOWN)
                part = part[end + 1 :] if end > 0 else ""
            else:
                out += part[0] if part[0] not in "{}" else ""
                part = part[1:]
        parts[i] = out
    return "".join(parts)


def options(given, *known):
    """The settings of a call by their long names; what is not drawn is said once."""
    found = {SHORT.get(name, name): value for name, value in given.items() if value is not None}
    for name in found:
        if name not in known and name not in QUIET:
            warnings.warn(f"{name} is not drawn by this sandbox's pyplot", stacklevel=3)
    return found


def finite(value):
    value = float(value)
    return value if math.isfinite(value) else None


def color(value):
    if isinstance(value, (list, tuple)):
        return [float(part) for part in value]
    return str(value)


def day(value):
    if isinstance(value, datetime.datetime):
        value = value.replace(tzinfo=None)
        return (value - datetime.datetime(1970, 1, 1)).total_seconds() / 86400
    return float(value.toordinal() - 719163)


def font_size(size):
    named = {"xx-small": 6, "x-small": 7, "small": 8, "medium": 10, "large": 12, "x-large": 14, "xx-large": 17}
    return float(named.get(size, size))


class Axis:
    """One direction: its limits, its scale, and what its values are."""

    def __init__(self):
        self.limits, self.scale, self.label, self.ticks, self.rotation = None, "linear", "", None, 0
        self.names, self.is_date, self.inverted, self.sticky = {}, False, False, set()
        self.seen = []

    def numbers(self, values):
        """Numbers of whatever stands for them: names and dates have their places."""
        if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
            values = [values]
        out = []
        for value in values:
            if isinstance(value, str):
                out.append(float(self.names.setdefault(value, len(self.names))))
            elif isinstance(value, datetime.date):
                self.is_date = True
                out.append(day(value))
            else:
                out.append(None if value is None else finite(value))
        return out

    def see(self, values, sticky=()):
        seen = [value for value in values if value is not None and (self.scale != "log" or value > 0)]
        if seen:
            self.seen += [min(seen), max(seen)]
        self.sticky.update(sticky)

    def range(self):
        if self.limits is not None and None not in self.limits:
            return self.limits
        seen = [value for value in self.seen if self.scale != "log" or value > 0]
        low, high = (min(seen), max(seen)) if seen else ((1.0, 10.0) if self.scale == "log" else (0.0, 1.0))
        if self.scale == "log":
            factor = (high / low) ** 0.05 if high > low else 2.0
            low, high = low / factor, high * factor
        else:
            margin = (high - low) * 0.05 or abs(high) * 0.05 or 0.5
            low, high = (low if low in self.sticky else low - margin), (high if high in self.sticky else high + margin)
        given = self.limits or (None, None)
        low, high = (low if given[0] is None else given[0]), (high if given[1] is None else given[1])
        return (high, low) if self.inverted else (low, high)

    def described(self):
        low, high = self.range()
        ticks = self.ticks
        if ticks is None and self.names:
            ticks = [[place, name] for name, place in self.names.items()]
        elif ticks is None and self.is_date:
            format = "%Y-%m-%d" if abs(high - low) >= 2 else "%m-%d %H:%M"
            start = datetime.datetime(1970, 1, 1)
            step = abs(high - low) / 5
            step = max(round(step), 1) if abs(high - low) >= 2 else step
            first = min(low, high)
            first = math.ceil(first) if step >= 1 else first
            ticks = [first + i * step for i in range(7) if first + i * step <= max(low, high)]
            ticks = [[tick, (start + datetime.timedelta(days=tick)).strftime(format)] for tick in ticks]
        return {"low": low, "high": high, "log": self.scale == "log", "label": plain(self.label),
                "ticks": ticks and [[place, plain(name)] for place, name in ticks] if ticks is not None else None,
                "rotation": self.rotation}
