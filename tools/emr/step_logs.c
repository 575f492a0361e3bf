/* Where the logs of a step of a cluster on EC2 are: <LogUri>/<cluster>/steps/<step>/, and for what it ran on YARN
   <LogUri>/<cluster>/containers/<application>/<container>/ (Amazon EMR Management Guide, "View log files"). */
#include "tools/emr/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define STEP_OBJECTS_MAX 8
#define CONTAINER_KEYS_MAX 3000
#define WORKERS_MAX 3 /* executors whose logs are read */

/* Best first: what the step itself wrote says more than what started it. */
static const char *const step_files[] = {"stderr.gz", "controller.gz", "stdout.gz", "syslog.gz"};

static const json_t *status_of(const struct emr_inquiry *q)
{
    return json_obj(q->view.detail, "Status");
}

/* The log that EMR itself names as the one with the cause. */
static const char *named_log(const struct emr_inquiry *q)
{
    return json_str(json_obj(status_of(q), "FailureDetails"), "LogFile", "");
}

static int rank_of(const char *key)
{
    const char *name = strrchr(key, '/') ? strrchr(key, '/') + 1 : key;
    for (size_t i = 0; i < ARRAY_LEN(step_files); i++) {
        size_t n = strcspn(step_files[i], ".");
        if (!strncmp(name, step_files[i], n) && (name[n] == '.' || !name[n]))
            return (int)i;
    }
    return -1;
}

/* Reads the listed files of one step, by rank and, of those that were rotated, the last first. */
static void read_listed(struct emr_inquiry *q, const char *bucket, const json_t *keys)
{
    size_t left = STEP_OBJECTS_MAX;
    for (int rank = 0; rank < (int)ARRAY_LEN(step_files); rank++) {
        for (size_t i = json_array_size(keys); i > 0 && left; i--) {
            const json_t *o = json_array_get(keys, i - 1);
            if (rank_of(json_str(o, "Key", "")) != rank || json_int(o, "Size", 0) == 0)
                continue;
            emr_logs_read_object(q, bucket, json_str(o, "Key", ""));
            left--;
        }
    }
}

/* Returns whether there was anything to read. */
static bool read_step_folder(struct emr_inquiry *q, const char *bucket, const char *prefix)
{
    json_auto_t *keys = emr_logs_list(q, bucket, prefix, 200);
    if (keys) {
        read_listed(q, bucket, keys);
        return json_array_size(keys) > 0;
    }
    /* who may not list may still be allowed to read */
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(step_files); i++) {
        auto_free char *key = xasprintf("%s%s", prefix, step_files[i]);
        const struct log_object *o = emr_logs_read_object(q, bucket, key);
        found = found || (o && o->found);
    }
    return found;
}

static void add_app(struct emr_inquiry *q, const char *name, size_t n)
{
    for (size_t i = 0; i < q->app_count; i++) {
        if (strlen(q->apps[i]) == n && !memcmp(q->apps[i], name, n))
            return;
    }
    if (q->app_count < EMR_APPS_MAX)
        q->apps[q->app_count++] = xstrndup(name, n);
}

/* Every "application_1795230000000_0007" in a text. */
static void find_apps(struct emr_inquiry *q, const char *text)
{
    for (const char *p = text; (p = strstr(p, "application_")); p++) {
        size_t a = strspn(p + 12, "0123456789");
        size_t b = a && p[12 + a] == '_' ? strspn(p + 13 + a, "0123456789") : 0;
        if (a >= 10 && b)
            add_app(q, p, 13 + a + b);
    }
}

static void find_all_apps(struct emr_inquiry *q)
{
    size_t i;
    json_t *id;
    json_array_foreach(json_arr(json_obj(q->view.detail, "AdditionalInfo"), "ResourceManagerApplicationIds"), i, id)
        find_apps(q, json_is_string(id) ? json_string_value(id) : "");
    find_apps(q, json_str(json_obj(status_of(q), "FailureDetails"), "Message", ""));
    for (size_t k = 0; k < q->object_count; k++) {
        for (size_t j = 0; j < q->objects[k].lines.count && q->app_count < EMR_APPS_MAX; j++)
            find_apps(q, q->objects[k].lines.items[j].text);
    }
}

/* The number at the end of ".../container_1795_0007_01_000004/stderr.gz", and of which attempt; -1 when the key has none. */
static int container_of(const char *key, int *attempt)
{
    const char *p = strstr(key, "/container_");
    const char *end = p ? strchr(p + 1, '/') : NULL;
    if (!end || end - p < 12)
        return -1;
    int64_t number, tries;
    auto_free char *last = xstrndup(end - 6, 6);
    auto_free char *before = xstrndup(end - 9, 2);
    const char *digits = last + strspn(last, "0");
    const char *try_digits = before + strspn(before, "0");
    if (text_to_range(digits, 1, 999999, &number) || text_to_range(try_digits, 1, 99, &tries))
        return -1;
    *attempt = (int)tries;
    return (int)number;
}

static bool is_output(const char *key)
{
    return text_ends(key, "/stderr.gz") || text_ends(key, "/stdout.gz") || text_ends(key, "/stderr") || text_ends(key, "/stdout");
}

