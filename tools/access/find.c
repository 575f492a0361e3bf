/* Which log objects a span of time needs, found by their names: a bucket of logs may hold millions. */
#include "tools/access/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <string.h>

#define DAY_MS ((int64_t)24 * 3600 * 1000)
#define DAYS_MAX 32
#define FOLDERS_MAX 6

struct walk {
    struct access_inquiry *q;
    int64_t until_ms; /* logs that are called later are of no interest */
    bool past;
};

static int take_page(const json_t *page, void *ctx)
{
    struct walk *w = ctx;
    size_t i;
    json_t *object;
    json_array_foreach(json_arr(page, "Contents"), i, object) {
        int64_t at = access_key_time(json_str(object, "Key", ""));
        if (at > w->until_ms) {
            w->past = true;
            return 1;
        }
        if (at >= 0)
            json_array_append_new(w->q->keys, json_pack("{s:s, s:I}", "key", json_str(object, "Key", ""),
                                                        "size", (json_int_t)json_int(object, "Size", 0)));
    }
    return 0;
}

/* Lists one folder from `after` on, up to what is called later than `until_ms`. Returns 0, or -1 when it cannot be. */
static int list(struct access_inquiry *q, const char *prefix, const char *after, int64_t until_ms,
                json_t *source)
{
    struct walk w = {q, until_ms, false};
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    json_auto_t *in = json_pack("{s:s, s:s}", "Bucket", q->target, "Prefix", prefix);
    bool further = q->asked_from && q->done && (!after || strcmp(q->done, after) > 0);
    json_put_str(in, "StartAfter", further ? q->done : after);
    size_t before = json_array_size(q->keys);
    int pages =
        aws_each_page(q->session, &aws_s3_list_objects_v2, in, ACCESS_LIST_PAGES, take_page, &w, &next, &f);
    if (pages < 0) {
        coverage_fault(source, &f);
        return -1;
    }
    bool complete = w.past || !next;
    q->listed_all = q->listed_all && complete;
    coverage_read(source, pages, (int64_t)(json_array_size(q->keys) - before), 0, complete);
    return 0;
}

/* The folders right below a prefix. New reference to an array of prefixes; NULL when they cannot be listed. */
static json_t *folders(struct access_inquiry *q, const char *prefix, json_t *source)
{
    json_auto_t *in = json_pack("{s:s, s:s, s:s}", "Bucket", q->target, "Prefix", prefix, "Delimiter", "/");
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_s3_list_objects_v2, in, &reply, &f)) {
        coverage_fault(source, &f);
        return NULL;
    }
    json_t *out = json_array();
    size_t i;
    json_t *p;
    json_array_foreach(json_arr(reply, "CommonPrefixes"), i, p) {
        if (json_array_size(out) < FOLDERS_MAX)
            json_array_append(out, json_object_get(p, "Prefix"));
    }
    coverage_read(source, 1, (int64_t)json_array_size(out), 0, true);
    return out;
}

/* The days of one bucket's folder, each with the logs delivered until six hours behind the window. */
static void list_days(struct access_inquiry *q, const char *base, json_t *source)
{
    bool by_event = q->layout == LAYOUT_BY_EVENT;
    int64_t until = by_event ? q->to_ms : q->to_ms + ACCESS_LAG_MS;
    int64_t first = q->from_ms - q->from_ms % DAY_MS;
    if (until - first > DAYS_MAX * DAY_MS)
        q->listed_all = false;
    for (int64_t day = first; day <= until && day - first < DAYS_MAX * DAY_MS; day += DAY_MS) {
        char folder[12];
        access_day_folder(day, folder);
        auto_free char *prefix = xasprintf("%s%s", base, folder);
        auto_free char *after = by_event || day > q->from_ms ? NULL : access_key_at(prefix, q->from_ms);
        if (list(q, prefix, after, until, source))
            return;
    }
}

/* <prefix><account>/<region>/<bucket>/: account and region are found by looking. */
static void find_partitioned(struct access_inquiry *q, json_t *source)
{
    json_auto_t *accounts = folders(q, q->target_prefix, source);
    size_t i, k;
    json_t *account, *region;
    json_array_foreach(accounts, i, account) {
        json_auto_t *regions = folders(q, json_string_value(account), source);
        json_array_foreach(regions, k, region) {
            auto_free char *base = xasprintf("%s%s/", json_string_value(region), q->bucket);
            list_days(q, base, source);
        }
    }
}

void access_find(struct access_inquiry *q)
{
    auto_free char *name = xasprintf("s3:ListObjectsV2:%s", q->target);
    json_t *source = coverage_source(envelope_sources(&q->answer), name);
    q->keys = json_array();
    q->listed_all = true;
    if (q->layout == LAYOUT_SIMPLE) {
        auto_free char *after = access_key_at(q->target_prefix, q->from_ms);
        list(q, q->target_prefix, after, q->to_ms + ACCESS_LAG_MS, source);
    } else {
        find_partitioned(q, source);
    }
    q->readable = !json_obj(source, "error");
}
