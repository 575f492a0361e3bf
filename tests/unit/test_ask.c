/* The parts of asking that need no client: what answers must look like, the board, what is spent, what sessions want to hear. */
#include "tests/unit/cmocka_all.h"
#include "tests/unit/table.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/random.h"
#include "schema/schema.h"
#include "server/ask_private.h"
#include "server/client.h"
#include "server/places.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of answers.json: a question, an answer, whether it fits. */
static void answers_fit_their_method(void **state)
{
    (void)state;
    json_auto_t *table = table_load("unit/server/answers", 21);
    const json_t *row;
    size_t i;
    json_array_foreach(table, i, row) {
        struct question q = {.key = "k", .method = json_str(row, "method", ""), .params = json_obj(row, "params")};
        struct schema *form;
        struct err e = {0};
        assert_int_equal(ask_form(&q, &form, &e), 0);
        if (ask_fits(q.method, form, json_object_get(row, "answer")) != json_flag(row, "fits", false))
            fail_msg("row %zu: %s", i, json_str(row, "why", "?"));
        schema_free(form);
    }
}

static void a_form_that_is_no_schema_is_refused(void **state)
{
    (void)state;
    json_auto_t *params = json_pack("{s:{s:s}}", "requestedSchema", "type", "thing");
    struct question q = {.key = "k", .method = "elicitation/create", .params = params};
    struct schema *form;
    struct err e = {0};
    assert_int_equal(ask_form(&q, &form, &e), -1);
    assert_int_equal(e.kind, ERR_INVALID);
}

/* Rows of abilities.json: capabilities, and what is read in them. */
static void capabilities_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned bit;
    } names[] = {{"forms", CLIENT_ELICITS_FORMS}, {"urls", CLIENT_ELICITS_URLS}, {"samples", CLIENT_SAMPLES},
                 {"samples_with_tools", CLIENT_SAMPLES_WITH_TOOLS}, {"roots", CLIENT_HAS_ROOTS}, {"tasks", CLIENT_HAS_TASKS}};
    json_auto_t *table = table_load("unit/server/abilities", 1);
    const json_t *row, *ability;
    size_t i, j;
    json_array_foreach(table, i, row) {
        unsigned wanted = 0;
        json_array_foreach(json_arr(row, "can"), j, ability)
            for (size_t k = 0; k < ARRAY_LEN(names); k++)
                wanted |= json_is_text(ability, names[k].name) ? names[k].bit : 0;
        if (client_abilities(json_object_get(row, "capabilities")) != wanted)
            fail_msg("row %zu", i);
    }
}

/* ---- the board ---- */

static struct posting *posting_new(const char *owner, const char *name)
{
    struct posting *p = xcalloc(1, sizeof *p);
    *p = (struct posting){.key = xstrdup("k"), .owner = xstrdup(owner), .name = xstrdup(name),
                          .request = json_pack("{s:s, s:{}}", "method", "roots/list", "params")};
    return p;
}

static json_t *roots_new(void)
{
    return json_pack("{s:[]}", "roots");
}

static void answers_find_their_question(void **state)
{
    (void)state;
    struct board *b = board_new();
    struct posting *mine = posting_new("alice", "1"), *theirs = posting_new("bob", "1");
    json_auto_t *answer = roots_new(), *unfit = json_object();
    board_add(b, mine);
    board_add(b, theirs);
    assert_int_equal(board_answer(b, "alice", "2", answer), DELIVERY_UNKNOWN);
    assert_int_equal(board_answer(b, "carol", "1", answer), DELIVERY_UNKNOWN);
    assert_int_equal(board_answer(b, "alice", "1", unfit), DELIVERY_UNFIT);
    assert_int_equal(board_answer(b, "alice", "1", NULL), DELIVERY_UNFIT);
    assert_int_equal(board_look(b, mine), POSTING_OPEN);
    assert_int_equal(board_answer(b, "alice", "1", answer), DELIVERY_TAKEN);
    assert_int_equal(board_look(b, mine), POSTING_ANSWERED);
    assert_true(json_equal(mine->answer, answer));
    assert_int_equal(board_answer(b, "alice", "1", answer), DELIVERY_UNKNOWN);
    assert_int_equal(board_refuse(b, "alice", "1", true), DELIVERY_UNKNOWN);
    assert_int_equal(board_look(b, theirs), POSTING_OPEN);
    json_auto_t *none = board_open(b, "alice"), *open = board_open(b, "bob");
    assert_int_equal(json_object_size(none), 0);
    assert_string_equal(json_str(json_obj(open, "1"), "method", ""), "roots/list");
    assert_int_equal(board_refuse(b, "bob", "1", false), DELIVERY_TAKEN);
    assert_int_equal(board_look(b, theirs), POSTING_IMPOSSIBLE);
    board_remove(b, mine);
    board_remove(b, theirs);
    posting_free(mine);
    posting_free(theirs);
    board_free(b);
}

