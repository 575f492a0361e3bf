/* Where CA bundles lie: folders of tests/unit/trust/ are the roots of distributions, found.json says what is found in each. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "base/trust.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static char *folder(const char *below)
{
    return xasprintf("%s/tests/unit/trust/%s", getenv("LW_SOURCE_ROOT"), below);
}

static size_t folders_there(void)
{
    auto_free char *path = folder("");
    DIR *d = opendir(path);
    size_t n = 0;
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d));)
        n += entry->d_name[0] != '.' && !strstr(entry->d_name, ".json");
    closedir(d);
    return n;
}

static void each_distribution_has_its_place(void **state)
{
    (void)state;
    auto_free char *path = folder("found.json");
    json_auto_t *found = json_load_file(path, 0, NULL);
    assert_true(json_object_size(found) > 5);
    assert_int_equal(json_object_size(found), folders_there());
    const char *distribution;
    json_t *place;
    json_object_foreach(found, distribution, place) {
        auto_free char *root = folder(distribution);
        auto_free char *bundle = trust_system(root);
        if (json_is_null(place)) {
            assert_null(bundle);
            continue;
        }
        auto_free char *wanted = xasprintf("%s%s", root, json_string_value(place));
        assert_non_null(bundle);
        assert_string_equal(bundle, wanted);
    }
}

static void what_is_named_goes_first(void **state)
{
    (void)state;
    auto_free char *one = folder("debian/etc/ssl/certs/ca-certificates.crt");
    auto_free char *other = folder("suse/etc/ssl/ca-bundle.pem");
    struct err e = {0};
    char *path = NULL;
    setenv("SSL_CERT_FILE", other, 1);
    assert_int_equal(trust_named(one, &path, &e), 0);
    assert_string_equal(path, one);
    free(steal(&path));
    assert_int_equal(trust_named(NULL, &path, &e), 0);
    assert_string_equal(path, other);
    free(steal(&path));
    setenv("SSL_CERT_FILE", "", 1);
    assert_int_equal(trust_named(NULL, &path, &e), 0);
    assert_null(path);
    unsetenv("SSL_CERT_FILE");
    assert_int_equal(trust_named(NULL, &path, &e), 0);
    assert_null(path);
}

static void what_is_named_must_be_there(void **state)
{
    (void)state;
    struct err e = {0};
    char *path = NULL;
    setenv("SSL_CERT_FILE", "/nonexistent/ca.pem", 1);
    assert_int_equal(trust_named(NULL, &path, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "/nonexistent/ca.pem"));
    assert_null(path);
    unsetenv("SSL_CERT_FILE");
}

static void that_none_is_there_says_what_to_do(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(trust_missing(&e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "ca-certificates"));
    assert_non_null(strstr(e.text, "SSL_CERT_FILE"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_distribution_has_its_place),
        cmocka_unit_test(what_is_named_goes_first),
        cmocka_unit_test(what_is_named_must_be_there),
        cmocka_unit_test(that_none_is_there_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
