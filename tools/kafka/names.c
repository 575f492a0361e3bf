#include "tools/kafka/names.h"

#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define PARTS_MAX 9

/* The parts of `text` between colons, in place. Returns how many, PARTS_MAX where there are more. */
static size_t split(char *text, char *parts[PARTS_MAX])
{
    size_t n = 0;
    char *rest = text;
    while (rest && n < PARTS_MAX)
        parts[n++] = strsep(&rest, ":");
    return n;
}

static int copy(char *to, size_t size, const char *from)
{
    return snprintf(to, size, "%s", from) < (int)size ? 0 : -1;
}

static bool is_account(const char *s)
{
    return strlen(s) == 12 && strspn(s, "0123456789") == 12;
}

bool kafka_is_cluster_arn(const char *arn)
{
    struct kafka_name n;
    return kafka_cluster_parse(arn, &n, NULL) == 0;
}

int kafka_cluster_parse(const char *arn, struct kafka_name *out, struct err *e)
{
    auto_free char *text = xstrdup(arn);
    char *parts[PARTS_MAX];
    size_t n = split(text, parts);
    bool ok = n == 6 && !strcmp(parts[0], "arn") && !strcmp(parts[2], "kafka") && is_account(parts[4]) &&
              text_starts(parts[5], "cluster/");
    struct kafka_name found = {0};
    if (ok) {
        char *name = parts[5] + strlen("cluster/");
        name[strcspn(name, "/")] = '\0';
        ok = name[0] && !copy(found.region, sizeof found.region, parts[3]) &&
             !copy(found.account, sizeof found.account, parts[4]) && !copy(found.name, sizeof found.name, name);
    }
    if (!ok)
        return err_set(e, ERR_INVALID, "must be an MSK cluster's ARN: arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/ID");
    *out = found;
    return 0;
}

int kafka_function_parse(const char *text, struct kafka_name *out, struct err *e)
{
    auto_free char *copied = xstrdup(text);
    char *parts[PARTS_MAX], **rest = parts;
    size_t n = split(copied, parts);
    struct kafka_name found = {0};
    bool ok = true;
    if (n >= 7 && !strcmp(parts[0], "arn")) {
        ok = !strcmp(parts[2], "lambda") && !copy(found.region, sizeof found.region, parts[3]);
        rest += 4;
        n -= 4;
    }
    if (ok && n >= 3 && !strcmp(rest[1], "function")) {
        ok = is_account(rest[0]) && !copy(found.account, sizeof found.account, rest[0]);
        rest += 2;
        n -= 2;
    }
    ok = ok && (n == 1 || n == 2) && rest[0][0] && !copy(found.name, sizeof found.name, rest[0]) &&
         !copy(found.qualifier, sizeof found.qualifier, n == 2 ? rest[1] : "");
    if (!ok)
        return err_set(e, ERR_INVALID, "must be a Lambda function's name or ARN");
    *out = found;
    return 0;
}
