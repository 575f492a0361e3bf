/* Amazon Managed Streaming for Apache Kafka, API version 2018-11-14. On the wire its members begin in lower case, so all that
   somebody looks at are listed. */
#include "aws/operation.h"

static const struct aws_service kafka = {.name = "kafka", .protocol = AWS_REST_JSON};

/* Who may do what to what. Lists of clusters have no ARN. */
static const struct aws_grant msk = {.sid = "Kafka",
    .access = AWS_READ,
    .resources = {"arn:${partition}:kafka:*:${account}:cluster/*", "arn:${partition}:kafka:*:${account}:topic/*"}};
static const struct aws_grant lists = {.sid = "KafkaLists", .access = AWS_READ, .resources = {"*"}};

#define PAGES {.in = {"NextToken"}, .out = {"NextToken"}}
#define PATH(api, label) {.name = (api), .wire = (label), .shape = &aws_shape_string, .place = AWS_IN_PATH}
#define QUERY(api, on_wire, type)                                                                            \
    {.name = (api), .wire = (on_wire), .shape = &aws_shape_##type, .place = AWS_IN_QUERY}
#define BODY(api, on_wire, type) {.name = (api), .wire = (on_wire), .shape = &aws_shape_##type}
#define PART(api, on_wire, struct_shape) {.name = (api), .wire = (on_wire), .shape = &struct_shape}
#define SHAPE(of) static const struct aws_shape of = AWS_STRUCT(of##_members)
#define LIST(of, entry) static const struct aws_shape of = {.type = AWS_LIST, .item = &entry}

/* How clients may sign in, and how much of it is encrypted. */
static const struct aws_member enabled_members[] = {BODY("Enabled", "enabled", boolean)};
SHAPE(enabled);
static const struct aws_member sasl_members[] = {PART("Scram", "scram", enabled), PART("Iam", "iam", enabled)};
SHAPE(sasl);
static const struct aws_member tls_members[] = {
    BODY("CertificateAuthorityArnList", "certificateAuthorityArnList", strings),
    BODY("Enabled", "enabled", boolean),
};
SHAPE(tls);
static const struct aws_member sign_in_members[] = {
    PART("Sasl", "sasl", sasl), PART("Tls", "tls", tls), PART("Unauthenticated", "unauthenticated", enabled)};
SHAPE(sign_in);
static const struct aws_member in_transit_members[] = {
    BODY("ClientBroker", "clientBroker", string), BODY("InCluster", "inCluster", boolean)};
SHAPE(in_transit);
static const struct aws_member encryption_members[] = {PART("EncryptionInTransit", "encryptionInTransit", in_transit)};
SHAPE(encryption);

/* Where the brokers' logs go. */
static const struct aws_member log_group_members[] = {
    BODY("Enabled", "enabled", boolean), BODY("LogGroup", "logGroup", string)};
SHAPE(log_group);
static const struct aws_member log_bucket_members[] = {
    BODY("Bucket", "bucket", string), BODY("Enabled", "enabled", boolean), BODY("Prefix", "prefix", string)};
SHAPE(log_bucket);
static const struct aws_member log_targets_members[] = {
    PART("CloudWatchLogs", "cloudWatchLogs", log_group), PART("S3", "s3", log_bucket)};
SHAPE(log_targets);
static const struct aws_member logging_members[] = {PART("BrokerLogs", "brokerLogs", log_targets)};
SHAPE(logging);

static const struct aws_member brokers_members[] = {
    BODY("ClientSubnets", "clientSubnets", strings),
    BODY("InstanceType", "instanceType", string),
    BODY("SecurityGroups", "securityGroups", strings),
};
SHAPE(brokers);
static const struct aws_member software_members[] = {
    BODY("ConfigurationArn", "configurationArn", string),
    BODY("ConfigurationRevision", "configurationRevision", integer),
    BODY("KafkaVersion", "kafkaVersion", string),
};
SHAPE(software);
static const struct aws_member provisioned_members[] = {
    PART("BrokerNodeGroupInfo", "brokerNodeGroupInfo", brokers),
    PART("CurrentBrokerSoftwareInfo", "currentBrokerSoftwareInfo", software),
    PART("ClientAuthentication", "clientAuthentication", sign_in),
    PART("EncryptionInfo", "encryptionInfo", encryption),
    BODY("EnhancedMonitoring", "enhancedMonitoring", string),
    PART("LoggingInfo", "loggingInfo", logging),
    BODY("NumberOfBrokerNodes", "numberOfBrokerNodes", integer),
    BODY("StorageMode", "storageMode", string),
    BODY("CustomerActionStatus", "customerActionStatus", string),
};
SHAPE(provisioned);
static const struct aws_member vpc_members[] = {
    BODY("SubnetIds", "subnetIds", strings), BODY("SecurityGroupIds", "securityGroupIds", strings)};
SHAPE(vpc);
LIST(vpcs, vpc);
static const struct aws_member serverless_members[] = {
    PART("VpcConfigs", "vpcConfigs", vpcs), PART("ClientAuthentication", "clientAuthentication", sign_in)};
SHAPE(serverless);
static const struct aws_member reason_members[] = {BODY("Code", "code", string), BODY("Message", "message", string)};
SHAPE(reason);
static const struct aws_shape tags = {.type = AWS_MAP, .item = &aws_shape_string};
static const struct aws_member cluster_members[] = {
    BODY("ActiveOperationArn", "activeOperationArn", string),
    BODY("ClusterType", "clusterType", string),
    BODY("ClusterArn", "clusterArn", string),
    BODY("ClusterName", "clusterName", string),
    BODY("CreationTime", "creationTime", timestamp),
    BODY("CurrentVersion", "currentVersion", string),
    BODY("State", "state", string),
    PART("StateInfo", "stateInfo", reason),
    PART("Tags", "tags", tags),
    PART("Provisioned", "provisioned", provisioned),
    PART("Serverless", "serverless", serverless),
};
SHAPE(cluster);

static const struct aws_member by_arn_members[] = {PATH("ClusterArn", "clusterArn")};
SHAPE(by_arn);
static const struct aws_member described_members[] = {PART("ClusterInfo", "clusterInfo", cluster)};
SHAPE(described);

const struct aws_operation aws_kafka_describe_cluster_v2 = {.service = &kafka,
    .name = "DescribeClusterV2",
    .grants = {&msk},
    .method = "GET",
    .path = "/api/v2/clusters/{clusterArn}",
    .input = &by_arn,
    .output = &described};

static const struct aws_member list_members[] = {
    QUERY("ClusterNameFilter", "clusterNameFilter", string),
    QUERY("ClusterTypeFilter", "clusterTypeFilter", string),
    QUERY("MaxResults", "maxResults", integer),
    QUERY("NextToken", "nextToken", string),
};
SHAPE(list);
LIST(clusters, cluster);
static const struct aws_member listed_members[] = {
    PART("ClusterInfoList", "clusterInfoList", clusters), BODY("NextToken", "nextToken", string)};
SHAPE(listed);

const struct aws_operation aws_kafka_list_clusters_v2 = {.service = &kafka,
    .name = "ListClustersV2",
    .grants = {&lists},
    .method = "GET",
    .path = "/api/v2/clusters",
    .input = &list,
    .output = &listed,
    .paging = PAGES};

#define ADDRESS(suffix) BODY("BootstrapBrokerString" suffix, "bootstrapBrokerString" suffix, string)
static const struct aws_member bootstrap_members[] = {
    ADDRESS(""),
    ADDRESS("Tls"),
    ADDRESS("SaslScram"),
    ADDRESS("SaslIam"),
    ADDRESS("PublicTls"),
    ADDRESS("PublicSaslScram"),
    ADDRESS("PublicSaslIam"),
    ADDRESS("VpcConnectivityTls"),
    ADDRESS("VpcConnectivitySaslScram"),
    ADDRESS("VpcConnectivitySaslIam"),
    ADDRESS("Ipv6"),
    ADDRESS("TlsIpv6"),
    ADDRESS("SaslScramIpv6"),
    ADDRESS("SaslIamIpv6"),
};
SHAPE(bootstrap);

const struct aws_operation aws_kafka_get_bootstrap_brokers = {.service = &kafka,
    .name = "GetBootstrapBrokers",
    .grants = {&msk},
    .method = "GET",
    .path = "/v1/clusters/{clusterArn}/bootstrap-brokers",
    .input = &by_arn,
    .output = &bootstrap};

static const struct aws_member topics_in_members[] = {
    PATH("ClusterArn", "clusterArn"),
    QUERY("MaxResults", "maxResults", integer),
    QUERY("NextToken", "nextToken", string),
    QUERY("TopicNameFilter", "topicNameFilter", string),
};
SHAPE(topics_in);
static const struct aws_member topic_members[] = {
    BODY("TopicArn", "topicArn", string),
    BODY("TopicName", "topicName", string),
    BODY("ReplicationFactor", "replicationFactor", integer),
    BODY("PartitionCount", "partitionCount", integer),
    BODY("OutOfSyncReplicaCount", "outOfSyncReplicaCount", integer),
};
SHAPE(topic);
LIST(topics, topic);
static const struct aws_member topics_out_members[] = {
    PART("Topics", "topics", topics), BODY("NextToken", "nextToken", string)};
SHAPE(topics_out);

const struct aws_operation aws_kafka_list_topics = {.service = &kafka,
    .name = "ListTopics",
    .grants = {&msk},
    .method = "GET",
    .path = "/v1/clusters/{clusterArn}/topics",
    .input = &topics_in,
    .output = &topics_out,
    .paging = PAGES};

static const struct aws_member partitions_in_members[] = {
    PATH("ClusterArn", "clusterArn"),
    PATH("TopicName", "topicName"),
    QUERY("MaxResults", "maxResults", integer),
    QUERY("NextToken", "nextToken", string),
};
SHAPE(partitions_in);
static const struct aws_shape integers = {.type = AWS_LIST, .item = &aws_shape_integer};
static const struct aws_member partition_members[] = {
    BODY("Partition", "partition", integer),
    BODY("Leader", "leader", integer),
    PART("Replicas", "replicas", integers),
    PART("Isr", "isr", integers),
};
SHAPE(partition);
LIST(partitions, partition);
static const struct aws_member partitions_out_members[] = {
    PART("Partitions", "partitions", partitions), BODY("NextToken", "nextToken", string)};
SHAPE(partitions_out);

const struct aws_operation aws_kafka_describe_topic_partitions = {.service = &kafka,
    .name = "DescribeTopicPartitions",
    .grants = {&msk},
    .method = "GET",
    .path = "/v1/clusters/{clusterArn}/topics/{topicName}/partitions",
    .input = &partitions_in,
    .output = &partitions_out,
    .paging = PAGES};