static void questions_of_a_lost_call_end(void **state)
{
    (void)state;
    struct board *b = board_new();
    struct call *gone = xcalloc(1, sizeof *gone);
    struct posting *lost = posting_new("alice", "1"), *other = posting_new("alice", "2");
    lost->call = gone;
    board_add(b, lost);
    board_add(b, other);
    board_lose(b, gone);
    assert_int_equal(board_look(b, lost), POSTING_LOST);
    assert_int_equal(board_look(b, other), POSTING_OPEN);
    board_remove(b, lost);
    board_remove(b, other);
    posting_free(lost);
    posting_free(other);
    board_free(b);
    free(gone);
}

static void places_are_counted(void **state)
{
    (void)state;
    static const struct caller ada = {.subject = "ada", .client_id = "app"}, bob = {.subject = "bob"};
    static const struct caller ada_again = {.subject = "ada", .client_id = "app"};
    struct places *p = places_new(3);
    assert_true(places_take(p, &ada) && places_take(p, &ada_again));
    assert_false(places_take(p, &ada)); /* half, rounded up */
    assert_true(places_take(p, &bob));
    assert_false(places_take(p, &bob)); /* there are no more */
    places_give_back(p, &ada);
    assert_true(places_take(p, &bob));
    places_give_back(p, &bob);
    assert_true(places_take(p, &ada));
    places_free(p);
    p = places_new(1);
    assert_true(places_take(p, &ada));
    places_free(p);
}

static void *answer_it(void *board)
{
    json_auto_t *answer = roots_new();
    while (board_answer(board, "alice", "1", answer) != DELIVERY_TAKEN)
        ;
    return NULL;
}

static void an_answer_ends_the_wait(void **state)
{
    (void)state;
    struct board *b = board_new();
    struct posting *p = posting_new("alice", "1");
    struct stop stop;
    stop_init(&stop, -1);
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, answer_it, b), 0);
    board_add(b, p);
    board_wait(b, p, &stop, INT64_MAX);
    assert_int_equal(board_look(b, p), POSTING_ANSWERED);
    board_wait(b, p, &stop, INT64_MAX); /* returns at once: it is no longer open */
    pthread_join(other, NULL);
    board_remove(b, p);
    posting_free(p);
    stop_done(&stop);
    board_free(b);
}

static void a_wait_has_its_limits(void **state)
{
    (void)state;
    struct board *b = board_new();
    struct posting *p = posting_new("alice", "1");
    struct stop stop;
    stop_init(&stop, -1);
    board_add(b, p);
    board_wait(b, p, &stop, 10);
    assert_int_equal(board_look(b, p), POSTING_OPEN);
    stop_trip(&stop, STOP_CANCELLED);
    board_wait(b, p, &stop, INT64_MAX);
    assert_int_equal(board_look(b, p), POSTING_OPEN);
    board_remove(b, p);
    posting_free(p);
    stop_done(&stop);
    board_free(b);
}

/* ---- what is spent, and what is wanted ---- */

static const struct caller ada = {.subject = "ada", .client_id = "app"};
static const struct caller her_other_app = {.subject = "ada", .client_id = "other"};
static const struct caller bob = {.subject = "bob", .client_id = "app"};

static void each_counts_once(void **state)
{
    (void)state;
    struct spent *s = spent_new();
    int64_t later = clock_wall_ms() + 60000;
    unsigned char nonce[SPENT_NONCE_LEN] = {0};
    assert_int_equal(spent_take(s, &ada, nonce, later), SPENT_NOW);
    assert_int_equal(spent_take(s, &ada, nonce, later), SPENT_BEFORE);
    assert_int_equal(spent_take(s, &bob, nonce, later), SPENT_BEFORE);
    nonce[SPENT_NONCE_LEN - 1] = 1;
    assert_int_equal(spent_take(s, &ada, nonce, later), SPENT_NOW);
    assert_int_equal(spent_take(s, &ada, nonce, later), SPENT_BEFORE);
    spent_free(s);
}

