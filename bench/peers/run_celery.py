"""Celery's no-op: one at a time, then many at once. Prints one line of JSON.

/usr/bin/python3 bench/peers/run_celery.py ALONE MANY    (Debian: python3-celery)
"""

import json
import sys
import time

from celery_app import noop

alone, many = int(sys.argv[1]), int(sys.argv[2])
for value in range(50):
    noop.delay(value).get(timeout=60)
waits = []
for value in range(alone):
    started = time.perf_counter()
    assert noop.delay(value).get(timeout=60) == value
    waits.append((time.perf_counter() - started) * 1000)
started = time.perf_counter()
results = [noop.delay(value) for value in range(many)]
total = sum(result.get(timeout=300) for result in results)
seconds = time.perf_counter() - started
assert total == many * (many - 1) // 2
print(json.dumps({"waitsMs": waits, "perSecond": many / seconds}))
