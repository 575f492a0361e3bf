/* Which tools are offered, and what is said of those that are not. */
#include "tests/unit/cmocka_all.h"
#include "tests/unit/table.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/choice.h"
#include "tools/env.h"
#include "tools/prompts/plan.h"
#include "tools/registry.h"
#include "tools/runbooks/runbooks.h"

#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 8

static size_t items_of(const json_t *list, const char *items[ITEMS_MAX])
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
        items[i] = json_string_value(item);
    return json_array_size(list);
}

static int choose(const json_t *row, struct tool_choice *out, struct err *e)
{
    const char *only[ITEMS_MAX], *without[ITEMS_MAX];
    struct tool_wish w = {.only = only, .without = without, .read_only = json_flag(row, "read_only", false)};
    w.only_count = items_of(json_arr(row, "tools"), only);
    w.without_count = items_of(json_arr(row, "exclude"), without);
    return tool_choice_make(&w, out, e);
}

static json_t *names_of(const struct tool *const *tools, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(tools[i]->name));
    return list;
}

/* Every tool is on one side. */
static void check_sides(const char *about, const struct tool_choice *c)
{
    for (size_t i = 0; i < tools_registry_count; i++) {
        size_t on = 0, off = 0;
        for (size_t k = 0; k < c->offered_count; k++)
            on += c->offered[k] == tools_registry[i];
        for (size_t k = 0; k < c->withheld_count; k++)
            off += c->withheld[k] == tools_registry[i];
        if (on + off != 1 || tool_is_withheld(c, tools_registry[i]->name) != (off == 1))
            fail_msg("%s: %s is offered %zu times and withheld %zu times", about, tools_registry[i]->name, on, off);
    }
}

static void check_choice(const json_t *row)
{
    const char *about = json_str(row, "about", "?"), *error = json_str(row, "error", NULL);
    struct tool_choice c = {.offered_count = 99};
    struct err e = {0};
    int rc = choose(row, &c, &e);
    if (error) {
        if (!rc || e.kind != ERR_CONFIG || !strstr(e.text, error) || c.offered_count != 99)
            fail_msg("%s: %s", about, e.text);
        return;
    }
    if (rc)
        fail_msg("%s: %s", about, e.text);
    json_auto_t *offered = names_of(c.offered, c.offered_count);
    const json_t *wanted = json_arr(row, "offered");
    size_t count = wanted ? json_array_size(wanted) : (size_t)json_int(row, "count", 0);
    if ((wanted && !json_equal(wanted, offered)) || c.offered_count != count || c.writes != json_flag(row, "writes", !c.writes))
        fail_msg("%s: %zu tools, %s", about, c.offered_count, c.writes ? "some that write" : "none that writes");
    check_sides(about, &c);
}

static void tools_are_chosen(void **state)
{
    (void)state;
    assert_true(tools_registry_count <= TOOLS_MAX && prompts_registry_count <= PROMPTS_MAX);
    json_auto_t *table = table_load("unit/tools/choices", 27);
    size_t i;
    json_t *row;
    json_array_foreach(table, i, row)
        check_choice(row);
}

/* ---- what is said ---- */

static struct tool_choice only_looking(void)
{
    struct tool_choice c;
    struct err e = {0};
    assert_int_equal(tool_choice_make(&(struct tool_wish){.read_only = true}, &c, &e), 0);
    return c;
}

static void names_are_whole_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *missing;
    } rows[] = {
        {"", NULL},
        {"get_glue_logs job_name=x", NULL},
        {"retry_glue_job", "retry_glue_job"},
        {"Retry: yes, with retry_glue_job job_name=x.", "retry_glue_job"},
        {"`retry_kafka`, retry_emr", "retry_emr, retry_kafka"},
        {"retry_emr and retry_emr", "retry_emr"},
        {"my_retry_emr, retry_emr_2, retry_emrs", NULL},
        {"my_retry_emr, then retry_emr", "retry_emr"},
    };
    struct tool_choice c = only_looking();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        auto_free char *missing = tool_choice_missing(&c, rows[i].text);
        if (rows[i].missing ? !missing || strcmp(missing, rows[i].missing) != 0 : missing != NULL)
            fail_msg("\"%s\": %s", rows[i].text, missing ? missing : "none");
        assert_null(tool_choice_missing(NULL, rows[i].text));
    }
}

