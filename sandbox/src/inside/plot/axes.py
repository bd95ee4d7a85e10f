# The settings of axes: limits, scales, ticks, titles, legend.


class Axes(Marks):
    """One plot of a figure."""

    def __init__(self, figure, box):
        self.figure, self.box = figure, box
        self.cla()

    def cla(self):
        self.x, self.y, self.marks, self.n_colors = Axis(), Axis(), [], 0
        self._hidden = set()
        self._title, self._title_size, self._grid, self._legend, self._frame, self._equal, self._bar = "", 12, False, None, True, False, None

    clear = cla

    @property
    def spines(self):
        return Spines(self, SIDES)

    def set_title(self, label, fontsize=None, loc="center", **given):
        self._title, self._title_size = label, font_size(fontsize or given.get("size") or 12)

    def set_xlabel(self, xlabel, **given):
        self.x.label = xlabel

    def set_ylabel(self, ylabel, **given):
        self.y.label = ylabel

    def get_xlim(self):
        return self.x.range()

    def get_ylim(self):
        return self.y.range()

    def _limit(self, axis, low, high):
        if high is None and hasattr(low, "__iter__"):
            low, high = low
        old = axis.limits or (None, None)
        axis.limits = tuple(old[i] if value is None else axis.numbers(value)[0] for i, value in enumerate((low, high)))

    def set_xlim(self, left=None, right=None, xmin=None, xmax=None, **given):
        self._limit(self.x, xmin if left is None else left, xmax if right is None else right)

    def set_ylim(self, bottom=None, top=None, ymin=None, ymax=None, **given):
        self._limit(self.y, ymin if bottom is None else bottom, ymax if top is None else top)

    def _ticks(self, axis, ticks, labels, rotation):
        if ticks is not None:
            places = axis.numbers(list(ticks))
            names = [f"{place:g}" for place in places] if labels is None else [str(name) for name in labels]
            axis.ticks = [[place, name] for place, name in zip(places, names)]
            axis.see(places if labels is not None else [])
        if rotation is not None:
            axis.rotation = float({"vertical": 90, "horizontal": 0}.get(rotation, rotation))

    def set_xticks(self, ticks=None, labels=None, rotation=None, **given):
        self._ticks(self.x, ticks, labels, rotation)

    def set_yticks(self, ticks=None, labels=None, rotation=None, **given):
        self._ticks(self.y, ticks, labels, rotation)

    def set_xticklabels(self, labels, rotation=None, **given):
        self._ticks(self.x, [p for p, _ in self.x.ticks] if self.x.ticks else range(len(labels)), labels, rotation)

    def set_yticklabels(self, labels, rotation=None, **given):
        self._ticks(self.y, [p for p, _ in self.y.ticks] if self.y.ticks else range(len(labels)), labels, rotation)

    def tick_params(self, axis="both", **given):
        turn = given.get("rotation", given.get("labelrotation"))
        for which, it in (("x", self.x), ("y", self.y)):
            if axis in (which, "both") and turn is not None:
                it.rotation = float(turn)

    def set_xscale(self, value, **given):
        self.x.scale = self._known_scale(value)

    def set_yscale(self, value, **given):
        self.y.scale = self._known_scale(value)

    @staticmethod
    def _known_scale(value):
        if value not in ("linear", "log"):
            raise ValueError(f"the scale {value!r} is not drawn here: linear and log are")
        return value

    def semilogx(self, *args, **given):
        self.set_xscale("log")
        return self.plot(*args, **given)

    def semilogy(self, *args, **given):
        self.set_yscale("log")
        return self.plot(*args, **given)

    def loglog(self, *args, **given):
        self.set_xscale("log")
        self.set_yscale("log")
        return self.plot(*args, **given)

    def invert_xaxis(self):
        self.x.inverted, self.x.limits = not self.x.inverted, self.x.limits and self.x.limits[::-1]

    def invert_yaxis(self):
        self.y.inverted, self.y.limits = not self.y.inverted, self.y.limits and self.y.limits[::-1]

    def grid(self, visible=True, **given):
        self._grid = bool(visible) or bool(given)

    def legend(self, *args, loc="best", title=None, **given):
        given.pop("bbox_to_anchor", None)
        labels = given.pop("labels", args[-1] if args else None)
        if labels is not None:
            shown = args[0] if len(args) > 1 else self.marks
            for artist, label in zip([getattr(a, "mark", a) for a in shown], labels):
                artist["label"] = plain(label)
        self._legend = {"at": loc if isinstance(loc, str) else "best", "title": plain(title or "")}

    def set_aspect(self, aspect, **given):
        self._equal = aspect in ("equal", 1)

    def axis(self, option=None, **given):
        if option in ("off", False):
            self._frame = False
        elif option in ("equal", "scaled", "square", "image"):
            self._equal = True
        elif isinstance(option, (list, tuple)):
            self.x.limits, self.y.limits = tuple(option[:2]), tuple(option[2:])
        return (*self.x.range(), *self.y.range())

    def set_axis_off(self):
        self._frame = False

    def set(self, **given):
        for name, value in given.items():
            setter = getattr(self, "set_" + name)
            setter(*value) if name in ("xlim", "ylim") and isinstance(value, (list, tuple)) else setter(value)

    def margins(self, *args, **given):
        pass

    transAxes = "axes"

    def __getattr__(self, name):
        raise AttributeError(f"this sandbox's pyplot has no {name} for axes; it draws {DRAWN}")

    def described(self):
        return {"box": self.box, "title": plain(self._title), "title_size": float(self._title_size), "x": self.x.described(), "y": self.y.described(),
                "grid": self._grid, "legend": self._legend, "frame": self._frame, "equal": self._equal, "bar": self._bar, "marks": self.marks}


SIDES = ("left", "right", "bottom", "top")


class Spines:
    """Sides of the frame. All four are drawn, or none when all are hidden; how one looks is not."""

    def __init__(self, axes, sides):
        self._axes, self._sides = axes, sides

    def __getitem__(self, sides):
        sides = [sides] if isinstance(sides, str) else SIDES if isinstance(sides, slice) else list(sides)
        for side in sides:
            if side not in SIDES:
                raise KeyError(side)
        return Spines(self._axes, sides)

    def __getattr__(self, name):
        if name in SIDES:
            return self[name]
        if name.startswith("set_"):
            return lambda *args, **given: None
        raise AttributeError(f"this sandbox's pyplot has no {name} for spines")

    def __iter__(self):
        return iter(self._sides)

    def values(self):
        return [self[side] for side in self._sides]

    def items(self):
        return [(side, self[side]) for side in self._sides]

    def set_visible(self, visible):
        change = self._axes._hidden.difference_update if visible else self._axes._hidden.update
        change(self._sides)
        self._axes._frame = len(self._axes._hidden) < len(SIDES)


DRAWN = ("plot, scatter, bar, barh, hist, pie, imshow, fill_between, stackplot, step, stem, errorbar, boxplot, axhline, axvline, "
         "axhspan, axvspan, hlines, vlines, text and annotate")
