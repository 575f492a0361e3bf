/* The tool update_servicenow_ticket: put what was found into the incident, and move it on. */
#include "tools/servicenow/update.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/failure.h"
#include "tools/update_servicenow_ticket.json.h"

#include <stdio.h>
#include <string.h>

static const struct gate_words words = {.of = {
    [EFFECT_CREATED] = "Done: the instance took the update.",
    [EFFECT_ALREADY_DONE] = "Nothing was changed: the ticket holds all of that already.",
    [EFFECT_FAILED] = "Stopped half-way: the instance refused. What was done before that is listed.",
    [EFFECT_UNKNOWN] = "Unknown whether the update was carried out. Look at the ticket before asking again.",
}};

static void update_done(struct ticket_update *u)
{
    gate_leave(&u->gate);
    for (size_t i = 0; i < RCA_FILES; i++)
        rca_file_done(&u->files[i]);
    json_decref(u->attachments);
    json_decref(u->fields);
    json_decref(u->after);
    json_decref(u->ticket);
    envelope_done(&u->answer);
    aws_session_free(u->session);
}

static int read_ticket(struct ticket_update *u, struct tool_answer *out)
{
    const char *sys_id = json_str(u->call->arguments, "sys_id", NULL), *number = json_str(u->call->arguments, "number", NULL);
    struct aws_fault f = {0};
    if (ticket_read(u->now, sys_id, number, u->call->stop, &u->ticket, &f))
        return failure_say(out, "Could not read the incident %s; nothing was changed. %s.%s", sys_id ? sys_id : number,
                           f.err.text,
                           f.err.kind == ERR_NOT_FOUND
                               ? " Check the number or sys_id; the integration user may also not be allowed to see it."
                               : "");
    ticket_cover(u, "servicenow:incident", NULL, 1);
    snprintf(u->sys_id, sizeof u->sys_id, "%s", ticket_value(u->ticket, "sys_id"));
    if (sys_id && number && strcmp(ticket_value(u->ticket, "number"), number) != 0)
        return failure_say(out, "sys_id and number name two incidents: %s is %s. Nothing was changed; give one of them.", sys_id,
                           ticket_value(u->ticket, "number"));
    return 0;
}

static int look_and_send(struct ticket_update *u, struct tool_answer *out)
{
    u->call->progress(u->call, 1, 3, "reading the ticket");
    if (read_ticket(u, out) || ticket_plan(u, out))
        return -1;
    if (u->gate.effect == EFFECT_OPEN && u->gate.dry_run)
        u->gate.effect = EFFECT_DRY_RUN;
    if (u->gate.effect == EFFECT_OPEN) {
        u->call->progress(u->call, 2, 3, "everything holds");
        if (ticket_send(u, out))
            return -1;
    }
    ticket_report(u);
    return envelope_answer(&u->answer, u->session, out);
}

/* One lock for all tickets of the instance: a number and a sys_id may name the same one. */
static int carry_out(struct ticket_update *u, struct tool_answer *out)
{
    const struct tool_env *env = u->call->env;
    u->now = env->servicenow;
    if (!u->now)
        return failure_say(
            out, "This server knows no ServiceNow instance. Start it with --servicenow-url https://NAME.service-now.com and "
                 "its credentials (--servicenow-credentials-file or --servicenow-secret).");
    if (!json_str(u->call->arguments, "sys_id", NULL) && !json_str(u->call->arguments, "number", NULL))
        return failure_say(out, "Give sys_id (32 hex digits) or number (INC0012345) of the incident.");
    auto_free char *resource = xasprintf("servicenow/%s", servicenow_options(u->now)->url);
    const char *name = json_str(u->call->arguments, "number", "the ticket");
    if (gate_enter(&u->gate, u->call, resource, name, out))
        return -1;
    u->gate.words = &words;
    return look_and_send(u, out);
}

static int run_once(const struct tool_call *call, struct consent *consent, struct tool_answer *out, struct err *e)
{
    (void)e;
    struct ticket_update u = {.call = call, .gate.consent = consent, .fields = json_object(), .attachments = json_array()};
    int rc = tool_begin(call, "update_servicenow_ticket", &u.session, &u.answer, out) ? -1 : carry_out(&u, out);
    update_done(&u);
    return tool_end(call, out, rc);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    return gate_run(call, run_once, out, e);
}

const struct tool tool_update_servicenow_ticket = {
    .name = "update_servicenow_ticket",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = true,
    .run = run,
};
