# Run once, before the first cell: what the standard library expects of an operating system and
# this interpreter does not have. Nothing here is a wall: there is no host to reach behind it.

import builtins
import sys
import time

import _frozen_importlib
import _gimlet
import _gimlet_files
import _gimlet_plot
import _io
import _thread

WHERE = "in this sandbox: it has no files, no network and no processes"


def refuse(name):
    def refused(*args, **kwargs):
        _gimlet_files.denied(name, ", ".join(repr(value)[:100] for value in args[:3]))
        raise PermissionError(f"{name} is not permitted {WHERE}")

    refused.__name__ = refused.__qualname__ = name.rpartition(".")[2]
    return refused


def module(name, **attributes):
    made = type(sys)(name)
    made.__dict__.update(attributes)
    sys.modules[name] = made
    sys.builtin_module_names += (name,)
    return made


def record(name, fields):
    """A tuple with names, without collections.namedtuple, which needs half the library."""

    def new(cls, values=(0,) * len(fields), extra=None):
        return tuple.__new__(cls, tuple(values)[: len(fields)])

    members = {field: property(lambda self, i=i: self[i]) for i, field in enumerate(fields)}
    return type(name, (tuple,), {"__new__": new, "n_fields": len(fields), "__match_args__": tuple(fields), **members})


def fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    try:
        return type(path).__fspath__(path)
    except AttributeError:
        raise TypeError(
            f"expected str, bytes or os.PathLike object, not {type(path).__name__}"
        ) from None


STAT = "st_mode st_ino st_dev st_nlink st_uid st_gid st_size st_atime st_mtime st_ctime".split()

posix = module(
    "posix",
    stat_result=record("stat_result", STAT),
    statvfs_result=record("statvfs_result", ["f_bsize"]),
    terminal_size=record("terminal_size", ["columns", "lines"]),
    times_result=record("times_result", ["user", "system", "children_user", "children_system", "elapsed"]),
    uname_result=record("uname_result", ["sysname", "nodename", "release", "version", "machine"]),
    DirEntry=type("DirEntry", (), {}),
    error=OSError,
    environ={},
    fspath=fspath,
    getcwd=lambda: "/",
    getcwdb=lambda: b"/",
    getpid=lambda: 1,
    getppid=lambda: 0,
    getuid=lambda: 1000,
    geteuid=lambda: 1000,
    getgid=lambda: 1000,
    getegid=lambda: 1000,
    umask=lambda mask: 0o022,
    # os.environ keeps what is set; no process is started that would be given it.
    putenv=lambda name, value: None,
    unsetenv=lambda name: None,
    cpu_count=lambda: 1,
    sched_getaffinity=lambda pid: {0},
    device_encoding=lambda fd: None,
    isatty=lambda fd: False,
    strerror=lambda number: f"error {number}",
    urandom=_gimlet.urandom,
    register_at_fork=lambda **hooks: None,
    access=lambda *args, **kwargs: False,
    _have_functions=[],
)
posix.get_terminal_size = lambda fd=1: posix.terminal_size((80, 24))
posix.uname = lambda: posix.uname_result(("sandbox", "sandbox", "0", "0", "none"))
for name, value in {
    "F_OK": 0, "X_OK": 1, "W_OK": 2, "R_OK": 4,
    "O_RDONLY": 0, "O_WRONLY": 1, "O_RDWR": 2, "O_CREAT": 64, "O_EXCL": 128, "O_TRUNC": 512,
    "O_APPEND": 1024, "O_NONBLOCK": 2048, "O_NOFOLLOW": 131072, "O_CLOEXEC": 524288,
    "SEEK_SET": 0, "SEEK_CUR": 1, "SEEK_END": 2, "WNOHANG": 1, "EX_OK": 0, "P_NOWAIT": 1, "P_WAIT": 0,
}.items():
    setattr(posix, name, value)
