/* From what Athena says of a query that ended badly to why it did. */
#include "tools/athena/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/athena/errors.h"

#include <string.h>

static const char *file(struct athena_inquiry *q, const char *field, const char *text)
{
    struct evidence item = {
        .source = "athena",
        .locator = json_pack("{s:s, s:s}", "query_execution_id", athena_id(q->query), "field", field),
        .ts_ms = athena_ended_ms(q->query),
        .severity = "error",
        .text = text,
    };
    return envelope_evidence(&q->answer, &item);
}

static void judge_words(struct athena_inquiry *q, const char *field, const char *text)
{
    if (text[0])
        diagnosis_add_words(&q->diagnosis, "athena", text, file(q, field, text));
}

static void judge_number(struct athena_inquiry *q)
{
    const json_t *error = json_obj(json_obj(q->query, "Status"), "AthenaError");
    int64_t number = json_int(error, "ErrorType", -1), category = json_int(error, "ErrorCategory", 0);
    const struct athena_error_type *type = athena_error_type(number);
    if (!error)
        return;
    auto_free char *text =
        xasprintf("ErrorCategory %d (%s), ErrorType %d (%s), Retryable %s", (int)category,
                  athena_error_category(category), (int)number, type ? type->name : "not in the catalog",
                  json_flag(error, "Retryable", false) ? "true" : "false");
    const char *id = file(q, "AthenaError", text);
    if (type && type->weight) {
        struct clue c = {type->cause, type->rule, type->weight, id};
        diagnosis_add(&q->diagnosis, &c);
    } else if (category == 1) {
        struct clue c = {CAUSE_SERVICE_FAULT, "athena:category-1", 50, id};
        diagnosis_add(&q->diagnosis, &c);
    }
}

static void judge_stop(struct athena_inquiry *q)
{
    if (!athena_cancelled(q->query))
        return;
    if (!athena_reason(q->query)[0]) {
        struct clue c = {CAUSE_USER_CANCELLED, "state:CANCELLED", 75,
                         file(q, "State", "State is CANCELLED, without a reason")};
        diagnosis_add(&q->diagnosis, &c);
    }
    if (!q->stopped_by)
        return;
    auto_free char *text =
        xasprintf("StopQueryExecution by %s from %s with %s", json_str(q->stopped_by, "who", "?"),
                  json_str(q->stopped_by, "from", "?"), json_str(q->stopped_by, "agent", "?"));
    struct evidence item = {.source = "cloudtrail",
                            .ts_ms = athena_ended_ms(q->query),
                            .severity = "info",
                            .text = text,
                            .locator =
                                json_pack("{s:s, s:s}", "event_id", json_str(q->stopped_by, "event_id", ""),
                                          "field", "StopQueryExecution")};
    struct clue c = {CAUSE_USER_CANCELLED, "cloudtrail:StopQueryExecution", 95,
                     envelope_evidence(&q->answer, &item)};
    diagnosis_add(&q->diagnosis, &c);
}

/* A table that the catalog does not have: says something only where nothing else does. */
static void judge_tables(struct athena_inquiry *q)
{
    size_t i;
    json_t *t;
    json_array_foreach(q->tables, i, t) {
        if (!json_flag(t, "missing", false))
            continue;
        auto_free char *text =
            xasprintf("Glue has no table %s.%s now", json_str(t, "database", ""), json_str(t, "name", ""));
        struct evidence item = {.source = "glue",
                                .ts_ms = -1,
                                .severity = "warning",
                                .text = text,
                                .locator = json_pack("{s:s, s:s}", "database", json_str(t, "database", ""),
                                                     "table", json_str(t, "name", ""))};
        struct clue c = {CAUSE_NOT_FOUND, "athena:table-missing", 45, envelope_evidence(&q->answer, &item)};
        diagnosis_add(&q->diagnosis, &c);
    }
}

/* Athena's word that the same query may succeed counts, unless something is known that must be changed first. */
static void judge_retryable(struct athena_inquiry *q)
{
    const json_t *error = json_obj(json_obj(q->query, "Status"), "AthenaError");
    if (json_flag(error, "Retryable", false) && q->diagnosis.class == CLASS_NEEDS_HUMAN &&
        q->diagnosis.cause != CAUSE_USER_CANCELLED)
        q->diagnosis.class = CLASS_TRANSIENT;
}

void athena_judge(struct athena_inquiry *q)
{
    const char *message = json_str(json_obj(json_obj(q->query, "Status"), "AthenaError"), "ErrorMessage", "");
    const char *reason = athena_reason(q->query);
    diagnosis_init(&q->diagnosis);
    judge_number(q);
    judge_words(q, "StateChangeReason", reason);
    if (!strstr(reason, message))
        judge_words(q, "ErrorMessage", message);
    judge_stop(q);
    judge_tables(q);
    judge_retryable(q);
    diagnosis_put(&q->diagnosis, &q->answer);
}
