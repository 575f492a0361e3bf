"""The night holds together: what one service says, another one confirms."""
import datetime as dt
import re
import struct

import pytest
from lwsandbox.night.clock import UTC, Night

ERROR, OUTPUT, CONTINUOUS = "/aws-glue/jobs/error", "/aws-glue/jobs/output", "/aws-glue/jobs/logs-v2"


def run_of(sandbox, name):
    return sandbox.client("glue").get_job_run(JobName=sandbox["job_name"], RunId=sandbox[name])["JobRun"]


def lines(sandbox, group, **which):
    pages = sandbox.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, **which)
    return [e for p in pages for e in p["events"]]


@pytest.mark.parametrize(("now", "day"), [("2026-03-01 03:59", "2026-02-28"), ("2026-03-01 04:00", "2026-03-01"),
                                          ("2026-03-01 23:59", "2026-03-01"), ("2026-03-01 00:00", "2026-02-28")])
def test_it_was_always_last_night(now, day):
    night = Night(dt.datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert night.dt() == day and night.at(3, 30) < night.now
    assert night.now - night.at(2, 5) < dt.timedelta(hours=26)


def test_order_of_events(sandbox):
    first, second = run_of(sandbox, "first_run_id"), run_of(sandbox, "second_run_id")
    arrived = sandbox.client("s3").list_objects_v2(
        Bucket=sandbox["bucket"], Prefix=f"orders/{sandbox['partition']}/")["Contents"][0]["LastModified"]
    part = sandbox.client("glue").get_partition(DatabaseName=sandbox["database"], TableName=sandbox["table"],
                                                PartitionValues=[sandbox["partition"][3:]])["Partition"]
    alarm = sandbox.client("cloudwatch").describe_alarms(AlarmNames=[sandbox["alarm_name"]])["MetricAlarms"][0]
    assert first["StartedOn"] < first["CompletedOn"] < alarm["StateUpdatedTimestamp"] < arrived <= part["CreationTime"]
    assert part["CreationTime"] < second["StartedOn"] < second["CompletedOn"] < dt.datetime.now(UTC)


@pytest.mark.parametrize(("name", "group", "stream"), [
    (n, g, s) for n in ("first_run_id", "second_run_id")
    for g, s in ((ERROR, ""), (CONTINUOUS, "-driver"), (OUTPUT, ""))])
def test_logs_lie_within_their_run(name, group, stream, sandbox):
    run, events = run_of(sandbox, name), lines(sandbox, group, logStreamNames=[sandbox[name] + stream])
    times = [dt.datetime.fromtimestamp(e["timestamp"] / 1000, UTC) for e in events]
    assert events and run["StartedOn"] <= min(times) and max(times) <= run["CompletedOn"]


@pytest.mark.parametrize(("name", "words", "caused"), [
    ("first_run_id", "org.apache.spark.sql.AnalysisException: Path does not exist: s3://acme-lake-raw/orders/dt=",
     "Caused by: java.io.FileNotFoundException"),
    ("second_run_id", "(Service: Amazon S3; Status Code: 503; Error Code: SlowDown;",
     "Caused by: com.amazonaws.services.s3.model.AmazonS3Exception: Please reduce your request rate.")])
def test_drivers_say_why(name, words, caused, sandbox):
    text = "\n".join(e["message"] for e in lines(sandbox, ERROR, logStreamNames=[sandbox[name]]))
    assert words in text and caused in text and "{" not in re.sub(r"\{args.*?\}\}?", "", text)
    assert text.count(" INFO ") > (40 if name == "first_run_id" else 300)


def test_noise_and_secrets_are_there(sandbox):
    """Tools must cut through the one and hide the other, so both have to be there."""
    bar = lines(sandbox, CONTINUOUS, logStreamNames=[sandbox["second_run_id"] + "-progress-bar"])
    assert len(bar) > 100 and re.search(r"\[Stage 3:=+> +\(\d+ \+ 8\) / 200\]", bar[-9]["message"])
    driver = "\n".join(e["message"] for e in lines(sandbox, ERROR, logStreamNames=[sandbox["second_run_id"]]))
    assert "\x1b[32m" in driver and "[gc] GC(" in driver
    assert re.search(r"--db_password \S+", driver) and re.search(r"jdbc:\S+password=[^&\s]+", driver)


def test_executors_have_streams_of_their_own(sandbox):
    prefix = sandbox["second_run_id"] + "_g-"
    events = lines(sandbox, ERROR, logStreamNamePrefix=prefix, filterPattern="SlowDown")
    assert len({e["logStreamName"] for e in events}) == 3
    assert all(re.fullmatch(r"[0-9a-f]{40}", e["logStreamName"].removeprefix(prefix)) for e in events)


def test_rows_in_footers_and_catalog_agree(sandbox):
    """Reads num_rows as a tool would: the last eight bytes, then the footer (Thrift compact, FileMetaData.3)."""
    s3, total = sandbox.client("s3"), 0
    listed = s3.list_objects_v2(Bucket=sandbox["bucket"], Prefix=f"orders/{sandbox['partition']}/part-")["Contents"]
    for item in listed:
        data = s3.get_object(Bucket=sandbox["bucket"], Key=item["Key"])["Body"].read()
        size, = struct.unpack("<I", data[-8:-4])
        assert data[:4] == data[-4:] == b"PAR1" and len(data) == item["Size"] and size < len(data)
        total += rows_of(data[-8 - size:-8])
    part = sandbox.client("glue").get_partition(DatabaseName=sandbox["database"], TableName=sandbox["table"],
                                                PartitionValues=[sandbox["partition"][3:]])["Partition"]
    assert len(listed) == 5 and str(total) == part["Parameters"]["recordCount"]


def rows_of(footer):
    """The varint after the schema list. The last column of the schema is called `amount`."""
    at = footer.index(b"amount") + len(b"amount") + 1
    assert footer[at] == 0x16  # next field, an i64
    value = shift = 0
    for byte in footer[at + 1:]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value >> 1
    raise AssertionError("the footer ends within a number")


def test_every_partition_lies_where_the_catalog_says(sandbox):
    glue, s3 = sandbox.client("glue"), sandbox.client("s3")
    parts = glue.get_partitions(DatabaseName=sandbox["database"], TableName=sandbox["table"])["Partitions"]
    days = [dt.date.fromisoformat(p["Values"][0]) for p in parts]
    assert days == [days[-1] - dt.timedelta(days=n) for n in reversed(range(21))]
    for part in parts:
        bucket, _, prefix = part["StorageDescriptor"]["Location"].removeprefix("s3://").partition("/")
        assert s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] >= 6


def test_a_bucket_of_another_region_says_where_it_is(sandbox):
    s3 = sandbox.client("s3", "reader")
    seen = []
    s3.meta.events.register("response-received.s3", lambda response_dict, **_: seen.append(
        (response_dict["status_code"], response_dict["headers"].get("x-amz-bucket-region"))))
    assert s3.list_objects_v2(Bucket="acme-lake-archive")["KeyCount"] == 1
    assert (301, "eu-west-1") in seen
