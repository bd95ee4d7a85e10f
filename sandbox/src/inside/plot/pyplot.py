# Figures and the functions of pyplot, which act on the current one.

MAX_PIXELS = 12_000_000

figures = {}  # by number, the current one last
shown = 0  # how many pictures the session has


class Figure:
    """One picture."""

    def __init__(self, figsize=None, dpi=None, facecolor=None, **given):
        options(given, "tight_layout", "edgecolor", "linewidth")
        self.number = 0
        size = figsize or rcParams["figure.figsize"]
        self.size, self.dpi, self.face = (float(size[0]), float(size[1])), float(dpi or rcParams["figure.dpi"]), color(facecolor or "white")
        self.axes, self._suptitle, self.is_new = [], "", True

    def add_axes(self, box, **given):
        made = Axes(self, [float(box[0]), 1 - float(box[1]) - float(box[3]), float(box[2]), float(box[3])])
        self.axes.append(made)
        return made

    def add_subplot(self, *place, projection=None, **given):
        if projection is not None:
            raise ValueError(f"the projection {projection!r} is not drawn here: plots have two straight axes")
        if len(place) == 1 and isinstance(place[0], int) and place[0] >= 111:
            place = tuple(int(digit) for digit in str(place[0]))
        if len(place) == 1 and isinstance(place[0], tuple):
            rows, columns, top, bottom, left, right = place[0]
        else:
            rows, columns, at = place or (1, 1, 1)
            first, last = at if isinstance(at, tuple) else (at, at)
            top, left, bottom, right = (first - 1) // columns, (first - 1) % columns, (last - 1) // columns + 1, (last - 1) % columns + 1
        box = [left / columns, top / rows, (right - left) / columns, (bottom - top) / rows]
        found = next((axes for axes in self.axes if axes.box == box), None)
        if found is None:
            found = Axes(self, box)
        else:
            self.axes.remove(found)
        self.axes.append(found)
        return found

    def subplots(self, nrows=1, ncols=1, squeeze=True, sharex=False, sharey=False, **given):
        options(given, "gridspec_kw", "subplot_kw", "width_ratios", "height_ratios")
        rows = [[Axes(self, [c / ncols, r / nrows, 1 / ncols, 1 / nrows]) for c in range(ncols)] for r in range(nrows)]
        self.axes += [axes for row in rows for axes in row]
        for row in rows:
            for axes in row:
                if sharex in (True, "all", "col"):
                    axes.x = rows[0][0].x if sharex != "col" else rows[0][row.index(axes)].x
                if sharey in (True, "all", "row"):
                    axes.y = rows[0][0].y if sharey != "row" else row[0].y
        if not squeeze or (nrows > 1 and ncols > 1):
            return Grid(Grid(row) for row in rows)
        return rows[0][0] if nrows == ncols == 1 else Grid(axes for row in rows for axes in row)

    def add_gridspec(self, nrows=1, ncols=1, **given):
        return GridSpec(nrows, ncols)

    def gca(self):
        return self.axes[-1] if self.axes else self.add_subplot(1, 1, 1)

    def suptitle(self, t, **given):
        self._suptitle = plain(t)

    def colorbar(self, mappable=None, ax=None, label="", **given):
        axes = ax if isinstance(ax, Axes) else getattr(mappable, "axes", None) or self.gca()
        marks = [mappable.mark] if mappable is not None else axes.marks
        scale = next((mark["scale"] for mark in reversed(marks) if mark.get("scale")), None)
        if scale is None:
            raise RuntimeError("No mappable was found to use for colorbar creation: draw one with imshow or scatter(c=…)")
        axes._bar = {"scale": scale, "label": plain(label)}
        return Bar(axes)

    def picture(self, dpi=None):
        """The bytes of the picture as PNG."""
        dpi = self.dpi if dpi in (None, "figure") else float(dpi)
        width, height = round(self.size[0] * dpi), round(self.size[1] * dpi)
        if not 0 < width * height <= MAX_PIXELS or min(width, height) < 1:
            raise ValueError(f"a picture of {width} by {height} pixels is not drawn here: {MAX_PIXELS:,} in all are, choose a smaller dpi or figsize")
        for axes in self.axes:
            axes.figure = self
        described = {"width": width, "height": height, "dpi": dpi, "face": self.face, "title": self._suptitle, "axes": [axes.described() for axes in self.axes]}
        return _gimlet_plot.draw(json.dumps(described))

    def savefig(self, fname, dpi=None, format=None, **given):
        options(given, "facecolor", "edgecolor")
        name = getattr(fname, "name", fname)
        kind = format or (str(name).rpartition(".")[2].lower() if "." in str(name) else "png")
        if kind != "png":
            raise ValueError(f"the format {kind!r} is not written here: save a .png")
        data = self.picture(dpi or (rcParams["savefig.dpi"] if rcParams["savefig.dpi"] != "figure" else None))
        self.is_new = False
        if hasattr(fname, "write"):
            fname.write(data)
            return
        path = fname if "." in str(fname).rpartition("/")[2] else f"{fname}.png"
        with open(path, "wb") as file:
            file.write(data)

    def show(self, *args, **given):
        show()

    def clf(self, *args):
        self.axes, self._suptitle = [], ""

    clear = clf

    def tight_layout(self, *args, **given):
        """Nothing: a layout here is always tight."""

    subplots_adjust = autofmt_xdate = align_labels = set_tight_layout = tight_layout

    def set_size_inches(self, w, h=None, **given):
        self.size = (float(w), float(h)) if h is not None else (float(w[0]), float(w[1]))

    def set_dpi(self, dpi):
        self.dpi = float(dpi)

    def set_facecolor(self, c):
        self.face = color(c)

    def __repr__(self):
        return f"<Figure size {self.size[0] * self.dpi:g}x{self.size[1] * self.dpi:g} with {len(self.axes)} Axes>"


