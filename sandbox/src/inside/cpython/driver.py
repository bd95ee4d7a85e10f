# The notebook in the user's CPython. It runs before any cell and beside all of them: what a cell does
# to it costs the cell's own worker, since everything that it sends is checked by the parent.


def drive():
    import sys

    import ast, builtins, collections, errno, gc, importlib.abc, importlib.util, io, json, linecache
    import os, queue, resource, select, signal, threading, time, traceback, types

    told = json.loads(sys.argv.pop())
    sys.argv = [""]
    limits, fd_in, fd_out = told["limits"], told["input"], told["output"]
    EXIT_MEMORY, EXIT_CPU, EXIT_PARENT, EXIT_PANIC = 70, 71, 73, 74
    CHUNK = 16 << 10
    encode_json = json.JSONEncoder().encode
    decode_json = json.JSONDecoder().decode
    leave, write, read, now = os._exit, os.write, os.read, time.monotonic

    def restrict():
        # After the exec nothing else executes: a second filter that knows no address, and no dumps.
        import ctypes

        class Instruction(ctypes.Structure):
            _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]

        class Filter(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.POINTER(Instruction))]

        libc = ctypes.CDLL(None, use_errno=True)
        PR_SET_DUMPABLE, PR_SET_SECCOMP, MODE_FILTER = 4, 22, 2
        LOAD, EQUAL, RETURN, ALLOW, REFUSE = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00050000 | errno.EPERM
        code = (Instruction * 4)(
            (LOAD, 0, 0, 0), (EQUAL, 0, 1, told["execve"]), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)
        )
        filter = Filter(4, code)
        for option in ((PR_SET_DUMPABLE, 0), (PR_SET_SECCOMP, MODE_FILTER)):
            arguments = [ctypes.c_ulong(n) for n in option[1:]]
            last = ctypes.byref(filter) if option[0] == PR_SET_SECCOMP else ctypes.c_ulong(0)
            if libc.prctl(option[0], *arguments, last, ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    confinement = told["confinement"]
    try:
        restrict()
        confinement["enforced"].append("9 not dumpable")
    except Exception as error:
        confinement["missing"].append("9 not dumpable and no second exec: %s" % error)
    for names in confinement.values():
        names.sort(key=lambda name: int(name.split()[0]))

    class State:
        cell = 0
        running = None
        interrupted = None
        out_of_cpu = False
        guarded = 0
        late = False
        pending = []
        n_pending = 0
        total = 0
        flushed_at = 0.0
        attempts = []

    state = State()
    lock = threading.RLock()
    main_thread = threading.get_ident()

    def send(message):
        payload = encode_json(message).encode("ascii")
        frame = memoryview(len(payload).to_bytes(4, "big") + payload)
        is_main = threading.get_ident() == main_thread
        # An interrupt must not cut a frame in two.
        state.guarded += is_main
        try:
            with lock:
                while frame:
                    frame = frame[write(fd_out, frame):]
        except OSError:
            leave(EXIT_PARENT)
        finally:
            state.guarded -= is_main
        if is_main and state.late and not state.guarded:
            state.late = False
            on_interrupt(signal.SIGINT, None)

    def flush():
        with lock:
            text, state.pending, state.n_pending = "".join(state.pending), [], 0
            state.flushed_at = now()
            if text and state.running is not None:
                send({"type": "output", "cell": state.running, "text": text})

    def show(text):
        data = text.encode("utf-8", "backslashreplace")
        with lock:
            if state.running is None:
                return  # a thread of an earlier cell
            room = limits["printed_bytes"] - state.total
            cut, data = len(data) > room, data[:room]
            state.total += len(data)
            for start in range(0, len(data), CHUNK // 4):
                # A character that is cut in two becomes two marks; only huge writes are cut.
                part = data[start : start + CHUNK // 4].decode("utf-8", "replace")
                n = len(part.encode("utf-8"))
                if state.n_pending + n > CHUNK:
                    flush()
                state.pending.append(part)
                state.n_pending += n
            if now() - state.flushed_at > 0.02:
                flush()
        if cut:
            limit = limits["printed_bytes"] >> 10
            raise OSError("the call has printed its limit of %d KiB: print less" % limit)

    class Bytes(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            data = bytes(data)
            show(data.decode("utf-8", "replace"))
            return len(data)

    class Out(io.TextIOBase):
        encoding, errors, mode, newlines = "utf-8", "backslashreplace", "w", None

        def __init__(self, name):
            self.name, self.buffer = name, Bytes()

        def write(self, text):
            if not isinstance(text, str):
                raise TypeError("write() argument must be str, not %s" % type(text).__name__)
            if text:
                show(text)
            return len(text)

        def writable(self):
            return True

        def close(self):
            pass

        def reconfigure(self, **options):
            pass

    class In(io.TextIOBase):
        encoding, name = "utf-8", "<stdin>"

        def refuse(self, *args):
            state.attempts.append(("input", ""))
            raise EOFError("there is no input in this sandbox: put the values into the code")

        read = readline = readlines = __next__ = refuse

    def input(prompt="", /):
        state.attempts.append(("input", ""))
        raise EOFError("input() is not available in this sandbox: put the values into the code")

    # What is tried, for the words of a refusal; the kernel refuses, whatever this sees.
    def target(args):
        return repr(args[0])[:200] if args else ""

    watched = {
        "socket.__new__": "socket.socket", "socket.getaddrinfo": "socket.getaddrinfo",
        "socket.gethostbyname": "socket.gethostbyname", "subprocess.Popen": "subprocess.Popen",
        "os.system": "os.system", "os.fork": "os.fork", "os.forkpty": "os.fork", "os.exec": "os.exec",
        "os.posix_spawn": "os.posix_spawn", "os.kill": "os.kill", "os.killpg": "os.kill",
    }

    def audit(event, args):
        op = watched.get(event)
        if op is not None and state.running is not None and len(state.attempts) < 10:
            state.attempts.append((op, "" if op == "socket.socket" else target(args)))

    sys.addaudithook(audit)

    def on_interrupt(number, frame):
        if state.guarded:
            state.late = True
        elif state.running is not None and state.interrupted == state.running:
            raise KeyboardInterrupt("the call was stopped")

    def on_cpu(number, frame):
        if state.running is None:
            return
        if state.out_of_cpu:
            leave(EXIT_CPU)
        state.out_of_cpu = True
        if not state.guarded:
            raise KeyboardInterrupt("the call was stopped")

    cells = queue.SimpleQueue()

    def take(message):
        if message["type"] == "run":
            cells.put((message["cell"], message["code"]))
        elif message["type"] == "interrupt":
            state.interrupted = message["cell"]
            if state.running == state.interrupted:
                flush()
                signal.pthread_kill(main_thread, signal.SIGINT)

    def listen():
        try:
            poll = select.poll()
            poll.register(fd_in, select.POLLIN)
            data = bytearray()
            while True:
                if not poll.poll(50 if state.running is not None else None):
                    flush()
                    continue
                part = read(fd_in, 1 << 16)
                if not part:
                    leave(EXIT_PARENT)
                data += part
                while len(data) >= 4:
                    end = 4 + int.from_bytes(data[:4], "big")
                    if len(data) < end:
                        break
                    message = decode_json(data[4:end].decode("utf-8"))
                    del data[:end]
                    take(message)
        except MemoryError:
            leave(EXIT_MEMORY)
        except BaseException:
            leave(EXIT_PANIC)

    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    names = module.__dict__

    def is_cell(name):
        return name.startswith("<cell ")

    def trim(shown, seen):
        if shown is None or id(shown) in seen:
            return
        seen.add(id(shown))
        frames = [frame for frame in shown.stack if frame.filename != "<gimlet>"]
        kept = [frame for frame in frames if is_cell(frame.filename)]
        # Where a library raised it, the last place in it; what lies between explains nothing.
        if frames and not is_cell(frames[-1].filename):
            kept.append(frames[-1])
        shown.stack[:] = kept
        for other in [shown.__cause__, shown.__context__, *(getattr(shown, "exceptions", None) or [])]:
            trim(other, seen)

    def text_of(error):
        shown = traceback.TracebackException(type(error), error, error.__traceback__)
        trim(shown, set())
        alone = not shown.stack and shown.__cause__ is None and shown.__context__ is None
        text = "".join(shown.format_exception_only() if alone else shown.format()).rstrip()
        if isinstance(error, SystemExit):
            text += "\nThis ends the cell, not the interpreter: variables are kept."
        return text

    def excerpt(text):
        # The parent cuts with more care; this keeps a frame within what it takes.
        limit = limits["output_bytes"]
        data = text.encode("utf-8", "backslashreplace")
        if len(data) <= limit:
            return data.decode("utf-8"), False
        half = limit // 2
        head, tail = data[:half].decode("utf-8", "ignore"), data[-half:].decode("utf-8", "ignore")
        return "%s\n[... %d bytes left out ...]\n%s" % (head, len(data) - 2 * half, tail), True

    def keep_figures(*args, **options):
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot else ():
            figure = pyplot.figure(number)
            if told["folder"] is None:
                print("[a figure that is not kept: this session has no folder]")
                continue
            n = 1
            while os.path.exists(os.path.join(told["folder"], "figure-%d.png" % n)):
                n += 1
            figure.savefig(os.path.join(told["folder"], "figure-%d.png" % n))
            print("[figure-%d.png]" % n)
        if pyplot:
            pyplot.close("all")

    class Figures(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        # matplotlib's own bitmaps, whose `show` keeps figures as files.
        def find_spec(self, name, path, target=None):
            return importlib.util.spec_from_loader(name, self) if name == "gimlet_figures" else None

        def exec_module(self, made):
            from matplotlib.backend_bases import FigureManagerBase
            from matplotlib.backends.backend_agg import FigureCanvasAgg

            made.FigureCanvas, made.FigureManager, made.show = FigureCanvasAgg, FigureManagerBase, keep_figures

    sys.meta_path.append(Figures())

    def execute(file, code):
        tree = ast.parse(code, file)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        body = compile(tree, file, "exec")
        last = last and compile(last, file, "eval")
        exec(body, names)
        value = eval(last, names) if last else None
        if value is None:
            return None
        builtins._ = value
        return repr(value)

    def denials(error):
        if isinstance(error, (OSError, EOFError)):
            if state.attempts:
                return state.attempts
            path = getattr(error, "filename", None)
            refused = (errno.EPERM, errno.EACCES, errno.EROFS, errno.ENOENT)
            if isinstance(path, str) and error.errno in refused and os.path.isabs(path):
                is_seen = any(path == seen or path.startswith(seen + "/") for seen in told["visible"])
                if not is_seen or error.errno != errno.ENOENT:
                    return [("open", repr(path)[:200])]
        return []

    first_builtins = dict(builtins.__dict__)
    remembered = collections.deque()

    def restore_builtins():
        saved = builtins.__dict__.get("_")
        builtins.__dict__.clear()
        builtins.__dict__.update(first_builtins)
        builtins.__dict__.update({"input": input, "_": saved} if saved is not None else {"input": input})

    def prepare(file, code):
        restore_builtins()
        sys.stdin, sys.stdout, sys.stderr = In(), Out("<stdout>"), Out("<stderr>")
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
        signal.signal(signal.SIGINT, on_interrupt)
        signal.signal(signal.SIGXCPU, on_cpu)
        linecache.cache[file] = (len(code), None, (code + "\n").splitlines(True), file)
        remembered.append(file)
        if len(remembered) > 128:
            linecache.cache.pop(remembered.popleft(), None)

    def limit_cpu():
        soft = int(time.process_time() + limits["cpu_s"]) + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))

    def run(cell, code):
        file = "<cell %d>" % cell
        prepare(file, code)
        state.cell, state.out_of_cpu, state.late, state.attempts = cell, False, False, []
        state.total, state.flushed_at = 0, 0.0
        value = error = None
        try:
            try:
                limit_cpu()
                state.running = cell
                if state.interrupted == cell:
                    raise KeyboardInterrupt("the call was stopped")
                try:
                    value = execute(file, code)
                finally:
                    restore_builtins()
                    keep_figures()
                flush()
            except BaseException as raised:
                error = raised
                for op, what in denials(raised):
                    send({"type": "denied", "cell": cell, "op": op, "target": what})
                flush()
            with lock:
                state.running = None
        except BaseException as raised:  # an interrupt in the last moment
            error = raised
            with lock:
                state.running = None
        out_of_cpu = state.out_of_cpu
        text, error = (None, None) if error is None else (text_of(error), None)
        gc.collect(0)
        value, cut = (None, False) if value is None else excerpt(value)
        text, text_cut = (None, False) if text is None else excerpt(text)
        # Memory that stays full leaves no room for a next cell.
        try:
            bytearray(4 << 20)
        except MemoryError:
            gc.collect()
            bytearray(4 << 20)
        send({"type": "done", "cell": cell, "value": value, "error": text, "truncated": cut or text_cut,
              "out_of_cpu": out_of_cpu})

    scratch = told["scratch"]
    os.environ.update(
        MPLBACKEND="module://gimlet_figures", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1",
        MKL_NUM_THREADS="1", NUMEXPR_NUM_THREADS="1",
    )
    if scratch:
        os.environ.update(HOME=scratch, TMPDIR=scratch, MPLCONFIGDIR=scratch)
    sys.path[:] = told["search"]
    if told["folder"]:
        os.chdir(told["folder"])
        sys.path.insert(0, told["folder"])
    sys.setrecursionlimit(limits["recursion_depth"])
    signal.signal(signal.SIGINT, on_interrupt)
    threading.Thread(target=listen, daemon=True).start()
    send({"type": "ready", "confinement": confinement, "process_id": told["process_id"]})
    try:
        while True:
            cell, code = cells.get()
            run(cell, code)
    except MemoryError:
        leave(EXIT_MEMORY)
    except BaseException:
        leave(EXIT_PANIC)


drive()
