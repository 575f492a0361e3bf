#include "tests/unit/cmocka_all.h"

#include "aws/aws_private.h"
#include "aws/config_file.h"
#include "aws/endpoint.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/unit/aws_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Returns how many of the values wanted are not there, having said which. */
static int check_values(const struct config_file *f, const json_t *one)
{
    int wrong = 0;
    size_t i;
    json_t *row;
    json_array_foreach(json_arr(one, "values"), i, row)
    {
        const char *part[5];
        for (size_t k = 0; k < 5; k++)
            part[k] = json_string_value(json_array_get(row, k));
        const char *value = config_value(f, part[0], part[1], part[2], part[3]);
        if (value && part[4] ? strcmp(value, part[4]) == 0 : value == part[4])
            continue;
        print_error("%s: %s of %s is %s\n", json_str(one, "name", "?"), part[2], part[1],
                    value ? value : "absent");
        wrong++;
    }
    return wrong;
}

static void config_files_are_read(void **state)
{
    (void)state;
    json_auto_t *cases = aws_cases("config_files", 30);
    int wrong = 0;
    size_t i;
    json_t *one;
    json_array_foreach(cases, i, one)
    {
        struct err e = {0};
        const json_t *text = json_object_get(one, "text");
        bool credentials = strcmp(json_str(one, "kind", ""), "credentials") == 0;
        struct config_file *f =
            config_parse(json_string_value(text), json_string_length(text),
                         credentials ? CONFIG_KIND_CREDENTIALS : CONFIG_KIND_CONFIG, "FILE", &e);
        const char *error = json_str(one, "error", "");
        if (strcmp(error, e.text) != 0 || !f != (error[0] != '\0')) {
            print_error("%s: says \"%s\"\n", json_str(one, "name", "?"), e.text);
            wrong++;
        }
        if (f)
            wrong += check_values(f, one);
        config_free(f);
    }
    assert_int_equal(wrong, 0);
}

static void a_file_has_a_ceiling(void **state)
{
    (void)state;
    struct err e = {0};
    auto_free char *text = xmalloc(CONFIG_FILE_MAX + 1);
    memset(text, '#', CONFIG_FILE_MAX + 1);
    struct config_file *f = config_parse(text, CONFIG_FILE_MAX, CONFIG_KIND_CONFIG, "FILE", &e);
    assert_non_null(f);
    config_free(f);
    assert_null(config_parse(text, CONFIG_FILE_MAX + 1, CONFIG_KIND_CONFIG, "FILE", &e));
    assert_int_equal(e.kind, ERR_TOO_LARGE);

    auto_buf struct buf keys = BUF_INIT(CONFIG_FILE_MAX);
    buf_adds(&keys, "[default]\n");
    for (int i = 0; i <= 8192; i++)
        buf_addf(&keys, "k%d=\n", i);
    err_clear(&e);
    assert_null(config_parse(keys.data, keys.len, CONFIG_KIND_CONFIG, "FILE", &e));
    assert_string_equal(e.text, "FILE line 8194: more than 8192 keys");
}

static json_t *as_json(const struct endpoint *at)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s}", "origin", at->origin, "host", at->host,
                     "path_prefix", at->path_prefix, "signing_region", at->signing_region, "signing_name",
                     at->signing_name, "path_style", at->path_style, "source", at->source);
}

/* Returns how much is wrong with one case, having said what. */
static int check_endpoint(const json_t *one)
{
    struct aws_case c;
    aws_case_open(&c, one);
    struct err e = {0};
    struct endpoint at = {.source = ""};
    int rc = endpoint_resolve(c.aws, json_str(one, "service", ""), json_str(one, "region", ""),
                              json_str(one, "bucket", NULL), &at, &e);
    json_auto_t *got = as_json(&at);
    const char *error = json_str(one, "error", NULL);
    int wrong = error ? !rc || !strstr(e.text, error) || at.host[0] : rc != 0;
    const char *key;
    json_t *want;
    json_object_foreach(json_obj(one, "want"), key, want) wrong +=
        !json_equal(json_object_get(got, key), want);
    if (wrong) {
        auto_free char *text = json_text(got, NULL);
        print_error("%s: %s%s\n", json_str(one, "name", "?"), e.text, text);
    }
    aws_case_close(&c);
    return wrong;
}

static void endpoints_are_found(void **state)
{
    (void)state;
    json_auto_t *cases = aws_cases("endpoints", 70);
    int wrong = 0;
    size_t i;
    json_t *one;
    json_array_foreach(cases, i, one) wrong += check_endpoint(one);
    assert_int_equal(wrong, 0);
}

/* One look-up of the default region; `want` NULL for none. */
static void region_is(const char *flag, const char *variable, const char *config, const char *want,
                      const char *error)
{
    json_auto_t *one = json_pack("{s:[s], s:s*}", "env", variable, "config", config);
    json_put_str(one, "region_flag", flag);
    struct aws_case c;
    aws_case_open(&c, one);
    struct err e = {0};
    const char *region = aws_region(c.aws, &e);
    if (want)
        assert_string_equal(region, want);
    else
        assert_null(region);
    if (error)
        assert_non_null(strstr(e.text, error));
    assert_int_equal(e.kind, want ? ERR_NONE : ERR_CONFIG);
    char url[256];
    const char *source = aws_endpoint_report(c.aws, "glue", url);
    if (want)
        assert_string_equal(source, "rule");
    else
        assert_null(source);
    assert_non_null(strstr(url, want ? want : error));
    aws_case_close(&c);
}

static void region_is_never_guessed(void **state)
{
    (void)state;
    const char *config = "[default]\nregion = eu-west-3\n";
    region_is("eu-west-1", "AWS_REGION=eu-west-2", config, "eu-west-1", NULL);
    region_is(NULL, "AWS_REGION=eu-west-2", config, "eu-west-2", NULL);
    region_is(NULL, "AWS_DEFAULT_REGION=eu-west-2", config, "eu-west-2", NULL);
    region_is(NULL, "AWS_REGION=", config, "eu-west-3", NULL);
    region_is(NULL, "AWS_REGION=", NULL, NULL,
              "no AWS region: --region, AWS_REGION and AWS_DEFAULT_REGION are not set");
    region_is(NULL, "AWS_REGION=a.evil.example/", config, NULL,
              "the region of AWS_REGION, \"a.evil.example/\", is not one");
    region_is(NULL, "AWS_PROFILE=gone", config, NULL, "profile gone in ");
    region_is(NULL, "AWS_X=", "[default]\nregion\n", NULL, "line 2");
}

static void a_bad_region_flag_is_said_at_once(void **state)
{
    (void)state;
    const char *const environment[] = {NULL};
    struct err e = {0};
    struct aws_options o = {.region = "nowhere"};
    assert_null(aws_new_with_env(&o, environment, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_string_equal(e.text, "--region: \"nowhere\" is not an AWS region (one looks like \"eu-west-1\")");
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_files_are_read),
        cmocka_unit_test(a_file_has_a_ceiling),
        cmocka_unit_test(endpoints_are_found),
        cmocka_unit_test(region_is_never_guessed),
        cmocka_unit_test(a_bad_region_flag_is_said_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
