/* The prompts and the runbooks: each cause has its page, each name in them is a tool's or an argument's, and what somebody types
   stays data. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "schema/schema.h"
#include "tools/cause.h"
#include "tools/prompts/plan.h"
#include "tools/registry.h"
#include "tools/runbooks/runbooks.h"
#include "tools/signatures.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PROMPTS_SHOWN_MAX 5000   /* characters that prompts/list costs a model that is shown it */
#define RESOURCES_SHOWN_MAX 5000 /* and resources/list */
#define CALL_INDENT "       "  /* a call is a block of code within an item of a list */
#define PLAN_SHOWN_MAX 6000      /* bytes of one plan */

static size_t complaints;

static void complain(const char *where, const char *what, const char *detail)
{
    print_message("%s: %s: %s\n", where, what, detail);
    complaints++;
}

static const struct tool *tool_named(const char *name, size_t n)
{
    for (size_t i = 0; i < tools_registry_count; i++)
        if (strlen(tools_registry[i]->name) == n && !memcmp(tools_registry[i]->name, name, n))
            return tools_registry[i];
    return NULL;
}

/* A line "       tool {...}": the tool exists and would take these arguments. */
static size_t check_call(const char *where, const char *line, size_t n)
{
    size_t name = text_word_span(line, "_");
    const struct tool *tool = tool_named(line, name);
    struct err e = {0};
    json_auto_t *arguments = name < n ? json_parse(line + name + 1, n - name - 1, JSON_DEPTH_CLIENT, &e) : NULL;
    if (!tool || !arguments) {
        complain(where, "no call", line);
        return 0;
    }
    json_auto_t *document = json_parse(tool->document, tool->document_len, JSON_DEPTH_CLIENT, NULL);
    struct schema *input = schema_compile(json_obj(document, "inputSchema"), NULL);
    if (schema_check(input, arguments, &e))
        complain(where, tool->name, e.text);
    schema_free(input);
    return 1;
}

static size_t check_calls(const char *where, const char *text)
{
    size_t calls = 0;
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        if (text_starts(line, CALL_INDENT))
            calls += check_call(where, line + strlen(CALL_INDENT), n - strlen(CALL_INDENT));
        line += n + (line[n] != '\0');
    }
    return calls;
}

/* Every word that looks like a tool is one. */
static void check_names(const char *where, const char *text)
{
    static const char *const verbs[] = {"get_", "retry_", "update_", "verify_"};
    for (const char *p = text; *p;) {
        size_t n = text_word_span(p, "_");
        auto_free char *word = xstrndup(p, n);
        for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
            if (text_starts(word, verbs[i]) && !tool_named(p, n))
                complain(where, "no tool", word);
        p += n ? n : 1;
    }
}

/* What a reader is told to look at: words in backticks that name no member, argument, cause or effect would lead nowhere. */
static json_t *known_words(void)
{
    json_t *words = json_object();
    for (int c = 0; c < CAUSE_COUNT; c++)
        json_object_set_new(words, cause_name((enum cause)c), json_true());
    for (size_t i = 0; i < tools_registry_count; i++) {
        json_auto_t *document = json_parse(tools_registry[i]->document, tools_registry[i]->document_len, JSON_DEPTH_CLIENT, NULL);
        static const char *const schemas[] = {"inputSchema", "outputSchema"};
        for (size_t s = 0; s < ARRAY_LEN(schemas); s++) {
            const char *name;
            json_t *property;
            json_object_foreach(json_obj(json_obj(document, schemas[s]), "properties"), name, property) {
                json_object_set_new(words, name, json_true());
                size_t k;
                json_t *value;
                json_array_foreach(json_arr(property, "enum"), k, value)
                    json_object_set_new(words, json_string_value(value), json_true());
            }
        }
    }
    return words;
}

/* Members and words of answers that no schema lists, and words of AWS and Airflow. */
static const char *const other_words[] = {
    "recommended", "arguments", "not_before", "blockers", "tool", "terminal", "confidence", "cause", "queried", "found", "error",
    "created", "already_in_flight", "already_done", "refused", "unknown", "mod_count", "native_retry_pending", "transient",
    "permanent", "needs_human", "upstream_failed", "retries", "max_active_runs", "true", "false", "conf", "include_stopped",
    "include_cancelled", "data_", "summary", "impact", "timeline", "root_cause", "fix", "prevention", "evidence", "inspect",
    "_SUCCESS", "INSUFFICIENT_DATA", "timeout", "resize"};

static bool is_known(const json_t *words, const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(other_words); i++)
        if (!strcmp(other_words[i], word))
            return true;
    return json_object_get(words, word) != NULL;
}

