# What can be drawn into axes: each method takes what matplotlib's takes and keeps a mark.


class Marks:
    """The drawing half of axes."""

    def _next_color(self):
        self.n_colors += 1
        return COLORS[(self.n_colors - 1) % len(COLORS)]

    def _mark(self, kind, label=None, alpha=None, **parts):
        label = "" if label is None else plain(label)
        self.marks.append({"kind": kind, "label": "" if label.startswith("_") else label, "alpha": 1 if alpha is None else float(alpha), **parts})
        return Artist(self, self.marks[-1])

    def plot(self, *args, **given):
        known = options(given, "color", "linewidth", "linestyle", "marker", "markersize", "label", "alpha", "drawstyle")
        args, lines = list(args), []
        while args:
            first = args.pop(0)
            second = args.pop(0) if args and not isinstance(args[0], str) else None
            format = args.pop(0) if args and isinstance(args[0], str) else ""
            ys = self.y.numbers(first if second is None else second)
            xs = self.x.numbers(range(len(ys)) if second is None else first)
            if len(xs) != len(ys):
                raise ValueError(f"x and y must have same first dimension, but have shapes ({len(xs)},) and ({len(ys)},)")
            style, rest = None, format
            for dash in ("--", "-.", "-", ":"):
                if dash in rest:
                    style, rest = dash, rest.replace(dash, "", 1)
                    break
            cycled = rest[:2] if rest[:1] == "C" and rest[1:2].isdigit() else ""
            rest = rest[len(cycled) :]
            marker = next((c for c in rest if c in MARKERS), "")
            rest = cycled or rest.replace(marker, "", 1)
            style = known.get("linestyle", style if style or not marker else "none")
            if known.get("drawstyle", "default").startswith("steps"):
                xs = [x for i, x in enumerate(xs) for x in (x, xs[min(i + 1, len(xs) - 1)])]
                ys = [y for y in ys for _ in "ab"]
            self.x.see(xs)
            self.y.see(ys)
            lines.append(self._mark("line", known.get("label"), known.get("alpha"), x=xs, y=ys,
                                    color=color(known.get("color") or rest or self._next_color()),
                                    width=float(known.get("linewidth", 1.5)), dash=DASHES.get(style, "solid"),
                                    marker=known.get("marker") or marker, size=float(known.get("markersize", 6))))
        return lines

    def step(self, x, y, *args, where="pre", **given):
        return self.plot(x, y, *args, drawstyle="steps", **given)

    def scatter(self, x, y, s=None, c=None, marker=None, cmap=None, vmin=None, vmax=None, **given):
        known = options(given, "color", "label", "alpha", "edgecolor", "facecolor", "linewidth")
        xs, ys = self.x.numbers(x), self.y.numbers(y)
        if len(xs) != len(ys):
            raise ValueError("x and y must be the same size")
        c = known.get("color", known.get("facecolor", c))
        many = isinstance(c, (list, tuple, range)) and len(c) == len(xs) and len(xs) > 0
        values = None
        if many and all(isinstance(v, (int, float)) for v in c):
            values = [finite(v) for v in c]
            colors = []
        else:
            colors = [color(v) for v in c] if many else [color(c or self._next_color())]
        sizes = [math.sqrt(max(float(v), 0)) for v in (s if hasattr(s, "__iter__") else [36 if s is None else s])]
        self.x.see(xs)
        self.y.see(ys)
        return self._mark("points", known.get("label"), known.get("alpha"), x=xs, y=ys, colors=colors, sizes=sizes,
                          marker=marker or "o", scale=self._scale(values, cmap, vmin, vmax) if values else None, values=values or [])

    def _scale(self, values, cmap, vmin, vmax):
        seen = [v for v in values if v is not None] or [0.0]
        return {"map": str(getattr(cmap, "name", cmap) or "viridis"), "low": float(min(seen) if vmin is None else vmin), "high": float(max(seen) if vmax is None else vmax)}

    def _bars(self, place, length, thickness, start, align, given, upright):
        known = options(given, "color", "edgecolor", "linewidth", "label", "alpha", "yerr", "xerr", "capsize", "tick_label", "facecolor", "ecolor")
        across, along = (self.x, self.y) if upright else (self.y, self.x)
        places, lengths = across.numbers(place), along.numbers(length)
        if len(lengths) == 1:
            lengths *= len(places)
        if len(places) != len(lengths):
            raise ValueError(f"shape mismatch: {len(places)} places and {len(lengths)} lengths")
        n = len(places)
        every = lambda value: [float(v) for v in value] if hasattr(value, "__iter__") else [float(value)] * n
        widths, starts = every(thickness), every(0 if start is None else start)
        rects = []
        for at, long, wide, low in zip(places, lengths, widths, starts):
            left = at - wide / 2 if align == "center" else at
            box = (left, low, left + wide, low + (long or 0.0))
            rects.append(box if upright else (box[1], box[0], box[3], box[2]))
        sticky = [low for low in starts if along.scale != "log"]
        across.see([v for r in rects for v in ((r[0], r[2]) if upright else (r[1], r[3]))])
        along.see([v for r in rects for v in ((r[1], r[3]) if upright else (r[0], r[2]))], sticky)
        c = known.get("color", known.get("facecolor"))
        many = isinstance(c, list) or (isinstance(c, tuple) and not all(isinstance(v, (int, float)) for v in c))
        colors = [color(v) for v in c] if many else [color(c or self._next_color())]
        if "tick_label" in known:
            across.ticks = [[at, str(name)] for at, name in zip(places, known["tick_label"])]
        edge = known.get("edgecolor")
        made = self._mark("bars", known.get("label"), known.get("alpha"), rects=rects, colors=colors,
                          edge=None if edge is None else color(edge), width=float(known.get("linewidth", 1)))
        errors = known.get("yerr" if upright else "xerr")
        if errors is not None:
            ends = [low + (long or 0) for low, long in zip(starts, lengths)]
            pairs = (places, ends) if upright else (ends, places)
            self.errorbar(*pairs, **{"yerr" if upright else "xerr": errors}, linestyle="none", color="black")
        return Bars(self, made.mark)

    def bar(self, x, height, width=0.8, bottom=None, *, align="center", **given):
        return self._bars(x, height, width, bottom, align, given, True)

    def barh(self, y, width, height=0.8, left=None, *, align="center", **given):
        return self._bars(y, width, height, left, align, given, False)

    def hist(self, x, bins=10, range=None, density=False, cumulative=False, histtype="bar", orientation="vertical", rwidth=None, weights=None, **given):
        data = list(x)
        several = bool(data) and hasattr(data[0], "__iter__") and not isinstance(data[0], str)
        groups = [[float(v) for v in group] for group in data] if several else [[float(v) for v in data]]
        values = [v for group in groups for v in group]
        low, high = range or ((min(values), max(values)) if values else (0.0, 1.0))
        if low == high:
            low, high = low - 0.5, high + 0.5
        n = max(1, math.ceil(math.log2(max(len(values), 1)) + 1)) if isinstance(bins, str) else bins
        edges = [float(e) for e in n] if hasattr(n, "__iter__") else [low + (high - low) * i / n for i in numbers_to(n + 1)]
        labels = given.pop("label", None)
        labels = labels if isinstance(labels, (list, tuple)) else [labels] * len(groups)
        colors = given.pop("color", None)
        colors = colors if isinstance(colors, list) else [colors] * len(groups)
        all_counts, made = [], None
        for group, label, c in zip(groups, labels, colors):
            counts = [0.0] * (len(edges) - 1)
            for i, v in enumerate(group):
                at = place_of(edges, v)
                if at is not None:
                    counts[at] += 1 if weights is None else float(list(weights)[i])
            if density and sum(counts):
                total = sum(counts)
                counts = [c / total / (b - a) for c, a, b in zip(counts, edges, edges[1:])]
            if cumulative:
                counts = [sum(counts[: i + 1]) for i, _ in enumerate(counts)]
            sizes = [(b - a) * (rwidth or 1) / (len(groups) if histtype == "bar" else 1) for a, b in zip(edges, edges[1:])]
            shift = len(all_counts) if histtype == "bar" else 0
            places = [a + size * shift + ((b - a) - size * len(groups)) / 2 * (rwidth is not None) + size / 2 for a, b, size in zip(edges, edges[1:], sizes)]
            draw = self.bar if orientation == "vertical" else self.barh
            made = draw(places, counts, sizes, color=c, label=label, **given)
            all_counts.append(counts)
        return (all_counts if several else all_counts[0]), edges, made

    def pie(self, x, explode=None, labels=None, colors=None, autopct=None, startangle=0, counterclock=True, radius=1, pctdistance=0.6, labeldistance=1.1, **given):
        options(given)
        sizes = [max(float(v), 0.0) for v in x]
        total = sum(sizes)
        if total <= 0:
            raise ValueError("a pie needs a value above zero")
        shares = [size / total for size in sizes]
        inner = [(autopct(100 * share) if callable(autopct) else autopct % (100 * share)) if autopct else "" for share in shares]
        names = [plain(name) for name in labels] if labels is not None else [""] * len(shares)
        self._frame, self._equal = False, True
        self.x.limits = self.y.limits = (-1.25 * radius, 1.25 * radius)
        return self._mark("pie", shares=shares, names=names, inner=inner, colors=[color(c) for c in colors or COLORS],
                          explode=[float(e) for e in explode] if explode else [], start=float(startangle), clockwise=not counterclock,
                          radius=float(radius), inner_at=float(pctdistance), names_at=float(labeldistance))

    def imshow(self, X, cmap=None, vmin=None, vmax=None, aspect=None, extent=None, origin="upper", alpha=None, **given):
        options(given)
        rows = [list(row) for row in X]
        if not rows or any(len(row) != len(rows[0]) for row in rows) or not rows[0]:
            raise TypeError("imshow takes a rectangle of numbers, or of triples of red, green and blue")
        colored = hasattr(rows[0][0], "__iter__")
        flat = [value for row in rows for value in row]
        scale, values, pixels = None, [], []
        if colored:
            top = 1.0 if max(max(p) for p in flat) <= 1 else 255.0
            pixels = [[min(max(float(part) / top, 0), 1) for part in list(p)[:3]] for p in flat]
        else:
            values = [finite(v) for v in flat]
            scale = self._scale(values, cmap, vmin, vmax)
        height, width = len(rows), len(rows[0])
        low, high = (height - 0.5, -0.5) if origin == "upper" else (-0.5, height - 0.5)
        extent = [float(v) for v in extent] if extent else [-0.5, width - 0.5, low, high]
        self.x.limits, self.y.limits = (extent[0], extent[1]), (extent[2], extent[3])
        self._equal = aspect != "auto"
        return self._mark("image", None, alpha, rows=height, columns=width, values=values, pixels=pixels, scale=scale, extent=extent, flipped=origin != "upper")

    matshow = imshow

    def pcolormesh(self, *args, **given):
        given.pop("shading", None)
        return self.imshow(args[-1], origin="lower", aspect="auto", **given)

    def fill_between(self, x, y1, y2=0, where=None, **given):
        known = options(given, "color", "alpha", "label", "facecolor", "edgecolor", "linewidth")
        xs, upper = self.x.numbers(x), self.y.numbers(y1)
        lower = self.y.numbers(y2)
        upper, lower = (v * len(xs) if len(v) == 1 else v for v in (upper, lower))
        shown = list(where) if where is not None else [True] * len(xs)
        self.x.see(xs)
        self.y.see(upper + lower)
        c, made = color(known.get("color", known.get("facecolor")) or self._next_color()), None
        run = []
        for point in list(zip(xs, upper, lower, shown)) + [(None, None, None, False)]:
            if point[3] and None not in point:
                run.append(point)
            elif run:
                made = self._mark("area", known.get("label") if made is None else None, known.get("alpha"), color=c,
                                  x=[p[0] for p in run] + [p[0] for p in reversed(run)], y=[p[1] for p in run] + [p[2] for p in reversed(run)])
                run = []
        return made

    def stackplot(self, x, *ys, labels=(), colors=None, **given):
        rows = ys[0] if len(ys) == 1 and hasattr(ys[0][0], "__iter__") else ys
        below = [0.0] * len(list(x))
        for i, row in enumerate(rows):
            above = [a + float(b) for a, b in zip(below, row)]
            self.fill_between(x, above, below, label=labels[i] if i < len(labels) else None, color=colors[i] if colors else None, **given)
            below = above

    def errorbar(self, x, y, yerr=None, xerr=None, fmt="", capsize=None, ecolor=None, **given):
        line = self.plot(x, y, fmt or "-", **{k: v for k, v in given.items() if k != "elinewidth"})[0]
        c = ecolor or line.mark["color"]
        xs, ys = line.mark["x"], line.mark["y"]
        for errors, upright in ((yerr, True), (xerr, False)):
            if errors is None:
                continue
            errors = list(errors) if hasattr(errors, "__iter__") else [errors] * len(xs)
            pairs = list(zip(*errors)) if errors and hasattr(errors[0], "__iter__") else [(e, e) for e in errors]
            for px, py, (down, up) in zip(xs, ys, pairs):
                ends = ([px, px], [py - down, py + up]) if upright else ([px - down, px + up], [py, py])
                self.x.see(ends[0])
                self.y.see(ends[1])
                self._mark("line", x=ends[0], y=ends[1], color=color(c), width=1.5, dash="solid", marker="_" if upright else "|", size=6.0)
        return line

    def boxplot(self, x, labels=None, vert=True, positions=None, showfliers=True, tick_labels=None, **given):
        options(given, "widths", "patch_artist", "notch", "showmeans")
        data = list(x)
        groups = [list(group) for group in data] if data and hasattr(data[0], "__iter__") else [data]
        labels = labels or tick_labels or [str(i + 1) for i in range(len(groups))]
        lay = lambda a, b: (a, b) if vert else (b, a)
        for at, group in enumerate(groups, 1):
            values = sorted(float(v) for v in group)
            cut = lambda q: values[int(q * (len(values) - 1))] * (1 - q * (len(values) - 1) % 1) + values[min(int(q * (len(values) - 1)) + 1, len(values) - 1)] * (q * (len(values) - 1) % 1)
            low, middle, high = cut(0.25), cut(0.5), cut(0.75)
            inside = [v for v in values if low - 1.5 * (high - low) <= v <= high + 1.5 * (high - low)]
            lines = [([at - 0.25, at + 0.25, at + 0.25, at - 0.25, at - 0.25], [low, low, high, high, low], "black"),
                     ([at - 0.25, at + 0.25], [middle, middle], "C1"), ([at, at], [high, max(inside)], "black"), ([at, at], [min(inside), low], "black"),
                     ([at - 0.12, at + 0.12], [max(inside)] * 2, "black"), ([at - 0.12, at + 0.12], [min(inside)] * 2, "black")]
            for xs, ys, c in lines:
                self.plot(*lay(xs, ys), color=c, linewidth=1)
            out = [v for v in values if v not in inside]
            if out and showfliers:
                self.plot(*lay([at] * len(out), out), "o", color="black", markersize=4)
        (self.x if vert else self.y).ticks = [[i, str(name)] for i, name in enumerate(labels, 1)]

    def stem(self, *args, **given):
        ys = list(args[-1])
        xs = list(args[0]) if len(args) > 1 else list(range(len(ys)))
        for x, y in zip(xs, ys):
            self.plot([x, x], [0, y], color="C0", linewidth=1.5)
        self.plot(xs, ys, "o", color="C0", **given)
        self.axhline(0, color="C3", linewidth=1)

    def _rule(self, across, at, given):
        known = options(given, "color", "linewidth", "linestyle", "label", "alpha", "xmin", "xmax", "ymin", "ymax")
        (self.y if across else self.x).see((self.y if across else self.x).numbers(at))
        return self._mark("rule", known.get("label"), known.get("alpha"), across=across, at=(self.y if across else self.x).numbers(at)[0],
                          to=None, color=color(known.get("color", "C0")), width=float(known.get("linewidth", 1.5)), dash=DASHES.get(known.get("linestyle", "-"), "solid"))

    def axhline(self, y=0, *limits, **given):
        return self._rule(True, y, given)

    def axvline(self, x=0, *limits, **given):
        return self._rule(False, x, given)

    def _span(self, across, low, high, given):
        known = options(given, "color", "facecolor", "label", "alpha", "edgecolor", "linewidth")
        axis = self.y if across else self.x
        ends = axis.numbers([low, high])
        axis.see(ends)
        return self._mark("rule", known.get("label"), known.get("alpha"), across=across, at=ends[0], to=ends[1],
                          color=color(known.get("color", known.get("facecolor", "C0"))), width=1.0, dash="solid")

    def axhspan(self, ymin, ymax, **given):
        return self._span(True, ymin, ymax, given)

    def axvspan(self, xmin, xmax, **given):
        return self._span(False, xmin, xmax, given)

    def hlines(self, y, xmin, xmax, colors=None, linestyles="solid", label=None, **given):
        for at in y if hasattr(y, "__iter__") else [y]:
            self.plot([xmin, xmax], [at, at], color=colors or "C0", linestyle=linestyles, label=label, **given)

    def vlines(self, x, ymin, ymax, colors=None, linestyles="solid", label=None, **given):
        for at in x if hasattr(x, "__iter__") else [x]:
            self.plot([at, at], [ymin, ymax], color=colors or "C0", linestyle=linestyles, label=label, **given)

    def text(self, x, y, s, fontdict=None, **given):
        known = options(given, "color", "fontsize", "horizontalalignment", "verticalalignment", "rotation", "alpha", "transform")
        turn = known.get("rotation", 0)
        return self._mark("text", None, known.get("alpha"), x=self.x.numbers(x)[0], y=self.y.numbers(y)[0], text=plain(s), color=color(known.get("color", "black")),
                          size=float(font_size(known.get("fontsize", 10))), across=known.get("horizontalalignment", "left"), up=known.get("verticalalignment", "baseline"),
                          rotation=float({"vertical": 90, "horizontal": 0}.get(turn, turn)), relative="transform" in known)

    def annotate(self, text, xy, xytext=None, arrowprops=None, textcoords=None, xycoords=None, **given):
        at = xytext if xytext is not None and textcoords in (None, "data") else xy
        if textcoords == "offset points":
            given.setdefault("va", "bottom" if xytext[1] >= 0 else "top")
        if arrowprops is not None and at is not xy:
            self._mark("arrow", x=[self.x.numbers(at[0])[0], self.x.numbers(xy[0])[0]], y=[self.y.numbers(at[1])[0], self.y.numbers(xy[1])[0]], color=color(arrowprops.get("color", "black")))
        return self.text(*at, text, **given)

    def bar_label(self, container, labels=None, fmt="%g", padding=0, label_type="edge", **given):
        for i, rect in enumerate(container.mark["rects"]):
            tall = rect[3] - rect[1]
            name = labels[i] if labels is not None else fmt.format(tall) if "{" in fmt else fmt % tall
            self.text((rect[0] + rect[2]) / 2, rect[3], name, ha="center", va="bottom", **given)


