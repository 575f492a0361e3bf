/* What each role is allowed, and what a session may send: one is made of the other. */
#include "tests/unit/cmocka_all.h"

#include "aws/operation.h"
#include "aws/policy.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

static json_t *policy(enum aws_access access, json_t *given)
{
    struct err e = {0};
    json_t *p = aws_policy(access, given, &e);
    if (!p)
        fail_msg("%s", e.text);
    json_decref(given);
    return p;
}

static const json_t *statement(const json_t *p, const char *sid)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_arr(p, "Statement"), i, one)
        if (strcmp(json_str(one, "Sid", ""), sid) == 0)
            return one;
    return NULL;
}

static bool allows(const json_t *p, const char *action)
{
    size_t i, k;
    json_t *one, *each;
    json_array_foreach(json_arr(p, "Statement"), i, one)
        json_array_foreach(json_arr(one, "Action"), k, each)
            if (json_is_text(each, action))
                return true;
    return false;
}

/* Only what keys are fetched with goes without; what asks once, or with a token, changes something, and what looks never does. */
static void every_operation_is_granted(void **state)
{
    (void)state;
    size_t n;
    const struct aws_operation *const *all = aws_operations(&n);
    for (size_t i = 0; i < n; i++) {
        const struct aws_operation *op = all[i];
        bool keys = strcmp(op->service->name, "sts") == 0 || strcmp(op->service->name, "sso") == 0;
        if (keys != !op->grants[0])
            fail_msg("%s: %s", op->name, keys ? "needs no grant" : "has no grant");
        if (!keys && (op->safety != AWS_IDEMPOTENT) == aws_operation_granted(op, AWS_READ))
            fail_msg("%s: its safety says otherwise than its grant", op->name);
    }
}

static void a_session_sends_what_its_policy_allows(void **state)
{
    (void)state;
    size_t n;
    char action[AWS_ACTION_MAX];
    const struct aws_operation *const *all = aws_operations(&n);
    for (int access = AWS_READ; access <= AWS_WRITE; access++) {
        json_auto_t *p = policy((enum aws_access)access, NULL);
        for (size_t i = 0; i < n; i++) {
            aws_operation_action(all[i], action);
            if (all[i]->grants[0] && aws_operation_granted(all[i], (enum aws_access)access) && !allows(p, action))
                fail_msg("%s is sent and not allowed", action);
        }
    }
}

static void no_two_statements_share_a_name(void **state)
{
    (void)state;
    json_auto_t *seen = json_object();
    for (int access = AWS_READ; access <= AWS_WRITE; access++) {
        size_t i;
        json_t *one;
        json_auto_t *p = policy((enum aws_access)access, json_pack("{s:s}", "account", "111122223333"));
        json_array_foreach(json_arr(p, "Statement"), i, one) {
            const char *sid = json_str(one, "Sid", "");
            if (json_object_get(seen, sid))
                fail_msg("%s stands twice", sid);
            json_put_flag(seen, sid, true);
            assert_true(json_array_size(json_arr(one, "Action")) > 0 && json_array_size(json_arr(one, "Resource")) > 0);
        }
    }
    assert_true(json_object_size(seen) > 20);
}

static void names_are_filled_in(void **state)
{
    (void)state;
    json_auto_t *p = policy(AWS_WRITE, json_pack("{s:s, s:s, s:s}", "account", "111122223333", "partition", "aws-cn", "RetryJobs",
                                                 "arn:aws-cn:glue:*:1:job/a,arn:aws-cn:glue:*:1:job/b"));
    json_auto_t *jobs = json_pack("[s, s]", "arn:aws-cn:glue:*:1:job/a", "arn:aws-cn:glue:*:1:job/b");
    json_auto_t *groups = json_pack("[s]", "arn:aws-cn:athena:*:111122223333:workgroup/*");
    json_auto_t *owner = json_pack("{s:{s:s}}", "StringLike", "aws:ResourceAccount", "111122223333");
    assert_true(json_equal(json_arr(statement(p, "RetryJobs"), "Resource"), jobs));
    assert_true(json_equal(json_arr(statement(p, "RetryQueries"), "Resource"), groups));
    assert_true(json_equal(json_obj(statement(p, "Documents"), "Condition"), owner));
    json_auto_t *open = policy(AWS_WRITE, json_pack("{s:s, s:s}", "account", "${AWS::AccountId}", "partition",
                                                    "${AWS::Partition}"));
    json_auto_t *later = json_pack("[s]", "arn:${AWS::Partition}:athena:*:${AWS::AccountId}:workgroup/*");
    assert_true(json_equal(json_arr(statement(open, "RetryQueries"), "Resource"), later));
    json_auto_t *reads = policy(AWS_READ, json_pack("{s:s}", "account", "111122223333"));
    assert_true(json_equal(json_obj(statement(reads, "Buckets"), "Condition"), owner));
    assert_true(json_equal(json_obj(statement(reads, "Objects"), "Condition"), owner));
}

/* Handing a role on is allowed for the roles that somebody names, and for no others. */
static void some_things_must_be_named(void **state)
{
    (void)state;
    const char *role = "arn:aws:iam::111122223333:role/emr";
    json_auto_t *without = policy(AWS_WRITE, NULL);
    json_auto_t *with = policy(AWS_WRITE, json_pack("{s:s}", "RuntimeRoles", role));
    assert_false(allows(without, "iam:PassRole"));
    assert_true(allows(with, "iam:PassRole"));
    assert_true(json_is_text(json_array_get(json_arr(statement(with, "RuntimeRoles"), "Resource"), 0), role));
}

#define PARTITIONS "aws-cn, aws-us-gov, aws-iso, aws-iso-b, aws-iso-f, aws-iso-e, aws-eusc, aws"

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *says;
    } rows[] = {{"Nothing", "*", "this policy has no statement \"Nothing\""},
                {"RetryJobs", "arn:aws:glue:*:1:job/a", "this policy has no statement \"RetryJobs\""},
                {"Jobs", "nightly", "Jobs: \"nightly\" is no ARN"},
                {"Jobs", "arn:a,", "Jobs: \"\" is no ARN"},
                {"Jobs", "", "Jobs: \"\" is no ARN"},
                {"account", "", "account: \"\" is no account: it has 12 digits; leave it out for any"},
                {"account", "12", "account: \"12\" is no account: it has 12 digits; leave it out for any"},
                {"account", "abcdefghijkl", "account: \"abcdefghijkl\" is no account: it has 12 digits; leave it out for any"},
                {"account", "1111222233334", "account: \"1111222233334\" is no account: it has 12 digits; leave it out for any"},
                {"account", "${", "account: \"${\" is no account: it has 12 digits; leave it out for any"},
                {"account", "${a}*", "account: \"${a}*\" is no account: it has 12 digits; leave it out for any"},
                {"partition", "${}", "partition: \"${}\" is none of " PARTITIONS},
                {"partition", "", "partition: \"\" is none of " PARTITIONS},
                {"partition", "aws-mars", "partition: \"aws-mars\" is none of " PARTITIONS}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        json_auto_t *given = json_pack("{s:s}", rows[i].name, rows[i].value);
        assert_null(aws_policy(AWS_READ, given, &e));
        assert_int_equal(e.kind, ERR_INVALID);
        assert_string_equal(e.text, rows[i].says);
    }
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_is_granted),
        cmocka_unit_test(a_session_sends_what_its_policy_allows),
        cmocka_unit_test(no_two_statements_share_a_name),
        cmocka_unit_test(names_are_filled_in),
        cmocka_unit_test(some_things_must_be_named),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
