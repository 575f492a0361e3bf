/* What a cluster on EC2 says about its own end, and about machines it lost. */
#include "tools/emr/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <string.h>

#define NODES_TOLD 5
#define NODES_KEPT 40
#define NODE_PAGES_MAX 5
#define AFTER_MS (2 * 60 * 1000)

/* ClusterStateChangeReason.Code (EMR API reference). A code in ErrorDetails begins with one of them and says more. */
static const struct rule {
    const char *code, *rule;
    enum cause cause;
    int weight;
} rules[] = {
    {"INSUFFICIENT_CAPACITY", "error:INSUFFICIENT_CAPACITY", CAUSE_CAPACITY, 94},
    {"NO_CAPACITY", "error:NO_CAPACITY", CAUSE_CAPACITY, 94},
    {"SPOT_PRICE_INCREASE", "error:SPOT_PRICE_INCREASE", CAUSE_SPOT_LOSS, 94},
    {"BA_DOWNLOAD_FAILED", "error:BA_DOWNLOAD_FAILED", CAUSE_NOT_FOUND, 88},
    {"FILE_NOT_FOUND", "error:FILE_NOT_FOUND", CAUSE_NOT_FOUND, 90},
    {"DISK_SPACE", "error:INSUFFICIENT_DISK_SPACE", CAUSE_DISK_FULL, 94},
    {"METASTORE_CONNECTION", "error:METASTORE_CONNECTION", CAUSE_NETWORK, 86},
    {"INSTANCE_FLEET_TIMEOUT", "reason:INSTANCE_FLEET_TIMEOUT", CAUSE_CAPACITY, 88},
    {"INSTANCE_FAILURE", "reason:INSTANCE_FAILURE", CAUSE_SERVICE_FAULT, 74},
    {"BOOTSTRAP_FAILURE", "reason:BOOTSTRAP_FAILURE", CAUSE_CODE_ERROR, 66},
    {"VALIDATION_ERROR", "reason:VALIDATION_ERROR", CAUSE_CONFIG, 80},
    {"INTERNAL_ERROR", "reason:INTERNAL_ERROR", CAUSE_SERVICE_FAULT, 78},
    {"USER_REQUEST", "reason:USER_REQUEST", CAUSE_USER_CANCELLED, 84},
};

static const struct rule *rule_for(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (strstr(code, rules[i].code))
            return &rules[i];
    }
    return NULL;
}

static int64_t ended_at(const json_t *status)
{
    return aws_time_ms(json_obj(status, "Timeline"), "EndDateTime");
}

/* A code, what goes with it, and what EMR says in words, as one piece of evidence. */
static void judge_code(struct emr_inquiry *q, const char *field, const char *code, const json_t *data, const char *message)
{
    const json_t *status = json_obj(q->view.owner, "Status");
    const struct rule *rule = rule_for(code);
    auto_free char *details = json_array_size(data) ? json_text(data, NULL) : xstrdup("");
    auto_free char *text = xasprintf("%s%s%s%s%s", code, message[0] ? ": " : "", message, details[0] ? " " : "", details);
    emr_judge_text(q, field, ended_at(status), text, rule ? rule->rule : NULL, rule ? rule->cause : CAUSE_UNKNOWN,
                   rule ? rule->weight : 0);
}

void emr_judge_cluster(struct emr_inquiry *q)
{
    const json_t *status = json_obj(q->view.owner, "Status"), *reason = json_obj(status, "StateChangeReason");
    const char *state = json_str(status, "State", ""), *code = json_str(reason, "Code", "");
    bool gone = text_starts(state, "TERMINAT");
    bool told_by_step = !strcmp(code, "STEP_FAILURE") || !strcmp(code, "ALL_STEPS_COMPLETED");
    bool step_failed_itself = q->has_run && !strcmp(q->run.state, "FAILED");
    if (!gone || (told_by_step && q->has_run) || (step_failed_itself && !strcmp(code, "USER_REQUEST")))
        return;
    judge_code(q, "StateChangeReason", code, NULL, json_str(reason, "Message", ""));
    size_t i;
    json_t *o;
    json_array_foreach(json_arr(status, "ErrorDetails"), i, o)
        judge_code(q, "ErrorDetails", json_str(o, "ErrorCode", ""), json_arr(o, "ErrorData"), json_str(o, "ErrorMessage", ""));
}

