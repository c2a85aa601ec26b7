"""Where the work is done: in this process, in several on this machine, or on a cluster through joblib.

Every engine runs the same function on the same values and hands the results back as they come, in any
order; what becomes of them does not depend on the order.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, TypeVar

from derivlab.errors import UsageError

Work = TypeVar("Work")
Done = TypeVar("Done")

ENGINES = ("loky", "dask", "ray")
WATCH_EVERY = 1.0  # seconds


def run(
    function: Callable[[Work], Done], work: Iterable[Work], jobs: int, engine: str, address: str = ""
) -> Iterator[Done]:
    """The results of `function` on each piece of work, as they come.

    Raises `UsageError` where the engine or its address is of no use.
    """
    if engine == "loky" and jobs == 1:
        for piece in work:
            yield function(piece)
        return
    with _backend(engine, address, jobs) as settings:
        from joblib import Parallel, delayed

        pool = Parallel(return_as="generator_unordered", pre_dispatch="3*n_jobs", **settings)
        parent = os.getpid() if engine == "loky" else 0
        yield from pool(delayed(in_worker)(function, parent, piece) for piece in work)


def in_worker(function: Callable[[Work], Done], parent: int, piece: Work) -> Done:
    """The result of `function`, in a process that ends when its parent is gone."""
    if parent:
        _end_with(parent)
    return function(piece)


@cache
def _end_with(parent: int) -> None:
    """Watch the parent: after a `kill -9` nobody else would tell this process to stop."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_EVERY)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def died() -> tuple[type[BaseException], ...]:
    """What is raised where a process that does the work was ended from outside."""
    from joblib.externals.loky.process_executor import BrokenProcessPool, TerminatedWorkerError

    found: tuple[type[BaseException], ...] = (BrokenProcessPool, TerminatedWorkerError)
    try:
        from distributed import KilledWorker
    except ImportError:
        return found
    return (*found, KilledWorker)


def alone(function: Callable[[Work], Done], piece: Work) -> Done:
    """The result of `function` in a process of its own."""
    from joblib.externals.loky import get_reusable_executor

    with one_thread_each():
        executor = get_reusable_executor(max_workers=1, kill_workers=True, reuse=False)
        try:
            result: Done = executor.submit(function, piece).result()
            return result
        finally:
            executor.shutdown(wait=True, kill_workers=True)


@contextmanager
def _backend(engine: str, address: str, jobs: int) -> Iterator[dict[str, Any]]:
    """joblib told to use an engine, and the settings of its pool."""
    if engine == "loky":
        with one_thread_each():
            yield {"n_jobs": jobs, "batch_size": 1, "backend": "loky"}
        return
    opened = {"dask": _dask, "ray": _ray}[engine]
    with ExitStack() as stack:
        yield stack.enter_context(opened(address, jobs))


@contextmanager
def one_thread_each() -> Iterator[None]:
    """The processes that start inside compute with one thread each."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _dask(address: str, jobs: int) -> Iterator[dict[str, Any]]:
    """An existing Dask cluster; a worker that dies has its work done again by another."""
    try:
        from dask.distributed import Client
        from joblib import parallel_config
    except ImportError as error:
        raise UsageError("--engine dask needs `pip install 'derivlab[dask]'`") from error
    if not address:
        raise UsageError("--engine dask needs the scheduler's address, e.g. --address tcp://10.0.0.1:8786")
    try:
        client = Client(address, timeout="10s", set_as_default=True)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"--address {address}: no Dask scheduler answers there") from error
    with client:
        workers = len(client.scheduler_info()["workers"])
        if not workers:
            raise UsageError(
                f"--address {address}: the scheduler has no worker; start one with `dask worker`"
            )
        with parallel_config(backend="dask", wait_for_workers_timeout=60):
            yield {"n_jobs": -1}


@contextmanager
def _ray(address: str, jobs: int) -> Iterator[dict[str, Any]]:
    """An existing Ray cluster, or one on this machine where no address is given."""
    try:
        import ray
        from ray.util.joblib import register_ray
    except ImportError as error:
        raise UsageError("--engine ray needs `pip install 'derivlab[ray]'`") from error
    from joblib import parallel_config

    try:
        ray.init(address=address or None, ignore_reinit_error=True, log_to_driver=False)
    except (ConnectionError, ValueError) as error:
        raise UsageError(f"--address {address}: no Ray cluster answers there") from error
    register_ray()
    try:
        with parallel_config(backend="ray"):
            yield {"n_jobs": jobs if jobs > 1 else -1}
    finally:
        ray.shutdown()