/* An answer whose text and members name tools. */
static struct tool_answer naming_answer(void)
{
    static const char text[] = "Retry: yes, with retry_glue_job. Next: get_emr_logs, retry_kafka.\n";
    return (struct tool_answer){
        .content = tool_text_content(text, strlen(text)),
        .structured = json_pack("{s:[{s:s}, {s:s}], s:{s:s, s:b}, s:{s:s}, s:{s:s}}", "links", "tool", "get_emr_logs", "tool",
                                "retry_kafka", "retry", "tool", "retry_glue_job", "recommended", 1, "follow_up", "tool", "retry_emr",
                                "request", "tool", "retry_emr")};
}

static void answer_done(struct tool_answer *a)
{
    json_decref(a->content);
    json_decref(a->structured);
}

static void an_answer_says_what_is_not_offered(void **state)
{
    (void)state;
    struct tool_choice c = only_looking();
    struct tool_env env = {.choice = &c};
    struct tool_call call = {.env = &env};
    struct tool_answer a = naming_answer();
    assert_int_equal(tool_end(&call, &a, -1), 0);
    json_auto_t *wanted = json_pack(
        "{s:[{s:s}, {s:s, s:b}], s:{s:s, s:b, s:b}, s:{s:s, s:b}, s:{s:s}}", "links", "tool", "get_emr_logs", "tool", "retry_kafka",
        "offered", 0, "retry", "tool", "retry_glue_job", "recommended", 1, "offered", 0, "follow_up", "tool", "retry_emr", "offered", 0,
        "request", "tool", "retry_emr");
    assert_true(json_equal(a.structured, wanted));
    assert_int_equal(json_array_size(a.content), 2);
    assert_string_equal(json_str(json_array_get(a.content, 1), "text", ""),
                        "Not offered by this server: retry_glue_job, retry_kafka.\n");
    answer_done(&a);
}

/* All that can be named fits behind a digest. */
static void what_is_said_is_short(void **state)
{
    (void)state;
    struct tool_choice c = {0};
    auto_buf struct buf all = BUF_INIT(1024);
    for (size_t i = 0; i < tools_registry_count; i++) {
        c.withheld[c.withheld_count++] = tools_registry[i];
        buf_addf(&all, "%s ", tools_registry[i]->name);
    }
    struct tool_answer a = {.content = tool_text_content(buf_text(&all), all.len)};
    tool_choice_tell(&c, &a);
    assert_in_range(strlen(json_str(json_array_get(a.content, 1), "text", "")), all.len, TOOL_CHOICE_NOTE_MAX);
    answer_done(&a);
}

/* An error in words, and what the tool did not foresee. */
static void an_error_says_it_too(void **state)
{
    (void)state;
    struct tool_choice c = only_looking();
    struct tool_env env = {.choice = &c};
    struct tool_call call = {.env = &env};
    struct tool_answer a = {.is_error = true, .content = tool_text_content("Ask retry_emr.", 14)}, none = {0};
    assert_int_equal(tool_end(&call, &a, -1), 0);
    assert_string_equal(json_str(json_array_get(a.content, 1), "text", ""), "Not offered by this server: retry_emr.\n");
    answer_done(&a);
    assert_int_equal(tool_end(&call, &none, -1), -1);
    assert_null(none.content);
}