class Artist:
    """What a call has drawn, for those who look at it."""

    def __init__(self, axes, mark):
        self.axes, self.mark = axes, mark

    def __iter__(self):
        return iter([self])

    def __repr__(self):
        return f"<{self.mark['kind']} of pyplot>"

    def get_color(self):
        return self.mark.get("color", "C0")

    def set_label(self, label):
        self.mark["label"] = plain(label)


class Bars(Artist):
    """The bars of one call."""

    @property
    def patches(self):
        return [Patch(rect) for rect in self.mark["rects"]]

    def __iter__(self):
        return iter(self.patches)

    def __len__(self):
        return len(self.mark["rects"])

    def __getitem__(self, at):
        return self.patches[at]


class Patch:
    """Where one bar is."""

    def __init__(self, rect):
        self._left, self._low, self._right, self._high = rect

    def get_x(self):
        return self._left

    def get_y(self):
        return self._low

    def get_width(self):
        return self._right - self._left

    def get_height(self):
        return self._high - self._low

    def get_xy(self):
        return (self._left, self._low)

    def get_center(self):
        return ((self._left + self._right) / 2, (self._low + self._high) / 2)


def place_of(edges, value):
    """The bin of a value; the last one holds its own end."""
    if value < edges[0] or value > edges[-1]:
        return None
    low, high = 0, len(edges) - 2
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if edges[middle] <= value else (low, middle - 1)
    return low
