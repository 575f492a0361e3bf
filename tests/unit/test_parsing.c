/* What json_parse takes and what it refuses: RFC 8259, no duplicate names, nothing that is not UTF-8, and integers and
   depth within our limits. The cases are data: tests/schema/parsing.json. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA_MAX (1 << 20)
#define CASES_AT_LEAST 217

static json_t *read_cases(void)
{
    const char *root = getenv("LW_SOURCE_ROOT");
    assert_non_null(root);
    auto_free char *path = xasprintf("%s/tests/schema/parsing.json", root);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    auto_free char *text = xmalloc(DATA_MAX);
    size_t n = fread(text, 1, DATA_MAX, f);
    fclose(f);
    struct err e = {0};
    json_t *cases = json_parse(text, n, JSON_DEPTH_CLIENT, &e);
    if (!cases)
        fail_msg("%s", e.text);
    return cases;
}

/* The bytes of a case: text, possibly several times, or base64 where they are no text. */
static void case_bytes(json_t *test, struct buf *out)
{
    const char *base64 = json_str(test, "base64", NULL);
    const json_t *text = json_object_get(test, "text");
    if (base64)
        assert_int_equal(text_b64_decode(base64, strlen(base64), out), 0);
    for (int64_t i = base64 ? 0 : json_int(test, "times", 1); i > 0; i--)
        assert_int_equal(buf_add(out, json_string_value(text), json_string_length(text)), 0);
}

static bool case_holds(json_t *test)
{
    auto_buf struct buf bytes = BUF_INIT(DATA_MAX);
    case_bytes(test, &bytes);
    /* memory of exactly this size, so that a sanitizer sees a read beyond it */
    auto_free char *exact = xmalloc(bytes.len);
    memcpy(exact, buf_text(&bytes), bytes.len);
    struct err e = {0};
    json_auto_t *v = json_parse(exact, bytes.len, JSON_DEPTH_CLIENT, &e);
    bool parses = json_flag(test, "parses", false);
    bool holds = parses ? v && e.kind == ERR_NONE : !v && e.kind == ERR_INVALID && e.text[0];
    if (!holds)
        print_message("%s: %s\n", json_str(test, "name", "?"), v ? "was taken" : e.text);
    return holds;
}

static void test_cases(void **state)
{
    (void)state;
    json_auto_t *cases = read_cases();
    size_t i, wrong = 0;
    json_t *test;
    json_array_foreach(cases, i, test)
        wrong += !case_holds(test);
    assert_int_equal(wrong, 0);
    assert_true(json_array_size(cases) >= CASES_AT_LEAST);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests_name("parsing", tests, NULL, NULL);
}
