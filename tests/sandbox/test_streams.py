"""The streaming side of the night: the mapping's life, the lag that grew, and brokers put in from outside."""
import datetime as dt
import json

import pytest

UTC = dt.timezone.utc


def states_in_time(sandbox):
    """What a mapping is now, just before the change is made, and then."""
    for seconds in (0, 1.9, 0.1):
        sandbox.wait(seconds)
        yield sandbox.client("lambda").get_event_source_mapping(UUID=sandbox["mapping_id"])["State"]


def test_a_mapping_goes_its_way_there_and_back(sandbox):
    sandbox.control("POST", "pace", {"starting_s": 2})
    lambda_ = sandbox.client("lambda")
    lambda_.update_event_source_mapping(UUID=sandbox["mapping_id"], Enabled=True)
    assert list(states_in_time(sandbox)) == ["Enabling", "Enabling", "Enabled"]
    assert lambda_.update_event_source_mapping(UUID=sandbox["mapping_id"], Enabled=True)["State"] == "Enabled"
    lambda_.update_event_source_mapping(UUID=sandbox["mapping_id"], Enabled=False, BatchSize=10)
    assert list(states_in_time(sandbox)) == ["Disabling", "Disabling", "Disabled"]
    assert lambda_.get_event_source_mapping(UUID=sandbox["mapping_id"])["BatchSize"] == 10


def test_what_came_in_after_it_was_switched_off_still_waits(sandbox):
    mapping = sandbox.client("lambda").get_event_source_mapping(UUID=sandbox["mapping_id"])
    now = dt.datetime.now(UTC)
    query = {"Namespace": "AWS/Kafka", "MetricName": "SumOffsetLag", "Dimensions": [
        {"Name": "Cluster Name", "Value": "acme-events"}, {"Name": "Consumer Group", "Value": sandbox["consumer_group"]},
        {"Name": "Topic", "Value": sandbox["topic"]}]}
    answer = sandbox.client("cloudwatch").get_metric_data(
        StartTime=now - dt.timedelta(hours=3), EndTime=now, ScanBy="TimestampAscending",
        MetricDataQueries=[{"Id": "lag", "MetricStat": {"Metric": query, "Period": 300, "Stat": "Maximum"}}])
    values = answer["MetricDataResults"][0]["Values"]
    assert len(values) >= 30 and values == [21 * 61.0] * len(values)
    assert mapping["LastModified"] < now - dt.timedelta(hours=4)


def test_the_trail_says_who_switched_it_off(sandbox):
    mapping = sandbox.client("lambda").get_event_source_mapping(UUID=sandbox["mapping_id"])
    events = sandbox.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateEventSourceMapping20150331"}])["Events"]
    detail = json.loads(events[0]["CloudTrailEvent"])
    assert detail["requestParameters"] == {"uUID": sandbox["mapping_id"], "enabled": False}
    assert detail["userIdentity"]["arn"].endswith("assumed-role/platform-admin/jo")
    assert dt.timedelta() < mapping["LastModified"] - events[0]["EventTime"] < dt.timedelta(minutes=1)


@pytest.mark.parametrize(("document", "path", "wanted"), [
    ({"brokers": {"BootstrapBrokerString": "127.0.0.1:9092"}}, "get_bootstrap_brokers", "127.0.0.1:9092"),
    ({"state": "HEALING"}, "describe_cluster_v2", "HEALING")])
def test_the_cluster_can_be_changed_from_outside(document, path, wanted, sandbox):
    sandbox.control("POST", "msk", document)
    answer = getattr(sandbox.client("kafka"), path)(ClusterArn=sandbox["cluster_arn"])
    assert wanted in (answer.get("BootstrapBrokerString"), answer.get("ClusterInfo", {}).get("State"))
