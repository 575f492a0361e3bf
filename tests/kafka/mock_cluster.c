/* librdkafka's mock cluster as a process of its own: brokers on loopback that speak the protocol, without Java. For decisions and
   errors; its transactions are no proof of anything, for it forgets offsets that are sent in them and fences nobody.

   The first line on stdout is its address. Each line of stdin is a command, and has one line of JSON for an answer:
     topic NAME PARTITIONS                       makes a topic
     produce TOPIC PARTITION VALUE [NAME=VALUE]  writes a record with headers
     commit GROUP TOPIC PARTITION OFFSET         commits a group's offset
     error API CODE COUNT                        the next COUNT answers to requests of that number carry that error
     rtt MS                                      every broker answers that late
     down, up                                    no broker answers; all do again
     records TOPIC                               answers with how many records the topic holds, aborted ones too
   It ends with stdin. */
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BROKERS 2
#define WORDS_MAX 16
#define CALL_MS 5000

struct mock {
    rd_kafka_t *owner; /* whose cluster it is */
    rd_kafka_mock_cluster_t *cluster;
    rd_kafka_t *producer; /* kept: of librdkafka 2.8, a new one may take two seconds until its record is out */
    char *words[WORDS_MAX];
    int count;
};

static int number(const struct mock *m, int word)
{
    int64_t n = -1;
    return word < m->count && text_to_range(m->words[word], 0, INT32_MAX, &n) == 0 ? (int)n : -1;
}

static rd_kafka_t *client(const struct mock *m, rd_kafka_type_t type, const char *group)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "0", why, sizeof why); /* it outlives brokers that go down */
    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(m->cluster), why, sizeof why);
    if (group)
        rd_kafka_conf_set(conf, "group.id", group, why, sizeof why);
    return rd_kafka_new(type, conf, why, sizeof why);
}

static rd_kafka_headers_t *headers_from(const struct mock *m, int first)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(4);
    for (int i = first; i < m->count; i++) {
        char *value = strchr(m->words[i], '=');
        if (value)
            rd_kafka_header_add(headers, m->words[i], value - m->words[i], value + 1, -1);
    }
    return headers;
}

static bool produce(const struct mock *m)
{
    rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = m->words[1]},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = number(m, 2)},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {m->words[3], strlen(m->words[3])}},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers_from(m, 4)},
    };
    rd_kafka_error_t *error = rd_kafka_produceva(m->producer, parts, ARRAY_LEN(parts));
    bool done = !error && rd_kafka_flush(m->producer, CALL_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_error_destroy(error);
    return done;
}

static bool commit(const struct mock *m)
{
    rd_kafka_t *rk = client(m, RD_KAFKA_CONSUMER, m->words[1]);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, m->words[2], number(m, 3))->offset = number(m, 4);
    bool done = rd_kafka_commit(rk, list, 0) == RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(rk);
    return done;
}

static bool inject(const struct mock *m)
{
    for (int i = number(m, 3); i > 0; i--)
        rd_kafka_mock_push_request_errors(m->cluster, (int16_t)number(m, 1), 1, (rd_kafka_resp_err_t)number(m, 2));
    return true;
}

static bool each_broker(const struct mock *m, const char *what)
{
    for (int32_t id = 1; id <= BROKERS; id++) {
        if (strcmp(what, "rtt") == 0)
            rd_kafka_mock_broker_set_rtt(m->cluster, id, number(m, 1));
        else if (strcmp(what, "down") == 0)
            rd_kafka_mock_broker_set_down(m->cluster, id);
        else
            rd_kafka_mock_broker_set_up(m->cluster, id);
    }
    return true;
}

/* By the ends of the partitions, which begin at 0. */
static int64_t records(const struct mock *m)
{
    rd_kafka_t *rk = client(m, RD_KAFKA_CONSUMER, "records");
    int64_t total = 0, low, high;
    for (int32_t p = 0; rd_kafka_query_watermark_offsets(rk, m->words[1], p, &low, &high, CALL_MS) == RD_KAFKA_RESP_ERR_NO_ERROR; p++)
        total += high - low;
    rd_kafka_destroy(rk);
    return total;
}

static json_t *obey(struct mock *m)
{
    const char *command = m->words[0];
    if (strcmp(command, "records") == 0 && m->count == 2)
        return json_pack("{s:I}", "records", (json_int_t)records(m));
    bool done = false;
    if (strcmp(command, "topic") == 0 && m->count == 3)
        done = rd_kafka_mock_topic_create(m->cluster, m->words[1], number(m, 2), 1) == RD_KAFKA_RESP_ERR_NO_ERROR;
    else if (strcmp(command, "produce") == 0 && m->count >= 4)
        done = produce(m);
    else if (strcmp(command, "commit") == 0 && m->count == 5)
        done = commit(m);
    else if (strcmp(command, "error") == 0 && m->count == 4)
        done = inject(m);
    else if (strcmp(command, "rtt") == 0 || strcmp(command, "down") == 0 || strcmp(command, "up") == 0)
        done = each_broker(m, command);
    return json_pack("{s:b}", "done", done);
}

static void split(struct mock *m, char *line)
{
    m->count = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *word; (word = strsep(&line, " ")) != NULL && m->count < WORDS_MAX;)
        m->words[m->count++] = word;
}

int main(void)
{
    json_setup();
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "0", why, sizeof why); /* it warns that it knows no brokers: they come with the mock */
    struct mock m = {.owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why)};
    m.cluster = m.owner ? rd_kafka_mock_cluster_new(m.owner, BROKERS) : NULL;
    if (!m.cluster)
        return 1;
    m.producer = client(&m, RD_KAFKA_PRODUCER, NULL);
    puts(rd_kafka_mock_cluster_bootstraps(m.cluster));
    fflush(stdout);
    auto_free char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        split(&m, line);
        json_auto_t *answer = obey(&m);
        auto_free char *text = json_text(answer, NULL);
        puts(text);
        fflush(stdout);
    }
    rd_kafka_destroy(m.producer);
    rd_kafka_mock_cluster_destroy(m.cluster);
    rd_kafka_destroy(m.owner);
    return 0;
}