for name in """
    _exit abort chdir chmod chown chroot close dup dup2 execv execve fchmod fchown fork forkpty fstat
    fsync ftruncate get_blocking get_inheritable kill killpg link listdir lseek lstat mkdir mkfifo
    mknod nice open openpty pipe posix_spawn posix_spawnp read readlink remove rename replace
    rmdir scandir sendfile set_blocking set_inheritable setgid setsid setuid stat statvfs symlink
    sysconf system times truncate ttyname unlink utime wait waitpid write
""".split():
    setattr(posix, name, refuse("os." + name))

signals = module(
    "_signal",
    SIGABRT=6, SIGALRM=14, SIGINT=2, SIGKILL=9, SIGSEGV=11, SIGTERM=15,
    SIG_DFL=0, SIG_IGN=1, SIG_BLOCK=0, SIG_UNBLOCK=1, SIG_SETMASK=2, NSIG=65, ITIMER_REAL=0,
    signal=lambda number, handler: 0,
    getsignal=lambda number: 0,
    default_int_handler=lambda *args: None,
    set_wakeup_fd=lambda fd, **kwargs: -1,
)
for name in "alarm setitimer getitimer raise_signal pause pthread_kill sigwait pthread_sigmask".split():
    setattr(signals, name, refuse("signal." + name))

# Modules that need what is not there, and packages that models reach for.
ABSENT = set(
    """
    _ctypes _posixsubprocess _socket _ssl asyncio fcntl mmap multiprocessing pty resource select
    selectors socket socketserver ssl termios tty pwd grp syslog readline curses tkinter
    sqlite3 _sqlite3
    """.split()
)
INSTEAD = {
    "numpy": "use lists with math and statistics",
    "scipy": "use math and statistics",
    "pandas": "use lists of dicts with csv and statistics",
    "sklearn": "use statistics and plain Python",
    "torch": "use plain Python",
    "seaborn": "use matplotlib.pyplot",
    "sympy": "use fractions, decimal and math, or ask the user to name a folder of packages that has it",
    "requests": "there is no network",
    "bs4": "use html.parser",
    "yaml": "use json",
    "PIL": "use matplotlib.pyplot for pictures",
}


def whole_number(bits, signed):
    """A whole number of C: what its users want of it is its size, and how it wraps."""

    def init(self, value=0):
        value = int(value) & (1 << bits) - 1
        self.value = value - (1 << bits) if signed and value >> bits - 1 else value

    return {"__init__": init, "_bits": bits, "__repr__": lambda self: f"{type(self).__name__}({self.value})"}


C_NUMBERS = {
    "c_int8": (8, True), "c_uint8": (8, False), "c_byte": (8, True), "c_ubyte": (8, False),
    "c_int16": (16, True), "c_uint16": (16, False), "c_short": (16, True), "c_ushort": (16, False),
    "c_int32": (32, True), "c_uint32": (32, False), "c_int": (32, True), "c_uint": (32, False),
    "c_int64": (64, True), "c_uint64": (64, False), "c_long": (64, True), "c_ulong": (64, False),
    "c_longlong": (64, True), "c_ulonglong": (64, False), "c_size_t": (64, False), "c_ssize_t": (64, True),
}


def sizeof(number):
    return number._bits // 8


# Packages import these at their top and may never use them: they import, and each use is refused.
HOLLOW = {
    "ctypes": {"sizeof": sizeof}
    | {name: type(name, (), whole_number(*kind)) for name, kind in C_NUMBERS.items()},
    "subprocess": {"PIPE": -1, "STDOUT": -2, "DEVNULL": -3}
    | {name: type(name, (Exception,), {}) for name in ("SubprocessError", "CalledProcessError", "TimeoutExpired")},
}


class Hollow:
    """Makes a module of which nothing works."""

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        def attribute(name):
            if name.startswith("__"):
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            refused = refuse(f"{module.__name__}.{name}")
            # A class, where there would be one: it can be derived from, and not made.
            return type(name, (), {"__new__": refused}) if name[0].isupper() else refused

        module.__dict__.update(HOLLOW[module.__name__], __getattr__=attribute)


