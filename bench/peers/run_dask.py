"""Dask's no-op on two worker processes: one at a time, then many at once. Prints one line of JSON.

/usr/bin/python3 bench/peers/run_dask.py ALONE MANY    (Debian: python3-distributed)
"""

import json
import sys
import time

from distributed import Client, LocalCluster


def noop(value):
    return value


if __name__ == "__main__":
    alone, many = int(sys.argv[1]), int(sys.argv[2])
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, Client(cluster) as client:
        for value in range(50):
            client.submit(noop, value, pure=False).result()
        waits = []
        for value in range(alone):
            started = time.perf_counter()
            assert client.submit(noop, value, pure=False).result() == value
            waits.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        results = client.gather(client.map(noop, range(many), pure=False))
        seconds = time.perf_counter() - started
        assert sum(results) == many * (many - 1) // 2
        print(json.dumps({"waitsMs": waits, "perSecond": many / seconds}))
