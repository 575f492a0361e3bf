#include "kafka/job.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define TIMEOUT_DEFAULT_MS 30000
#define TIMEOUT_MAX_MS (10 * 60 * 1000)
#define RECORDS_MAX 1000000
#define BATCH_RECORDS 1000 /* a transaction costs some 100 ms, however small it is */
#define BYTES_MAX ((int64_t)1 << 30)

/* What an object may hold. `most` bounds integers, and the length of strings and arrays. */
struct member {
    const char *name;
    json_type type; /* JSON_TRUE for a boolean */
    bool required;
    int64_t most;
};

static const struct member top_members[] = {
    {"action", JSON_STRING, true, 16},      {"bootstrap", JSON_STRING, true, 8192},
    {"security", JSON_OBJECT, true, 0},     {"group", JSON_STRING, false, 255},
    {"topics", JSON_ARRAY, false, JOB_TOPICS_MAX}, {"replay", JSON_OBJECT, false, 0},
    {"timeout_ms", JSON_INTEGER, false, TIMEOUT_MAX_MS}, {"token", JSON_OBJECT, false, 0},
    {"resume", JSON_OBJECT, false, 0},
#ifdef KAFKA_CRASH_POINTS
    {"crash_file", JSON_STRING, false, 4096}, {"batch_records", JSON_INTEGER, false, RECORDS_MAX},
#endif
};

static const struct member security_members[] = {
    {"protocol", JSON_STRING, true, 32},          {"mechanism", JSON_STRING, false, 32},
    {"user", JSON_STRING, false, 1024},           {"password", JSON_STRING, false, 1024},
    {"ca_file", JSON_STRING, false, 4096},        {"certificate_file", JSON_STRING, false, 4096},
    {"key_file", JSON_STRING, false, 4096},       {"plaintext_allowed", JSON_TRUE, false, 0},
};

static const struct member replay_members[] = {
    {"source", JSON_STRING, true, 249},           {"target", JSON_STRING, false, 249},
    {"group", JSON_STRING, true, 255},            {"partitions", JSON_ARRAY, false, 2000},
    {"max_records", JSON_INTEGER, false, RECORDS_MAX}, {"max_bytes", JSON_INTEGER, false, BYTES_MAX},
    {"rate_per_s", JSON_INTEGER, false, RECORDS_MAX},  {"filter", JSON_OBJECT, false, 0},
    {"max_replays", JSON_INTEGER, false, 1000},   {"dry_run", JSON_TRUE, false, 0},
};

static const struct member filter_members[] = {{"header", JSON_STRING, true, 1024}, {"value", JSON_STRING, false, 4096}};
static const struct member token_members[] = {{"value", JSON_STRING, true, 16384}, {"expires_ms", JSON_INTEGER, true, INT64_MAX}};
static const struct member partition_members[] = {
    {"partition", JSON_INTEGER, true, INT32_MAX},
    {"start", JSON_INTEGER, false, INT64_MAX},
    {"end", JSON_INTEGER, false, INT64_MAX},
};

static bool has_type(const json_t *v, json_type type)
{
    return type == JSON_TRUE ? json_is_boolean(v) : json_typeof(v) == type;
}

static bool within(const json_t *v, int64_t most)
{
    switch (json_typeof(v)) {
    case JSON_INTEGER: return json_integer_value(v) >= 0 && json_integer_value(v) <= most;
    case JSON_STRING:
        return json_string_length(v) > 0 && json_string_length(v) <= (size_t)most &&
               strlen(json_string_value(v)) == json_string_length(v);
    case JSON_ARRAY: return json_array_size(v) <= (size_t)most;
    default: return true;
    }
}

