/* The product's prompts: for each kind of incident a plan, ready to be followed. A plan is a text beside its document
   (one of Markdown beside one of JSON); the rules that hold for all of them stand in rules.md. */
#include "tools/registry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/suggest.h"
#include "tools/prompts/plan.h"
#include "tools/prompts.texts.h"
#include "tools/runbooks/runbooks.h"

/* One message with the plan, and one with the runbook of `cause` where that is what the plan is about. */
static int answer(const struct tool_call *call, const char *plan, const char *cause, struct prompt_answer *out, struct err *e)
{
    json_auto_t *arguments = NULL;
    auto_buf struct buf text = BUF_INIT(PLAN_MAX);
    if (plan_arguments(call->arguments, &arguments, e) || plan_fill(plan, arguments, &text, e) ||
        plan_fill(rules_text, arguments, &text, e))
        return -1;
    json_auto_t *messages = json_pack("[{s:s, s:{s:s, s:s}}]", "role", "user", "content", "type", "text", "text",
                                      buf_text(&text));
    if (cause)
        json_array_append_new(messages, json_pack("{s:s, s:{s:s, s:o}}", "role", "user", "content", "type", "resource",
                                                  "resource", runbook_contents(cause)));
    out->messages = steal(&messages);
    return 0;
}

#define PROMPT(prompt_name, cause)                                                                                     \
    static int get_##prompt_name(const struct tool_call *call, struct prompt_answer *out, struct err *e)               \
    {                                                                                                                  \
        return answer(call, prompt_name##_text, cause, out, e);                                                        \
    }                                                                                                                  \
    static const struct prompt prompt_##prompt_name = {.name = #prompt_name,                                           \
                                                       .document = prompt_name##_document,                             \
                                                       .document_len = sizeof prompt_name##_document - 1,              \
                                                       .complete = suggest,                                            \
                                                       .get = get_##prompt_name};

PROMPT(access_denied, "permission")
PROMPT(airflow_dag_failed, NULL)
PROMPT(alarm_fired, NULL)
PROMPT(athena_query_failed, NULL)
PROMPT(data_missing, "data_missing")
PROMPT(emr_run_failed, NULL)
PROMPT(glue_job_failed, NULL)
PROMPT(kafka_consumer_lagging, NULL)
PROMPT(ticket, NULL)

const struct prompt *const prompts_registry[] = {
    &prompt_access_denied, &prompt_airflow_dag_failed, &prompt_alarm_fired,
    &prompt_athena_query_failed, &prompt_data_missing, &prompt_emr_run_failed,
    &prompt_glue_job_failed, &prompt_kafka_consumer_lagging, &prompt_ticket,
};

const size_t prompts_registry_count = ARRAY_LEN(prompts_registry);
