"""The no-op as a Celery task, its result kept by RabbitMQ."""

import os

from celery import Celery

app = Celery("peer", broker=os.environ["PEER_BROKER"], backend="rpc://")
app.conf.worker_prefetch_multiplier = 64
app.conf.task_acks_late = False


@app.task(name="noop")
def noop(value):
    return value