/* Taken away, not given back: scaling in and the end of the cluster are no loss. */
static bool was_lost(const struct emr_inquiry *q, const json_t *node)
{
    const json_t *status = json_obj(node, "Status"), *reason = json_obj(status, "StateChangeReason");
    const char *code = json_str(reason, "Code", ""), *message = json_str(reason, "Message", "");
    bool failure = !strcmp(code, "INSTANCE_FAILURE") || !strcmp(code, "INTERNAL_ERROR") || strcasestr(message, "spot") ||
                   strcasestr(message, "reclaim") || strcasestr(message, "unhealthy");
    int64_t at = ended_at(status);
    bool while_it_ran = !q->has_run || (at >= q->run.created_ms && (q->run.ended_ms < 0 || at <= q->run.ended_ms + AFTER_MS));
    return failure && at >= 0 && while_it_ran;
}

static void file_node(struct emr_inquiry *q, const json_t *node, json_t *lost)
{
    const json_t *status = json_obj(node, "Status"), *reason = json_obj(status, "StateChangeReason");
    const char *id = json_str(node, "Ec2InstanceId", json_str(node, "Id", "")), *market = json_str(node, "Market", "ON_DEMAND");
    const char *message = json_str(reason, "Message", json_str(reason, "Code", ""));
    bool spot = !strcmp(market, "SPOT");
    json_t *o = json_pack("{s:s, s:s, s:s}", "instance_id", id, "market", market, "reason", message);
    json_put_str(o, "type", json_str(node, "InstanceType", NULL));
    json_put_time(o, "ended_at", ended_at(status));
    json_array_append_new(lost, o);
    if (json_array_size(lost) > NODES_TOLD)
        return;
    auto_free char *text =
        xasprintf("Node %s (%s, %s) was lost while it ran: %s", id, json_str(node, "InstanceType", "?"), market, message);
    /* losing a node is survived more often than not: alone it decides little */
    emr_judge_text(q, "ListInstances", ended_at(status), text, spot ? "node:SPOT" : "node:LOST",
                   spot ? CAUSE_SPOT_LOSS : CAUSE_SERVICE_FAULT, spot ? 64 : 50);
}

struct nodes {
    struct emr_inquiry *q;
    json_t *source;
    json_t *lost;
};

static int take_nodes(const json_t *page, void *ctx)
{
    struct nodes *n = ctx;
    size_t i;
    json_t *node;
    coverage_read(n->source, 1, (int64_t)json_array_size(json_arr(page, "Instances")), 0, false);
    json_array_foreach(json_arr(page, "Instances"), i, node) {
        if (json_array_size(n->lost) < NODES_KEPT && was_lost(n->q, node))
            file_node(n->q, node, n->lost);
    }
    return 0;
}

void emr_judge_nodes(struct emr_inquiry *q)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "emr:ListInstances");
    json_auto_t *in = json_pack("{s:s, s:[s]}", "ClusterId", q->view.target.owner, "InstanceStates", "TERMINATED");
    struct nodes n = {q, source, json_array()};
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    if (aws_each_page(q->session, &aws_emr_list_instances, in, NODE_PAGES_MAX, take_nodes, &n, &next, &f) < 0)
        coverage_fault(source, &f);
    else
        json_put_flag(source, "complete", !next);
    if (json_array_size(n.lost))
        envelope_put(&q->answer, "nodes_lost", json_incref(n.lost));
    json_decref(n.lost);
}
