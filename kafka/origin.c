#include "kafka/origin.h"

#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static bool last_of(const rd_kafka_headers_t *headers, const char *name, const void **value, size_t *n)
{
    return headers && rd_kafka_header_get_last(headers, name, value, n) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Topic names: at most 249 of [a-zA-Z0-9._-], not "." nor "..". Those with two underscores in front are Kafka's own. */
static bool can_be_written(const char *name, size_t n)
{
    if (n == 0 || n > 249 || (n <= 2 && memcmp("..", name, n) == 0) || (n >= 2 && memcmp(name, "__", 2) == 0))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') || (name[i] >= '0' && name[i] <= '9') ||
              name[i] == '.' || name[i] == '_' || name[i] == '-'))
            return false;
    return true;
}

static bool text_number(const void *value, size_t n, int64_t most, int64_t *out)
{
    char text[24];
    if (!value || n == 0 || n >= sizeof text || memchr(value, '\0', n))
        return false;
    memcpy(text, value, n);
    text[n] = '\0';
    return text_to_range(text, 0, most, out) == 0;
}

/* Four bytes, big-endian, as Spring writes them; else decimal text. */
static int32_t partition_number(const void *value, size_t n)
{
    const unsigned char *b = value;
    int64_t number;
    if (value && n == 4 && b[0] < 0x30)
        return (int32_t)((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]);
    return text_number(value, n, INT32_MAX, &number) ? (int32_t)number : -1;
}

struct origin origin_of(const rd_kafka_headers_t *headers)
{
    static const struct {
        const char *topic, *partition;
    } writers[] = {
        {"kafka_dlt-original-topic", "kafka_dlt-original-partition"},
        {"x-original-topic", "x-original-partition"},
        {"__connect.errors.topic", "__connect.errors.partition"},
    };
    struct origin o = {.partition = -1};
    const void *value;
    size_t n;
    for (size_t i = 0; i < ARRAY_LEN(writers) && !o.topic[0]; i++) {
        if (!last_of(headers, writers[i].topic, &value, &n) || !value || !can_be_written(value, n))
            continue;
        snprintf(o.topic, sizeof o.topic, "%.*s", (int)n, (const char *)value);
        if (last_of(headers, writers[i].partition, &value, &n))
            o.partition = partition_number(value, n);
    }
    int64_t replays;
    if (last_of(headers, HEADER_REPLAY_COUNT, &value, &n) && text_number(value, n, INT32_MAX, &replays))
        o.replays = replays;
    return o;
}

bool origin_header_is(const rd_kafka_headers_t *headers, const char *name, const char *wanted)
{
    const void *value;
    size_t n;
    if (!last_of(headers, name, &value, &n))
        return false;
    return !wanted || (value && n == strlen(wanted) && memcmp(value, wanted, n) == 0);
}
