/* Runs groups of the official JSON Schema test suite: files on the command line, one JSON line per group out.
   A group whose schema does not compile is reported with the reason; whether that is right is the caller's to judge.

   {"file": F, "group": G, "refused": "why"}  or  {"file": F, "group": G, "passed": N, "failed": ["test", ...]} */
#include "base/json.h"
#include "base/own.h"
#include "schema/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (16u << 20)

static int read_file(const char *path, struct buf *out, struct err *e)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return err_set(e, ERR_NOT_FOUND, "%s: cannot be read", path);
    char part[65536];
    size_t n;
    int failed = 0;
    while (!failed && (n = fread(part, 1, sizeof part, f)) > 0)
        failed = buf_add(out, part, n);
    fclose(f);
    return failed ? err_set(e, ERR_TOO_LARGE, "%s: too large", path) : 0;
}

static void run_tests(const struct schema *s, json_t *tests, json_t *line)
{
    json_t *failed = json_array();
    int64_t passed = 0;
    size_t i;
    json_t *test;
    json_array_foreach(tests, i, test) {
        struct err e = {0};
        bool fits = schema_check(s, json_object_get(test, "data"), &e) == 0;
        if (fits == json_flag(test, "valid", false) && (fits || (e.kind == ERR_INVALID && e.text[0])))
            passed++;
        else
            json_array_append_new(failed, json_sprintf("%s: %s", json_str(test, "description", "?"),
                                                       fits ? "taken for valid" : e.text));
    }
    json_put_int(line, "passed", passed);
    json_put(line, "failed", failed);
}

static void run_group(const char *file, json_t *group)
{
    json_auto_t *line = json_pack("{s:s, s:s}", "file", file, "group", json_str(group, "description", "?"));
    struct err e = {0};
    struct schema *s = schema_compile(json_object_get(group, "schema"), &e);
    if (s)
        run_tests(s, json_arr(group, "tests"), line);
    else
        json_put_str(line, "refused", e.text);
    schema_free(s);
    auto_free char *text = json_text(line, NULL);
    puts(text);
}

static int run_file(const char *path)
{
    struct err e = {0};
    auto_buf struct buf bytes = BUF_INIT(FILE_MAX);
    json_auto_t *groups = read_file(path, &bytes, &e) ? NULL : json_parse(buf_text(&bytes), bytes.len, 64, &e);
    if (!groups) {
        fprintf(stderr, "%s: %s\n", path, e.text);
        return -1;
    }
    const char *slash = strrchr(path, '/');
    size_t i;
    json_t *group;
    json_array_foreach(groups, i, group)
        run_group(slash ? slash + 1 : path, group);
    return 0;
}

int main(int argc, char **argv)
{
    json_setup();
    for (int i = 1; i < argc; i++)
        if (run_file(argv[i]))
            return EXIT_FAILURE;
    return EXIT_SUCCESS;
}
