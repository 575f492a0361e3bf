/* Where a bucket's access logs lie, and which of them a span of time needs (Amazon S3 User Guide, "Logging requests with server
   access logging", "Log object key format"). */
#ifndef LW_TOOLS_ACCESS_PLACE_H
#define LW_TOOLS_ACCESS_PLACE_H

#include <jansson.h>
#include <stdint.h>

enum access_layout {
    LAYOUT_SIMPLE, /* <prefix>2026-11-21-02-05-07-<id>, the time of delivery */
    LAYOUT_BY_EVENT, /* <prefix><account>/<region>/<bucket>/2026/11/21/2026-11-21-00-00-00-<id>: the day of the requests */
    LAYOUT_BY_DELIVERY /* the same folders, the time of delivery */
};

/* How late a log may be delivered: "within a few hours", and there is no promise. */
#define ACCESS_LAG_MS ((int64_t)6 * 3600 * 1000)

/* The layout that LoggingEnabled of GetBucketLogging names. */
enum access_layout access_layout_of(const json_t *logging);

/* "simple", "partitioned by event time", "partitioned by delivery time". */
const char *access_layout_name(enum access_layout l);

/* The key that all logs of that moment or later stand behind; `prefix` ends where the time begins. Free it. */
char *access_key_at(const char *prefix, int64_t wall_ms);

/* The time in the name of a log, or -1 when it is not called as logs are. */
int64_t access_key_time(const char *key);

/* The folder of a day: "2026/11/21/". `out` holds 12 bytes. */
void access_day_folder(int64_t wall_ms, char *out);

#endif
