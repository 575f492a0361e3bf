#include "cli/command.h"

#include "auth/auth.h"
#include "base/json.h"
#include "base/own.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/doctor_identity.h"
#include "cli/doctor_report.h"
#include "server/web.h"
#include "tools/kafka/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long one check may take. */
#define CHECK_MS 10000

static void check_settings(struct doctor_report *r, const struct settings *s)
{
    for (size_t i = 0; i < settings_table_count; i++) {
        const struct setting *row = &settings_table[i];
        auto_free char *value = settings_text(s, row->name);
        if (!(row->commands & COMMAND_DOCTOR) || !*value || strcmp(row->name, "json") == 0)
            continue;
        auto_free char *what = xasprintf("--%s", row->name);
        auto_free char *seen = xasprintf("%s (%s)", value, settings_origin(s, row->name));
        doctor_report_add(r, what, FINDING_OK, seen, NULL);
    }
}

/* One harmless read per service. `expected` is the error code that also proves that we were let in; NULL for none. */
struct probe {
    const char *service;
    const struct aws_operation *op;
    const char *input;
    const char *expected;
    bool optional; /* not every lake has it: being denied is worth a note */
};

/* HEAD is answered without a code, so its 404 says it by itself. */
static bool proves_entry(const struct probe *probe, const struct aws_fault *f)
{
    return probe->expected && (strcmp(f->code, probe->expected) == 0 || (f->status == 404 && !*f->code));
}

static void check_service(struct doctor_report *r, struct program *p, const struct probe *probe, struct stop *stop)
{
    struct aws_fault f = {0};
    json_auto_t *input = json_parse(probe->input, strlen(probe->input), JSON_DEPTH_CLIENT, NULL);
    json_auto_t *output = NULL;
    struct aws_session *session = aws_session_new(p->aws, NULL, stop, &f.err);
    bool ok = session && (aws_invoke(session, probe->op, input, &output, &f) == 0 || proves_entry(probe, &f));
    char url[256];
    const char *origin = aws_endpoint_report(p->aws, probe->service, url);
    origin = origin ? origin : "no endpoint";
    auto_free char *seen = ok ? xasprintf("%s (%s)", url, origin) : xasprintf("%s: %s (%s)", url, f.err.text, origin);
    bool note = probe->optional && f.err.kind == ERR_DENIED;
    doctor_report_add(r, probe->service, ok ? FINDING_OK : note ? FINDING_NOTE : FINDING_BAD, seen,
                      ok                             ? NULL
                      : f.err.kind == ERR_DENIED      ? "allow this action in the IAM policy of the identity above"
                      : f.err.kind == ERR_UNAVAILABLE ? "check the network, the proxy variables and AWS_ENDPOINT_URL*"
                                                      : "see what the service said");
    aws_session_free(session);
}

static void check_services(struct doctor_report *r, struct program *p, struct stop *stop)
{
    static const struct probe probes[] = {
        {"glue", &aws_glue_get_job, "{\"JobName\":\"lakewarden-doctor\"}", "EntityNotFoundException", false},
        {"logs", &aws_logs_describe_log_groups, "{\"limit\":1}", NULL, false},
        {"cloudwatch", &aws_cloudwatch_describe_alarms, "{\"MaxRecords\":1}", NULL, false},
        {"s3", &aws_s3_head_bucket, "{\"Bucket\":\"lakewarden-doctor-no-such-bucket\"}", "NoSuchBucket", false},
        {"kafka", &aws_kafka_list_clusters_v2, "{\"MaxResults\":1}", NULL, true},
        {"lambda", &aws_lambda_list_event_source_mappings, "{\"MaxItems\":1}", NULL, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(probes); i++)
        check_service(r, p, &probes[i], stop);
}

/* Brokers of Kafka are spoken to by a program of its own. */
static void check_kafka_worker(struct doctor_report *r, const struct settings *s)
{
    char path[4096];
    const char *named = settings_str(s, "kafka-worker");
    bool there = kafka_worker_present(named, path, sizeof path);
    const char *seen = !there ? "not there: brokers cannot be asked, and nothing can be replayed"
                       : named ? "at --kafka-worker"
                               : "beside this program";
    doctor_report_add(r, "kafka worker", there ? FINDING_OK : FINDING_NOTE, seen,
                      there ? NULL : "install lakewarden-kafka beside lakewarden, or set --kafka-worker");
}

static void check_auth(struct doctor_report *r, struct program *p, const struct settings *s, struct stop *stop)
{
    struct err e = {0};
    auto_free char *told = NULL;
    bool unset = strcmp(settings_str(s, "auth"), "cognito") == 0 && !settings_str(s, "cognito-user-pool") &&
                 !settings_str(s, "issuer");
    if (unset) {
        doctor_report_add(r, "callers", FINDING_NOTE, "no user pool is set", "`lakewarden http` needs --cognito-user-pool; stdio does not");
        return;
    }
    struct auth *a = program_auth_new(s, p->http, &told, &e);
    bool ok = a && web_check_exposure(settings_str(s, "listen"), a, &e) == 0 && (auth_ready(a) || auth_fetch_keys(a, stop, &e) == 0);
    doctor_report_add(r, "callers", ok ? FINDING_OK : FINDING_BAD, ok ? told : e.text,
                      ok ? NULL : "check --cognito-user-pool, --issuer, --jwks-url and --client-id");
    auth_free(a);
}

static int run(const struct command_line *line, struct err *e)
{
    if (line->argument_count)
        return err_set(e, ERR_CONFIG, "doctor takes no argument \"%s\"", line->arguments[0]);
    struct program p;
    if (program_init(&p, line->settings, false, e))
        return -1;
    struct stop stop;
    stop_init(&stop, CHECK_MS * 3);
    struct doctor_report report;
    doctor_report_init(&report);
    doctor_report_add(&report, "version", FINDING_OK, LW_VERSION, NULL);
    check_settings(&report, line->settings);
    if (doctor_identity(&report, &p, line->settings, &stop))
        check_services(&report, &p, &stop);
    check_kafka_worker(&report, line->settings);
    check_auth(&report, &p, line->settings, &stop);
    doctor_report_print(&report, settings_flag(line->settings, "json"));
    int code = report.bad ? EXIT_FAILED : EXIT_OK;
    doctor_report_done(&report);
    stop_done(&stop);
    program_done(&p);
    return code;
}

const struct command command_doctor = {
    .name = "doctor", .bit = COMMAND_DOCTOR, .usage = "", .run = run,
    .summary = "check settings, credentials, region, key set and services, and say what to do"};
