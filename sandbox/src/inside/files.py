# Run after prelude.py, in the same names: the files of the work folder and of the mounts, which
# the parent opens, reads and writes. A path outside of them is refused here, for a clear message,
# and would be refused by the parent.

import _gimlet_files
import _weakref

MOUNTS = _gimlet_files.mounts()
WORK = "/mnt/data" if "/mnt/data" in MOUNTS else None
ROOTS = {"/"} | {mount[:i] for mount in MOUNTS for i, c in enumerate(mount) if c == "/" and i}
PLACES = ", ".join(mount for mount in MOUNTS if mount.startswith("/mnt")) or None
cwd = [WORK or "/"]
written = []


def absolute(path):
    path = fspath(path)
    if isinstance(path, bytes):
        path = path.decode()
    if not path.startswith("/"):
        path = cwd[0] + "/" + path
    parts = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def is_inside(path):
    return any(path == mount or path.startswith(mount + "/") for mount in MOUNTS)


def place(path, what):
    full = absolute(path)
    if is_inside(full):
        return full
    _gimlet_files.denied(what, full)
    where = f"in this sandbox: only {PLACES} is here" if PLACES else WHERE
    raise PermissionError(13, f"{what}({path!r}) is not permitted {where}", full)


class FileIO(_io._RawIOBase):
    """A file of the parent's: every part is asked for."""

    def __init__(self, file, mode="r", closefd=True, opener=None):
        if isinstance(file, int) or opener is not None:
            raise PermissionError(f"a descriptor is not permitted {WHERE}")
        kind = mode.replace("b", "").replace("+", "")
        if kind not in ("r", "w", "a", "x"):
            raise ValueError(f"invalid mode: {mode!r}")
        self._path = place(file, "open")
        self.name = file
        self._plus = "+" in mode
        self._kind = kind
        self.mode = "rb+" if self._plus and kind == "r" else kind + "b" + ("+" if self._plus else "")
        self._at = 0
        if kind == "r":
            if _gimlet_files.stat(self._path)[1]:
                raise IsADirectoryError(21, "Is a directory", file)
        else:
            _gimlet_files.create(self._path, kind == "x", kind == "w")
        if kind == "a":
            self._at = _gimlet_files.stat(self._path)[0]

    def _open(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def readable(self):
        self._open()
        return self._kind == "r" or self._plus

    def writable(self):
        self._open()
        return self._kind != "r" or self._plus

    def seekable(self):
        self._open()
        return True

    def isatty(self):
        return False

    def fileno(self):
        raise OSError("this file has no descriptor: the sandbox's parent holds it")

    def readinto(self, buffer):
        if not self.readable():
            raise _io.UnsupportedOperation("File not open for reading")
        view = memoryview(buffer).cast("B")
        part = _gimlet_files.read(self._path, self._at, len(view))
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def readall(self):
        if not self.readable():
            raise _io.UnsupportedOperation("File not open for reading")
        parts = []
        while part := _gimlet_files.read(self._path, self._at, 65536):
            parts.append(part)
            self._at += len(part)
        return b"".join(parts)

    def read(self, size=-1):
        if size is None or size < 0:
            return self.readall()
        if not self.readable():
            raise _io.UnsupportedOperation("File not open for reading")
        part = _gimlet_files.read(self._path, self._at, size)
        self._at += len(part)
        return part

    def write(self, data):
        if not self.writable():
            raise _io.UnsupportedOperation("File not open for writing")
        n, self._at = _gimlet_files.write(self._path, None if self._kind == "a" else self._at, data)
        return n

    def seek(self, offset, whence=0):
        self._open()
        if whence == 1:
            offset += self._at
        elif whence == 2:
            offset += _gimlet_files.stat(self._path)[0]
        if offset < 0:
            raise ValueError("negative seek position")
        self._at = offset
        return offset

    def tell(self):
        self._open()
        return self._at

    def truncate(self, size=None):
        if not self.writable():
            raise _io.UnsupportedOperation("File not open for writing")
        size = self._at if size is None else size
        _gimlet_files.truncate(self._path, size)
        return size


def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    """Opens a file of the work folder."""
    if not isinstance(mode, str):
        raise TypeError(f"open() argument 'mode' must be str, not {type(mode).__name__}")
    letters = set(mode)
    if len(letters) != len(mode) or letters - set("rwaxbt+") or len(letters & set("rwax")) != 1 or letters >= {"b", "t"}:
        raise ValueError(f"invalid mode: {mode!r}")
    binary = "b" in letters
    if binary and (encoding is not None or errors is not None or newline is not None):
        raise ValueError("binary mode doesn't take an encoding, errors or newline argument")
    raw = FileIO(file, mode.replace("t", ""), closefd, opener)
    if buffering == 0:
        if not binary:
            raise ValueError("can't have unbuffered text I/O")
        return raw
    size = buffering if buffering > 1 else 65536
    if "+" in letters:
        made = _io.BufferedRandom(raw, size)
    elif "r" in letters:
        made = _io.BufferedReader(raw, size)
    else:
        made = _io.BufferedWriter(raw, size)
    if not binary:
        made = _io.TextIOWrapper(made, encoding or "utf-8", errors, newline, buffering == 1)
        made.mode = mode
    if "r" not in letters or "+" in letters:
        written[:] = [ref for ref in written if ref() is not None]
        written.append(_weakref.ref(made))
    return made


def end_of_cell():
    """What is drawn and not shown, or written and not closed, can be seen; gives what did not work."""
    notices = show_figures()
    opened = written[:]
    written.clear()
    for ref in opened:
        try:
            made = ref()
            if made is None or made.closed:
                continue
            made.flush()
            written.append(ref)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            notices.append(give_up(ref, error))
    return notices


def give_up(ref, error):
    """Closes a file that could not be written, so that this is said once."""
    name = "A file"
    try:
        made = ref()
        name = f"The file {made.name!r:.100}"
        made.close()
    except KeyboardInterrupt:
        raise
    except BaseException:
        pass  # It is what has just been said.
    return f"{name} could not be written to its end and is closed: {brief(error)}."


def brief(error):
    try:
        return f"{type(error).__name__}: {error}"[:200]
    except Exception:
        return type(error).__name__


def show_figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    try:
        pyplot.end_of_cell()
        return []
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        said = f"The open figures could not be shown and are dropped: {brief(error)}."
    try:
        pyplot.close("all")
    except KeyboardInterrupt:
        raise
    except BaseException:
        # The module itself is broken; a fresh one takes its place.
        sys.modules.pop("matplotlib.pyplot", None)
        sys.modules.pop("matplotlib", None)
        said += " matplotlib.pyplot is broken: import it again."
    return [said]


def stat_result(size, is_folder, modified):
    mode = 0o040755 if is_folder else 0o100644
    return posix.stat_result((mode, 0, 0, 1, 1000, 1000, size, modified, modified, modified))


def stat(path, *, dir_fd=None, follow_symlinks=True):
    if isinstance(path, int):
        raise PermissionError(f"a descriptor is not permitted {WHERE}")
    full = absolute(path)
    if full in ROOTS:
        return stat_result(0, True, 0)
    return stat_result(*_gimlet_files.stat(place(path, "os.stat")))


def listdir(path="."):
    full = absolute(path)
    if full in ROOTS:
        here = full.rstrip("/") + "/"
        return sorted({mount[len(here) :].partition("/")[0] for mount in MOUNTS if mount.startswith(here)})
    return [name for name, _ in _gimlet_files.names(place(path, "os.listdir"))]


class DirEntry:
    """One name of a folder."""

    def __init__(self, folder, name, is_folder):
        self.name, self._is_folder = name, is_folder
        self.path = name if folder == "." else folder.rstrip("/") + "/" + name

    def is_dir(self, *, follow_symlinks=True):
        return self._is_folder

    def is_file(self, *, follow_symlinks=True):
        return not self._is_folder

    def is_symlink(self):
        return False

    is_junction = is_symlink

    def stat(self, *, follow_symlinks=True):
        return stat(self.path)

    def inode(self):
        return 0

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return f"<DirEntry {self.name!r}>"


class Scan:
    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self._entries

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def close(self):
        pass


def scandir(path="."):
    folder = fspath(path)
    return Scan([DirEntry(folder, *entry) for entry in _gimlet_files.names(place(path, "os.scandir"))])


def chdir(path):
    full = place(path, "os.chdir")
    if not _gimlet_files.stat(full)[1]:
        raise NotADirectoryError(20, "Not a directory", path)
    cwd[0] = full


def access(path, mode, **options):
    try:
        is_folder = stat(path).st_mode == 0o040755
        return is_folder or mode & 1 == 0
    except OSError:
        return False


def one(name, call):
    def act(path, *args, dir_fd=None, **options):
        call(place(path, name))

    return act


def rename(source, target, *, src_dir_fd=None, dst_dir_fd=None):
    _gimlet_files.rename(place(source, "os.rename"), place(target, "os.rename"))


def replace(source, target, *, src_dir_fd=None, dst_dir_fd=None):
    rename(source, target)


if MOUNTS:
    _io.FileIO = FileIO
    _io.open_code = lambda path: open(path, "rb")
    builtins.open = _io.open = open
    posix.__dict__.update(
        DirEntry=DirEntry, stat=stat, lstat=stat, listdir=listdir, scandir=scandir, chdir=chdir, access=access,
        getcwd=lambda: cwd[0], getcwdb=lambda: cwd[0].encode(),
        mkdir=one("os.mkdir", _gimlet_files.mkdir), rmdir=one("os.rmdir", _gimlet_files.rmdir),
        remove=one("os.remove", _gimlet_files.remove), unlink=one("os.unlink", _gimlet_files.remove),
        rename=rename, replace=replace, utime=lambda path, *args, **options: None,
        chmod=lambda path, mode, **options: None,
    )
    posix.truncate = lambda path, length: _gimlet_files.truncate(place(path, "os.truncate"), length)


class Source:
    """Loads a module from its text."""

    def __init__(self, path):
        self.path = path

    def create_module(self, spec):
        return None

    def get_filename(self, name=None):
        return self.path

    def get_data(self, path):
        return FileIO(path).readall()

    def get_source(self, name=None):
        return self.get_data(self.path).decode()

    def is_package(self, name=None):
        return self.path.endswith("/__init__.py")

    def exec_module(self, module):
        # Set here: a spec with a location asks the importer of files, which is not there.
        module.__file__ = self.path
        exec(compile(self.get_data(self.path), self.path, "exec", dont_inherit=True), module.__dict__)


class Packages:
    """Finds pure-Python modules in the folders that the user named, and in the work folder."""

    listings = {}

    @classmethod
    def names(cls, folder):
        if folder in cls.listings:
            return cls.listings[folder]
        try:
            names = dict(_gimlet_files.names(folder))
        except OSError:
            names = {}
        if not folder.startswith("/mnt/data"):
            cls.listings[folder] = names
        return names

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        tail = name.rpartition(".")[2]
        spaces = []
        for folder in sys.path if path is None else path:
            if not isinstance(folder, str) or not is_inside(folder):
                continue
            names, here = cls.names(folder), f"{folder}/{tail}"
            if names.get(tail) and "__init__.py" in cls.names(here):
                return cls.spec(name, f"{here}/__init__.py", [here])
            if names.get(tail + ".py") is False:
                return cls.spec(name, here + ".py", None)
            if names.get(tail):
                spaces.append(here)
        if spaces:
            spec = _frozen_importlib.ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = spaces
            return spec
        return None

    @staticmethod
    def spec(name, path, locations):
        spec = _frozen_importlib.ModuleSpec(name, Source(path), origin=path, is_package=locations is not None)
        if locations is not None:
            spec.submodule_search_locations = locations
        return spec


class Plots:
    """Finds matplotlib.pyplot, which Rust draws for."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "matplotlib":
            return _frozen_importlib.ModuleSpec(name, Plots, is_package=True)
        if name == "matplotlib.pyplot":
            return _frozen_importlib.ModuleSpec(name, Plots)
        if name.startswith("matplotlib."):
            raise ModuleNotFoundError(f"No module named '{name}': of matplotlib, only pyplot is here", name=name)
        return None

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        if module.__name__ == "matplotlib":
            module.use = lambda backend, **options: None
            module.get_backend = lambda: "agg"
            module.__version__ = "0"
            module.__getattr__ = matplotlib_name
        else:
            exec(compile(_gimlet_plot.source(), "<matplotlib.pyplot>", "exec", dont_inherit=True), module.__dict__)


def matplotlib_name(name):
    """What matplotlib itself shares with pyplot."""
    import importlib

    if name in ("rcParams", "style"):
        return getattr(importlib.import_module("matplotlib.pyplot"), name)
    raise AttributeError(f"module 'matplotlib' has no attribute {name!r}: of matplotlib, only pyplot is here")


sys.meta_path.append(Plots)
if MOUNTS:
    sys.meta_path.append(Packages)
    sys.path[:] = [mount for mount in MOUNTS if mount.startswith("/packages/")] + ([WORK] if WORK else [])
sys.meta_path.append(Instead)
