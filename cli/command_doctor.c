#include "cli/command.h"

#include "auth/auth.h"
#include "base/json.h"
#include "base/own.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/trust.h"
#include "cli/doctor_identity.h"
#include "cli/doctor_report.h"
#include "cli/doctor_services.h"
#include "cli/doctor_tools.h"
#include "server/web.h"

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

static void check_certificates(struct doctor_report *r, const struct http *http)
{
    const char *bundle = http_ca_bundle(http);
    struct err e = {0};
    if (!bundle)
        trust_missing(&e);
    doctor_report_add(r, "certificates", bundle ? FINDING_OK : FINDING_BAD, bundle ? bundle : "none found",
                      bundle ? NULL : e.text);
}

/* Whether clients that sign in through us could be told where. */
static void check_facade(struct doctor_report *r, struct auth *a, const struct settings *s, struct stop *stop)
{
    const char *domain = settings_str(s, "oauth-domain");
    if (domain && *domain) { /* made of the setting: nobody is asked */
        doctor_report_add(r, "sign-in", FINDING_OK,
                          "clients are told the endpoints below --oauth-domain; nobody was asked for them", NULL);
        return;
    }
    struct err e = {0};
    bool ok = auth_fetch_facade(a, stop, &e) == 0;
    doctor_report_add(r, "sign-in", ok ? FINDING_OK : FINDING_BAD, ok ? "clients are told the pool's endpoints" : e.text,
                      ok ? NULL : "give the user pool a domain, and see that it can be reached; or name it with --oauth-domain");
}

static void check_auth(struct doctor_report *r, struct program *p, const struct settings *s, struct stop *stop)
{
    struct err e = {0};
    auto_free char *told = NULL;
    bool unset = strcmp(settings_str(s, "auth"), "cognito") == 0 && !settings_str(s, "cognito-user-pool") &&
                 !settings_str(s, "issuer");
    if (unset) {
        doctor_report_add(r, "callers", FINDING_NOTE, "no user pool is set",
                          "`lakewarden http` needs --cognito-user-pool; stdio does not");
        return;
    }
    struct auth *a = program_auth_new(s, p->http, &told, &e);
    bool ok = a && web_check_exposure(settings_str(s, "listen"), a, &e) == 0 &&
              (auth_ready(a) || auth_fetch_keys(a, stop, &e) == 0);
    doctor_report_add(r, "callers", ok ? FINDING_OK : FINDING_BAD, ok ? told : e.text,
                      ok ? NULL : "check --cognito-user-pool, --issuer, --jwks-url and --client-id");
    if (a && settings_flag(s, "oauth-facade"))
        check_facade(r, a, s, stop);
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
    doctor_tools(&report, &p, line->settings);
    check_certificates(&report, p.http);
    if (doctor_identity(&report, &p, line->settings, &stop))
        doctor_services(&report, &p, &stop);
    doctor_beside_aws(&report, &p, line->settings, &stop);
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
