#include "aws/policy.h"

#include "aws/endpoint_rules.h"
#include "aws/operation.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define STATEMENTS_MAX 64
#define ARN_MAX 2048 /* IAM allows no longer one */
#define ACCOUNT_LEN 12
#define PARTITIONS_TEXT_MAX 256

/* Appends `value` in place of `name` at `*at`, if that is what stands there. */
static bool fill_name(struct buf *out, const char **at, const char *name, const char *value)
{
    if (!text_starts(*at, name))
        return false;
    buf_adds(out, value);
    *at += strlen(name);
    return true;
}

/* A pattern with the names in it filled in, as a JSON string. */
static json_t *filled(const char *pattern, const json_t *given)
{
    auto_buf struct buf out = BUF_INIT(ARN_MAX);
    for (const char *p = pattern; *p;)
        if (!fill_name(&out, &p, "${partition}", json_str(given, "partition", "aws")) &&
            !fill_name(&out, &p, "${account}", json_str(given, "account", "*")))
            buf_addc(&out, *p++);
    return json_string(buf_text(&out));
}

/* "arn:...,arn:..." to an array; NULL with ERR_INVALID where one is no ARN. */
static json_t *arns_of(const char *sid, const char *text, struct err *e)
{
    json_auto_t *list = json_array();
    for (const char *p = text;; p++) {
        size_t n = strcspn(p, ",");
        bool star = n == 1 && *p == '*';
        if (!star && (!text_starts(p, "arn:") || n > ARN_MAX)) {
            err_set(e, ERR_INVALID, "%s: \"%.*s\" is no ARN", sid, (int)(n > 100 ? 100 : n), p);
            return NULL;
        }
        json_array_append_new(list, json_stringn(p, n));
        p += n;
        if (!*p)
            return steal(&list);
    }
}

/* What a statement is about; an empty array where nobody has said. */
static json_t *resources_of(const struct aws_grant *g, const json_t *given, struct err *e)
{
    const char *named = json_str(given, g->sid, NULL);
    if (named)
        return arns_of(g->sid, named, e);
    json_t *list = json_array();
    for (size_t i = 0; i < ARRAY_LEN(g->resources) && g->resources[i]; i++)
        json_array_append_new(list, filled(g->resources[i], given));
    return list;
}

static json_t *statement_new(const struct aws_grant *g, json_t *actions, const json_t *given, struct err *e)
{
    json_t *resources = resources_of(g, given, e);
    if (!resources)
        return NULL;
    json_t *s = json_pack("{s:s, s:s, s:O, s:o}", "Sid", g->sid, "Effect", "Allow", "Action", actions, "Resource", resources);
    if (g->condition[0])
        json_put(s, "Condition", json_pack("{s:{s:o}}", g->condition[0], g->condition[1], filled(g->condition[2], given)));
    return s;
}

/* The grants of one role in the order of the operations, each with its actions. */
struct statements {
    const struct aws_grant *grants[STATEMENTS_MAX];
    json_t *actions[STATEMENTS_MAX];
    size_t n;
};

static void statements_done(struct statements *s)
{
    for (size_t i = 0; i < s->n; i++)
        json_decref(s->actions[i]);
}

static void add_action(json_t *actions, const char *action)
{
    for (size_t i = 0; i < json_array_size(actions); i++)
        if (json_is_text(json_array_get(actions, i), action))
            return;
    json_array_append_new(actions, json_string(action));
}

static void statements_add(struct statements *s, const struct aws_grant *g, const struct aws_operation *op)
{
    char action[AWS_ACTION_MAX];
    size_t i = 0;
    while (i < s->n && s->grants[i] != g)
        i++;
    if (i == STATEMENTS_MAX)
        abort();
    if (i == s->n) {
        s->grants[s->n] = g;
        s->actions[s->n++] = json_array();
    }
    aws_operation_action(op, action);
    add_action(s->actions[i], g->action ? g->action : action);
}

static void statements_of(enum aws_access access, struct statements *s)
{
    size_t n;
    const struct aws_operation *const *all = aws_operations(&n);
    *s = (struct statements){0};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < ARRAY_LEN(all[i]->grants) && all[i]->grants[k]; k++)
            if (all[i]->grants[k]->access == access)
                statements_add(s, all[i]->grants[k], all[i]);
}

static bool is_name(const struct statements *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->grants[i]->sid, name) == 0)
            return true;
    return strcmp(name, "account") == 0 || strcmp(name, "partition") == 0;
}

/* "${AWS::AccountId}": whoever takes the policy over fills it in (CloudFormation's Fn::Sub, Terraform). */
static bool is_placeholder(const char *s)
{
    size_t n = text_starts(s, "${") ? text_word_span(s + 2, ":._-") : 0;
    return n && strcmp(s + 2 + n, "}") == 0;
}

static int check_account(const json_t *given, struct err *e)
{
    const char *account = json_str(given, "account", NULL);
    if (account && !is_placeholder(account) && (strlen(account) != ACCOUNT_LEN || strspn(account, "0123456789") != ACCOUNT_LEN))
        return err_set(e, ERR_INVALID, "account: \"%.100s\" is no account: it has %d digits; leave it out for any", account,
                       ACCOUNT_LEN);
    return 0;
}

static int check_partition(const json_t *given, struct err *e)
{
    const char *partition = json_str(given, "partition", "aws"), *one;
    if (is_placeholder(partition))
        return 0;
    auto_buf struct buf all = BUF_INIT(PARTITIONS_TEXT_MAX);
    for (size_t i = 0; (one = endpoint_partition(i)); i++) {
        if (strcmp(one, partition) == 0)
            return 0;
        buf_addf(&all, "%s%s", i ? ", " : "", one);
    }
    return err_set(e, ERR_INVALID, "partition: \"%.100s\" is none of %s", partition, buf_text(&all));
}

static int check_names(const struct statements *s, const json_t *given, struct err *e)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)given, name, value)
        if (!is_name(s, name) || !json_is_string(value))
            return err_set(e, ERR_INVALID, "this policy has no statement \"%s\"", name);
    return 0;
}

static json_t *policy_of(const struct statements *s, const json_t *given, struct err *e)
{
    json_auto_t *list = json_array();
    if (check_names(s, given, e) || check_account(given, e) || check_partition(given, e))
        return NULL;
    for (size_t i = 0; i < s->n; i++) {
        json_auto_t *one = statement_new(s->grants[i], s->actions[i], given, e);
        if (!one)
            return NULL;
        if (json_array_size(json_object_get(one, "Resource")))
            json_array_append(list, one);
    }
    return json_pack("{s:s, s:O}", "Version", "2012-10-17", "Statement", list);
}

json_t *aws_policy(enum aws_access access, const json_t *given, struct err *e)
{
    struct statements s;
    statements_of(access, &s);
    json_t *policy = policy_of(&s, given, e);
    statements_done(&s);
    return policy;
}