/* Takes so many that nobody has taken before; how many were taken. */
static int take_new(struct spent *s, const struct caller *who, int n, int64_t expires_wall_ms, enum spent_word else_word)
{
    unsigned char nonce[SPENT_NONCE_LEN];
    int taken = 0;
    for (int i = 0; i < n; i++) {
        random_fill(nonce, sizeof nonce);
        enum spent_word word = spent_take(s, who, nonce, expires_wall_ms);
        assert_true(word == SPENT_NOW || word == else_word);
        taken += word == SPENT_NOW;
    }
    return taken;
}

/* No more are taken than can be remembered, of a caller and in all. */
static void what_cannot_be_remembered_does_not_count(void **state)
{
    (void)state;
    struct spent *s = spent_new();
    int64_t later = clock_wall_ms() + 600000;
    unsigned char first[SPENT_NONCE_LEN] = {0};
    assert_int_equal(spent_take(s, &ada, first, later), SPENT_NOW);
    assert_int_equal(take_new(s, &ada, 2100, later, SPENT_FULL), 2047);
    assert_int_equal(take_new(s, &her_other_app, 2100, later, SPENT_FULL), 2048);
    assert_int_equal(take_new(s, &bob, 2000, later, SPENT_FULL), 2000);
    for (int i = 0; i < 2096; i++) {
        struct caller crowd = {.client_id = "app"};
        snprintf(crowd.subject, sizeof crowd.subject, "crowd-%d", i);
        assert_int_equal(take_new(s, &crowd, 1, later, SPENT_FULL), 1);
    }
    assert_int_equal(take_new(s, &bob, 1, later, SPENT_FULL), 0);
    assert_int_equal(spent_take(s, &ada, first, later), SPENT_BEFORE); /* full as it is, it knows what it knew */
    spent_free(s);
}

/* What has expired makes room, and is never taken again though the clock be set back: its end has been seen to pass. */
static void what_has_expired_is_forgotten_for_good(void **state)
{
    (void)state;
    struct spent *s = spent_new();
    int64_t past = clock_wall_ms() - 60000, later = past + 600000;
    unsigned char old[SPENT_NONCE_LEN] = {7};
    assert_int_equal(spent_take(s, &ada, old, past), SPENT_NOW);
    assert_int_equal(take_new(s, &ada, 2048, later, SPENT_FULL), 2048);
    assert_int_equal(spent_take(s, &ada, old, past), SPENT_BEFORE);
    assert_int_equal(take_new(s, &bob, 1, past, SPENT_BEFORE), 0);
    assert_int_equal(take_new(s, &bob, 1, past + 1, SPENT_BEFORE), 1);
    spent_free(s);
}

static void levels_are_kept_by_session(void **state)
{
    (void)state;
    struct levels *l = levels_new();
    assert_int_equal(levels_get(l, "a"), LOGGING_LEVEL_UNSAID);
    levels_set(l, "a", NOTE_ERROR);
    levels_set(l, "b", NOTE_DEBUG);
    levels_set(l, "a", NOTE_ALERT);
    levels_set(l, "", NOTE_ERROR);
    assert_int_equal(levels_get(l, "a"), NOTE_ALERT);
    assert_int_equal(levels_get(l, "b"), NOTE_DEBUG);
    assert_int_equal(levels_get(l, ""), LOGGING_LEVEL_UNSAID);
    for (int i = 0; i < 1023; i++) {
        char name[16];
        snprintf(name, sizeof name, "s%d", i);
        levels_set(l, name, NOTE_ERROR);
    }
    assert_int_equal(levels_get(l, "b"), LOGGING_LEVEL_UNSAID); /* what was said longest ago made room */
    assert_int_equal(levels_get(l, "a"), NOTE_ALERT);
    assert_int_equal(levels_get(l, "s1022"), NOTE_ERROR);
    levels_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_fit_their_method), cmocka_unit_test(a_form_that_is_no_schema_is_refused),
        cmocka_unit_test(capabilities_are_read), cmocka_unit_test(answers_find_their_question),
        cmocka_unit_test(questions_of_a_lost_call_end), cmocka_unit_test(places_are_counted), cmocka_unit_test(an_answer_ends_the_wait),
        cmocka_unit_test(a_wait_has_its_limits), cmocka_unit_test(each_counts_once),
        cmocka_unit_test(what_cannot_be_remembered_does_not_count),
        cmocka_unit_test(what_has_expired_is_forgotten_for_good), cmocka_unit_test(levels_are_kept_by_session),
    };
    json_setup();
    return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
