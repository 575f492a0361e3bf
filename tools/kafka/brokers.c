#include "tools/kafka/brokers.h"

#include "aws/msk_token.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/kafka/worker.h"

#include <stdlib.h>
#include <string.h>

#define DOORS_TRIED_MAX 2
#define SECRET_BYTES_MAX 65536

static const struct kafka_access *access_of(const struct kafka_inquiry *q)
{
    const struct tool_env *env = q->call->env;
    return &env->kafka;
}

size_t kafka_doors(const struct kafka_inquiry *q, struct kafka_door *out, const char **why_not)
{
    const struct kafka_access *access = access_of(q);
    auto_free char *own = q->mapping ? mapping_endpoints(q->mapping) : NULL;
    *why_not = NULL;
    if (own)
        return kafka_doors_of_own(own, q->mapping, access, out, why_not);
    if (q->bootstrap)
        return kafka_doors_of_msk(q->bootstrap, access, out, why_not);
    if (!q->cluster_arn && !q->ask.consumer && access->bootstrap)
        return kafka_doors_of_own(access->bootstrap, NULL, access, out, why_not);
    return 0;
}

/* Name and password out of Secrets Manager, as AWS keeps them for SCRAM: {"username", "password"}. */
static json_t *read_secret(struct aws_session *s, const char *id, struct err *e)
{
    json_auto_t *in = json_pack("{s:s}", "SecretId", id);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(s, &aws_secretsmanager_get_secret_value, in, &reply, &f)) {
        err_set(e, f.err.kind, "the credentials for brokers (--kafka-secret) could not be read: %s", f.err.text);
        return NULL;
    }
    const char *text = json_str(reply, "SecretString", "");
    json_auto_t *secret = strlen(text) < SECRET_BYTES_MAX ? json_parse(text, strlen(text), JSON_DEPTH_UPSTREAM, NULL) : NULL;
    if (!json_str(secret, "username", NULL) || !json_str(secret, "password", NULL)) {
        err_set(e, ERR_CONFIG, "the credentials for brokers (--kafka-secret) are not JSON with username and password");
        return NULL;
    }
    return steal(&secret);
}

static int make_token(void *ctx, struct buf *token, int64_t *expires_wall_ms, struct err *e)
{
    const struct kafka_caller *who = ctx;
    return aws_session_msk_token(who->session, token, expires_wall_ms, e);
}

static void pass_progress(void *ctx, int64_t records, int64_t total)
{
    const struct kafka_caller *who = ctx;
    if (who->progress)
        who->progress(who->ctx, records, total);
}

int kafka_job_run(const struct kafka_inquiry *q, const struct kafka_door *door, const json_t *job, int64_t timeout_ms,
                  const struct kafka_caller *who, json_t **result, struct err *e)
{
    const struct kafka_access *access = access_of(q);
    json_auto_t *secret = NULL;
    if (!strcmp(door->name, "scram")) {
        secret = read_secret(who->session, access->secret, e);
        if (!secret)
            return -1;
    }
    json_auto_t *whole = json_copy((json_t *)(uintptr_t)job);
    json_put_str(whole, "bootstrap", door->bootstrap);
    json_put(whole, "security",
             kafka_door_security(door, access, json_str(secret, "username", NULL), json_str(secret, "password", NULL)));
    struct kafka_call call = {.program = access->worker, .job = whole, .timeout_ms = timeout_ms, .stop = who->stop,
                              .token = make_token, .progress = pass_progress, .ctx = (void *)(uintptr_t)who};
    return kafka_run(&call, result, e);
}

static const struct {
    const char *kind;
    enum err_kind as;
    const char *advice;
} kinds[] = {
    {"network", ERR_UNAVAILABLE, "This server has no way to the brokers: check VPC, security groups and ports."},
    {"timeout", ERR_TIMEOUT, "The brokers did not answer in time."},
    {"authentication", ERR_UNAUTHENTICATED, "The brokers do not know who this server is."},
    {"authorization", ERR_DENIED, "This server's identity lacks kafka-cluster permissions or an ACL for topic and group."},
    {"tls", ERR_CONFIG, "Check --kafka-ca-file, and that these brokers speak TLS."},
    {"not_found", ERR_NOT_FOUND, "Check the topic's name."},
    {"refused", ERR_CONFLICT, ""},
    {"fenced", ERR_CONFLICT, "Another replay of the same records took over."},
    {"broker", ERR_UPSTREAM, ""},
};

