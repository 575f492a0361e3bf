/* What an event source mapping says of itself, and what it means. */
#include "tools/kafka/judge.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/signatures.h"

#include <string.h>

#define OFF_WEIGHT 90
#define BEFORE_OFF_WEIGHT_MAX 80 /* what went wrong before somebody switched it off decides less than that */

static const char *see(struct kafka_inquiry *q, const json_t *m, const char *field, const char *severity, const char *text)
{
    struct evidence item = {
        .source = "lambda",
        .locator = json_pack("{s:s, s:s}", "mapping", mapping_uuid(m), "field", field),
        .ts_ms = aws_time_ms(m, "LastModified"),
        .severity = severity,
        .text = text,
    };
    return envelope_evidence(&q->answer, &item);
}

/* Lambda does not say why a call failed: throttled, or an error of the function; its log may know more and weighs more. */
static void judge_failed_call(struct kafka_inquiry *q, const char *id, int weight_max)
{
    const struct kafka_metrics *x = &q->metrics;
    bool throttled = x->series[METRIC_THROTTLES].sum > 0 && x->series[METRIC_ERRORS].sum == 0;
    int weight = throttled ? 85 : 60;
    if (throttled) {
        auto_free char *text = xasprintf("In three hours Lambda throttled %lld calls, and none that ran failed",
                                         (long long)x->series[METRIC_THROTTLES].sum);
        kafka_clue(q, CAUSE_THROTTLING, "mapping:call_throttled", weight < weight_max ? weight : weight_max,
                   kafka_see(q, "cloudwatch", "Throttles", "error", text));
    }
    kafka_clue(q, throttled ? CAUSE_THROTTLING : CAUSE_CODE_ERROR,
               throttled ? "mapping:call_throttled" : "mapping:call_failed", weight < weight_max ? weight : weight_max, id);
}

static void judge_text(struct kafka_inquiry *q, const char *text, const char *id, int weight_max)
{
    const struct signature *s = signatures_match("kafka", text, strlen(text));
    if (s)
        kafka_clue(q, s->cause, s->id, s->weight < weight_max ? s->weight : weight_max, id);
    else if (strstr(text, "Function call failed"))
        judge_failed_call(q, id, weight_max);
}

/* Returns whether it is in trouble. */
static bool judge_one(struct kafka_inquiry *q, const json_t *m)
{
    enum mapping_phase phase = mapping_phase(m);
    bool off = phase == MAPPING_DISABLED || phase == MAPPING_DISABLING, problem = mapping_has_problem(m);
    if (off) {
        auto_free char *text =
            xasprintf("State is %s (%s)", mapping_state(m), json_str(m, "StateTransitionReason", "no reason given"));
        const char *id = see(q, m, "State", "error", text);
        if (mapping_changed_by_user(m))
            kafka_clue(q, CAUSE_USER_CANCELLED, "mapping:Disabled", OFF_WEIGHT, id);
        else
            judge_text(q, json_str(m, "StateTransitionReason", ""), id, 96);
    }
    if (problem) {
        const char *result = json_str(m, "LastProcessingResult", "");
        judge_text(q, result, see(q, m, "LastProcessingResult", "error", result), off ? BEFORE_OFF_WEIGHT_MAX : 96);
    }
    const json_t *filter = json_obj(m, "FilterCriteriaError");
    if (filter) {
        const char *message = json_str(filter, "Message", json_str(filter, "ErrorCode", ""));
        kafka_clue(q, CAUSE_PERMISSION, "mapping:filter_key", 80, see(q, m, "FilterCriteriaError", "error", message));
    }
    return off || problem || filter;
}

static void file_disabler(struct kafka_inquiry *q)
{
    const json_t *by = q->disabled_by;
    if (!by)
        return;
    auto_free char *text = xasprintf("%s switched it off at %s", json_str(by, "user", ""), json_str(by, "at", ""));
    struct evidence item = {.source = "cloudtrail", .locator = json_pack("{s:s}", "event_id", json_str(by, "event_id", "")),
                            .ts_ms = -1, .severity = "info", .text = text};
    kafka_clue(q, CAUSE_USER_CANCELLED, "mapping:Disabled", OFF_WEIGHT, envelope_evidence(&q->answer, &item));
}

bool kafka_judge_mappings(struct kafka_inquiry *q)
{
    bool troubled = false;
    size_t i;
    json_t *m;
    json_array_foreach(q->mappings, i, m)
        troubled |= judge_one(q, m);
    file_disabler(q);
    if (q->ask.consumer && q->mappings && !json_array_size(q->mappings)) {
        auto_free char *text = xasprintf("No event source mapping feeds %s from Kafka%s (%zu others)", q->ask.function.name,
                                         q->ask.topic || q->ask.group || q->ask.cluster_arn ? " that fits the question" : "",
                                         q->mappings_other);
        kafka_clue(q, CAUSE_NOT_FOUND, "mapping:none", 90, kafka_see(q, "lambda", "EventSourceMappings", "error", text));
        troubled = true;
    }
    return troubled;
}
