/* The validator's messages, which are data (tests/schema/errors), and its bounds. What it accepts is the business
   of the official suite (tests/schema/test_suite.py). */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "schema/schema.h"

#include <glob.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *parse(const char *text)
{
    struct err e = {0};
    json_t *v = json_parse(text, strlen(text), JSON_DEPTH_UPSTREAM, &e);
    if (!v)
        fail_msg("%s", e.text);
    return v;
}

static json_t *parse_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    auto_free char *text = xcalloc(1, 1 << 20);
    size_t n = fread(text, 1, (1 << 20) - 1, f);
    fclose(f);
    struct err e = {0};
    json_t *v = json_parse(text, n, JSON_DEPTH_UPSTREAM, &e);
    if (!v)
        fail_msg("%s: %s", path, e.text);
    return v;
}

static struct schema *compile(json_t *document)
{
    struct err e = {0};
    struct schema *s = schema_compile(document, &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

/* What the validator says to a case; NULL when the value fits. */
static char *verdict(json_t *test, struct err *e)
{
    struct schema *s = schema_compile(json_object_get(test, "schema"), e);
    json_t *value = json_object_get(test, "value");
    if (s && !value)
        err_set(e, ERR_INTERNAL, "compiled");
    else if (s)
        schema_check(s, value, e);
    schema_free(s);
    return e->kind ? e->text : NULL;
}

static size_t run_cases(const char *path, size_t *wrong)
{
    json_auto_t *cases = parse_file(path);
    size_t i;
    json_t *test;
    json_array_foreach(cases, i, test) {
        struct err e = {0};
        bool refused = json_object_get(test, "refused") != NULL;
        const char *wanted = json_str(test, refused ? "refused" : "error", NULL);
        const char *got = verdict(test, &e);
        if ((!wanted) != (!got) || (wanted && (strcmp(wanted, got) != 0 || e.kind != ERR_INVALID))) {
            print_message("%s: %s:\n  wanted %s\n  got    %s\n", path, json_str(test, "why", "?"),
                          wanted ? wanted : "no fault", got ? got : "no fault");
            ++*wrong;
        }
    }
    return json_array_size(cases);
}

static void test_messages(void **state)
{
    (void)state;
    const char *root = getenv("LW_SOURCE_ROOT");
    assert_non_null(root);
    auto_free char *wildcard = xasprintf("%s/tests/schema/errors/*.json", root);
    glob_t found;
    assert_int_equal(glob(wildcard, 0, NULL, &found), 0);
    size_t cases = 0, wrong = 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        cases += run_cases(found.gl_pathv[i], &wrong);
    globfree(&found);
    assert_int_equal(wrong, 0);
    assert_true(cases >= 110);
}

/* Definitions d0 (an integer) and d1, d2... each of which tries the one before twice: 2^levels ways to fail. */
static json_t *doubling(int levels)
{
    json_t *defs = json_pack("{s:{s:s}}", "d0", "type", "integer");
    for (int i = 1; i <= levels; i++) {
        auto_free char *name = xasprintf("d%d", i), *before = xasprintf("#/$defs/d%d", i - 1);
        json_put(defs, name, json_pack("{s:[{s:s},{s:s}]}", "anyOf", "$ref", before, "$ref", before));
    }
    auto_free char *last = xasprintf("#/$defs/d%d", levels);
    return json_pack("{s:{s:s}, s:o}", "not", "$ref", last, "$defs", defs);
}

static void assert_too_much(json_t *document, json_t *value)
{
    struct schema *s = compile(document);
    struct err e = {0};
    assert_int_equal(schema_check(s, value, &e), -1);
    assert_int_equal(e.kind, ERR_TOO_LARGE);
    schema_free(s);
}

/* Running out within a `not` must not be taken for "does not fit", which would make the whole fit. */
static void test_doubling_branches_end(void **state)
{
    (void)state;
    json_auto_t *value = json_string("x");
    json_auto_t *much = doubling(25);
    assert_too_much(much, value);
    json_auto_t *little = doubling(5);
    struct schema *s = compile(little);
    struct err e = {0};
    assert_int_equal(schema_check(s, value, &e), 0);
    schema_free(s);
}

static void test_backtracking_ends(void **state)
{
    (void)state;
    json_auto_t *document = parse("{\"pattern\": \"^(a+)+$\"}");
    json_auto_t *value = json_string("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
    assert_too_much(document, value);
}

static void test_deep_values_end(void **state)
{
    (void)state;
    json_auto_t *document = parse("{\"items\": {\"$ref\": \"#\"}, \"uniqueItems\": true}");
    json_t *value = json_array();
    for (int i = 0; i < 2000; i++)
        value = json_pack("[o]", value);
    assert_too_much(document, value);
    json_decref(value);
}

static void test_depth_of_real_values_is_enough(void **state)
{
    (void)state;
    json_auto_t *document = parse("{\"items\": {\"$ref\": \"#\"}}");
    json_t *value = json_array();
    for (int i = 1; i < JSON_DEPTH_UPSTREAM; i++)
        value = json_pack("[o]", value);
    struct schema *s = compile(document);
    struct err e = {0};
    assert_int_equal(schema_check(s, value, &e), 0);
    schema_free(s);
    json_decref(value);
}

struct job {
    struct schema *schema;
    json_t *value;
    struct err e;
};

static void *check_job(void *ctx)
{
    struct job *job = ctx;
    schema_check(job->schema, job->value, &job->e);
    return NULL;
}

/* A worker's stack is small, and a stranger chooses how deep the recursion goes. Sanitizers need several times more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
#define SMALL_STACK (1024 * 1024)
#else
#define SMALL_STACK (160 * 1024)
#endif

static void check_on_small_stack(const char *document_text, json_t *value)
{
    json_auto_t *document = parse(document_text);
    struct job job = {.schema = compile(document), .value = value};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, SMALL_STACK), 0);
    assert_int_equal(pthread_create(&thread, &attributes, check_job, &job), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    schema_free(job.schema);
    assert_int_equal(job.e.kind, ERR_TOO_LARGE);
}

static void test_recursion_fits_a_small_stack(void **state)
{
    (void)state;
    json_t *value = json_object();
    for (int i = 0; i < 1000; i++)
        value = json_pack("{s:[o]}", "a", value);
    check_on_small_stack("{\"type\": [\"object\", \"array\"], \"items\": {\"oneOf\": [{\"$ref\": \"#\"}]},"
                         "\"patternProperties\": {\"a\": {\"if\": {\"$ref\": \"#\"}, \"then\": true}}}",
                         value);
    check_on_small_stack("{\"not\": {\"const\": 1}, \"anyOf\": [{\"items\": {\"$ref\": \"#\"}}],"
                         "\"additionalProperties\": {\"$ref\": \"#\"}}",
                         value);
    json_decref(value);
}

static void test_schemas_have_a_ceiling(void **state)
{
    (void)state;
    json_auto_t *list = json_array();
    for (int i = 0; i < 5000; i++)
        json_array_append_new(list, json_object());
    json_auto_t *document = json_pack("{s:O}", "allOf", list);
    struct err e = {0};
    assert_null(schema_compile(document, &e));
    assert_string_equal(e.text, "the schema has more than 4096 subschemas");
}

/* A million comparisons would be over the limit: this passes because sorting needs far fewer. */
static void test_large_arrays_are_compared_by_hash(void **state)
{
    (void)state;
    json_auto_t *document = parse("{\"uniqueItems\": true}");
    json_auto_t *value = json_array();
    for (int i = 0; i < 100000; i++)
        json_array_append_new(value, json_integer(i));
    struct schema *s = compile(document);
    struct err e = {0};
    assert_int_equal(schema_check(s, value, &e), 0);
    json_array_append_new(value, json_real(77));
    assert_int_equal(schema_check(s, value, &e), -1);
    assert_string_equal(e.text, "/: expected no two equal items, got integer 77 at 77 and at 100000");
    schema_free(s);
}

static void test_document_is_not_kept(void **state)
{
    (void)state;
    json_t *document = parse("{\"enum\": [[\"a\"]], \"required\": [\"r\"], \"pattern\": \"p\"}");
    struct schema *s = compile(document);
    json_array_clear(json_object_get(document, "enum"));
    json_decref(document);
    json_auto_t *value = parse("{}");
    struct err e = {0};
    assert_int_equal(schema_check(s, value, &e), -1);
    assert_non_null(strstr(e.text, "[\"a\"]"));
    schema_free(s);
}

static void *check_often(void *schema)
{
    size_t wrong = 0;
    json_t *good = json_pack("{s:s, s:[i,i]}", "name", "abc", "list", 1, 2);
    json_t *bad = json_pack("{s:s, s:[i,f]}", "name", "ABC", "list", 1, 1.0);
    for (int i = 0; i < 200; i++) {
        struct err e = {0};
        wrong += schema_check(schema, good, NULL) != 0;
        wrong += schema_check(schema, bad, &e) != -1;
        wrong += !strstr(e.text, "/name: ") || !strstr(e.text, "/list: ");
    }
    json_decref(good);
    json_decref(bad);
    return wrong ? schema : NULL;
}

static void test_many_threads_check_at_once(void **state)
{
    (void)state;
    json_auto_t *document =
        parse("{\"properties\": {\"name\": {\"pattern\": \"^[a-z]+$\"}, \"list\": {\"uniqueItems\": true}},"
              "\"anyOf\": [{\"enum\": [1]}, {\"$ref\": \"#/$defs/o\"}], \"$defs\": {\"o\": {\"type\": \"object\"}}}");
    struct schema *s = compile(document);
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, check_often, s), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    schema_free(s);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_doubling_branches_end),
        cmocka_unit_test(test_backtracking_ends),
        cmocka_unit_test(test_deep_values_end),
        cmocka_unit_test(test_depth_of_real_values_is_enough),
        cmocka_unit_test(test_recursion_fits_a_small_stack),
        cmocka_unit_test(test_schemas_have_a_ceiling),
        cmocka_unit_test(test_large_arrays_are_compared_by_hash),
        cmocka_unit_test(test_document_is_not_kept),
        cmocka_unit_test(test_many_threads_check_at_once),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