void kafka_job_error(const struct kafka_door *door, const json_t *result, struct err *e)
{
    const json_t *said = json_obj(result, "error");
    const char *kind = json_str(said, "kind", "child"), *advice = "";
    enum err_kind as = ERR_INTERNAL;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!strcmp(kinds[i].kind, kind)) {
            as = kinds[i].as;
            advice = kinds[i].advice;
        }
    }
    if (!strcmp(door->name, "scram") && as == ERR_UNAUTHENTICATED)
        advice = "Check the credentials (--kafka-secret). Kafka 4 refuses SCRAM of librdkafka before 2.6.1: use IAM or a client "
                 "certificate there.";
    err_set(e, as, "%s by %s (%s, at %s). %s %.280s", as == ERR_UNAVAILABLE ? "could not reach brokers" : "brokers said no",
            door->name, json_str(said, "name", "?"), json_str(said, "phase", "start"), advice,
            json_str(said, "message", "No reason given"));
}

static json_t *inspect_job(const struct kafka_inquiry *q)
{
    json_t *job = json_pack("{s:s}", "action", "inspect");
    json_t *topics = json_array();
    json_put_str(job, "group", q->group);
    if (q->topic && q->topic[0])
        json_array_append_new(topics, json_string(q->topic));
    const char *dead = kafka_dead_letters(q);
    if (dead && q->ask.action == KAFKA_REPLAY_DLQ)
        json_array_append_new(topics, json_string(dead));
    json_put(job, "topics", topics);
    return job;
}

/* Tries one door. Returns whether the brokers answered; what went wrong is in q->broker_err. */
static bool try_door(struct kafka_inquiry *q, const struct kafka_door *door, const json_t *job)
{
    auto_free char *name = xasprintf("brokers:%s", door->name);
    json_t *source = coverage_source(envelope_sources(&q->answer), name);
    struct kafka_caller who = {.session = q->session, .stop = q->call->stop};
    json_auto_t *result = NULL;
    struct aws_fault f = {0};
    int64_t timeout_ms = access_of(q)->timeout_ms;
    if (!kafka_job_run(q, door, job, timeout_ms, &who, &result, &f.err) && json_obj(result, "error"))
        kafka_job_error(door, result, &f.err);
    else if (f.err.kind == ERR_TIMEOUT && stop_check(q->call->stop) == STOP_GO_ON)
        err_wrap(&f.err, "could not reach brokers by %s within %lld ms", door->name, (long long)timeout_ms);
    int64_t partitions = (int64_t)json_array_size(json_arr(result, "lag"));
    if (f.err.kind) {
        f.retryable = f.err.kind == ERR_UNAVAILABLE || f.err.kind == ERR_TIMEOUT;
        coverage_fault(source, &f);
        if (!partitions) {
            q->broker_err = f.err;
            return false;
        }
    }
    coverage_read(source, 1, partitions, 0, !f.err.kind);
    q->broker_err = (struct err){0};
    q->broker_view = steal(&result);
    q->door = door->name;
    q->door_bootstrap = xstrdup(door->bootstrap);
    return true;
}

void kafka_read_brokers(struct kafka_inquiry *q)
{
    struct kafka_door doors[KAFKA_DOORS_MAX];
    const char *why_not = NULL;
    bool answered = false;
    if (!q->topic && !q->group)
        return;
    size_t n = kafka_doors(q, doors, &why_not);
    json_auto_t *job = inspect_job(q);
    for (size_t i = 0; i < n; i++) {
        bool other_way = i == 0 || q->broker_err.kind == ERR_UNAVAILABLE || q->broker_err.kind == ERR_TIMEOUT;
        if (!answered && i < DOORS_TRIED_MAX && other_way)
            answered = try_door(q, &doors[i], job);
        kafka_door_done(&doors[i]);
    }
    if (why_not && !n)
        envelope_warn(&q->answer, "brokers_not_asked", "%s: the backlog is CloudWatch's, and replays are not possible", why_not);
}