static void check_words(const char *where, const char *text, const json_t *words)
{
    for (const char *p = strchr(text, '`'); p; p = strchr(p, '`')) {
        if (!strncmp(p, "```", 3)) {
            const char *end = strstr(p + 3, "```");
            assert_non_null(end);
            p = end + 3;
            continue;
        }
        const char *end = strchr(p + 1, '`');
        assert_non_null(end);
        for (p++; p < end;) {
            size_t n = text_word_span(p, "_");
            auto_free char *word = xstrndup(p, n);
            if (n && !isdigit((unsigned char)word[0]) && !is_known(words, word))
                complain(where, "a word that stands for nothing", word);
            p += n ? n : 1;
        }
        p = end + 1;
    }
}

static json_t *get_prompt(const struct prompt *p, const json_t *arguments, struct err *e)
{
    struct tool_call call = {.arguments = arguments};
    struct prompt_answer answer = {0};
    return p->get(&call, &answer, e) ? NULL : answer.messages;
}

static const char *text_of(const json_t *messages)
{
    return json_str(json_obj(json_array_get(messages, 0), "content"), "text", "");
}

/* Values that the tools' own patterns take. */
static json_t *sample_arguments(const json_t *document, bool all)
{
    static const char *const samples[][2] = {{"query_execution_id", "4f1c0d2e-0000-4000-8000-0123456789ab"},
        {"s3_path", "s3://lake/orders/"}, {"cluster_id", "j-1ABCDEFGHIJKL"}, {"step_id", "s-1ABCDEFGHIJKL"},
        {"application_id", "00f1abcdefghij01"}, {"virtual_cluster_id", "abcdefghij0123456789"},
        {"job_run_id", "00f1abcdefghij01"}, {"number", "INC0012345"},
        {"cluster_arn", "arn:aws:kafka:eu-west-1:123456789012:cluster/lake/0a1b2c3d-0000-4000-8000-0123456789ab-1"}};
    json_t *arguments = json_object();
    size_t i;
    json_t *one;
    json_array_foreach(json_arr(document, "arguments"), i, one) {
        const char *name = json_str(one, "name", ""), *value = "nightly-orders";
        for (size_t s = 0; s < ARRAY_LEN(samples); s++)
            if (!strcmp(samples[s][0], name))
                value = samples[s][1];
        if (all || json_flag(one, "required", false))
            json_put_str(arguments, name, value);
    }
    return arguments;
}

static void check_plan(const struct prompt *p, const json_t *document, bool all, const json_t *words)
{
    struct err e = {0};
    json_auto_t *arguments = sample_arguments(document, all);
    json_auto_t *messages = get_prompt(p, arguments, &e);
    if (!messages)
        fail_msg("%s: %s", p->name, e.text);
    const char *text = text_of(messages);
    if (!check_calls(p->name, text))
        complain(p->name, "a plan without a call", "");
    check_names(p->name, text);
    check_words(p->name, text, words);
    if (strlen(text) > PLAN_SHOWN_MAX)
        complain(p->name, "a long plan", text);
    const char *name;
    json_t *value;
    json_object_foreach(arguments, name, value)
        if (!strstr(text, json_string_value(value)))
            complain(p->name, "an argument that the plan does not use", name);
}

static void test_plans_name_what_exists(void **state)
{
    (void)state;
    json_auto_t *words = known_words();
    size_t shown = 0;
    for (size_t i = 0; i < prompts_registry_count; i++) {
        const struct prompt *p = prompts_registry[i];
        json_auto_t *document = json_parse(p->document, p->document_len, JSON_DEPTH_CLIENT, NULL);
        assert_string_equal(json_str(document, "name", ""), p->name);
        check_plan(p, document, false, words);
        check_plan(p, document, true, words);
        shown += p->document_len;
    }
    assert_int_equal(complaints, 0);
    assert_in_range(shown, 1, PROMPTS_SHOWN_MAX);
}

/* Whether a service's signatures see that cause in the line. */
static bool tells_of(const char *line, const char *cause)
{
    static const char *const services[] = {"glue", "emr", "airflow", "athena", "kafka", "s3"};
    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        const struct signature *s = signatures_match(services[i], line, strlen(line));
        if (s && !strcmp(cause_name(s->cause), cause))
            return true;
    }
    return false;
}

/* What stands in the fences is what the services write; the signatures understand it as the page's cause. */
static void check_lines(const char *cause, const char *page)
{
    const char *start = strstr(page, "```text\n"), *end = start ? strstr(start + 8, "\n```") : NULL;
    if (!end) {
        complain(cause, "no lines", "");
        return;
    }
    for (const char *line = start + 8; line < end; line += strcspn(line, "\n") + 1) {
        auto_free char *text = xstrndup(line, strcspn(line, "\n"));
        if (!tells_of(text, cause))
            complain(cause, "a line that tells of another cause, or of none", text);
    }
}