static int check_members(const char *where, const json_t *object, const struct member *members, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_object_get(object, members[i].name);
        if (!v && members[i].required)
            return err_set(e, ERR_INVALID, "%s%s is missing", where, members[i].name);
        if (v && (!has_type(v, members[i].type) || !within(v, members[i].most)))
            return err_set(e, ERR_INVALID, "%s%s is of the wrong type, empty or too large", where, members[i].name);
    }
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)object, key, v) {
        size_t i = 0;
        while (i < n && strcmp(members[i].name, key) != 0)
            i++;
        if (i == n)
            return err_set(e, ERR_INVALID, "%s%.64s is not known", where, key);
    }
    return 0;
}

#define CHECK(where, object, members, e) check_members(where, object, members, ARRAY_LEN(members), e)

static int read_security(struct job *job, const json_t *o, struct err *e)
{
    if (CHECK("security.", o, security_members, e))
        return -1;
    struct job_security *s = &job->security;
    *s = (struct job_security){
        .protocol = json_str(o, "protocol", ""),   .mechanism = json_str(o, "mechanism", NULL),
        .user = json_str(o, "user", NULL),         .password = json_str(o, "password", NULL),
        .ca_file = json_str(o, "ca_file", NULL),   .certificate_file = json_str(o, "certificate_file", NULL),
        .key_file = json_str(o, "key_file", NULL),
    };
    bool sasl = text_starts(s->protocol, "SASL_"), tls = text_ends(s->protocol, "SSL");
    if (strcmp(s->protocol + (sasl ? 5 : 0), tls ? "SSL" : "PLAINTEXT") != 0)
        return err_set(e, ERR_INVALID, "security.protocol must be SASL_SSL, SSL, SASL_PLAINTEXT or PLAINTEXT");
    if (!tls && !json_flag(o, "plaintext_allowed", false))
        return err_set(e, ERR_DENIED, "security.protocol %s sends everything in the clear, which is not allowed", s->protocol);
    if (sasl != !!s->mechanism)
        return err_set(e, ERR_INVALID, "security.mechanism belongs to SASL_SSL and SASL_PLAINTEXT, and to them only");
    if (!s->certificate_file != !s->key_file)
        return err_set(e, ERR_INVALID, "security.certificate_file and security.key_file go together");
    if (!sasl)
        return 0;
    if (text_starts(s->mechanism, "SCRAM-SHA-") && s->user && s->password)
        return strcmp(s->mechanism + 10, "512") == 0 || strcmp(s->mechanism + 10, "256") == 0
                   ? 0
                   : err_set(e, ERR_INVALID, "security.mechanism %s is not known", s->mechanism);
    if (strcmp(s->mechanism, "AWS_MSK_IAM") != 0)
        return err_set(e, ERR_INVALID, "security.mechanism must be AWS_MSK_IAM, or SCRAM-SHA-512 or -256 with user and password");
    const json_t *token = json_obj(job->root, "token");
    if (!token)
        return err_set(e, ERR_INVALID, "token is missing");
    s->token = json_str(token, "value", "");
    s->token_expires_wall_ms = json_int(token, "expires_ms", 0);
    return CHECK("token.", token, token_members, e);
}

static int read_partitions(const json_t *list, struct err *e)
{
    size_t i, k;
    json_t *p, *other;
    json_array_foreach(list, i, p) {
        if (!json_is_object(p))
            return err_set(e, ERR_INVALID, "replay.partitions[%zu] is no object", i);
        if (CHECK("replay.partitions[].", p, partition_members, e))
            return -1;
        if (json_int(p, "end", INT64_MAX) < json_int(p, "start", 0))
            return err_set(e, ERR_INVALID, "replay.partitions[%zu] ends before it starts", i);
        json_array_foreach(list, k, other) {
            if (k < i && json_int(other, "partition", -1) == json_int(p, "partition", -1))
                return err_set(e, ERR_INVALID, "replay.partitions names a partition twice");
        }
    }
    return 0;
}

/* Every partition says where it starts, so that what is written to the topic itself is not read again by the next replay. */
static bool starts_are_given(const json_t *partitions)
{
    size_t i;
    json_t *p;
    json_array_foreach(partitions, i, p) {
        if (!json_object_get(p, "start"))
            return false;
    }
    return json_array_size(partitions) > 0;
}

