#include "cli/doctor_identity.h"

#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

/* What would give a provider keys, and what to see to where it failed. */
static const struct {
    const char *provider, *absent, *failed;
} remedies[] = {
    {"environment",
     "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN with temporary keys; an MCP client may "
     "not pass its shell's environment on: set `env` in its settings",
     "set both variables, or neither"},
    {"profile", "choose one with --profile or AWS_PROFILE", "name a profile that is there"},
    {"assume-role", "give the profile role_arn and source_profile or credential_source",
     "let the role's trust policy name the identity of its source, and allow that sts:AssumeRole"},
    {"web-identity", "in EKS, annotate the service account with a role",
     "see that the token file can be read, AWS_ROLE_ARN is right, and the role trusts the token's issuer"},
    {"sso", "set a profile up with `aws configure sso`", "run `aws sso login` with this profile"},
    {"credentials-file", "put keys there with `aws configure`", "give the profile both keys"},
    {"login", NULL, "use a profile of `aws sso login` or of a role"},
    {"credential-process",
     "name a program in the profile's credential_process, and start the server with --credential-process",
     "start the server with --credential-process, and see what the program prints when it is run by hand"},
    {"config-file", NULL, "give the profile both keys"},
    {"container", "ECS: give the task a role; EKS: associate one with the pod's service account",
     "see that the address and the token in the AWS_CONTAINER_* variables are right"},
    {"instance", "give the EC2 instance a role; from within a container its metadata need a hop limit of 2",
     "see what the metadata service says about the role"},
};

static const char *remedy(const char *provider, bool failed)
{
    for (size_t i = 0; i < ARRAY_LEN(remedies); i++)
        if (strcmp(remedies[i].provider, provider) == 0)
            return failed ? remedies[i].failed : remedies[i].absent;
    return NULL;
}

/* The provider that had keys, or the one that failed; NULL where none is configured. Borrowed. */
static const json_t *last_word(const json_t *report)
{
    const json_t *last = json_array_get(report, json_array_size(report) - 1);
    return strcmp(json_str(last, "result", "absent"), "absent") == 0 ? NULL : last;
}

/* "environment: found, AWS_ACCESS_KEY_ID" */
static char *provider_text(const json_t *provider)
{
    const char *detail = json_str(provider, "detail", "");
    return xasprintf("%s: %s%s%s", json_str(provider, "provider", "?"), json_str(provider, "result", "?"), *detail ? ", " : "",
                     detail);
}

/* One line for each that was asked and had nothing. */
static void tell_absent(struct doctor_report *r, const json_t *report)
{
    size_t i;
    json_t *provider;
    json_array_foreach(report, i, provider)
    {
        const char *name = json_str(provider, "provider", "?"), *detail = json_str(provider, "detail", "");
        doctor_report_add(r, name, FINDING_NOTE, *detail ? detail : "not configured", remedy(name, false));
    }
}

/* Whether the session can say who it is; `*who` gets the ARN, a new string, or what went wrong. */
static bool ask_identity(struct aws *a, const struct aws_where *where, struct stop *stop, char **who)
{
    struct aws_fault f = {0};
    json_auto_t *reply = NULL;
    struct aws_session *session = aws_session_new(a, where, stop, &f.err);
    bool known = session && aws_invoke(session, &aws_sts_get_caller_identity, NULL, &reply, &f) == 0;
    *who = xstrdup(known ? json_str(reply, "Arn", "") : f.err.text);
    aws_session_free(session);
    return known;
}

static void check_roles(struct doctor_report *r, struct program *p, const struct settings *s, enum aws_access access,
                        struct stop *stop)
{
    const char *setting = access == AWS_READ ? "read-role-arn" : "write-role-arn";
    const char *const *arns;
    size_t n = settings_list(s, setting, &arns);
    for (size_t i = 0; i < n; i++) {
        auto_free char *account = aws_role_account(arns[i]);
        auto_free char *what = xasprintf("%s %s", access == AWS_READ ? "read" : "write", account);
        auto_free char *who = NULL;
        struct aws_where where = {.account = account, .access = access, .subject = "doctor"};
        bool known = ask_identity(p->aws, &where, stop, &who);
        doctor_report_add(r, what, known ? FINDING_OK : FINDING_BAD, who,
                          known ? NULL
                                : "let the role's trust policy name the server's own identity (with --role-external-id, if it "
                                  "asks for one), and allow that sts:AssumeRole for the role");
    }
}

/* Who we are without any role. */
static bool check_credentials(struct doctor_report *r, struct program *p, const json_t *report, struct stop *stop)
{
    const json_t *last = last_word(report);
    struct err e = {0};
    if (!last) {
        doctor_report_add(r, "credentials", FINDING_BAD, "none found; what was asked follows", "do one of these");
        tell_absent(r, report);
        return false;
    }
    auto_free char *arn = aws_own_arn(p->aws, stop, &e);
    auto_free char *by = provider_text(last);
    bool failed = strcmp(json_str(last, "result", ""), "failed") == 0;
    /* what a provider failed with is its detail already */
    auto_free char *seen = failed ? xstrdup(by) : xasprintf("%s (%s)", arn ? arn : e.text, by);
    doctor_report_add(r, "credentials", arn ? FINDING_OK : FINDING_BAD, seen,
                      arn      ? NULL
                      : failed ? remedy(json_str(last, "provider", ""), true)
                               : "see what STS says: keys that are wrong or have expired must be replaced where they came from");
    return arn != NULL;
}

bool doctor_identity(struct doctor_report *r, struct program *p, const struct settings *s, struct stop *stop)
{
    struct err e = {0};
    const char *region = aws_region(p->aws, &e);
    doctor_report_add(r, "region", region ? FINDING_OK : FINDING_BAD, region ? region : e.text,
                      region ? NULL : "set --region, AWS_REGION, or `region` in the profile");
    json_auto_t *report = aws_credentials_report(p->aws, stop);
    if (!region) {
        const json_t *last = last_word(report);
        auto_free char *by = last ? provider_text(last) : xstrdup("none found");
        doctor_report_add(r, "credentials", FINDING_NOTE, by, "not tried out, for want of a region");
        return false;
    }
    bool known = check_credentials(r, p, report, stop);
    if (known) {
        check_roles(r, p, s, AWS_READ, stop);
        check_roles(r, p, s, AWS_WRITE, stop);
    }
    return known;
}
