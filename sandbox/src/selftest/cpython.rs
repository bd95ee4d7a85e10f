//! The attacks that only the user's CPython can make: it has native code, files and threads.

use super::{
    judge::Expect::{self, Contained, Harmless, Limited, Refused, Stopped},
    python::{Attack, Engines},
};

const fn attack(group: &'static str, name: &'static str, code: &'static str, expect: Expect) -> Attack {
    Attack { group, name, code, expect, engines: Engines::Cpython, counter: false }
}

/// An attack that does no harm to the machine where nothing confines it, and so is made there too.
const fn proven(group: &'static str, name: &'static str, code: &'static str, expect: Expect) -> Attack {
    Attack { counter: true, ..attack(group, name, code, expect) }
}

/// The kernel says no.
const DENIED: Expect = Refused("PermissionError");
/// The path is not there, or where there are no namespaces, not allowed.
const OUTSIDE: Expect = Refused("Error");

/// What the attacks use: a system call by its name, whose result is a breach unless it is an error.
pub(super) const BEFORE: &str = r"
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
numbers = {
    'add_key': (248, 217), 'bpf': (321, 280), 'clone': (56, 220), 'fsopen': (430, 430), 'io_uring_setup': (425, 425),
    'kcmp': (312, 272), 'keyctl': (250, 219), 'open_by_handle_at': (304, 265), 'perf_event_open': (298, 241),
    'pidfd_open': (434, 434), 'process_vm_readv': (310, 270), 'userfaultfd': (323, 282),
}
def call(name, *arguments):
    number = numbers[name][platform.machine() == 'aarch64']
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *arguments)
    return result if result != -1 else -ctypes.get_errno()
def reached(result):
    if result < 0:
        number = -result if result < -1 else ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    breach(result)
";

