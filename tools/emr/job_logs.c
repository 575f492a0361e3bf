/* Where the logs of job runs are.

   EMR Serverless (user guide, "Storing logs"): below <logUri>/applications/<application>/jobs/<run>/[attempts/<n>/] in S3, and
   in streams of that name in CloudWatch, a folder per worker: SPARK_DRIVER, SPARK_EXECUTOR/<n>, HIVE_DRIVER, TEZ_TASK.
   EMR on EKS (development guide, "Configure a job run to use S3 logs" and "... CloudWatch Logs"): below
   <prefix>/<virtual cluster>/jobs/<run>/containers/ a folder per pod; the driver's is spark-<run>-driver. */
#include "tools/emr/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 2000
#define WORKERS_MAX 3

/* What wrote a log, by its key or stream. */
enum writer { WRITER_DRIVER, WRITER_WORKER, WRITER_OTHER };

static enum writer writer_of(const char *name)
{
    if (strstr(name, "_DRIVER/") || strstr(name, "-driver/") || text_ends(name, "_DRIVER"))
        return WRITER_DRIVER;
    if (strstr(name, "_EXECUTOR") || strstr(name, "-exec-") || strstr(name, "TEZ_TASK"))
        return WRITER_WORKER;
    return WRITER_OTHER;
}

static const json_t *monitoring_of(const json_t *holder)
{
    return json_obj(holder, "monitoringConfiguration");
}

/* A part of the monitoring configuration: the run's own, else the application's. */
static const json_t *monitoring(const struct emr_inquiry *q, const char *part)
{
    const json_t *own = json_obj(monitoring_of(json_obj(q->view.detail, "configurationOverrides")), part);
    return own ? own : json_obj(monitoring_of(q->view.owner), part);
}

/* What all logs of the run begin with, below the place they are kept in. */
static char *below(const struct emr_inquiry *q)
{
    if (q->view.target.runtime == EMR_SERVERLESS)
        return xasprintf("applications/%s/jobs/%s/", q->view.target.owner, q->run.id);
    return xasprintf("%s/jobs/%s/containers/", q->view.target.owner, q->run.id);
}

/* The attempt a name belongs to: the number in "/attempts/<n>/", 0 without one. */
static int64_t attempt_of(const char *name)
{
    const char *p = strstr(name, "/attempts/");
    int64_t n = 0;
    for (p = p ? p + 10 : ""; *p >= '0' && *p <= '9' && n < 100000; p++)
        n = n * 10 + (*p - '0');
    return n;
}

/* The attempt whose logs tell about the state now: the last one that left any. */
static int64_t last_attempt(const json_t *names)
{
    int64_t last = 0;
    size_t i;
    json_t *o;
    json_array_foreach(names, i, o) {
        int64_t n = attempt_of(json_str(o, "Key", ""));
        last = n > last ? n : last;
    }
    return last;
}

/* Reads objects of one kind of writer, stderr before stdout before Hive's own log, `max` at most. */
static void read_kind(struct emr_inquiry *q, const char *bucket, const json_t *keys, enum writer kind, size_t max)
{
    static const char *const files[] = {"/stderr", "/stdout", "/hive"};
    int64_t last = last_attempt(keys);
    for (size_t f = 0; f < ARRAY_LEN(files); f++) {
        size_t i;
        json_t *o;
        json_array_foreach(keys, i, o) {
            const char *key = json_str(o, "Key", "");
            if (!max || writer_of(key) != kind || attempt_of(key) != last || !strstr(key, files[f]) || !json_int(o, "Size", 0))
                continue;
            emr_logs_read_object(q, bucket, key);
            max--;
        }
    }
}

static bool is_decided(const struct emr_inquiry *q)
{
    const struct finding *best = findings_best(&q->findings);
    return best && best->signature && best->signature->cause != CAUSE_UNKNOWN && !q->findings.points_executors;
}

/* Who may not list may still be allowed to read: the names of EMR Serverless are known. */
static void read_known(struct emr_inquiry *q, const char *bucket, const char *folder)
{
    static const char *const files[] = {"SPARK_DRIVER/stderr.gz", "SPARK_DRIVER/stdout.gz"};
    for (size_t i = 0; i < ARRAY_LEN(files) && q->view.target.runtime == EMR_SERVERLESS; i++) {
        auto_free char *key = xasprintf("%s%s", folder, files[i]);
        emr_logs_read_object(q, bucket, key);
    }
}

