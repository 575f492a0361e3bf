/* When AWS is asked, and when not: tests/aws/breaker.json and tests/aws/pace.json, each a story told by a clock of its own. */
#include "tests/unit/cmocka_all.h"

#include "aws/breaker.h"
#include "aws/pace.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/unit/aws_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct aws_operation *operation_of(const char *service, const char *name)
{
    size_t n;
    const struct aws_operation *const *all = aws_operations(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i]->service->name, service) == 0 && strcmp(all[i]->name, name) == 0)
            return all[i];
    fail_msg("no operation %s of %s", name, service);
    return NULL;
}

/* Where a step asks: what it does not say itself, the case says. */
static struct route route_of(const json_t *test, const json_t *step)
{
    const char *service = json_str(step, "service", json_str(test, "service", "glue"));
    const char *usual = strcmp(service, "logs") == 0 ? "GetLogEvents" : "GetJobRuns";
    return (struct route){.account = json_str(step, "account", ""),
                          .region = json_str(step, "region", "eu-west-1"),
                          .op = operation_of(service, json_str(step, "op", json_str(test, "op", usual)))};
}

static enum breaker_outcome outcome_of(const char *word)
{
    return strcmp(word, "alive") == 0 ? BREAKER_ALIVE : strcmp(word, "failed") == 0 ? BREAKER_FAILED : BREAKER_NOTHING;
}

static void ask_in_many_regions(struct breaker *b, struct route r, int64_t at, int64_t count)
{
    char region[32], why[BREAKER_WHY_MAX];
    for (int64_t i = 0; i < count; i++) {
        snprintf(region, sizeof region, "eu-west-%d", (int)i + 2);
        r.region = region;
        assert_int_equal(breaker_ask(b, &r, at, why), 0);
    }
}

static void breaker_step(struct breaker *b, const json_t *test, const json_t *step)
{
    struct route r = route_of(test, step);
    int64_t at = json_int(step, "at", 0);
    char why[BREAKER_WHY_MAX] = "";
    if (json_object_get(step, "tell")) {
        for (int64_t i = 0; i < json_int(step, "times", 1); i++)
            breaker_tell(b, &r, outcome_of(json_str(step, "tell", "")), json_str(step, "said", "HTTP 500"),
                         at + i * json_int(step, "every", 0));
    } else if (json_object_get(step, "regions")) {
        ask_in_many_regions(b, r, at, json_int(step, "regions", 0));
    } else {
        assert_int_equal(breaker_ask(b, &r, at, why), json_int(step, "ask", -1));
        if (json_object_get(step, "why"))
            assert_string_equal(why, json_str(step, "why", ""));
    }
}

static void breakers_open_and_close(void **state)
{
    (void)state;
    json_auto_t *cases = aws_cases("breaker", 10);
    size_t i, k;
    json_t *test, *step;
    json_array_foreach(cases, i, test)
    {
        print_message("  %s\n", json_str(test, "about", ""));
        struct breaker *b = breaker_new();
        json_array_foreach(json_arr(test, "steps"), k, step) breaker_step(b, test, step);
        breaker_free(b);
    }
}

static void pace_step(struct pace *p, const json_t *test, const json_t *step)
{
    struct route r = route_of(test, step);
    int64_t at = json_int(step, "at", 0);
    if (json_flag(step, "throttled", false)) {
        pace_throttled(p, &r, at);
        return;
    }
    for (int64_t i = 0; i < json_int(step, "times", 1); i++) {
        int64_t wait = pace_turn(p, &r, at + i * json_int(step, "every", 0));
        if (json_object_get(step, "waits_least"))
            assert_true(wait >= json_int(step, "waits_least", 0));
        else
            assert_int_equal(wait, json_int(step, "waits", -1));
    }
}

static void turns_come_at_their_pace(void **state)
{
    (void)state;
    json_auto_t *cases = aws_cases("pace", 8);
    size_t i, k;
    json_t *test, *step;
    json_array_foreach(cases, i, test)
    {
        print_message("  %s\n", json_str(test, "about", ""));
        struct pace *p = pace_new();
        json_array_foreach(json_arr(test, "steps"), k, step) pace_step(p, test, step);
        pace_free(p);
    }
}

/* What AWS documents is between once a second and a hundred times. */
static void limits_are_likely(void **state)
{
    (void)state;
    size_t n, limited = 0;
    const struct aws_operation *const *all = aws_operations(&n);
    for (size_t i = 0; i < n; i++) {
        limited += all[i]->per_s > 0;
        assert_true(all[i]->per_s == 0 || (all[i]->per_s >= 1 && all[i]->per_s <= 100));
    }
    assert_true(limited >= 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breakers_open_and_close),
        cmocka_unit_test(turns_come_at_their_pace),
        cmocka_unit_test(limits_are_likely),
    };
    json_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
