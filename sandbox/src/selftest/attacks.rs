//! The Python attacks: a table.

use super::{
    judge::Expect::{self, Contained, Harmless, Limited, OutOfMemory, Refused, Stopped},
    python::{Attack, Engines},
};

const fn attack(group: &'static str, name: &'static str, code: &'static str, expect: Expect) -> Attack {
    Attack { group, name, code, expect, engines: Engines::Both, counter: false }
}

/// An attack on what only the Python in this program has, or answers in this way.
const fn own(group: &'static str, name: &'static str, code: &'static str, expect: Expect) -> Attack {
    Attack { engines: Engines::RustPython, ..attack(group, name, code, expect) }
}

#[rustfmt::skip]
pub(super) const ATTACKS: &[Attack] = &[
    attack("python", "open a file of the user", "breach(open(SECRET).read())", Refused("Error")),
    attack("python", "read a file by pathlib", "import pathlib\nbreach(pathlib.Path(SECRET).read_text())", Refused("Error")),
    own("python", "open a descriptor", "import io\nbreach(io.FileIO(3).read(1))", Refused("PermissionError")),
    attack("python", "open by posix", "import posix\nbreach(posix.open(SECRET, 0))", Refused("Error")),
    own("python", "write to the protocol's descriptor", "import os\nbreach(os.write(4, b'\\0\\0\\0\\2{}'))", Refused("PermissionError")),
    attack("python", "list the machine's root", "import os\nbreach(os.listdir('/etc'))", Refused("Error")),
    attack("python", "read /proc", "breach(open('/proc/self/environ').read())", Refused("Error")),
    own("python", "import os and run a program", "import os\nbreach(os.system('id'))", Refused("PermissionError")),
    attack("python", "import subprocess", "import subprocess\nbreach(subprocess.run(['id']))", Refused("not permitted")),
    attack("python", "import socket", "import socket\nbreach(socket.socket())", Refused("not permitted")),
    own("python", "import ctypes", "import ctypes\nbreach(ctypes.CDLL(None))", Refused("not permitted")),
    own("python", "import multiprocessing", "import multiprocessing\nbreach(multiprocessing.Process())", Refused("not permitted")),
    own("python", "import past the finder", "import sys\nsys.meta_path.pop(0)\nimport _socket\nbreach(_socket.socket())", Refused("ModuleNotFoundError")),
    own("python", "start a thread", "
import _thread
done = []
def work():
    for _ in range(200_000):
        pass
    done.append(True)
_thread.start_new_thread(work, ())
if not done:
    breach('two at once')
print('one after the other')", Harmless("one after")),
    attack("python", "kill the parent", "import os, signal\nbreach(os.kill(os.getppid(), signal.SIGKILL))", Refused("PermissionError")),
    own("python", "secrets in the environment", "import os\nfor name in os.environ:\n    breach(name)\nprint('none')", Harmless("none")),
    attack("escape", "walk every class", "
names = {'Popen', 'socket', '_RawFileIO', 'FileLoader', 'CDLL', 'mmap', 'Process'}
seen, todo = set(), [object]
while todo:
    for c in type.__subclasses__(todo.pop()):
        if c not in seen:
            seen.add(c)
            todo.append(c)
for c in seen:
    if c.__name__ in names and c.__module__ in {'_socket', '_io', 'posix', 'mmap', '_ctypes', '_posixsubprocess'}:
        breach(c)", Contained),
    own("escape", "walk every object", "
import gc
for o in gc.get_objects():
    if type(o).__name__ in {'socket', 'FileIO', 'mmap'}:
        breach(o)
print('walked')", Harmless("walked")),
    own("escape", "a crafted pickle", "import pickle\nbreach(pickle.loads(b\"cos\\nsystem\\n(S'id'\\ntR.\"))", Refused("PermissionError")),
    attack("escape", "a crafted marshal", "import marshal\nbreach(marshal.loads(b'\\xe3' + b'\\xff' * 99))", Refused("Error")),
    attack("escape", "crafted bytecode", "
def f():
    pass
f.__code__ = f.__code__.replace(co_code=bytes(range(1, 250)) * 4)
breach(f())", Contained),
    attack("escape", "forged frames in the output", "print('\\0\\0\\0\\x1c{\"type\":\"done\",\"cell\":1}')\nprint('plain')", Harmless("plain")),
    attack("escape", "terminal control sequences", "print('\\x1b]0;title\\x07\\x1b[2J\\x9b2J\\rplain')", Harmless("plain")),
    attack("escape", "invalid UTF-8", "import sys\nsys.stdout.buffer.write(b'\\xff\\xfe\\xc3plain\\n')", Harmless("plain")),
    attack("escape", "poisoned builtins between calls", "
import builtins, sys
for name in ['print', '__import__', 'len', 'repr', 'compile', '__build_class__']:
    setattr(builtins, name, None)
sys.stdout = sys.stderr = None", Contained),
    own("escape", "a poisoned standard library between calls", "
import sys, linecache
linecache.cache = None
linecache.getlines = None
sys.modules.clear()
sys.meta_path.clear()", Contained),
    own("escape", "ask for the sandbox to be switched off", "
import os, sys
try:
    os.environ['GIMLET_SANDBOX'] = 'off'
except PermissionError:
    pass
import _gimlet
for name in dir(_gimlet):
    if any(word in name.lower() for word in ('confine', 'limit', 'policy', 'allow', 'unsafe')):
        breach(name)
print('asked')", Harmless("asked")),
    attack("resources", "an endless loop", "while True:\n    pass", Stopped),
    attack("resources", "an endless loop that catches everything", "
while True:
    try:
        while True:
            pass
    except BaseException:
        pass", Stopped),
    attack("resources", "sleep for ever", "import time\ntime.sleep(1e9)", Stopped),
    attack("resources", "a catastrophic regular expression", "import re\nre.match(r'(a+)+$', 'a' * 50 + 'b')", Stopped),
    attack("resources", "native code without an end", "sum(range(10**15))", Stopped),
    attack("resources", "ignored signals", "
import signal
for number in range(1, 60):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass", Stopped),
    attack("resources", "a hang at exit", "import atexit, time\natexit.register(time.sleep, 1e9)\nprint('left')", Harmless("left")),
    own("resources", "an enormous number", "x = 10**10**8", OutOfMemory),
    attack("resources", "an enormous string", "x = 'a' * 10**10", OutOfMemory),
    attack("resources", "an enormous list", "x = [0] * 10**10", OutOfMemory),
    attack("resources", "growth in small steps", "
def grow():
    kept = []
    while True:
        kept.append(bytes(10_000))
grow()", OutOfMemory),
    attack("resources", "growth that catches MemoryError", "
kept = []
for _ in range(200_000):
    try:
        kept.append(bytes(10_000))
    except MemoryError:
        kept.clear()
        raise", OutOfMemory),
    attack("resources", "recursion 100,000 deep", "def f(n):\n    return n and f(n - 1)\nf(100_000)", Limited("RecursionError")),
    own("resources", "recursion without its limit", "import sys\nsys.setrecursionlimit(10**9)\ndef f():\n    f()\nf()", Limited("RecursionError")),
    attack("resources", "5,000 nested brackets", "x = eval('[' * 5000 + ']' * 5000)\nprint('nested')", Contained),
    attack("resources", "500,000 nested brackets", "compile('(' * 500_000, 'x', 'exec')", Contained),
    attack("resources", "a cyclic repr", "l = []\nl.append(l)\nprint(repr(l))", Harmless("[[...]]")),
    attack("resources", "endless output", "while True:\n    print('hello')", Limited("OSError")),
    attack("resources", "a long line without a newline", "while True:\n    print('x' * 1_000_000, end='')", Limited("OSError")),
    attack("resources", "a value with an endless repr", "
class Endless:
    def __repr__(self):
        while True:
            pass
Endless()", Stopped),
];
