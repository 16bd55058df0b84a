"""Finds readings that do not fit the rest of their sensor's, in any table of readings. Standard library only.

Each numeric column is judged within its group (the column named sensor, device, station, machine or group; else the
whole table) by the modified z-score 0.6745 (x - median) / MAD, an outlier above 3.5 [Iglewicz and Hoaglin 1993, "How to
Detect and Handle Outliers"]: unlike mean and deviation, median and MAD do not move with the outliers they look for.
Where more than half of the values are equal, MAD is 0 and their mean absolute deviation times 1.253314 stands in.

Writes the table again with `prediction` (ok or outlier), `score` (the largest of the row) and `because` (its column).
"""
import array
import csv
import os
import pathlib
import statistics
import sys

LIMIT = 3.5
GROUPS = ("sensor", "sensor_id", "device", "device_id", "station", "machine", "group")
NOT_MEASURED = {"id", "index", "time", "timestamp", "ts", "date", "label", "truth", "target", "class"}
MISSING = {"", "na", "n/a", "nan", "null", "none"}
PROGRESS_EVERY = 1000


def stop(message):
    print(message, file=sys.stderr)
    sys.exit(1)


def number(text):
    if text.strip().lower() in MISSING:
        return None
    return float(text)


def open_table(path):
    table = open(path, newline="", encoding="utf-8-sig")
    first = table.readline()
    table.seek(0)
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(table, delimiter=delimiter)
    header = next(rows, None)
    if not header:
        stop("The table is empty. It needs a header line and at least one reading.")
    return table, delimiter, header, rows


def measured_columns(header, rows):
    """Indexes of the columns that hold numbers only, and how many rows there are."""
    candidates = {at for at, name in enumerate(header) if name.strip().lower() not in NOT_MEASURED}
    seen, count = set(), 0
    for count, row in enumerate(rows, 1):
        if len(row) != len(header):
            stop(f"Row {count} has {len(row)} fields, the header has {len(header)}.")
        for at in list(candidates):
            try:
                if number(row[at]) is not None:
                    seen.add(at)
            except ValueError:
                candidates.discard(at)
    return sorted(candidates & seen), count


def collect(rows, columns, group):
    """All values of each group and column, eight bytes each."""
    values = {}
    for row in rows:
        key = row[group] if group is not None else ""
        for at in columns:
            value = number(row[at])
            if value is not None:
                values.setdefault((key, at), array.array("d")).append(value)
    return values


def centre_and_spread(values):
    median = statistics.median(values)
    deviations = [abs(value - median) for value in values]
    mad = statistics.median(deviations)
    return median, mad / 0.6745 if mad > 0 else 1.253314 * statistics.fmean(deviations)


def judge(row, columns, group, scales):
    best, because = 0.0, None
    key = row[group] if group is not None else ""
    for at in columns:
        value = number(row[at])
        if value is None:
            continue
        median, spread = scales[key, at]
        score = abs(value - median) / spread if spread > 0 else 0.0
        if score > best:
            best, because = score, at
    return best, because


def main():
    source = os.environ["MESHDECK_INPUT"]
    target = pathlib.Path(os.environ["MESHDECK_OUTPUT"]) / "predictions.csv"

    table, delimiter, header, rows = open_table(source)
    columns, count = measured_columns(header, rows)
    table.close()
    if count == 0:
        stop("The table has a header but no readings.")
    if not columns:
        stop("The table has no column of numbers to judge.")
    names = [name.strip().lower() for name in header]
    group = next((names.index(name) for name in GROUPS if name in names), None)
    columns = [at for at in columns if at != group]
    print("@progress 0.2", flush=True)

    table, _, _, rows = open_table(source)
    scales = {key: centre_and_spread(values) for key, values in collect(rows, columns, group).items()}
    table.close()
    print("@progress 0.5", flush=True)

    table, _, _, rows = open_table(source)
    outliers = 0
    with open(target, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow([*header, "prediction", "score", "because"])
        for done, row in enumerate(rows, 1):
            score, because = judge(row, columns, group, scales)
            found = score > LIMIT
            outliers += found
            writer.writerow([*row, "outlier" if found else "ok", f"{score:.2f}", header[because] if found else ""])
            if done % PROGRESS_EVERY == 0:
                print(f"@progress {0.5 + 0.5 * done / count:.3f}", flush=True)
    table.close()
    print("@progress 1", flush=True)
    groups = len({key for key, _ in scales})
    print(f"{outliers} of {count} readings stand out, in {groups} groups by {header[group] if group is not None else 'table'}")


main()