/* Container 1 of the last attempt is the driver of an application in cluster mode (and else YARN's own agent). */
static void read_drivers(struct emr_inquiry *q, const char *bucket, const json_t *keys)
{
    int last = 0, attempt = 0;
    size_t i;
    json_t *o;
    json_array_foreach(keys, i, o) {
        if (container_of(json_str(o, "Key", ""), &attempt) == 1 && attempt > last)
            last = attempt;
    }
    json_array_foreach(keys, i, o) {
        const char *key = json_str(o, "Key", "");
        if (container_of(key, &attempt) == 1 && attempt == last && is_output(key) && json_int(o, "Size", 0) > 0)
            emr_logs_read_object(q, bucket, key);
    }
}

/* Whether a line that was read names the container that the key is of. */
static bool is_named(const struct emr_inquiry *q, const char *key)
{
    const char *p = strstr(key, "/container_");
    auto_free char *name = p ? xstrndup(p + 1, strcspn(p + 1, "/")) : NULL;
    for (size_t i = 0; name && i < q->findings.count; i++) {
        if (strstr(q->findings.items[i].line->text, name))
            return true;
    }
    return false;
}

#define NAMED_WEIGHT (INT64_C(1) << 50) /* more than any log holds */

/* Executors that errors name, and the ones that wrote most. */
static void read_workers(struct emr_inquiry *q, const char *bucket, const json_t *keys)
{
    bool seen[CONTAINER_KEYS_MAX] = {false};
    for (int n = 0; n < WORKERS_MAX; n++) {
        size_t best = SIZE_MAX, i;
        int64_t most = 0;
        int attempt;
        json_t *o;
        json_array_foreach(keys, i, o) {
            const char *key = json_str(o, "Key", "");
            bool candidate = !seen[i] && container_of(key, &attempt) > 1 && text_ends(key, "/stderr.gz");
            int64_t size = json_int(o, "Size", 0);
            int64_t weight = candidate && is_named(q, key) && size < NAMED_WEIGHT ? size + NAMED_WEIGHT : size;
            if (candidate && weight > most) {
                most = weight;
                best = i;
            }
        }
        if (best == SIZE_MAX)
            return;
        seen[best] = true;
        emr_logs_read_object(q, bucket, json_str(json_array_get(keys, best), "Key", ""));
    }
}

static bool is_decided(const struct emr_inquiry *q)
{
    const struct finding *best = findings_best(&q->findings);
    return best && best->signature && best->signature->cause != CAUSE_UNKNOWN && !q->findings.points_executors;
}

static void read_apps(struct emr_inquiry *q, const char *bucket, const char *prefix)
{
    find_all_apps(q);
    for (size_t i = 0; i < q->app_count; i++) {
        auto_free char *folder = xasprintf("%s%s/containers/%s/", prefix, q->view.target.owner, q->apps[i]);
        json_auto_t *keys = emr_logs_list(q, bucket, folder, CONTAINER_KEYS_MAX);
        read_drivers(q, bucket, keys);
        if (!is_decided(q))
            read_workers(q, bucket, keys);
    }
}

/* Folders that the step's logs may be in: that of the log EMR names, then below the step's own place and the cluster's. */
static void read_from_s3(struct emr_inquiry *q)
{
    const char *own = json_str(q->view.detail, "LogUri", ""), *cluster = json_str(q->view.owner, "LogUri", "");
    const char *uris[] = {own[0] ? own : cluster, own[0] && strcmp(own, cluster) ? cluster : ""};
    bool found = false;
    q->no_place = !uris[0][0] && !named_log(q)[0];
    for (size_t i = 0; i < ARRAY_LEN(uris); i++) {
        auto_free char *bucket = NULL, *prefix = NULL;
        if (found || !uris[i][0] || log_uri_parse(uris[i], &bucket, &prefix))
            continue;
        auto_free char *folder = xasprintf("%s%s/steps/%s/", prefix, q->view.target.owner, q->run.id);
        found = read_step_folder(q, bucket, folder);
        if (found || i + 1 == ARRAY_LEN(uris) || !uris[i + 1][0])
            read_apps(q, bucket, prefix);
    }
    auto_free char *bucket = NULL, *key = NULL;
    if (!found && named_log(q)[0] && !log_uri_parse(named_log(q), &bucket, &key)) {
        key[strlen(key) - (text_ends(key, "/") ? 1 : 0)] = '\0';
        emr_logs_read_object(q, bucket, key);
    }
}

/* Clusters of release 7.11 and later may send the same logs to CloudWatch. How the streams are named is not documented but for
   their prefix; those of this step hold its id or its application's. */
static void read_from_cloudwatch(struct emr_inquiry *q)
{
    const json_t *to = json_obj(json_obj(q->view.owner, "MonitoringConfiguration"), "CloudWatchLogConfiguration");
    if (!json_flag(to, "Enabled", false))
        return;
    q->no_place = false;
    find_all_apps(q);
    auto_free char *usual = xasprintf("/aws/emr/%s", q->view.target.owner);
    const char *group = json_str(to, "LogGroupName", "");
    const char *marks[EMR_APPS_MAX + 1] = {q->run.id};
    for (size_t i = 0; i < q->app_count; i++)
        marks[i + 1] = q->apps[i];
    emr_logs_read_filtered(q, group[0] ? group : usual, json_str(to, "LogStreamNamePrefix", ""), marks, q->app_count + 1);
}

void emr_logs_read_step(struct emr_inquiry *q)
{
    read_from_s3(q);
    read_from_cloudwatch(q);
}
