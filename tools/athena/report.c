/* The facts of a query as JSON. */
#include "tools/athena/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/athena/errors.h"
#include "tools/athena/statement_report.h"

#include <string.h>

#define HISTORY_SHOWN 10
#define SQL_SHOWN 4000
#define PARAMETERS_SHOWN 20

static void describe_query(struct athena_inquiry *q)
{
    const json_t *context = json_obj(q->query, "QueryExecutionContext"),
                 *parameters = json_arr(q->query, "ExecutionParameters");
    const char *sql = athena_sql(q->query);
    size_t n = strlen(sql), shown = n <= SQL_SHOWN ? n : text_utf8_floor(sql, SQL_SHOWN);
    json_t *o = json_object();
    json_put_str(o, "id", athena_id(q->query));
    json_put(o, "text", json_str_lossy(sql, shown));
    if (shown < n)
        json_put_int(o, "text_cut_bytes", (int64_t)(n - shown));
    json_put_str(o, "catalog", json_str(context, "Catalog", NULL));
    json_put_str(o, "database", json_str(context, "Database", NULL));
    json_put_str(o, "state_change_reason", athena_reason(q->query)[0] ? athena_reason(q->query) : NULL);
    json_put_str(o, "output_location",
                 json_str(json_obj(q->query, "ResultConfiguration"), "OutputLocation", NULL));
    json_put_str(o, "engine", json_str(json_obj(q->query, "EngineVersion"), "EffectiveEngineVersion", NULL));
    if (json_array_size(parameters)) {
        json_t *shown_values = json_array();
        for (size_t i = 0; i < json_array_size(parameters) && i < PARAMETERS_SHOWN; i++)
            json_array_append(shown_values, json_array_get(parameters, i));
        json_put(o, "parameters", shown_values);
    }
    envelope_put(&q->answer, "query", o);
}

static void describe_error(struct athena_inquiry *q)
{
    const json_t *error = json_obj(json_obj(q->query, "Status"), "AthenaError");
    if (!error)
        return;
    int64_t number = json_int(error, "ErrorType", -1);
    const struct athena_error_type *type = athena_error_type(number);
    json_t *o = json_object();
    json_put_int(o, "category", json_int(error, "ErrorCategory", 0));
    json_put_str(o, "category_name", athena_error_category(json_int(error, "ErrorCategory", 0)));
    json_put_int(o, "type", number);
    json_put_str(o, "type_name", type ? type->name : NULL);
    json_put_flag(o, "retryable", json_flag(error, "Retryable", false));
    /* "HIVE_BAD_DATA: ...": the engine's own name for what went wrong */
    const char *reason = athena_reason(q->query);
    size_t n = strspn(reason, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (n >= 4 && n < 80 && reason[n] == ':') {
        auto_free char *prefix = xstrndup(reason, n);
        json_put_str(o, "prefix", prefix);
    }
    envelope_put(&q->answer, "error", o);
}

static void describe_workgroup(struct athena_inquiry *q)
{
    const json_t *config = json_obj(q->view.workgroup, "Configuration");
    json_t *o = json_object();
    json_put_str(o, "name", athena_workgroup(q->query));
    if (config) {
        json_put_str(o, "state", json_str(q->view.workgroup, "State", NULL));
        json_put_flag(o, "enforced", json_flag(config, "EnforceWorkGroupConfiguration", false));
        if (json_int(config, "BytesScannedCutoffPerQuery", 0) > 0)
            json_put_int(o, "bytes_cutoff", json_int(config, "BytesScannedCutoffPerQuery", 0));
        json_put_flag(o, "requester_pays", json_flag(config, "RequesterPaysEnabled", false));
        json_put_str(o, "engine",
                     json_str(json_obj(config, "EngineVersion"), "EffectiveEngineVersion", NULL));
        json_put_str(o, "output_location",
                     json_str(json_obj(config, "ResultConfiguration"), "OutputLocation", NULL));
        if (json_flag(json_obj(config, "ManagedQueryResultsConfiguration"), "Enabled", false))
            json_put_flag(o, "managed_results", true);
    }
    envelope_put(&q->answer, "workgroup", o);
}

static void describe_history(struct athena_inquiry *q)
{
    if (!q->view.same)
        return;
    json_t *out = json_array();
    size_t i;
    json_t *other;
    json_array_foreach(q->view.same, i, other) {
        if (i == HISTORY_SHOWN)
            break;
        json_t *o = json_pack("{s:s, s:s}", "id", athena_id(other), "state", athena_state(other));
        json_put_time(o, "submitted_at", athena_submitted_ms(other));
        json_put_time(o, "ended_at", athena_ended_ms(other));
        if (athena_number(other, "DataScannedInBytes") >= 0)
            json_put_int(o, "scanned_bytes", athena_number(other, "DataScannedInBytes"));
        json_array_append_new(out, o);
    }
    envelope_put(&q->answer, "history", out);
}

void athena_describe(struct athena_inquiry *q)
{
    envelope_resource(&q->answer, "athena_query", athena_id(q->query), aws_session_region(q->session));
    json_t *state = envelope_state(&q->answer, athena_state(q->query), !athena_in_flight(q->query),
                                   athena_failed(q->query));
    json_put_time(state, "started_at", athena_submitted_ms(q->query));
    json_put_time(state, "ended_at", athena_ended_ms(q->query));
    describe_query(q);
    envelope_put(&q->answer, "statement", statement_facts(&q->statement, q->query));
    describe_error(q);
    describe_workgroup(q);
    describe_history(q);
}