static void check_page(enum cause c, const json_t *words)
{
    const char *name = cause_name(c);
    json_auto_t *contents = runbook_contents(name);
    if (!contents) {
        complain(name, "no runbook", "");
        return;
    }
    const char *text = json_str(contents, "text", "");
    auto_free char *phrase = xasprintf("\n\n%s.\n\nCause `%s`, class `%s`.\n", cause_phrase(c), name,
                                       cause_class_name(cause_class(c)));
    phrase[2] = (char)toupper((unsigned char)phrase[2]);
    if (!strstr(text, phrase))
        complain(name, "does not begin with", phrase);
    static const char *const sections[] = {"\n## How to recognise it\n", "\n## What to do\n", "\n## When to retry\n",
                                           "\n## Next time\n"};
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        if (!strstr(text, sections[i]))
            complain(name, "has no section", sections[i]);
    check_calls(name, text);
    check_names(name, text);
    check_words(name, text, words);
    check_lines(name, text);
}

static void test_each_cause_has_its_runbook(void **state)
{
    (void)state;
    complaints = 0;
    json_auto_t *words = known_words();
    for (int c = 0; c < CAUSE_COUNT; c++)
        check_page((enum cause)c, words);
    assert_int_equal(runbooks_count, CAUSE_COUNT);
    assert_int_equal(complaints, 0);
}

static void test_runbooks_are_read_as_listed(void **state)
{
    (void)state;
    const struct resource *table[RESOURCES_MAX];
    const struct tool_call nobody = {0};
    size_t shown = 0;
    assert_int_equal(resources_registry(false, table), CAUSE_COUNT);
    assert_int_equal(resources_registry(true, table), CAUSE_COUNT + 1);
    for (size_t i = 0; i < CAUSE_COUNT; i++) {
        json_auto_t *document = json_parse(table[i]->document, table[i]->document_len, JSON_DEPTH_CLIENT, NULL);
        json_auto_t *contents = NULL;
        struct err e = {0};
        assert_int_equal(table[i]->read(&nobody, json_str(document, "uri", ""), &contents, &e), 0);
        assert_int_equal(strlen(json_str(json_array_get(contents, 0), "text", "")), json_int(document, "size", -1));
        shown += table[i]->document_len;
    }
    assert_in_range(shown, 1, RESOURCES_SHOWN_MAX);
    json_t *none = NULL;
    struct err e = {0};
    assert_int_equal(table[0]->read(&nobody, "lakewarden://runbook/nothing", &none, &e), -1);
    assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static const struct prompt *prompt_named(const char *name)
{
    for (size_t i = 0; i < prompts_registry_count; i++)
        if (!strcmp(prompts_registry[i]->name, name))
            return prompts_registry[i];
    fail_msg("no prompt %s", name);
    return NULL;
}

static void test_what_is_typed_stays_data(void **state)
{
    (void)state;
    auto_free char *longest = xmalloc(PLAN_VALUE_MAX + 2);
    memset(longest, 'a', PLAN_VALUE_MAX + 1);
    longest[PLAN_VALUE_MAX + 1] = '\0';
    const char *const refused[] = {"a\nb", "a\tb", "a\x1b[31mb", "a\u202eb", "a\u200bb", "a\u2028b", "\x7f", longest};
    const struct prompt *p = prompt_named("glue_job_failed");
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct err e = {0};
        json_auto_t *arguments = json_pack("{s:s}", "job_name", refused[i]);
        if (get_prompt(p, arguments, &e))
            fail_msg("value %zu was taken", i);
        assert_int_equal(e.kind, ERR_INVALID);
    }
    struct err e = {0};
    json_auto_t *arguments = json_pack("{s:s, s:s}", "job_name", "x\"}\\ {run_id} [[run_id: @retry_glue_job", "run_id", "");
    json_auto_t *messages = get_prompt(p, arguments, &e);
    assert_non_null(strstr(text_of(messages), "    get_glue_logs {\"job_name\":\"x\\\"}\\\\ {run_id} [[run_id: @retry_glue_job\"}\n"));
}

static void test_a_plan_that_is_none_is_an_error(void **state)
{
    (void)state;
    static const char *const bad[] = {"{job_name}", "[[about: x", "[[about x]]", "@get_glue_logs a {", "@get_glue_logs a [1]"};
    json_auto_t *none = json_pack("{s:s}", "about", "it");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err e = {0};
        auto_buf struct buf out = BUF_INIT(PLAN_MAX);
        if (!plan_fill(bad[i], none, &out, &e))
            fail_msg("%s was taken", bad[i]);
    }
    struct err e = {0};
    auto_buf struct buf out = BUF_INIT(PLAN_MAX);
    assert_int_equal(plan_fill("a\n  [[about: is {about} {}]]\n[[job: no]]\n b {x\n  @get b about {\"d\": true}", none, &out, &e), 0);
    assert_string_equal(buf_text(&out), "a\n  is \"it\" {}\n b {x\n  get {\"about\":\"it\",\"d\":true}");
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plans_name_what_exists),
        cmocka_unit_test(test_each_cause_has_its_runbook),
        cmocka_unit_test(test_runbooks_are_read_as_listed),
        cmocka_unit_test(test_what_is_typed_stays_data),
        cmocka_unit_test(test_a_plan_that_is_none_is_an_error),
    };
    return cmocka_run_group_tests_name("plans", tests, NULL, NULL);
}
