# The module `concurrent.futures.thread`: there is one thread, so a task runs when it is submitted.

from concurrent.futures import _base


class BrokenThreadPool(_base.BrokenExecutor):
    """An initializer has failed."""


class ThreadPoolExecutor(_base.Executor):
    """Runs each task at once, in the order in which they are submitted."""

    def __init__(self, max_workers=None, thread_name_prefix="", initializer=None, initargs=()):
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._max_workers = max_workers or 1
        self._initializer, self._initargs = initializer, initargs
        self._is_broken = self._is_shut = False

    def submit(self, fn, /, *args, **kwargs):
        if self._is_broken:
            raise BrokenThreadPool("A thread initializer failed, the thread pool is not usable anymore")
        if self._is_shut:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = _base.Future()
        if not self._initialize():
            future.set_exception(
                BrokenThreadPool("A thread initializer failed, the thread pool is not usable anymore")
            )
            return future
        future.set_running_or_notify_cancel()
        try:
            result = fn(*args, **kwargs)
        except (KeyboardInterrupt, MemoryError):
            # Of the call, not of the task: its time or its memory is over.
            raise
        except BaseException as exception:
            future.set_exception(exception)
        else:
            future.set_result(result)
        return future

    def _initialize(self):
        if self._initializer is not None:
            initializer, self._initializer = self._initializer, None
            try:
                initializer(*self._initargs)
            except Exception:
                self._is_broken = True
        return not self._is_broken

    def shutdown(self, wait=True, *, cancel_futures=False):
        self._is_shut = True
