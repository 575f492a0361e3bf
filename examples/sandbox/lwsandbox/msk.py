"""Amazon MSK: clusters, their topics, and where their brokers are: nowhere, until control call `msk` puts some there."""
from . import paging
from .keyring import ACCOUNT
from .registry import operation
from .reply import AwsError


def missing(what):
    return AwsError("NotFoundException", what, 404)


class MskStore:
    """Clusters by ARN; brokers and topics by the cluster's ARN."""

    def __init__(self, region):
        self._region, self.clusters, self.brokers, self.topics = region, {}, {}, {}

    def add(self, name, mark, **fields):
        arn = f"arn:aws:kafka:{self._region}:{ACCOUNT}:cluster/{name}/{mark}"
        self.clusters[arn] = {"ClusterArn": arn, "ClusterName": name, "ClusterType": "PROVISIONED", "State": "ACTIVE",
                              "CurrentVersion": "K3AEGXETSR30VB", **fields}
        self.brokers[arn], self.topics[arn] = {}, {}
        return arn

    def add_topic(self, arn, name, partitions, replicas=3):
        """Replicas lie on brokers 1 to `replicas`, each partition one further on."""
        rows = []
        for number in range(partitions):
            order = [(number + step) % replicas + 1 for step in range(replicas)]
            rows.append({"Partition": number, "Leader": order[0], "Replicas": order, "Isr": list(order)})
        self.topics[arn][name] = rows

    def cluster(self, arn):
        if arn not in self.clusters:
            raise missing("The cluster does not exist.")
        return self.clusters[arn]

    def topic(self, arn, name):
        self.cluster(arn)
        if name not in self.topics[arn]:
            raise missing(f"Topic {name} does not exist.")
        return self.topics[arn][name]


def _page(call, rows):
    limit = call.get("MaxResults", 100)
    if not 1 <= limit <= 100:
        raise AwsError("BadRequestException", "maxResults must be between 1 and 100", 400)
    page, token = paging.cut(rows, limit, call.get("NextToken"), AwsError("BadRequestException", "Invalid nextToken", 400))
    return page, {"NextToken": token} if token else {}


def _shown(call, arn, name):
    rows = call.store.msk.topics[arn][name]
    return {"TopicName": name, "TopicArn": arn.replace(":cluster/", ":topic/") + f"/{name}", "PartitionCount": len(rows),
            "ReplicationFactor": len(rows[0]["Replicas"]),
            "OutOfSyncReplicaCount": sum(len(row["Replicas"]) - len(row["Isr"]) for row in rows)}


@operation("kafka", "DescribeClusterV2")
def describe_cluster_v2(call):
    return {"ClusterInfo": call.store.msk.cluster(call.parameters["ClusterArn"])}


@operation("kafka", "ListClustersV2")
def list_clusters_v2(call):
    rows, prefix = call.store.msk.clusters.values(), call.get("ClusterNameFilter", "")
    page, token = _page(call, [row for row in rows if row["ClusterName"].startswith(prefix)])
    return {"ClusterInfoList": page, **token}


@operation("kafka", "GetBootstrapBrokers")
def get_bootstrap_brokers(call):
    arn = call.parameters["ClusterArn"]
    call.store.msk.cluster(arn)
    return call.store.msk.brokers[arn]


@operation("kafka", "ListTopics")
def list_topics(call):
    arn, wanted = call.parameters["ClusterArn"], call.get("TopicNameFilter", "")
    call.store.msk.cluster(arn)
    page, token = _page(call, sorted(name for name in call.store.msk.topics[arn] if wanted in name))
    return {"Topics": [_shown(call, arn, name) for name in page], **token}


@operation("kafka", "DescribeTopicPartitions")
def describe_topic_partitions(call):
    page, token = _page(call, call.store.msk.topic(call.parameters["ClusterArn"], call.parameters["TopicName"]))
    return {"Partitions": page, **token}


def configure(world, document):
    """Control call `msk`: {brokers: {BootstrapBrokerString...: "host:port"}} says where the night's cluster has its brokers, so
    that a real one can stand behind it; {state} sets the cluster's."""
    if not document or not set(document) <= {"brokers", "state"}:
        raise ValueError("msk takes brokers and state")
    store = world.regions[world.home].msk
    arn = world.facts["cluster_arn"]
    if "brokers" in document:
        store.brokers[arn] = dict(document["brokers"])
    if "state" in document:
        store.clusters[arn]["State"] = document["state"]
    return {"cluster_arn": arn, "state": store.clusters[arn]["State"], "brokers": store.brokers[arn]}
