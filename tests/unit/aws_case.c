#include "tests/unit/aws_case.h"

#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VARIABLES_MAX 16

json_t *aws_cases(const char *name, size_t floor)
{
    auto_free char *path = xasprintf("%s/tests/aws/%s.json", getenv("LW_SOURCE_ROOT"), name);
    json_error_t at;
    json_t *cases = json_load_file(path, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &at);
    if (!json_is_array(cases))
        fail_msg("%s: %s", path, at.text);
    assert_true(json_array_size(cases) >= floor);
    return cases;
}

void aws_case_write(const struct aws_case *c, const char *name, const char *text)
{
    auto_free char *part = xasprintf("%s/.aws/part", c->home);
    auto_free char *path = xasprintf("%s/.aws/%s", c->home, name);
    FILE *f = fopen(part, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
    assert_int_equal(rename(part, path), 0);
}

void aws_case_open_with(struct aws_case *c, const json_t *one, struct http *http)
{
    const char *folder_of_all = getenv("TMPDIR");
    snprintf(c->home, sizeof c->home, "%s/lakewarden-test-XXXXXX", folder_of_all ? folder_of_all : P_tmpdir);
    assert_non_null(mkdtemp(c->home));
    auto_free char *folder = xasprintf("%s/.aws", c->home);
    assert_int_equal(mkdir(folder, 0700), 0);
    if (json_str(one, "config", NULL))
        aws_case_write(c, "config", json_str(one, "config", NULL));
    if (json_str(one, "credentials", NULL))
        aws_case_write(c, "credentials", json_str(one, "credentials", NULL));

    auto_free char *home = xasprintf("HOME=%s", c->home);
    const char *environment[VARIABLES_MAX + 2] = {home};
    const json_t *list = json_arr(one, "env");
    assert_true(json_array_size(list) <= VARIABLES_MAX);
    for (size_t i = 0; i < json_array_size(list); i++)
        environment[i + 1] = json_string_value(json_array_get(list, i));
    struct aws_options o = {
        .http = http, .profile = json_str(one, "flag", NULL), .region = json_str(one, "region_flag", NULL)};
    struct err e = {0};
    c->aws = aws_new_with_env(&o, environment, &e);
    if (!c->aws)
        fail_msg("%s", e.text);
}

void aws_case_open(struct aws_case *c, const json_t *one)
{
    aws_case_open_with(c, one, NULL);
}

void aws_case_close(struct aws_case *c)
{
    static const char *const names[] = {"/.aws/config", "/.aws/credentials", "/.aws", ""};
    aws_free(c->aws);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        auto_free char *path = xasprintf("%s%s", c->home, names[i]);
        remove(path);
    }
}
