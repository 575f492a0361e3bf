#include "tools/alarm/past.h"

#include "aws/aws.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS ((int64_t)3600 * 1000)
#define STATE_TEXT 24
#define REASON_BYTES 300

struct change {
    char from[STATE_TEXT], to[STATE_TEXT];
    int64_t at_ms;
};

static json_t *history_data(const json_t *item)
{
    const char *text = json_str(item, "HistoryData", "");
    json_t *data = json_parse(text, strlen(text), JSON_DEPTH_UPSTREAM, NULL);
    return json_is_object(data) ? data : (json_decref(data), NULL);
}

static void state_word(const char *s, char *out)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    snprintf(out, STATE_TEXT, "%.*s", (int)n, s);
}

/* The summary ("Alarm updated from OK to ALARM") serves where the data are cut or missing. */
static bool read_change(const json_t *item, struct change *out)
{
    if (strcmp(json_str(item, "HistoryItemType", ""), "StateUpdate"))
        return false;
    *out = (struct change){.at_ms = aws_time_ms(item, "Timestamp")};
    json_auto_t *data = history_data(item);
    const char *summary = json_str(item, "HistorySummary", "");
    const char *from = strstr(summary, "from "), *to = strstr(summary, " to ");
    state_word(json_str(json_obj(data, "oldState"), "stateValue", from ? from + 5 : ""), out->from);
    state_word(json_str(json_obj(data, "newState"), "stateValue", to ? to + 4 : ""), out->to);
    return out->at_ms >= 0 && out->to[0] && strcmp(out->from, out->to);
}

/* Newest first; what happened more than a day before the newest change says nothing about it. */
static int busiest_hour(const struct change *list, size_t n)
{
    size_t most = 0, last = 0;
    for (size_t first = 0; first < n && list[0].at_ms - list[first].at_ms <= 24 * HOUR_MS; first++) {
        while (last < n && list[first].at_ms - list[last].at_ms <= HOUR_MS)
            last++;
        most = last - first > most ? last - first : most;
    }
    return (int)most;
}

static int64_t time_in_alarm(const struct change *list, size_t n, const char *state, int64_t from_ms, int64_t now_ms)
{
    int64_t total = 0, end = now_ms;
    const char *during = state;
    for (size_t i = 0; i < n && end > from_ms; i++) {
        int64_t start = list[i].at_ms > from_ms ? list[i].at_ms : from_ms;
        if (!strcmp(during, "ALARM") && end > start)
            total += end - start;
        end = start;
        during = list[i].from;
    }
    if (!strcmp(during, "ALARM") && end > from_ms)
        total += end - from_ms;
    return total;
}

void alarm_past_of(const json_t *items, const char *state, int64_t from_ms, int64_t now_ms, struct alarm_past *out)
{
    *out = (struct alarm_past){.first_ms = -1, .last_ms = -1, .last_alarm_ms = -1};
    auto_free struct change *list = xcalloc(json_array_size(items) + 1, sizeof *list);
    size_t n = 0, i;
    json_t *item;
    json_array_foreach(items, i, item) {
        if (!read_change(item, &list[n]))
            continue;
        bool alarm = !strcmp(list[n].to, "ALARM");
        out->alarms += alarm;
        if (alarm && out->last_alarm_ms < 0)
            out->last_alarm_ms = list[n].at_ms;
        n++;
    }
    out->transitions = (int)n;
    out->most_in_hour = busiest_hour(list, n);
    if (n) {
        out->last_ms = list[0].at_ms;
        out->first_ms = list[n - 1].at_ms;
    }
    out->in_alarm_ms = time_in_alarm(list, n, state, from_ms, now_ms);
}

json_t *alarm_transitions(const json_t *items, size_t max)
{
    json_t *out = json_array();
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item) {
        struct change c;
        if (json_array_size(out) >= max || !read_change(item, &c))
            continue;
        json_auto_t *data = history_data(item);
        const char *reason = json_str(json_obj(data, "newState"), "stateReason", "");
        size_t len = strlen(reason);
        json_t *o = json_object();
        json_put_time(o, "at", c.at_ms);
        json_put_str(o, "from", c.from);
        json_put_str(o, "to", c.to);
        if (len)
            json_put(o, "reason",
                     json_str_lossy(reason, len <= REASON_BYTES ? len : text_utf8_floor(reason, REASON_BYTES)));
        json_array_append_new(out, o);
    }
    return out;
}

const json_t *alarm_edit_before(const json_t *items, int64_t at_ms, int64_t within_ms)
{
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item) {
        int64_t t = aws_time_ms(item, "Timestamp");
        if (!strcmp(json_str(item, "HistoryItemType", ""), "ConfigurationUpdate") && t > at_ms - within_ms && t <= at_ms)
            return item;
    }
    return NULL;
}
