#include "tools/access/place.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

enum access_layout access_layout_of(const json_t *logging)
{
    const json_t *partitioned = json_obj(json_obj(logging, "TargetObjectKeyFormat"), "PartitionedPrefix");
    if (!partitioned)
        return LAYOUT_SIMPLE;
    return strcmp(json_str(partitioned, "PartitionDateSource", ""), "EventTime") ? LAYOUT_BY_DELIVERY
                                                                                 : LAYOUT_BY_EVENT;
}

const char *access_layout_name(enum access_layout l)
{
    static const char *const names[] = {"simple", "partitioned by event time",
                                        "partitioned by delivery time"};
    return names[l];
}

char *access_key_at(const char *prefix, int64_t wall_ms)
{
    char t[CLOCK_TEXT_MAX];
    clock_rfc3339(wall_ms, t);
    return xasprintf("%s%.10s-%.2s-%.2s-%.2s", prefix, t, t + 11, t + 14, t + 17);
}

int64_t access_key_time(const char *key)
{
    const char *slash = strrchr(key, '/');
    const char *name = slash ? slash + 1 : key;
    size_t n = strlen(name);
    /* a prefix need not end in a slash: the time is what stands 19 characters long before "-<16 of id>" */
    for (size_t i = 0; i + 19 <= n; i++) {
        const char *p = name + i;
        if (strspn(p, "0123456789-") < 19 || p[4] != '-' || p[7] != '-' || p[10] != '-' || p[13] != '-' ||
            p[16] != '-')
            continue;
        char text[32];
        int64_t ms;
        snprintf(text, sizeof text, "%.10sT%.2s:%.2s:%.2sZ", p, p + 11, p + 14, p + 17);
        if (!clock_parse(text, &ms))
            return ms;
    }
    return -1;
}

void access_day_folder(int64_t wall_ms, char *out)
{
    char t[CLOCK_TEXT_MAX];
    clock_rfc3339(wall_ms, t);
    snprintf(out, 12, "%.4s/%.2s/%.2s/", t, t + 5, t + 8);
}