class Library:
    """Makes a module of ours in the place of one of the interpreter's."""

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        source = _gimlet.library(module.__name__)
        exec(compile(source, f"<{module.__name__}>", "exec", dont_inherit=True), module.__dict__)


def is_imported_by_a_cell():
    """Whether the code of a cell imports, and not a library that does well without."""
    frame = sys._getframe(1)
    while frame is not None and (frame.f_code.co_filename == "<sandbox>" or "importlib" in frame.f_code.co_filename):
        frame = frame.f_back
    return frame is None or frame.f_code.co_filename.startswith("<cell ")


class Refusals:
    """The first finder: says clearly why a module is not there."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in HOLLOW:
            return _frozen_importlib.ModuleSpec(name, Hollow)
        if _gimlet.library(name):
            return _frozen_importlib.ModuleSpec(name, Library)
        root = name.partition(".")[0]
        if root in ABSENT or root in HOLLOW:
            if is_imported_by_a_cell():
                _gimlet_files.denied("import", root)
            raise ModuleNotFoundError(f"{root} is not permitted {WHERE}", name=name)
        return None


class Instead:
    """The last finder: says what to use instead of a package that is not there."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        root = name.partition(".")[0]
        if root in INSTEAD and path is None:
            raise ModuleNotFoundError(
                f"No module named '{root}': only Python's standard library is here; {INSTEAD[root]}", name=name
            )
        return None


sys.meta_path.insert(0, Refusals)


class NoInput:
    """Standard input: nobody is there to type."""

    encoding, errors, closed, name, mode, newlines = "utf-8", "strict", False, "<stdin>", "r", None
    isatty = writable = seekable = lambda self: False
    readable = lambda self: True
    close = lambda self: None
    fileno = refuse("sys.stdin.fileno")

    def read(self, size=-1):
        raise EOFError("there is no input in this sandbox: put the values into the code")

    readline = readlines = __next__ = read

    def __iter__(self):
        return self


def input(prompt="", /):
    """Refuses: nobody is there to type."""
    raise EOFError("input() is not available in this sandbox: put the values into the code")


def leave(code=None):
    """Ends the cell."""
    raise SystemExit(code)


leave.__name__ = leave.__qualname__ = "exit"


def open(file, *args, **kwargs):
    """Refuses: there are no files."""
    _gimlet_files.denied("open", repr(file)[:100])
    raise PermissionError(f"open({file!r}) is not permitted {WHERE}")


class FileIO(_io._RawIOBase):
    """The file that cannot be opened."""

    def __init__(self, file, *args, **kwargs):
        open(file)


class local:
    """The data of a thread: there is one."""


class RLock:
    """A lock that its holder can take again: there is one thread, so it is always its holder's."""

    def __init__(self):
        self._count = 0

    def acquire(self, blocking=True, timeout=-1):
        self._count += 1
        return True

    __enter__ = acquire

    def release(self):
        if not self._count:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1

    def __exit__(self, *exception):
        self.release()

    def locked(self):
        return self._count > 0

    _is_owned = locked

    def _release_save(self):
        count, self._count = self._count, 0
        return count

    def _acquire_restore(self, count):
        self._count = count

    def _recursion_count(self):
        return self._count


_thread._local = local
_thread.RLock = RLock
_io.FileIO = FileIO
_io.open_code = open
builtins.open = _io.open = open
builtins.input = input
builtins.exit = builtins.quit = leave
time.sleep = _gimlet.sleep
sys.stdin = sys.__stdin__ = NoInput()
sys.stdout = sys.__stdout__ = _gimlet.stdout
sys.stderr = sys.__stderr__ = _gimlet.stderr
sys.executable = sys._base_executable = ""
sys.prefix = sys.base_prefix = sys.exec_prefix = sys.base_exec_prefix = "/"
sys.path[:] = []
sys._get_cpu_count_config = lambda: 1
sys._git = ("RustPython", "", "")
