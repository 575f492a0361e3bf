/* The gate of writes with --writes confirm: nothing is sent without a person's clear yes to exactly that, what was read before the
   question is read again, and nobody waits for somebody else's person. The client is a script of answers. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "tests/unit/aws_case.h"
#include "tools/failure.h"
#include "tools/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWERS_MAX 4

struct gate_case {
    const char *name;
    enum writes_mode writes;
    bool dry_run, waits, changes; /* changes: what is to be done is another thing in each run */
    struct {
        enum asked asked;
        const char *json;
    } answers[ANSWERS_MAX];
    int asked, runs, sent;
    const char *effect; /* NULL: no answer, or an error */
    const char *says;   /* in the condition "confirmed", or in the error */
};

#define YES "{\"action\":\"accept\",\"content\":{\"confirm\":true}}"

static const struct gate_case gate_cases[] = {
    {"allowed without asking", WRITES_ALLOW, .runs = 1, .sent = 1, .effect = "created"},
    {"denied", WRITES_DENY, .runs = 1, .says = "--writes deny"},
    {"a dry run never asks", WRITES_CONFIRM, .dry_run = true, .runs = 1, .effect = "dry_run"},
    {"yes, in a round of its own", WRITES_CONFIRM, .answers = {{ASKED_ANSWERED, YES}}, .asked = 1, .runs = 1, .sent = 1,
     .effect = "created", .says = "a person confirmed it"},
    {"yes, after waiting: all is read again", WRITES_CONFIRM, .waits = true, .answers = {{ASKED_ANSWERED, YES}}, .asked = 1,
     .runs = 2, .sent = 1, .effect = "created", .says = "a person confirmed it"},
    {"yes to something else", WRITES_CONFIRM, .waits = true, .changes = true,
     .answers = {{ASKED_ANSWERED, YES}, {ASKED_ANSWERED, YES}, {ASKED_ANSWERED, YES}}, .asked = 3, .runs = 4,
     .effect = "refused", .says = "something else to be done"},
    {"a note is kept in one line and without secrets", WRITES_CONFIRM,
     .answers = {{ASKED_ANSWERED, "{\"action\":\"accept\",\"content\":{\"confirm\":true,\"note\":\"ok \\\"Ann\\\"\\n"
                                  "password=hunter2 done\"}}"}},
     .asked = 1, .runs = 1, .sent = 1, .effect = "created", .says = "note: \"ok 'Ann' password=[redacted] done\""},
    {"left unchecked", WRITES_CONFIRM, .answers = {{ASKED_ANSWERED, "{\"action\":\"accept\",\"content\":{\"confirm\":false}}"}},
     .asked = 1, .runs = 1, .effect = "refused", .says = "left it unconfirmed"},
    {"accepted without content", WRITES_CONFIRM, .answers = {{ASKED_ANSWERED, "{\"action\":\"accept\"}"}}, .asked = 1, .runs = 1,
     .effect = "refused", .says = "left it unconfirmed"},
    {"a text is no box", WRITES_CONFIRM,
     .answers = {{ASKED_ANSWERED, "{\"action\":\"accept\",\"content\":{\"confirm\":\"true\"}}"}}, .asked = 1, .runs = 1,
     .effect = "refused", .says = "left it unconfirmed"},
    {"declined, whatever the content", WRITES_CONFIRM,
     .answers = {{ASKED_ANSWERED, "{\"action\":\"decline\",\"content\":{\"confirm\":true}}"}}, .asked = 1, .runs = 1,
     .effect = "refused", .says = "declined"},
    {"closed", WRITES_CONFIRM, .waits = true, .answers = {{ASKED_ANSWERED, "{\"action\":\"cancel\"}"}}, .asked = 1, .runs = 1,
     .effect = "refused", .says = "closed without an answer"},
    {"an action nobody knows", WRITES_CONFIRM,
     .answers = {{ASKED_ANSWERED, "{\"action\":\"ok\",\"content\":{\"confirm\":true}}"}}, .asked = 1, .runs = 1,
     .effect = "refused", .says = "closed without an answer"},
    {"asked, the answer comes later", WRITES_CONFIRM, .answers = {{ASKED_LATER, NULL}}, .asked = 1, .runs = 1,
     .says = "a person is being asked"},
    {"a client that cannot ask", WRITES_CONFIRM, .answers = {{ASKED_CANNOT, NULL}}, .asked = 1, .runs = 1, .effect = "refused",
     .says = "use one that can (elicitation, or a terminal), or --writes allow"},
    {"no more can be remembered", WRITES_CONFIRM, .answers = {{ASKED_FULL, NULL}}, .asked = 1, .runs = 1, .effect = "refused",
     .says = "this server cannot remember more of them now: call again in ten minutes"},
    {"nobody answers", WRITES_CONFIRM, .waits = true, .answers = {{ASKED_ENDED, NULL}}, .asked = 1, .runs = 1,
     .effect = "refused", .says = "no answer to the question came in time, or none that fits it"},
};

/* One case while it runs. `call` is first: the script is found from it. */
struct scene {
    struct tool_call call;
    const struct gate_case *one;
    struct claims *claims;
    int asked, runs, sent, free_claims;
    char first_key[CONSENT_KEY_TEXT];
};

