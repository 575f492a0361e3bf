/* URI templates, and tables of prompts and resources that will not do. */
#include "tests/unit/cmocka_all.h"
#include "tests/unit/table.h"

#include "base/json.h"
#include "base/own.h"
#include "server/offers.h"
#include "server/uri_template.h"

#include <stdlib.h>
#include <string.h>

static void expect_values(const json_t *row, const char *template)
{
    const char *uri = json_str(row, "uri", "");
    const json_t *wanted = json_object_get(row, "values");
    json_auto_t *seen = uri_template_match(template, uri);
    if (seen ? !json_equal(seen, wanted) : !json_is_null(wanted)) {
        auto_free char *text = seen ? json_text(seen, NULL) : xstrdup("no match");
        fail_msg("%s with %s: %s", template, uri, text);
    }
}

static void templates_are_matched(void **state)
{
    (void)state;
    json_auto_t *table = table_load("unit/server/templates", 20);
    size_t i;
    json_t *row;
    json_array_foreach(table, i, row) {
        struct err e = {0};
        const char *template = json_str(row, "template", ""), *bad = json_str(row, "bad", NULL);
        int rc = uri_template_check(template, &e);
        if (bad ? rc == 0 || e.kind != ERR_CONFIG || !strstr(e.text, bad) : rc != 0)
            fail_msg("%s: %s", template, rc ? e.text : "was taken");
        if (!bad)
            expect_values(row, template);
    }
}

static void variables_are_named_in_order(void **state)
{
    (void)state;
    json_auto_t *names = uri_template_variables("lake://{shelf}/x/{id}.end");
    json_auto_t *wanted = json_pack("[s, s]", "shelf", "id");
    assert_true(json_equal(names, wanted));
}

static int get_nothing(const struct tool_call *call, struct prompt_answer *out, struct err *e)
{
    (void)call, (void)out;
    return err_set(e, ERR_INTERNAL, "never called");
}

static int read_nothing(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    (void)call, (void)uri, (void)contents;
    return err_set(e, ERR_INTERNAL, "never called");
}

#define DOCUMENT(text) .document = text, .document_len = sizeof text - 1

static const struct prompt first = {.name = "a", .get = get_nothing, DOCUMENT("{\"name\":\"a\"}")};
static const struct prompt second = {.name = "b", .get = get_nothing, DOCUMENT("{\"name\":\"b\"}")};
static const struct prompt misnamed = {.name = "c", .get = get_nothing, DOCUMENT("{\"name\":\"d\"}")};
static const struct prompt broken = {.name = "e", .get = get_nothing, DOCUMENT("{\"name\":")};
static const struct resource placeless = {.name = "a", .read = read_nothing, DOCUMENT("{\"name\":\"a\"}")};
static const struct resource two_places = {.name = "a", .read = read_nothing,
                                           DOCUMENT("{\"name\":\"a\",\"uri\":\"x://a\",\"uriTemplate\":\"x://{a}\"}")};
static const struct resource bad_template = {.name = "a", .read = read_nothing,
                                             DOCUMENT("{\"name\":\"a\",\"uriTemplate\":\"x://{?a}\"}")};

static void expect_refusal(const struct offers_table *table, const char *words)
{
    struct offers o;
    struct err e = {0};
    json_auto_t *info = json_object();
    assert_int_equal(offers_init(&o, table, info, &e) ? -1 : documents_read(&o.documents, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    if (!strstr(e.text, words))
        fail_msg("%s: not in \"%s\"", words, e.text);
    offers_done(&o);
}

static void bad_tables_are_refused(void **state)
{
    (void)state;
    const struct prompt *unsorted[] = {&second, &first}, *twice[] = {&first, &first}, *other[] = {&misnamed};
    expect_refusal(&(struct offers_table){.prompts = unsorted, .prompt_count = 2}, "not sorted at a");
    expect_refusal(&(struct offers_table){.prompts = twice, .prompt_count = 2}, "not sorted at a");
    expect_refusal(&(struct offers_table){.prompts = other, .prompt_count = 1}, "its name is \"d\"");
    const struct resource *const resources[] = {&placeless, &two_places, &bad_template};
    for (size_t i = 0; i < ARRAY_LEN(resources); i++)
        expect_refusal(&(struct offers_table){.resources = &resources[i], .resource_count = 1}, i < 2 ? "either" : "{name}");
}

static void what_is_no_json_is_named(void **state)
{
    (void)state;
    struct offers o;
    struct err e = {0};
    json_auto_t *info = json_object();
    const struct prompt *table[] = {&broken};
    assert_int_equal(offers_init(&o, &(struct offers_table){.prompts = table, .prompt_count = 1}, info, &e), 0);
    assert_int_equal(documents_read(&o.documents, &e), -1);
    assert_non_null(strstr(e.text, "prompt document e"));
    offers_done(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_are_matched), cmocka_unit_test(variables_are_named_in_order),
        cmocka_unit_test(bad_tables_are_refused), cmocka_unit_test(what_is_no_json_is_named),
    };
    json_setup();
    return cmocka_run_group_tests_name("offers", tests, NULL, NULL);
}
