# Run unconfined in the user's own interpreter: what does it read to run?
import json, os, re, site, sys

if sys.implementation.name != "cpython" or sys.version_info < (3, 8):
    sys.exit("it is %s %s; CPython 3.8 or later is needed" % (sys.implementation.name, sys.version.split()[0]))

# Modules that libraries of the system stand behind; their folders are then known.
for name in ("_ctypes", "_ssl", "_hashlib", "_sqlite3", "_bz2", "_lzma", "zlib", "_decimal", "pyexpat", "_uuid"):
    try:
        __import__(name)
    except ImportError:
        pass

too_wide = {"/", "/usr", "/usr/local", "/opt", "/home", "/etc", "/tmp", "/var", os.path.expanduser("~")}
here = os.getcwd()
found = [path for path in sys.path if path and os.path.isabs(path) and os.path.exists(path)]
search = [path for path in found if os.path.normpath(path) not in too_wide and path != here]
try:
    site_folders = site.getsitepackages()
except AttributeError:  # an old virtualenv's own site module
    site_folders = []
readable = search + [path for path in site_folders if os.path.isdir(path)]
readable += [sys.executable, os.path.join(sys.prefix, "pyvenv.cfg")]
readable += ["/etc/ld.so.cache", "/usr/share/zoneinfo", "/etc/localtime"]
try:
    with open("/proc/self/maps") as maps:
        mapped = {line.split(None, 5)[5].strip() for line in maps if line.count("/")}
except OSError:
    mapped = set()
libraries = {path for path in mapped if re.search(r"\.so(\.|$)", path) and path[0] == "/"}
readable += [os.path.dirname(path) for path in libraries]

loader = None
with open(os.path.realpath(sys.executable), "rb") as program:
    named = re.search(rb"(/[\w./+-]+/ld[\w.+-]*\.so[\w.]*)\0", program.read(1 << 16))
if named:
    loader = os.fsdecode(named.group(1))
    readable.append(loader)

paths = []
for path in sorted(map(os.path.normpath, readable), key=len):
    covered = any(path == wide or path.startswith(wide + "/") for wide in paths)
    if os.path.exists(path) and path not in too_wide and not covered:
        paths.append(path)
answer = {
    "program": sys.executable,
    "version": sys.version.split()[0],
    "search": search,
    "readable": paths,
    "loader": loader,
}
print("\ngimlet-survey:" + json.dumps(answer))