#[rustfmt::skip]
pub(super) const ATTACKS: &[Attack] = &[
    proven("files", "read a file of the user by its path", "breach(open(SECRET).read())", OUTSIDE),
    proven("files", "read it by a native call", "reached(libc.open(SECRET.encode(), 0))", OUTSIDE),
    proven("files", "write a file of the user", "open(VICTIM, 'a').write('x')\nbreach()", OUTSIDE),
    proven("files", "/etc/passwd", "breach(open('/etc/passwd').read(1))", OUTSIDE),
    proven("files", "/proc of its own", "breach(open('/proc/self/environ').name)", OUTSIDE),
    proven("files", "memory of the parent by /proc", "breach(open('/proc/PARENT/mem', 'rb'))", OUTSIDE),
    proven("files", "out of the work folder by dots", "breach(open('/tmp/../../../../../..' + SECRET).read())", OUTSIDE),
    attack("files", "a symbolic link to a file outside", "os.symlink(SECRET, 'link')\nbreach()", DENIED),
    attack("files", "a hard link to a library", "os.link(os.__file__, 'link')\nbreach()", Refused("Error")),
    attack("files", "change a module of the interpreter", "open(os.__file__, 'a')\nbreach()", Refused("Error")),
    attack("files", "a FIFO", "os.mkfifo('fifo')\nbreach()", DENIED),
    attack("files", "a device", "os.mknod('device', 0o20666, os.makedev(1, 1))\nbreach()", DENIED),
    attack("files", "a set-user-id file", "open('x', 'w').close()\nos.chmod('x', 0o4755)\nbreach()", DENIED),
    attack("files", "a program of its own", "
open('x', 'w').write('#!/bin/sh\\n')
os.chmod('x', 0o755)
os.execv('./x', ['x'])
breach()", DENIED),
    attack("files", "/dev/shm across sessions", "open('/dev/shm/gimlet', 'w')\nbreach()", Refused("Error")),
    attack("files", "fill the disk", "
import time
for n in range(1000):
    with open(f'{n}', 'wb') as file:
        file.write(bytes(1 << 20))
    time.sleep(0.01)
breach()", Contained),
    attack("files", "a file larger than the quota", "
with open('large', 'wb') as file:
    file.truncate(1 << 40)
breach()", Limited("File too large")),
    proven("processes", "fork", "
pid = os.fork()
if pid == 0:
    os._exit(0)
breach(pid)", DENIED),
    proven("processes", "vfork by a shell", "import subprocess\nbreach(subprocess.run(['true']))", Refused("Error")),
    proven("processes", "posix_spawn", "breach(os.posix_spawn('/bin/true', ['true'], {}))", Refused("Error")),
    attack("processes", "become another program", "import sys\nos.execv(sys.executable, ['python', '-V'])\nbreach()", DENIED),
    attack("processes", "execve by its own name", "reached(libc.execve(os.sys.executable.encode(), None, None))", DENIED),
    proven("processes", "signal the parent", "os.kill(PARENT, 0)\nbreach()", Refused("Error")),
    attack("processes", "signal everybody", "os.kill(-1, 0)\nbreach()", Refused("Error")),
    proven("processes", "ptrace", "reached(libc.ptrace(0, 0, 0, 0))", DENIED),
    proven("processes", "open a process", "reached(call('pidfd_open', os.getpid(), 0))", DENIED),
    proven("processes", "compare with another process", "reached(call('kcmp', os.getpid(), os.getpid(), 0, 0, 0))", DENIED),
    proven("processes", "read another process's memory", "reached(call('process_vm_readv', os.getpid(), None, 0, None, 0, 0))", DENIED),
    attack("processes", "a bomb of threads", "
import threading
hold = threading.Event()
try:
    for _ in range(10_000):
        threading.Thread(target=hold.wait, daemon=True).start()
    breach()
finally:
    hold.set()", Contained),
    proven("kernel", "a memory file", "breach(os.memfd_create('x'))", DENIED),
    proven("kernel", "a user namespace", "reached(libc.unshare(0x10000000))", DENIED),
    attack("kernel", "a mount", "reached(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))", DENIED),
    proven("kernel", "a mount by its new calls", "reached(call('fsopen', b'tmpfs', 0))", DENIED),
    attack("kernel", "another root", "reached(libc.chroot(b'/tmp'))", DENIED),
    attack("kernel", "io_uring", "reached(call('io_uring_setup', 1, ctypes.create_string_buffer(120)))", DENIED),
    attack("kernel", "bpf", "reached(call('bpf', 0, ctypes.create_string_buffer(128), 128))", DENIED),
    attack("kernel", "perf", "reached(call('perf_event_open', ctypes.create_string_buffer(128), 0, -1, -1, 0))", DENIED),
    proven("kernel", "keys", "reached(call('keyctl', 0, -3, 1))", DENIED),
    attack("kernel", "userfaultfd", "reached(call('userfaultfd', 0))", DENIED),
    attack("kernel", "a file by its handle", "reached(call('open_by_handle_at', -100, None, 0))", DENIED),
    attack("kernel", "more descriptors", "
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 20, 1 << 20))
breach()", Refused("Error")),
    attack("kernel", "more memory", "
import resource
resource.setrlimit(resource.RLIMIT_DATA, (1 << 50, 1 << 50))
breach()", Refused("Error")),
    proven("network", "TCP", "import socket\nbreach(socket.create_connection(('127.0.0.1', TCP_PORT)))", DENIED),
    proven("network", "TCP by IPv6", "import socket\nbreach(socket.socket(socket.AF_INET6))", DENIED),
    proven("network", "UDP", "import socket\nbreach(socket.socket(type=socket.SOCK_DGRAM))", DENIED),
    attack("network", "raw packets", "import socket\nbreach(socket.socket(socket.AF_PACKET, socket.SOCK_RAW))", DENIED),
    proven("network", "a socket with a path", "
import socket
s = socket.socket(socket.AF_UNIX)
s.connect(UNIX_SOCKET)
breach()", DENIED),
    proven("network", "an abstract socket", "
import socket
s = socket.socket(socket.AF_UNIX)
s.connect('\\0' + ABSTRACT)
breach()", DENIED),
    proven("network", "netlink", "import socket\nbreach(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))", DENIED),
    proven("network", "a pair of sockets", "import socket\nbreach(socket.socketpair())", DENIED),
    attack("network", "vsock", "import socket\nbreach(socket.socket(socket.AF_VSOCK))", Refused("Error")),
    attack("network", "look up a name", "import socket\nbreach(socket.getaddrinfo('example.com', 80))", Refused("gaierror")),
    attack("escape", "secrets in the environment", "
own = {'LC_ALL', 'LC_CTYPE', 'HOME', 'TMPDIR', 'MPLBACKEND', 'MPLCONFIGDIR'}
names = {name for name in os.environ if name not in own and not name.endswith('_NUM_THREADS')}
if names:
    breach(names)
print('none')", Harmless("none")),
    attack("escape", "a crafted pickle", "import pickle\npickle.loads(b\"cposix\\nexecv\\n(S'/bin/sh'\\n(S'sh'\\nltR.\")\nbreach()", Refused("Error")),
    attack("escape", "a native crash", "ctypes.string_at(0)", Contained),
    attack("escape", "forged frames on the protocol's pipe", "os.write(4, b'\\0\\0\\0\\x02{}')", Contained),
    attack("escape", "native output past the frames", "libc.puts(b'\\x1b[2Jplain')\nlibc.fflush(None)\nprint('plain')", Harmless("plain")),
    attack("resources", "an enormous number", "x = 10**10**8", Stopped),
    attack("resources", "recursion without its limit", "import sys\nsys.setrecursionlimit(10**9)\ndef f():\n    f()\nf()", Contained),
    attack("resources", "shared memory", "
import mmap
held = []
while True:
    held.append(mmap.mmap(-1, 64 << 20))", Refused("Error")),
];
