"""The streaming side of the night: the mapping's life, the lag that grew, and brokers put in from outside."""
import datetime as dt
import time

import pytest

UTC = dt.timezone.utc


def states_until(sandbox, goal, seconds=5):
    """The states a mapping goes through, up to `goal`."""
    lambda_, seen, end = sandbox.client("lambda"), [], time.monotonic() + seconds
    while time.monotonic() < end:
        state = lambda_.get_event_source_mapping(UUID=sandbox["mapping_id"])["State"]
        if seen[-1:] != [state]:
            seen.append(state)
        if state == goal:
            return seen
    raise AssertionError(f"never {goal}: {seen}")


def test_a_mapping_goes_its_way_there_and_back(sandbox):
    sandbox.control("POST", "pace", {"starting_s": 0.2})
    lambda_ = sandbox.client("lambda")
    lambda_.update_event_source_mapping(UUID=sandbox["mapping_id"], Enabled=True)
    assert states_until(sandbox, "Enabled") == ["Enabling", "Enabled"]
    assert lambda_.update_event_source_mapping(UUID=sandbox["mapping_id"], Enabled=True)["State"] == "Enabled"
    lambda_.update_event_source_mapping(UUID=sandbox["mapping_id"], Enabled=False, BatchSize=10)
    assert states_until(sandbox, "Disabled") == ["Disabling", "Disabled"]
    assert lambda_.get_event_source_mapping(UUID=sandbox["mapping_id"])["BatchSize"] == 10


def test_what_waits_has_grown_since_it_was_switched_off(sandbox):
    mapping = sandbox.client("lambda").get_event_source_mapping(UUID=sandbox["mapping_id"])
    now = dt.datetime.now(UTC)
    query = {"Namespace": "AWS/Kafka", "MetricName": "SumOffsetLag", "Dimensions": [
        {"Name": "Cluster Name", "Value": "acme-events"}, {"Name": "Consumer Group", "Value": sandbox["consumer_group"]},
        {"Name": "Topic", "Value": sandbox["topic"]}]}
    answer = sandbox.client("cloudwatch").get_metric_data(
        StartTime=now - dt.timedelta(hours=3), EndTime=now, ScanBy="TimestampAscending",
        MetricDataQueries=[{"Id": "lag", "MetricStat": {"Metric": query, "Period": 300, "Stat": "Maximum"}}])
    values = answer["MetricDataResults"][0]["Values"]
    assert len(values) >= 30 and values == sorted(values) and values[-1] > values[0]
    assert mapping["LastModified"] < now - dt.timedelta(hours=2)


@pytest.mark.parametrize(("document", "path", "wanted"), [
    ({"brokers": {"BootstrapBrokerString": "127.0.0.1:9092"}}, "get_bootstrap_brokers", "127.0.0.1:9092"),
    ({"state": "HEALING"}, "describe_cluster_v2", "HEALING")])
def test_the_cluster_can_be_changed_from_outside(document, path, wanted, sandbox):
    sandbox.control("POST", "msk", document)
    answer = getattr(sandbox.client("kafka"), path)(ClusterArn=sandbox["cluster_arn"])
    assert wanted in (answer.get("BootstrapBrokerString"), answer.get("ClusterInfo", {}).get("State"))
