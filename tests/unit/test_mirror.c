/* Headers that repeat the body: how values are written, and which arguments of a tool have one. Tables in
   tests/unit/server/mirror_*.json. */
#include "tests/unit/cmocka_all.h"
#include "tests/unit/table.h"

#include "base/json.h"
#include "base/own.h"
#include "server/mirror.h"
#include "server/mirror_params.h"

#include <stdlib.h>
#include <string.h>

/* What the header says is wrong with it, or "" when it repeats the value. */
static const char *verdict(const char *header, const json_t *value, bool coded, struct rpc_fault *f)
{
    struct header_value h = {.value = header, .count = header ? 1 : 0};
    *f = (struct rpc_fault){0};
    int rc = coded ? mirror_check_coded("H", &h, value, f) : mirror_check("H", &h, value, f);
    if (rc) {
        assert_int_equal(f->code, RPC_HEADER_MISMATCH);
        assert_int_equal(f->status, 400);
    }
    return rc ? f->text : "";
}

static void expect_all(const json_t *row, const char *member, const char *wanted)
{
    const char *header = json_str(row, "header", NULL);
    struct rpc_fault f;
    size_t i;
    json_t *value;
    json_array_foreach(json_object_get(row, member), i, value) {
        const char *got = verdict(header, value, true, &f);
        if (*wanted ? strstr(got, wanted) == NULL : *got != '\0')
            fail_msg("\"%s\", %s %zu: %s", header, member, i, got);
    }
}

static void values_are_compared(void **state)
{
    (void)state;
    json_auto_t *table = table_load("unit/server/mirror_values", 51), *any = json_string("any");
    struct rpc_fault f;
    size_t i;
    json_t *row;
    json_array_foreach(table, i, row) {
        expect_all(row, "same", "");
        expect_all(row, "other", "differs");
        const char *malformed = json_str(row, "malformed", NULL);
        if (malformed && !strstr(verdict(json_str(row, "header", NULL), any, true, &f), malformed))
            fail_msg("\"%s\": %s", json_str(row, "header", "?"), f.text);
    }
}

static void only_coded_headers_are_decoded(void **state)
{
    (void)state;
    json_auto_t *wanted = json_string("ping");
    struct rpc_fault f;
    assert_string_equal(verdict("ping ", wanted, false, &f), "");
    assert_non_null(strstr(verdict("=?base64?cGluZw==?=", wanted, false, &f), "differs"));
    assert_string_equal(verdict("=?base64?cGluZw==?=", wanted, true, &f), "");
}

static void a_header_comes_once(void **state)
{
    (void)state;
    json_auto_t *wanted = json_string("x");
    struct rpc_fault f;
    assert_non_null(strstr(verdict(NULL, wanted, true, &f), "missing"));
    struct header_value twice = {.value = "x", .count = 2};
    assert_int_equal(mirror_check_coded("H", &twice, wanted, &f), -1);
    assert_non_null(strstr(f.text, "more than once"));
}

/* "Header name name" of each. */
static json_t *described(const struct mirror_params *p)
{
    json_t *out = json_array();
    for (size_t i = 0; i < p->count; i++) {
        struct buf text = BUF_INIT(1000);
        buf_adds(&text, p->list[i].header);
        for (int d = 0; d < p->list[i].depth; d++)
            buf_addf(&text, " %s", p->list[i].path[d]);
        json_array_append_new(out, json_string(buf_text(&text)));
        buf_done(&text);
    }
    return out;
}

static void annotations_are_found_or_refused(void **state)
{
    (void)state;
    json_auto_t *table = table_load("unit/server/mirror_schemas", 36);
    size_t i;
    json_t *row;
    json_array_foreach(table, i, row) {
        struct mirror_params p = {0};
        struct err e = {0};
        const char *error = json_str(row, "error", NULL);
        int rc = mirror_params_init(&p, json_object_get(row, "schema"), &e);
        json_auto_t *seen = described(&p);
        if (error ? rc == 0 || e.kind != ERR_CONFIG || !strstr(e.text, error)
                  : rc != 0 || !json_equal(seen, json_object_get(row, "params")))
            fail_msg("%s: %s", json_str(row, "name", "?"), e.text);
        mirror_params_done(&p);
    }
}

static struct protocol_headers with_params(struct param_header *params, size_t count, bool cut)
{
    return (struct protocol_headers){.params = params, .param_count = count, .params_cut = cut};
}

static void arguments_are_checked(void **state)
{
    (void)state;
    json_auto_t *region = json_pack("{s:s, s:s}", "type", "string", "x-mcp-header", "Region");
    json_auto_t *size = json_pack("{s:s, s:s}", "type", "integer", "x-mcp-header", "Size");
    json_auto_t *schema = json_pack("{s:{s:O, s:{s:{s:O}}}}", "properties", "region", region, "page", "properties", "size", size);
    json_auto_t *both = json_pack("{s:s, s:{s:i}}", "region", "eu", "page", "size", 5);
    json_auto_t *none = json_pack("{s:n, s:{}}", "region", "page");
    json_auto_t *odd = json_pack("{s:[s], s:s}", "region", "eu", "page", "x");
    struct mirror_params p = {0};
    struct err e = {0};
    struct rpc_fault f = {0};
    assert_int_equal(mirror_params_init(&p, schema, &e), 0);
    struct param_header lines[] = {{"REGION", {"eu", 1}}, {"Size", {"5.0", 1}}, {"Else", {"\x80", 3}}};
    struct protocol_headers all = with_params(lines, 3, true), first = with_params(lines, 1, false);
    struct protocol_headers cut = with_params(lines, 1, true);
    assert_int_equal(mirror_params_check(&p, both, &all, &f), 0);
    assert_int_equal(mirror_params_check(&p, none, &all, &f), 0);
    assert_int_equal(mirror_params_check(&p, odd, &all, &f), 0);
    assert_int_equal(mirror_params_check(&p, both, &first, &f), -1);
    assert_non_null(strstr(f.text, "Mcp-Param-Size is missing"));
    assert_int_equal(mirror_params_check(&p, both, &cut, &f), -1);
    assert_non_null(strstr(f.text, "more than 32"));
    mirror_params_done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_compared), cmocka_unit_test(only_coded_headers_are_decoded),
        cmocka_unit_test(a_header_comes_once), cmocka_unit_test(annotations_are_found_or_refused),
        cmocka_unit_test(arguments_are_checked),
    };
    json_setup();
    return cmocka_run_group_tests_name("mirror", tests, NULL, NULL);
}