static void read_from_s3(struct emr_inquiry *q, const char *uri)
{
    auto_free char *bucket = NULL, *prefix = NULL;
    if (log_uri_parse(uri, &bucket, &prefix))
        return;
    auto_free char *rest = below(q);
    auto_free char *folder = xasprintf("%s%s", prefix, rest);
    json_auto_t *keys = emr_logs_list(q, bucket, folder, KEYS_MAX);
    if (!keys) {
        read_known(q, bucket, folder);
        return;
    }
    read_kind(q, bucket, keys, WRITER_DRIVER, 4);
    if (!is_decided(q))
        read_kind(q, bucket, keys, WRITER_WORKER, WORKERS_MAX);
    if (!is_decided(q))
        read_kind(q, bucket, keys, WRITER_OTHER, 4);
}

/* Names of the streams that begin so: [{"Key"}]. NULL when they could not be listed; coverage then says why. */
static json_t *list_streams(struct emr_inquiry *q, const char *group, const char *prefix)
{
    auto_free char *name = xasprintf("logs:%s/%s* (names)", group, prefix);
    json_t *source = coverage_source(envelope_sources(&q->answer), name);
    json_auto_t *in = json_pack("{s:s, s:s, s:i}", "logGroupName", group, "logStreamNamePrefix", prefix, "limit", 50);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_logs_describe_log_streams, in, &reply, &f)) {
        if (f.err.kind == ERR_NOT_FOUND)
            coverage_absent(source);
        else
            coverage_fault(source, &f);
        return NULL;
    }
    json_t *names = json_array();
    size_t i;
    json_t *o;
    json_array_foreach(json_arr(reply, "logStreams"), i, o) {
        if (text_starts(json_str(o, "logStreamName", ""), prefix))
            json_array_append_new(names, json_pack("{s:s}", "Key", json_str(o, "logStreamName", "")));
    }
    coverage_read(source, 1, (int64_t)json_array_size(names), 0, !json_str(reply, "nextToken", NULL));
    return names;
}

static void read_streams_of(struct emr_inquiry *q, const char *group, const json_t *names, enum writer kind)
{
    const char *chosen[EMR_STREAMS_MAX];
    size_t n = 0, i;
    int64_t last = last_attempt(names);
    json_t *o;
    json_array_foreach(names, i, o) {
        const char *name = json_str(o, "Key", "");
        if (n < EMR_STREAMS_MAX && writer_of(name) == kind && attempt_of(name) == last)
            chosen[n++] = name;
    }
    emr_logs_read_streams(q, group, "", chosen, n);
}

static void read_from_cloudwatch(struct emr_inquiry *q, const char *group, const char *prefix)
{
    auto_free char *rest = below(q);
    /* EMR Serverless begins its streams with a slash even without a prefix; EMR on EKS does not */
    bool slash = prefix[0] || q->view.target.runtime == EMR_SERVERLESS;
    auto_free char *start = xasprintf("%s%s%s", prefix, slash && !text_ends(prefix, "/") ? "/" : "", rest);
    json_auto_t *names = list_streams(q, group, start);
    if (names) {
        read_streams_of(q, group, names, WRITER_DRIVER);
        if (!is_decided(q))
            read_streams_of(q, group, names, WRITER_OTHER);
    }
    if (!is_decided(q))
        emr_logs_read_filtered(q, group, start, (const char *const[]){""}, 1);
}

void emr_logs_read_job(struct emr_inquiry *q)
{
    bool serverless = q->view.target.runtime == EMR_SERVERLESS;
    const json_t *s3 = monitoring(q, "s3MonitoringConfiguration");
    const json_t *cloudwatch =
        monitoring(q, serverless ? "cloudWatchLoggingConfiguration" : "cloudWatchMonitoringConfiguration");
    bool to_cloudwatch = cloudwatch && (!serverless || json_flag(cloudwatch, "enabled", false));
    const char *uri = json_str(s3, "logUri", "");
    q->no_place = !uri[0] && !to_cloudwatch;
    if (uri[0])
        read_from_s3(q, uri);
    if (to_cloudwatch && !is_decided(q))
        read_from_cloudwatch(q, json_str(cloudwatch, "logGroupName", "/aws/emr-serverless"),
                             json_str(cloudwatch, "logStreamNamePrefix", ""));
}
