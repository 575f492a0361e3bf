#include "kafka/batch.h"

#include "base/own.h"
#include "kafka/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_BYTES 100

void batch_add(struct batch *b, const struct batch_record *record, int64_t bytes)
{
    if (b->count == b->capacity) {
        b->capacity = b->capacity ? 2 * b->capacity : 64;
        b->records = xrealloc(b->records, b->capacity * sizeof *b->records);
    }
    b->records[b->count++] = *record;
    b->bytes += bytes;
}

void batch_clear(struct batch *b, const struct tally *tally)
{
    for (size_t i = 0; i < b->count; i++)
        rd_kafka_message_destroy(b->records[i].message);
    b->count = 0;
    b->bytes = b->passed = 0;
    b->tally = *tally;
}

void batch_done(struct batch *b)
{
    batch_clear(b, &(struct tally){0});
    free(b->records);
    *b = (struct batch){0};
}

static rd_kafka_headers_t *headers_of(const rd_kafka_message_t *m)
{
    rd_kafka_headers_t *headers = NULL;
    return rd_kafka_message_headers(m, &headers) ? NULL : headers;
}

int64_t batch_record_bytes(const rd_kafka_message_t *m)
{
    int64_t bytes = FRAME_BYTES + (int64_t)m->len + (int64_t)m->key_len;
    const rd_kafka_headers_t *headers = headers_of(m);
    const char *name;
    const void *value;
    size_t n;
    for (size_t i = 0; headers && !rd_kafka_header_get_all(headers, i, &name, &value, &n); i++)
        bytes += (int64_t)(strlen(name) + n) + 4;
    return bytes;
}

/* The record's own headers in their order, those of an earlier replay replaced. */
static rd_kafka_headers_t *headers_for(const struct batch_record *record)
{
    const rd_kafka_message_t *m = record->message;
    const rd_kafka_headers_t *old = headers_of(m);
    rd_kafka_headers_t *headers = old ? rd_kafka_headers_copy(old) : rd_kafka_headers_new(2);
    char text[320];
    rd_kafka_header_remove(headers, HEADER_REPLAY_OF);
    rd_kafka_header_remove(headers, HEADER_REPLAY_COUNT);
    int n = snprintf(text, sizeof text, "%s/%d/%lld", rd_kafka_topic_name(m->rkt), m->partition, (long long)m->offset);
    rd_kafka_header_add(headers, HEADER_REPLAY_OF, -1, text, n);
    n = snprintf(text, sizeof text, "%lld", (long long)record->replays);
    rd_kafka_header_add(headers, HEADER_REPLAY_COUNT, -1, text, n);
    return headers;
}

/* As an array and not by rd_kafka_producev: its macros do not parenthesise what they are given. */
rd_kafka_resp_err_t batch_produce(rd_kafka_t *producer, const struct batch_record *record)
{
    const rd_kafka_message_t *m = record->message;
    rd_kafka_headers_t *headers = headers_for(record);
    int64_t timestamp = rd_kafka_message_timestamp(m, NULL);
    rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = record->topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = record->partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {m->key, m->key_len}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {m->payload, m->len}},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = timestamp > 0 ? timestamp : 0},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    rd_kafka_error_t *error = rd_kafka_produceva(producer, parts, ARRAY_LEN(parts));
    if (!error)
        return RD_KAFKA_RESP_ERR_NO_ERROR; /* the headers are librdkafka's now */
    rd_kafka_headers_destroy(headers);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return code;
}