class Bar:
    def __init__(self, axes):
        self.axes = axes

    def set_label(self, label, **given):
        self.axes._bar["label"] = plain(label)


class Grid(list):
    """The axes of a figure: indexed as arrays are."""

    def __getitem__(self, at):
        return self[at[0]][at[1]] if isinstance(at, tuple) else list.__getitem__(self, at)

    def flatten(self):
        return Grid(axes for row in self for axes in (row if isinstance(row, list) else [row]))

    ravel = flatten

    @property
    def flat(self):
        return iter(self.flatten())

    @property
    def size(self):
        return len(self.flatten())


class GridSpec:
    def __init__(self, nrows, ncols, figure=None, **given):
        self.rows, self.columns = nrows, ncols

    def __getitem__(self, at):
        row, column = at if isinstance(at, tuple) else (at // self.columns, at % self.columns)
        ends = lambda it, n: it.indices(n)[:2] if isinstance(it, slice) else (it % n, it % n + 1)
        return (self.rows, self.columns, *ends(row, self.rows), *ends(column, self.columns))


DEFAULTS = {"figure.figsize": [6.4, 4.8], "figure.dpi": 100, "savefig.dpi": "figure"}
rcParams = dict(DEFAULTS)


class style:
    available = ["default"]

    @staticmethod
    def use(*names):
        """Nothing: there is one style."""

    class context:
        def __init__(self, *names):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            pass


def figure(num=None, figsize=None, dpi=None, **given):
    if num in figures:
        figures[num] = figures.pop(num)
        return figures[num]
    made = Figure(figsize, dpi, **given)
    made.number = num if num is not None else max([n for n in figures if isinstance(n, int)], default=0) + 1
    figures[made.number] = made
    return made


def gcf():
    return next(reversed(figures.values())) if figures else figure()


def gca(**given):
    return gcf().gca()


def sca(axes):
    figure = axes.figure
    figure.axes.remove(axes)
    figure.axes.append(axes)


def axes(box=None, **given):
    return gcf().add_axes(box) if box else gcf().add_subplot(1, 1, 1)


def subplots(nrows=1, ncols=1, *, figsize=None, dpi=None, squeeze=True, sharex=False, sharey=False, num=None, **given):
    made = figure(num, figsize, dpi)
    return made, made.subplots(nrows, ncols, squeeze, sharex, sharey, **given)


def subplot(*place, **given):
    return gcf().add_subplot(*place, **given)


def subplot2grid(shape, loc, rowspan=1, colspan=1, **given):
    return gcf().add_subplot((shape[0], shape[1], loc[0], loc[0] + rowspan, loc[1], loc[1] + colspan))


def savefig(fname, **given):
    gcf().savefig(fname, **given)


def show(*args, **given):
    """Keeps each open figure as a picture, and closes it."""
    global shown
    # Closed first: one that cannot be drawn says so once, not at the end of every later cell.
    current = list(figures.values())
    figures.clear()
    for figure in current:
        if not figure.axes:
            continue
        shown += 1
        if _gimlet_plot.has_folder():
            figure.savefig(f"/mnt/data/figure-{shown}.png")
            print(f"[figure-{shown}.png]")
        else:
            figure.picture()
            print("[the figure was drawn and not kept: this session has no work folder]")


def end_of_cell():
    """What was drawn and neither saved nor shown is shown, as a notebook does."""
    for number in [number for number, figure in figures.items() if not figure.is_new]:
        del figures[number]
    if figures:
        show()


def close(which=None):
    if which == "all":
        figures.clear()
        return
    found = gcf() if which is None and figures else which
    for number in [number for number, figure in figures.items() if figure is found or number == found]:
        del figures[number]


def clf():
    gcf().clf()


def suptitle(t, **given):
    gcf().suptitle(t, **given)


def colorbar(mappable=None, **given):
    return gcf().colorbar(mappable, **given)


def tight_layout(*args, **given):
    """Nothing: a layout here is always tight."""


subplots_adjust = ion = ioff = rc = set_cmap = draw = pause = tight_layout


def xlim(*args, **given):
    if args or given:
        gca().set_xlim(*args, **given)
    return gca().get_xlim()


def ylim(*args, **given):
    if args or given:
        gca().set_ylim(*args, **given)
    return gca().get_ylim()


def get_cmap(name="viridis", *args):
    return name


def on_axes(name, method):
    def act(*args, **given):
        return getattr(gca(), method)(*args, **given)

    act.__name__ = act.__qualname__ = name
    act.__doc__ = f"Axes.{method} of the current axes."
    return act


for name in """plot step scatter bar barh hist pie imshow matshow pcolormesh fill_between stackplot errorbar boxplot stem axhline axvline
               axhspan axvspan hlines vlines text annotate bar_label semilogx semilogy loglog grid legend axis margins tick_params cla""".split():
    globals()[name] = on_axes(name, name)
for name in "title xlabel ylabel xticks yticks xscale yscale".split():
    globals()[name] = on_axes(name, "set_" + name)


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(f"module 'matplotlib.pyplot' has no attribute {name!r}")
    raise AttributeError(f"this sandbox's pyplot has no {name}; it draws {DRAWN}")
