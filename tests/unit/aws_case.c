#include "tests/unit/aws_case.h"

#include "tests/unit/cmocka_all.h"
#include "tests/unit/table.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VARIABLES_MAX 16
#define LIST_MAX 8

json_t *aws_cases(const char *name, size_t floor)
{
    auto_free char *table = xasprintf("aws/%s", name);
    return table_load(table, floor);
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

/* The text with "$HOME" and "$URL" filled in; a new string, NULL for none. */
static char *filled(const struct aws_case *c, const char *text, const char *url)
{
    auto_buf struct buf out = BUF_INIT(65536);
    if (!text)
        return NULL;
    while (*text) {
        if (text_starts(text, "$HOME")) {
            buf_adds(&out, c->home);
            text += 5;
        } else if (url && text_starts(text, "$URL")) {
            buf_adds(&out, url);
            text += 4;
        } else {
            buf_addc(&out, *text++);
        }
    }
    return buf_steal(&out, NULL);
}

/* Writes a file of the case below ~, and the folders it lies in. */
static void write_file(const struct aws_case *c, const char *path, const char *text)
{
    auto_free char *whole = xasprintf("%s/%s", c->home, path);
    for (char *p = whole + strlen(c->home) + 1; (p = strchr(p, '/')); *p++ = '/') {
        *p = '\0';
        mkdir(whole, 0700);
    }
    FILE *f = fopen(whole, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static void write_files(const struct aws_case *c, const json_t *one, const char *url)
{
    const char *path;
    json_t *text;
    auto_free char *config = filled(c, json_str(one, "config", NULL), url);
    auto_free char *credentials = filled(c, json_str(one, "credentials", NULL), url);
    if (config)
        aws_case_write(c, "config", config);
    if (credentials)
        aws_case_write(c, "credentials", credentials);
    json_object_foreach(json_obj(one, "files"), path, text)
    {
        auto_free char *whole = filled(c, json_string_value(text), url);
        write_file(c, path, whole);
    }
}

/* Strings of a list, borrowed; `out` holds LIST_MAX. */
static size_t strings(const json_t *one, const char *key, const char **out)
{
    const json_t *list = json_arr(one, key);
    assert_true(json_array_size(list) <= LIST_MAX);
    for (size_t i = 0; i < json_array_size(list); i++)
        out[i] = json_string_value(json_array_get(list, i));
    return json_array_size(list);
}

static void open_aws(struct aws_case *c, const json_t *one, struct http *http, const char *const *environment)
{
    const char *reading[LIST_MAX], *writing[LIST_MAX], *regions[LIST_MAX];
    struct aws_options o = {
        .http = http,
        .profile = json_str(one, "flag", NULL),
        .region = json_str(one, "region_flag", NULL),
        .credential_process = json_flag(one, "credential_process", false),
        .external_id = json_str(one, "external_id", NULL),
        .read_roles = reading,
        .read_role_count = strings(one, "read_roles", reading),
        .write_roles = writing,
        .write_role_count = strings(one, "write_roles", writing),
        .allowed_regions = regions,
        .allowed_region_count = strings(one, "allowed_regions", regions),
    };
    struct err e = {0};
    c->aws = aws_new_with_env(&o, environment, &e);
    if (!c->aws)
        fail_msg("%s: %s", json_str(one, "name", ""), e.text);
}

void aws_case_open_with(struct aws_case *c, const json_t *one, struct http *http, const char *url)
{
    const char *folder_of_all = getenv("TMPDIR");
    snprintf(c->home, sizeof c->home, "%s/lakewarden-test-XXXXXX", folder_of_all ? folder_of_all : P_tmpdir);
    assert_non_null(mkdtemp(c->home));
    auto_free char *folder = xasprintf("%s/.aws", c->home);
    assert_int_equal(mkdir(folder, 0700), 0);
    write_files(c, one, url);

    char *environment[VARIABLES_MAX + 3] = {xasprintf("HOME=%s", c->home)};
    const json_t *list = json_arr(one, "env");
    size_t n = 1;
    bool metadata = false;
    assert_true(json_array_size(list) <= VARIABLES_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        environment[n++] = filled(c, json_string_value(json_array_get(list, i)), url);
        metadata |= text_starts(environment[n - 1], "AWS_EC2_METADATA_");
    }
    if (!metadata)
        environment[n++] = xstrdup("AWS_EC2_METADATA_DISABLED=true");
    open_aws(c, one, http, (const char *const *)environment);
    while (n > 0)
        free(environment[--n]);
}

void aws_case_open(struct aws_case *c, const json_t *one)
{
    aws_case_open_with(c, one, NULL, NULL);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void aws_case_close(struct aws_case *c)
{
    aws_free(c->aws);
    nftw(c->home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