static void where_all_is_offered_nothing_is_said(void **state)
{
    (void)state;
    struct tool_choice all;
    struct err e = {0};
    assert_int_equal(tool_choice_make(&(struct tool_wish){0}, &all, &e), 0);
    struct tool_env envs[] = {{.choice = &all}, {.choice = NULL}};
    for (size_t i = 0; i < ARRAY_LEN(envs); i++) {
        struct tool_call call = {.env = &envs[i]};
        struct tool_answer a = naming_answer(), same = naming_answer();
        assert_int_equal(tool_end(&call, &a, 0), 0);
        assert_true(json_equal(a.structured, same.structured) && json_equal(a.content, same.content));
        answer_done(&a);
        answer_done(&same);
    }
}

/* ---- plans and pages ---- */

/* The first call of each plan is the one without which it is left out. */
static void a_plan_is_offered_with_its_first_tool(void **state)
{
    (void)state;
    const struct prompt *table[PROMPTS_MAX];
    assert_int_equal(prompts_offered(NULL, table), prompts_registry_count);
    for (size_t i = 0; i < tools_registry_count; i++) {
        struct tool_choice c;
        struct err e = {0};
        struct tool_env env = {.choice = &c};
        const char *without[] = {tools_registry[i]->name};
        assert_int_equal(tool_choice_make(&(struct tool_wish){.without = without, .without_count = 1}, &c, &e), 0);
        size_t n = prompts_offered(&c, table);
        for (size_t k = 0; k < n; k++) {
            json_auto_t *arguments = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "job_name", "x", "bucket_name", "x", "alarm_name", "x",
                                               "environment_name", "x", "dag_id", "x", "number", "INC0000001");
            struct tool_call call = {.arguments = arguments, .env = &env};
            struct prompt_answer answer = {0};
            assert_int_equal(table[k]->get(&call, &answer, &e), 0);
            const char *text = json_str(json_obj(json_array_get(answer.messages, 0), "content"), "text", "");
            const char *first = strstr(text, "\n       ");
            assert_non_null(first);
            if (strncmp(first + 8, without[0], strlen(without[0])) == 0)
                fail_msg("%s begins with %s, which is not offered", table[k]->name, without[0]);
            const char *told = strstr(text, "Not offered by this server: "), *named = strstr(first, without[0]);
            if (named && told != text)
                fail_msg("%s names %s and does not say that it is not offered", table[k]->name, without[0]);
            json_decref(answer.messages);
        }
    }
}

static void a_runbook_says_what_is_not_offered(void **state)
{
    (void)state;
    struct tool_choice c;
    struct err e = {0};
    const char *without[] = {"verify_source_data"};
    assert_int_equal(tool_choice_make(&(struct tool_wish){.without = without, .without_count = 1}, &c, &e), 0);
    struct tool_env env = {.choice = &c};
    struct tool_call call = {.env = &env};
    size_t telling = 0;
    for (size_t i = 0; i < runbooks_count; i++) {
        auto_free char *uri = xasprintf("%s%s", RUNBOOK_URI, runbooks[i].name);
        json_auto_t *contents = NULL;
        assert_int_equal(runbooks[i].read(&call, uri, &contents, &e), 0);
        bool names = strstr(json_str(json_array_get(contents, 0), "text", ""), without[0]);
        const json_t *note = json_array_get(contents, 1);
        assert_int_equal(json_array_size(contents), names ? 2 : 1);
        if (names) {
            assert_string_equal(json_str(note, "uri", ""), uri);
            assert_string_equal(json_str(note, "text", ""), "Not offered by this server: verify_source_data.");
        }
        telling += names;
    }
    assert_true(telling > 3 && telling < runbooks_count);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tools_are_chosen),
        cmocka_unit_test(names_are_whole_words),
        cmocka_unit_test(an_answer_says_what_is_not_offered),
        cmocka_unit_test(what_is_said_is_short),
        cmocka_unit_test(an_error_says_it_too),
        cmocka_unit_test(where_all_is_offered_nothing_is_said),
        cmocka_unit_test(a_plan_is_offered_with_its_first_tool),
        cmocka_unit_test(a_runbook_says_what_is_not_offered),
    };
    return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
