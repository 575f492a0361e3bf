"""Topics of the tests: made, seeded with awkward records, and read back whole."""
import random
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from waiting import wait_for

QUIET = {"log_level": 0}
# What a broker says that has just been started, or is only about to lead a partition or a group.
PASSING = {KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.UNKNOWN_TOPIC_OR_PART,
           KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
           KafkaError.REQUEST_TIMED_OUT, KafkaError._TIMED_OUT, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN,
           KafkaError._WAIT_COORD}


def patiently(ask, what):
    """What `ask` returns. A broker that cannot tell yet is asked again."""
    def answers():
        try:
            return [ask()]
        except KafkaException as error:
            assert error.args[0].code() in PASSING, error
            return None

    return wait_for(answers, 60, what)[0]


def create(address, name, partitions=1, **config):
    """Makes a topic and waits until the broker leads it. Members of `config` have '_' for '.'."""
    admin = AdminClient({"bootstrap.servers": address, **QUIET})
    settings = {key.replace("_", "."): str(value) for key, value in config.items()}
    for future in admin.create_topics([NewTopic(name, partitions, 1, config=settings)]).values():
        future.result(60)
    # on a busy machine the controller has answered before the broker knows the topic, and that before it leads it
    wait_for(lambda: has_leaders(admin, name, partitions), 60, f"leaders of {name}")
    ends_of(address, name)
    return name


def has_leaders(admin, name, partitions):
    known = patiently(lambda: admin.list_topics(name, timeout=10), "the broker's topics").topics[name].partitions.values()
    return len(known) == partitions and all(one.leader >= 0 for one in known)


def produce(address, topic, records, transactional=False):
    """Writes records: dicts with key, value, headers (list or None), timestamp (ms or None), partition."""
    producer = Producer({"bootstrap.servers": address, **QUIET,
                         **({"transactional.id": f"seed-{topic}"} if transactional else {})})
    if transactional:
        producer.init_transactions(60)
        producer.begin_transaction()
    for record in records:
        optional = {"timestamp": record["timestamp"]} if record.get("timestamp") else {}
        if record.get("partition") is not None:
            optional["partition"] = record["partition"]
        producer.produce(topic, key=record.get("key"), value=record.get("value"), headers=record.get("headers"), **optional)
        producer.poll(0)
    if transactional:
        producer.commit_transaction(60)
    assert producer.flush(60) == 0


def awkward_records(count, seed, topic, partitions=1):
    """Records with everything that can get lost: null and empty keys and values, NUL bytes, null, empty and repeated
    headers, times of their own, and the headers Spring writes. The value's id makes each unlike the others."""
    dice = random.Random(seed)
    now = int(time.time() * 1000)
    for number in range(count):
        headers = [("id", str(number).encode())]
        headers += dice.choice([[], [("n", None)], [("e", b"")], [("d", b"1"), ("d", b"2")], [("nul", b"a\0b")]])
        if dice.random() < 0.7:
            partition = dice.randrange(partitions)
            headers += [("kafka_dlt-original-topic", topic.encode()),
                        ("kafka_dlt-original-partition", partition.to_bytes(4, "big")),
                        ("kafka_dlt-original-offset", number.to_bytes(8, "big"))]
        yield {"key": dice.choice([None, b"", b"k%d" % (number % 97), b"\0\xff%d" % number]),
               "value": dice.choice([None, b"", b"v%d" % number, bytes(dice.randrange(256) for _ in range(dice.randrange(300)))]),
               "headers": headers, "timestamp": now - number * 1000}


def ends_of(address, topic):
    """Where each partition ends, open transactions and their markers included."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": "reader", "isolation.level": "read_uncommitted", **QUIET})

    def ends():
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        return {number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)[1] for number in partitions}

    found = patiently(ends, f"the ends of {topic}")
    consumer.close()
    return found


def read_all(address, topic, isolation="read_committed"):
    """Every record of a topic, as dicts, partition by partition in order. Waits for transactions that are open: a commit is
    answered before its markers are written, and a reader of committed records sees an end where they are not yet."""
    ends = ends_of(address, topic)
    consumer = Consumer({"bootstrap.servers": address, "group.id": "reader", "isolation.level": isolation,
                         "enable.auto.commit": False, "enable.partition.eof": True, "auto.offset.reset": "earliest",
                         "fetch.wait.max.ms": 20, **QUIET})
    consumer.assign([TopicPartition(topic, number, 0) for number in ends])
    open_ends, records, until = set(ends), [], time.monotonic() + 60
    while open_ends:
        assert time.monotonic() < until, f"{topic} does not come to its end"
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error():
            assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
            if message.offset() >= ends[message.partition()]:
                open_ends.discard(message.partition())
            continue
        records.append({"key": message.key(), "value": message.value(), "headers": message.headers(),
                        "timestamp": message.timestamp()[1], "partition": message.partition(), "offset": message.offset()})
    consumer.close()
    return sorted(records, key=lambda record: (record["partition"], record["offset"]))


def committed(address, group, topic, partition=0):
    """The offset a group has committed; -1001 for none. Asks again while that cannot be told."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": group, **QUIET})
    found = patiently(lambda: consumer.committed([TopicPartition(topic, partition)], timeout=10), f"the offsets of {group}")
    consumer.close()
    return found[0].offset


def murmur2(data):
    """The hash by which Java's default partitioner chooses, as a positive number."""
    mask = 0xFFFFFFFF
    m, length = 0x5BD1E995, len(data)
    h = (0x9747B28C ^ length) & mask
    whole = length & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i:i + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = h * m & mask ^ k
    rest = data[whole:]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return (h ^ h >> 15) & 0x7FFFFFFF