/* The replay's offsets are its own: a group that somebody else works with would lose its place without an error. */
static int check_group(const struct job *job, const struct job_replay *r, struct err *e)
{
    if (!text_starts(r->group, "lakewarden-"))
        return err_set(e, ERR_DENIED, "replay.group %s is not ours: its name must begin with lakewarden-", r->group);
    if (job->group && strcmp(job->group, r->group) == 0)
        return err_set(e, ERR_DENIED, "replay.group %s is the production group", r->group);
    if (r->target && strcmp(r->target, r->source) == 0 && !starts_are_given(r->partitions))
        return err_set(e, ERR_DENIED, "replay.target is the topic that is read, which needs replay.partitions with their start");
    return 0;
}

static int read_replay(struct job *job, const json_t *o, struct err *e)
{
    if (!o)
        return err_set(e, ERR_INVALID, "replay is missing");
    if (CHECK("replay.", o, replay_members, e) || read_partitions(json_arr(o, "partitions"), e))
        return -1;
    const json_t *filter = json_obj(o, "filter");
    if (filter && CHECK("replay.filter.", filter, filter_members, e))
        return -1;
    job->replay = (struct job_replay){
        .source = json_str(o, "source", ""),
        .target = json_str(o, "target", NULL),
        .group = json_str(o, "group", ""),
        .partitions = json_arr(o, "partitions"),
        .max_records = json_int(o, "max_records", 1000),
        .max_bytes = json_int(o, "max_bytes", 50 << 20),
        .rate_per_s = json_int(o, "rate_per_s", 0),
        .max_replays = json_int(o, "max_replays", 3),
        .filter_header = json_str(filter, "header", NULL),
        .filter_value = json_str(filter, "value", NULL),
        .dry_run = json_flag(o, "dry_run", false),
        .resume = json_obj(job->root, "resume"),
    };
    return check_group(job, &job->replay, e);
}

static int read_topics(const json_t *topics, struct err *e)
{
    size_t i;
    json_t *v;
    json_array_foreach(topics, i, v) {
        if (!json_is_string(v) || !within(v, 249))
            return err_set(e, ERR_INVALID, "topics[%zu] is no name of a topic", i);
    }
    return 0;
}

static int read_members(struct job *job, struct err *e)
{
    const json_t *root = job->root;
    if (!json_is_object(root))
        return err_set(e, ERR_INVALID, "the job is no object");
    if (CHECK("", root, top_members, e))
        return -1;
    const char *action = json_str(root, "action", "");
    job->replays = strcmp(action, "replay") == 0;
    if (!job->replays && strcmp(action, "inspect") != 0)
        return err_set(e, ERR_INVALID, "action must be inspect or replay");
    job->bootstrap = json_str(root, "bootstrap", "");
    job->group = json_str(root, "group", NULL);
    job->topics = json_arr(root, "topics");
    job->crash_file = json_str(root, "crash_file", NULL);
    job->batch_records = json_int(root, "batch_records", BATCH_RECORDS);
    job->deadline_mono_ms = clock_mono_ms() + json_int(root, "timeout_ms", TIMEOUT_DEFAULT_MS);
    if (read_topics(job->topics, e) || read_security(job, json_obj(root, "security"), e))
        return -1;
    return job->replays ? read_replay(job, json_obj(root, "replay"), e) : 0;
}

int job_read(struct job *job, const char *text, size_t n, struct err *e)
{
    *job = (struct job){.root = json_parse(text, n, JSON_DEPTH_CLIENT, e)};
    if (job->root && read_members(job, e) == 0)
        return 0;
    job_done(job);
    return -1;
}

static void forget(const char *secret)
{
    if (secret)
        explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
}

void job_done(struct job *job)
{
    forget(job->security.password);
    forget(job->security.token);
    json_decref(job->root);
    *job = (struct job){0};
}
