/* The product's prompts: for each kind of incident a plan, ready to be followed. A plan is a text beside its document
   (one of Markdown beside one of JSON); the rules that hold for all of them stand in rules.md. */
#include "tools/registry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/choice.h"
#include "tools/suggest.h"
#include "tools/prompts/plan.h"
#include "tools/prompts.texts.h"
#include "tools/runbooks/runbooks.h"

/* What is there, its runbook (or NULL), and the tool that it begins with: without that one the plan leads nowhere. */
#define PROMPTS(ROW)                                                                                                   \
    ROW(access_denied, "permission", "get_s3_logs")                                                                    \
    ROW(airflow_dag_failed, NULL, "get_mwaa_logs")                                                                     \
    ROW(alarm_fired, NULL, "get_cloudwatch_alarm")                                                                     \
    ROW(athena_query_failed, NULL, "get_athena_query")                                                                 \
    ROW(data_missing, "data_missing", "verify_source_data")                                                            \
    ROW(emr_run_failed, NULL, "get_emr_logs")                                                                          \
    ROW(glue_job_failed, NULL, "get_glue_logs")                                                                        \
    ROW(kafka_consumer_lagging, NULL, "retry_kafka")                                                                   \
    ROW(ticket, NULL, "update_servicenow_ticket")

/* Stands before a plan, and so before its first call. */
static void tell_missing(const struct tool_choice *c, const char *plan, const char *page, struct buf *out)
{
    auto_free char *both = xasprintf("%s\n%s", plan, page);
    auto_free char *missing = tool_choice_missing(c, both);
    if (missing)
        buf_addf(out, "Not offered by this server: %s.\nLeave out what would be done with that, and say at the end what a person "
                      "has to do instead.\n\n", missing);
}

/* One message with the plan, and one with the runbook of `cause` where that is what the plan is about. */
static int answer(const struct tool_call *call, const char *plan, const char *cause, struct prompt_answer *out, struct err *e)
{
    json_auto_t *arguments = NULL;
    json_auto_t *page = cause ? runbook_contents(cause) : NULL;
    auto_buf struct buf text = BUF_INIT(PLAN_MAX), filled = BUF_INIT(PLAN_MAX);
    if (plan_arguments(call->arguments, &arguments, e) || plan_fill(plan, arguments, &filled, e) ||
        plan_fill(rules_text, arguments, &filled, e))
        return -1;
    tell_missing(tool_choice_of(call), buf_text(&filled), json_str(page, "text", ""), &text);
    buf_adds(&text, buf_text(&filled));
    json_auto_t *messages = json_pack("[{s:s, s:{s:s, s:s}}]", "role", "user", "content", "type", "text", "text",
                                      buf_text(&text));
    if (page)
        json_array_append_new(messages, json_pack("{s:s, s:{s:s, s:O}}", "role", "user", "content", "type", "resource",
                                                  "resource", page));
    out->messages = steal(&messages);
    return 0;
}

#define PROMPT(prompt_name, cause, lead)                                                                               \
    static int get_##prompt_name(const struct tool_call *call, struct prompt_answer *out, struct err *e)               \
    {                                                                                                                  \
        return answer(call, prompt_name##_text, cause, out, e);                                                        \
    }                                                                                                                  \
    static const struct prompt prompt_##prompt_name = {.name = #prompt_name,                                           \
                                                       .document = prompt_name##_document,                             \
                                                       .document_len = sizeof prompt_name##_document - 1,              \
                                                       .complete = suggest,                                            \
                                                       .get = get_##prompt_name};
PROMPTS(PROMPT)
#undef PROMPT

#define PROMPT(prompt_name, cause, lead) &prompt_##prompt_name,
const struct prompt *const prompts_registry[] = {PROMPTS(PROMPT)};
#undef PROMPT
const size_t prompts_registry_count = ARRAY_LEN(prompts_registry);

#define PROMPT(prompt_name, cause, lead) lead,
static const char *const leads[] = {PROMPTS(PROMPT)};
#undef PROMPT

size_t prompts_offered(const struct tool_choice *c, const struct prompt *table[PROMPTS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < prompts_registry_count && n < PROMPTS_MAX; i++)
        if (!tool_is_withheld(c, leads[i]))
            table[n++] = prompts_registry[i];
    return n;
}
