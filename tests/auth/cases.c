#include "tests/unit/cmocka_all.h"

#include "tests/auth/cases.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX 1048576
#define CASES_MAX 1024

static json_t *load(const char *folder, const char *name)
{
    auto_free char *path = xasprintf("%s/%s", folder, name);
    auto_free char *text = xmalloc(FILE_MAX);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, FILE_MAX, f) : 0;
    if (f)
        fclose(f);
    struct err e = {0};
    json_t *cases = json_parse(text, n, JSON_DEPTH_CLIENT, &e);
    if (!cases)
        fprintf(stderr, "%s: %s\n", path, e.text);
    return cases;
}

static int is_case_file(const struct dirent *d)
{
    return text_ends(d->d_name, ".json");
}

/* Cases of all files in one array, each file in the order of its name; NULL if one cannot be read. */
static json_t *load_all(const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_case_file, alphasort);
    json_t *all = json_array();
    for (int i = 0; i < count; i++) {
        json_auto_t *cases = load(folder, names[i]->d_name);
        free(names[i]);
        if (all && json_is_array(cases)) {
            json_array_extend(all, cases);
        } else {
            json_decref(all);
            all = NULL;
        }
    }
    if (count >= 0)
        free(names);
    return all;
}

int cases_run(const char *folder, void (*test)(void **state))
{
    const char *root = getenv("LW_SOURCE_ROOT");
    auto_free char *path = xasprintf("%s/%s", root ? root : ".", folder);
    json_auto_t *all = load_all(path);
    size_t n = json_array_size(all);
    if (n == 0 || n > CASES_MAX) {
        fprintf(stderr, "%s: no cases, too many, or a file that is no array of cases\n", path);
        return 1;
    }
    struct CMUnitTest *tests = xcalloc(n, sizeof *tests);
    for (size_t i = 0; i < n; i++) {
        json_t *c = json_array_get(all, i);
        tests[i] = (struct CMUnitTest){
            .name = json_str(c, "name", "?"), .test_func = test, .initial_state = c};
    }
    int failed = _cmocka_run_group_tests(folder, tests, n, NULL, NULL);
    free(tests);
    return failed;
}
