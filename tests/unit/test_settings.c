#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "base/settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SERVE = 1, CALL = 2 };

static const struct setting table[] = {
    {.name = "config", .type = SETTING_STRING, .value_name = "FILE", .help = "Settings as a JSON object", .commands = SERVE | CALL},
    {.name = "listen", .type = SETTING_STRING, .fallback = "127.0.0.1:8080", .value_name = "HOST:PORT", .help = "Where to listen", .commands = SERVE},
    {.name = "client-id", .type = SETTING_LIST, .value_name = "ID", .help = "App client that may call", .commands = SERVE},
    {.name = "stateless", .type = SETTING_FLAG, .help = "Hand out no session ids, and take any that is presented by whoever stands in front of us", .commands = SERVE},
    {.name = "max-calls", .type = SETTING_COUNT, .fallback = "256", .min = 1, .max = 4096, .value_name = "N", .help = "Calls at once", .commands = SERVE},
    {.name = "call-timeout", .type = SETTING_TIME, .fallback = "50s", .min = 1000, .max = 3600000, .value_name = "TIME", .help = "Time for one call", .commands = SERVE | CALL},
    {.name = "writes", .type = SETTING_CHOICE, .fallback = "deny", .choices = "deny|allow", .help = "Whether tools may change anything", .commands = SERVE | CALL},
    {.name = "region", .type = SETTING_STRING, .value_name = "REGION", .help = "AWS region", .commands = CALL},
};

struct loaded {
    struct settings *settings;
    const char *rest[16];
    size_t rest_count;
    struct err err;
};

/* The file of settings; its path may hold a blank. */
static char file_path[PATH_MAX];

/* Loads from a line of arguments divided by blanks; "@" stands for the file of settings. */
static struct loaded load(const char *line)
{
    static char words[1024], config[PATH_MAX + 16];
    char *argv[16];
    int argc = 0;
    snprintf(words, sizeof words, "%s", line);
    for (char *p = words, *word; (word = strsep(&p, " ")) && argc < 16;)
        if (strcmp(word, "--config=@") == 0) {
            snprintf(config, sizeof config, "--config=%s", file_path);
            argv[argc++] = config;
        } else if (*word) {
            argv[argc++] = strcmp(word, "@") == 0 ? file_path : word;
        }
    struct loaded l = {0};
    l.settings = settings_load(table, ARRAY_LEN(table), argc, argv, l.rest, &l.rest_count, &l.err);
    return l;
}

static void fails(const char *line, const char *text)
{
    struct loaded l = load(line);
    if (l.settings || l.err.kind != ERR_CONFIG || strcmp(l.err.text, text) != 0)
        fail_msg("%s\n  is    %s\n  wants %s", line, l.settings ? "no error" : l.err.text, text);
}

static void says(const struct settings *s, const char *name, const char *text, const char *origin)
{
    auto_free char *is = settings_text(s, name);
    assert_string_equal(is, text);
    assert_string_equal(settings_origin(s, name), origin);
}

