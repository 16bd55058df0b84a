"""Writes readings.csv: three days of a lab's freezers, incubators and rooms, with faults planted in a few readings.

The seed is fixed, so the file is the same at every run. `truth` tells which readings carry a fault.
"""
import csv
import datetime
import math
import pathlib
import random

random.seed(20)
START = datetime.datetime(2026, 3, 2)
EVERY_MINUTES = 15
READINGS = 3 * 24 * 60 // EVERY_MINUTES
FAULT_SHARE = 0.008

# name, place, mean and noise of temperature (deg C), mean and noise of humidity (%), daily swing (deg C)
SENSORS = [
    ("freezer-1", "cold room", -79.6, 0.35, 22, 1.2, 0.1),
    ("freezer-2", "cold room", -78.9, 0.40, 23, 1.1, 0.1),
    ("freezer-3", "cold room", -20.4, 0.50, 31, 1.5, 0.2),
    ("fridge-1", "cold room", 4.2, 0.30, 44, 1.8, 0.2),
    ("fridge-2", "cell culture", 4.6, 0.35, 46, 2.0, 0.2),
    ("incubator-1", "cell culture", 37.0, 0.08, 94, 0.6, 0.0),
    ("incubator-2", "cell culture", 37.1, 0.09, 93, 0.7, 0.0),
    ("incubator-3", "microbiology", 30.0, 0.12, 61, 1.4, 0.1),
    ("room-north", "office", 21.8, 0.25, 41, 1.6, 0.9),
    ("room-south", "instruments", 22.6, 0.25, 39, 1.5, 0.7),
]


def reading(sensor, step):
    name, place, temperature, noise, humidity, wet_noise, swing = sensor
    day = math.sin(2 * math.pi * step * EVERY_MINUTES / (24 * 60))
    t = random.gauss(temperature + swing * day, noise)
    h = random.gauss(humidity - 2 * swing * day, wet_noise)
    truth = "ok"
    if random.random() < FAULT_SHARE:
        truth = "outlier"
        kind = random.choice(["door", "spike", "dry", "stuck"])
        if kind == "door":  # left open: the cold gets warmer, the warm colder
            t += random.uniform(10, 20) * noise * (-1 if temperature > 25 else 1)
            h += random.uniform(8, 15) * wet_noise
        elif kind == "spike":
            t += random.choice([-1, 1]) * random.uniform(12, 60) * noise
        elif kind == "dry":
            h -= random.uniform(10, 20) * wet_noise
        else:  # a broken wire reads as zero humidity and 85 degrees, the chip's value at power-up
            t, h = 85.0, 0.0
    time = START + datetime.timedelta(minutes=EVERY_MINUTES * step)
    lost = random.random() < 0.002
    return [
        f"{time:%Y-%m-%dT%H:%M}",
        name,
        place,
        "" if lost and truth == "ok" else f"{t:.2f}",
        f"{max(0.0, min(100.0, h)):.1f}",
        truth,
    ]


def main():
    path = pathlib.Path(__file__).with_name("readings.csv")
    with open(path, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["time", "sensor", "place", "temperature_c", "humidity_pct", "truth"])
        for step in range(READINGS):
            writer.writerows(reading(sensor, step) for sensor in SENSORS)


main()