static enum asked answer_by_script(const struct tool_call *call, const struct question *q, json_t **answer)
{
    struct scene *s = (struct scene *)(uintptr_t)call;
    assert_string_equal(q->method, "elicitation/create");
    assert_true(q->bound);
    assert_non_null(strstr(json_str(q->params, "message", ""), "Run the job \"load\" again?"));
    assert_non_null(strstr(json_str(q->params, "message", ""), "run jr_1 is FAILED"));
    assert_null(strstr(json_str(q->params, "message", ""), "hunter2"));
    assert_non_null(strstr(json_str(q->params, "message", ""), "0... [cut: 5000 bytes in all, "));
    assert_non_null(strstr(json_str(q->params, "message", ""), "\"--target\":\"drop\"")); /* nothing hides behind the padding */
    assert_non_null(strstr(json_str(q->params, "message", ""),
                           "- it says: - nothing is changed by this\nTo know:\n- The job keeps a bookmark\n"));
    if (s->call.ask_waits) { /* another call can have the resource meanwhile */
        struct stop now;
        stop_init(&now, 0);
        struct err e = {0};
        auto_free char *resource = xasprintf("/glue/load");
        s->free_claims += claims_take(s->claims, resource, &now, &e) == 0;
        claims_give_back(s->claims, resource);
        stop_done(&now);
    }
    snprintf(s->first_key, sizeof s->first_key, "%s", s->asked ? s->first_key : q->key);
    assert_true(s->one->changes == (s->asked > 0 && strcmp(s->first_key, q->key) != 0) || s->asked == 0);
    int i = s->asked++;
    *answer = s->one->answers[i].json ? json_loads(s->one->answers[i].json, 0, NULL) : NULL;
    return s->one->answers[i].asked;
}

static int count_sent(void *ctx, struct aws_session *session, struct stop *stop, struct tool_answer *out)
{
    (void)session, (void)stop, (void)out;
    struct gate *g = ctx;
    ((struct scene *)(uintptr_t)g->call)->sent++;
    g->effect = EFFECT_CREATED;
    return 0;
}

/* A long text whose last letter alone differs. */
static json_t *padded(int number)
{
    return json_sprintf("%05000d", number);
}

static int pass(struct gate *g, struct envelope *v, struct tool_answer *out)
{
    struct scene *s = (struct scene *)(uintptr_t)g->call;
    if (gate_enter(g, g->call, "glue/load", "load", out))
        return -1;
    gate_hold(g, "run_failed", true, "run jr_1 is FAILED");
    gate_hold(g, "reason", true, "it says:\n- nothing is changed\u2028by this");
    envelope_warn(v, "bookmark", "The job keeps a bookmark");
    auto_free char *act = gate_act(json_pack("{s:s, s:s, s:{s:o, s:s, s:s, s:i}}", "service", "glue", "operation", "StartJobRun",
                                             "input", "padding", padded(s->one->changes ? s->runs : 0), "--target", "drop",
                                             "--password", "hunter2", "n", 7),
                                   "Run the job \"%s\" again?", "load");
    if (g->dry_run)
        g->effect = EFFECT_DRY_RUN;
    else if (gate_send(g, act, count_sent, g, v, out))
        return -1;
    gate_put(g, v);
    return envelope_answer(v, NULL, out);
}

static int once(const struct tool_call *call, struct consent *consent, struct tool_answer *out, struct err *e)
{
    (void)e;
    *out = (struct tool_answer){0};
    ((struct scene *)(uintptr_t)call)->runs++;
    auto_envelope struct envelope v = {0};
    envelope_init(&v, "retry_glue_job");
    struct gate g = {.call = call, .consent = consent};
    int rc = pass(&g, &v, out);
    gate_leave(&g);
    return out->content ? 0 : rc;
}

static const char *confirmed_detail(const json_t *structured)
{
    size_t i;
    json_t *o;
    json_array_foreach(json_arr(structured, "preconditions"), i, o)
        if (!strcmp(json_str(o, "name", ""), "confirmed"))
            return json_str(o, "detail", "");
    return "";
}

static void try_case(const struct gate_case *one, struct aws *aws)
{
    struct tool_env env = {.aws = aws, .claims = claims_new(), .writes = one->writes};
    struct stop stop;
    stop_init(&stop, -1);
    json_auto_t *arguments = json_pack("{s:b}", "dry_run", one->dry_run);
    struct scene s = {.call = {.arguments = arguments, .stop = &stop, .env = &env, .subject = "ann", .ask = answer_by_script,
                               .ask_waits = one->waits},
                      .one = one, .claims = env.claims};
    struct tool_answer out = {0};
    struct err e = {0};
    assert_int_equal(gate_run(&s.call, once, &out, &e), 0);
    const char *text = json_str(json_array_get(out.content, 0), "text", "");
    const char *detail = one->effect ? confirmed_detail(out.structured) : text;
    if (s.asked != one->asked || s.runs != one->runs || s.sent != one->sent)
        fail_msg("%s: asked %d times, ran %d times, sent %d", one->name, s.asked, s.runs, s.sent);
    if (one->effect && strcmp(json_str(out.structured, "effect", "none"), one->effect) != 0)
        fail_msg("%s: %s", one->name, json_str(out.structured, "effect", "none"));
    if (one->says && !strstr(detail, one->says))
        fail_msg("%s: says %s", one->name, detail);
    if (s.free_claims != (one->waits ? one->asked : 0))
        fail_msg("%s: the resource was held while a person was asked", one->name);
    json_decref(out.content);
    json_decref(out.structured);
    stop_done(&stop);
    claims_free(env.claims);
}

static void test_nothing_is_sent_without_a_yes(void **state)
{
    (void)state;
    struct aws_case c;
    json_auto_t *settings = json_pack("{s:s}", "region_flag", "eu-west-1");
    aws_case_open(&c, settings);
    for (size_t i = 0; i < ARRAY_LEN(gate_cases); i++)
        try_case(&gate_cases[i], c.aws);
    aws_case_close(&c);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_sent_without_a_yes),
    };
    return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