/* Writes the file of settings. */
static void file_write(const char *text)
{
    const char *folder = getenv("TMPDIR");
    assert_in_range(snprintf(file_path, sizeof file_path, "%s/settings-XXXXXX", folder ? folder : P_tmpdir), 0, sizeof file_path - 1);
    auto_close int fd = mkstemp(file_path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void defaults_apply(void **state)
{
    (void)state;
    struct loaded l = load("");
    assert_non_null(l.settings);
    assert_string_equal(settings_str(l.settings, "listen"), "127.0.0.1:8080");
    assert_int_equal(settings_num(l.settings, "max-calls"), 256);
    assert_int_equal(settings_num(l.settings, "call-timeout"), 50000);
    assert_false(settings_flag(l.settings, "stateless"));
    assert_null(settings_str(l.settings, "region"));
    const char *const *items;
    assert_int_equal(settings_list(l.settings, "client-id", &items), 0);
    says(l.settings, "call-timeout", "50s", "default");
    says(l.settings, "region", "", "default");
    settings_free(l.settings);
    settings_free(NULL);
}

static void flags_are_read(void **state)
{
    (void)state;
    struct loaded l = load("http --listen [::1]:0 --client-id a --client-id=b,c --stateless x=1 --call-timeout=90s - --writes allow -- --listen");
    assert_non_null(l.settings);
    says(l.settings, "listen", "[::1]:0", "flag");
    says(l.settings, "stateless", "true", "flag");
    says(l.settings, "writes", "allow", "flag");
    assert_int_equal(settings_num(l.settings, "call-timeout"), 90000);
    const char *const *items;
    assert_int_equal(settings_list(l.settings, "client-id", &items), 2);
    assert_string_equal(items[0], "a");
    assert_string_equal(items[1], "b,c");
    static const char *const rest[] = {"http", "x=1", "-", "--listen"};
    assert_int_equal(l.rest_count, ARRAY_LEN(rest));
    for (size_t i = 0; i < ARRAY_LEN(rest); i++)
        assert_string_equal(l.rest[i], rest[i]);
    settings_free(l.settings);
}

static void flag_beats_environment_beats_file(void **state)
{
    (void)state;
    file_write("{\"listen\": \"file:1\", \"max-calls\": 7, \"writes\": \"allow\", \"client-id\": [\"f\"],"
               " \"stateless\": true, \"call-timeout\": \"1500ms\"}");
    setenv("LAKEWARDEN_LISTEN", "env:1", 1);
    setenv("LAKEWARDEN_MAX_CALLS", "9", 1);
    setenv("LAKEWARDEN_CLIENT_ID", "x,y", 1);
    setenv("LAKEWARDEN_WRITES", "", 1); /* empty counts as unset */
    struct loaded l = load("--config @ --listen flag:1");
    if (!l.settings)
        fail_msg("%s", l.err.text);
    says(l.settings, "listen", "flag:1", "flag");
    says(l.settings, "max-calls", "9", "LAKEWARDEN_MAX_CALLS");
    says(l.settings, "client-id", "x,y", "LAKEWARDEN_CLIENT_ID");
    says(l.settings, "writes", "allow", file_path);
    says(l.settings, "stateless", "true", file_path);
    says(l.settings, "call-timeout", "1500ms", file_path);
    says(l.settings, "region", "", "default");
    settings_free(l.settings);
    static const char *const names[] = {"LISTEN", "MAX_CALLS", "CLIENT_ID", "WRITES"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        auto_free char *name = xasprintf("LAKEWARDEN_%s", names[i]);
        unsetenv(name);
    }
    unlink(file_path);
}

static void wrong_flags_are_named(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"--lisen x", "--lisen is not a flag (did you mean --listen?)"},
        {"--max_calls=3", "--max_calls is not a flag (did you mean --max-calls?)"},
        {"--what-is-this", "--what-is-this is not a flag"},
        {"-l x", "-l is not a flag"},
        {"--listen", "--listen: needs a value (HOST:PORT)"},
        {"--listen --stateless", "--listen: needs a value (HOST:PORT)"},
        {"--listen=", "--listen: the value is empty"},
        {"--listen a --listen b", "--listen: given twice"},
        {"--stateless=yes", "--stateless: \"yes\" is neither true nor false"},
        {"--max-calls 0", "--max-calls: \"0\" is not a whole number from 1 to 4096"},
        {"--max-calls 1e3", "--max-calls: \"1e3\" is not a whole number from 1 to 4096"},
        {"--call-timeout 5", "--call-timeout: \"5\" is not a time such as 250ms, 30s, 5m or 1h"},
        {"--call-timeout 99999999999999999h", "--call-timeout: \"99999999999999999h\" is not a time such as 250ms, 30s, 5m or 1h"},
        {"--call-timeout 2h", "--call-timeout: 2h is outside 1000ms to 3600000ms"},
        {"--writes maybe", "--writes: \"maybe\" is none of deny|allow"},
        {"--writes deny|allow", "--writes: \"deny|allow\" is none of deny|allow"},
        {"--config /nonexistent/x.json", "/nonexistent/x.json: No such file or directory"},
        {"--config /dev/zero", "/dev/zero: larger than 1048576 bytes"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        fails(cases[i][0], cases[i][1]);
}

static void wrong_variables_are_named(void **state)
{
    (void)state;
    setenv("LAKEWARDEN_MAX_CALL", "3", 1);
    fails("", "the environment holds LAKEWARDEN_MAX_CALL, which is not a setting (did you mean LAKEWARDEN_MAX_CALLS?)");
    unsetenv("LAKEWARDEN_MAX_CALL");
    setenv("LAKEWARDEN_MAX_CALLS", "many", 1);
    fails("", "LAKEWARDEN_MAX_CALLS: \"many\" is not a whole number from 1 to 4096");
    unsetenv("LAKEWARDEN_MAX_CALLS");
    setenv("LAKEWARDEN_CLIENT_ID", "a,,b", 1);
    fails("", "LAKEWARDEN_CLIENT_ID: the value is empty");
    unsetenv("LAKEWARDEN_CLIENT_ID");
}

static void wrong_files_are_named(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"[]", "must hold a JSON object"},
        {"{\"listen\": 1}", "listen: must be a string"},
        {"{\"listen\": \"\"}", "listen: the value is empty"},
        {"{\"listen\": \"a\\u0000b\"}", "listen: must be a string"},
        {"{\"client-id\": \"a\"}", "client-id: must be an array of strings"},
        {"{\"client-id\": [1]}", "client-id: must be an array of strings"},
        {"{\"stateless\": \"true\"}", "stateless: must be true or false"},
        {"{\"max-calls\": 1.5}", "max-calls: must be a whole number"},
        {"{\"max-calls\": 99999}", "max-calls: \"99999\" is not a whole number from 1 to 4096"},
        {"{\"call-timeout\": 30}", "call-timeout: must be a string such as \"30s\""},
        {"{\"max_calls\": 1}", "\"max_calls\" is not a setting (did you mean max-calls?)"},
        {"{\"config\": \"x\"}", "\"config\" is not a setting"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        file_write(cases[i][0]);
        auto_free char *text = xasprintf("%s: %s", file_path, cases[i][1]);
        fails("--config=@ --listen flag:1", text);
        unlink(file_path);
    }
    file_write("{\"listen\": ");
    struct loaded l = load("--config=@");
    assert_null(l.settings);
    assert_int_equal(l.err.kind, ERR_CONFIG);
    assert_int_equal(strncmp(l.err.text, file_path, strlen(file_path)), 0);
    unlink(file_path);
}

static void help_is_aligned(void **state)
{
    (void)state;
    auto_buf struct buf out = BUF_INIT(4096);
    settings_help(table, ARRAY_LEN(table), SERVE, &out);
    assert_string_equal(buf_text(&out),
                        "  --config FILE        Settings as a JSON object\n"
                        "  --listen HOST:PORT   Where to listen (default 127.0.0.1:8080)\n"
                        "  --client-id ID       App client that may call (repeatable)\n"
                        "  --stateless          Hand out no session ids, and take any that is presented\n"
                        "                       by whoever stands in front of us\n"
                        "  --max-calls N        Calls at once (default 256)\n"
                        "  --call-timeout TIME  Time for one call (default 50s)\n"
                        "  --writes deny|allow  Whether tools may change anything (default deny)\n");
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_apply),        cmocka_unit_test(flags_are_read),
        cmocka_unit_test(wrong_flags_are_named), cmocka_unit_test(flag_beats_environment_beats_file),
        cmocka_unit_test(wrong_files_are_named), cmocka_unit_test(wrong_variables_are_named),
        cmocka_unit_test(help_is_aligned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
