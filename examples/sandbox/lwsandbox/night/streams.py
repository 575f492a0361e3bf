"""The streaming side of the night: a cluster, two consumers, and one of them that somebody switched off at 22:40."""
import datetime as dt

CLUSTER, MARK = "acme-events", "5e1f0a1c-7b0c-4c3e-9a64-0c2d8f3b1a22-3"
CONSUMER, WELL, TOPIC, DEAD_LETTERS, GROUP = ("orders-consumer", "payments-consumer", "orders", "orders-dlq",
                                             "orders-consumer-group")
PER_FIVE_MINUTES = 61  # records of orders that come in, until half past midnight
ADMIN = "arn:aws:sts::123456789012:assumed-role/platform-admin/jo"
HOURS = 3              # of metrics; older ones nobody asks for


def seed(night, region):
    """-> names and ids of it."""
    arn = region.msk.add(CLUSTER, MARK, CreationTime=night.at(9, 0, days_ago=300), Provisioned={
        "NumberOfBrokerNodes": 3, "CurrentBrokerSoftwareInfo": {"KafkaVersion": "3.6.0"},
        "BrokerNodeGroupInfo": {"InstanceType": "kafka.m7g.large", "ClientSubnets": ["subnet-0a1", "subnet-0b2", "subnet-0c3"],
                                "SecurityGroups": ["sg-0e4"]},
        "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}},
        "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True}}})
    for name, partitions in ((TOPIC, 6), (DEAD_LETTERS, 3), ("payments", 3), ("clicks", 12)):
        region.msk.add_topic(arn, name, partitions)
    _consumers(night, region.lambda_, arn)
    off = next(m for m in region.lambda_.mappings.values() if m["State"] == "Disabled")
    region.trail.add(off["LastModified"] - dt.timedelta(seconds=4), "UpdateEventSourceMapping20150331", "lambda.amazonaws.com",
                     ADMIN, {"uUID": off["UUID"], "enabled": False})
    _metrics(night, region.alarms, off)
    return {"cluster_arn": arn, "consumer_function": CONSUMER, "mapping_id": off["UUID"], "topic": TOPIC,
            "dead_letter_topic": DEAD_LETTERS, "consumer_group": GROUP}


def _consumers(night, store, arn):
    store.add_function(CONSUMER, Description="Writes orders into the lake as they come.",
                       Environment={"Variables": {"TABLE": "orders_live"}})
    store.add_function(WELL, Description="Matches payments with orders.", MemorySize=256)
    store.add_mapping(CONSUMER, EventSourceArn=arn, Topics=[TOPIC], State="Disabled", LastModified=night.at(22, 40, 41, 1),
                      LastProcessingResult="OK", AmazonManagedKafkaEventSourceConfig={"ConsumerGroupId": GROUP},
                      DestinationConfig={"OnFailure": {"Destination": f"kafka://{DEAD_LETTERS}"}}, MaximumRetryAttempts=3,
                      ProvisionedPollerConfig={"MinimumPollers": 1, "MaximumPollers": 5})
    store.add_mapping(WELL, EventSourceArn=arn, Topics=["payments"], LastModified=night.at(8, 30, days_ago=40),
                      AmazonManagedKafkaEventSourceConfig={"ConsumerGroupId": "payments-consumer-group"})


def _metrics(night, alarms, off):
    """Every five minutes up to now: what came in after the mapping went off still waits; the other consumer keeps up."""
    step = dt.timedelta(minutes=5)
    waiting = int((night.at(0, 30) - off["LastModified"]) / step) * PER_FIVE_MINUTES
    at = night.now - dt.timedelta(hours=HOURS)
    cluster = [{"Name": "Cluster Name", "Value": CLUSTER}]
    while at < night.now:
        age = (at - off["LastModified"]).total_seconds()
        for function, group, topic, lag, late in ((CONSUMER, GROUP, TOPIC, waiting, age),
                                                  (WELL, "payments-consumer-group", "payments", 2, 1)):
            here = [*cluster, {"Name": "Consumer Group", "Value": group}, {"Name": "Topic", "Value": topic}]
            alarms.add_point("AWS/Kafka", "SumOffsetLag", here, at, float(lag))
            alarms.add_point("AWS/Kafka", "EstimatedMaxTimeLag", here, at, float(late))
            if function == WELL:
                for name, value in (("OffsetLag", lag), ("Invocations", 12), ("Errors", 0), ("Throttles", 0)):
                    alarms.add_point("AWS/Lambda", name, [{"Name": "FunctionName", "Value": function}], at, float(value))
        alarms.add_point("AWS/Kafka", "OfflinePartitionsCount", cluster, at, 0.0)
        at += step
