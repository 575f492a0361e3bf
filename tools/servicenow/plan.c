/* What is to be done to a ticket, and whether it may be. */
#include "tools/servicenow/update.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/clean.h"
#include "tools/failure.h"
#include "tools/fingerprint.h"

#include <stdio.h>
#include <string.h>

#define ATTACHMENTS_MAX 500 /* looked at, of one ticket */

static const struct {
    const char *status;
    int state;
} targets[] = {
    {"in_progress", TICKET_IN_PROGRESS}, {"escalated", TICKET_IN_PROGRESS}, {"on_hold", TICKET_ON_HOLD},
    {"resolved", TICKET_RESOLVED},       {"closed", TICKET_CLOSED},
};

static const char *argument(const struct ticket_update *u, const char *name)
{
    const char *s = json_str(u->call->arguments, name, NULL);
    return s && *s ? s : NULL;
}

/* ServiceNow shows what stands between [code] and [/code] as HTML: what strangers wrote must not be that. */
static void disarm(char *text)
{
    for (char *p = strchr(text, '['); p; p = strchr(p + 1, '['))
        if (text_istarts(p, "[code]") || text_istarts(p, "[/code]"))
            *p = '(';
}

/* Text that goes into the ticket: without secrets, control characters and markup. Free it. */
static char *cleaned(const char *text)
{
    json_auto_t *raw = json_string(text);
    json_auto_t *clean = clean_json(raw, false);
    char *own = xstrdup(json_string_value(clean));
    disarm(own);
    return own;
}

/* Sets a field unless the ticket holds that already. */
static void want(struct ticket_update *u, const char *field, const char *value)
{
    if (value && strcmp(ticket_value(u->ticket, field), value) != 0 && strcmp(ticket_shown(u->ticket, field), value) != 0)
        json_put_str(u->fields, field, value);
}

static void plan_resolution(struct ticket_update *u)
{
    const char *code = argument(u, "close_code");
    if (!code)
        code = servicenow_options(u->now)->close_code;
    json_auto_t *keep = NULL;
    gate_hold(&u->gate, "close_code_given", code != NULL, "%s", code ? code : "a resolved ticket needs close_code");
    if (code)
        want(u, "close_code", ticket_choice(u, "close_code", code, &keep));
    const char *notes = argument(u, "resolution_notes");
    gate_hold(&u->gate, "close_notes_given", notes != NULL, "%s",
              notes ? "resolution_notes become the close notes"
                    : "a resolved ticket needs resolution_notes: what was wrong and what was done");
}

static void plan_hold(struct ticket_update *u)
{
    const char *reason = argument(u, "hold_reason");
    json_auto_t *keep = NULL;
    gate_hold(&u->gate, "hold_reason_given", reason != NULL, "%s", reason ? reason : "a ticket on hold needs hold_reason");
    if (reason)
        want(u, "hold_reason", ticket_choice(u, "hold_reason", reason, &keep));
}

static void plan_escalation(struct ticket_update *u)
{
    const char *group = servicenow_options(u->now)->escalation_group;
    json_auto_t *keep = NULL;
    gate_hold(&u->gate, "escalation_group_configured", group != NULL, "%s",
              group ? group : "this server has no --servicenow-escalation-group, so escalating would change nothing");
    if (group)
        want(u, "assignment_group", ticket_person(u, "sys_user_group", "assignment_group", group, &keep));
}

static void plan_state(struct ticket_update *u, const char *status)
{
    int from = ticket_state_of(u->ticket), to = from;
    for (size_t i = 0; i < ARRAY_LEN(targets); i++)
        if (!strcmp(targets[i].status, status))
            to = targets[i].state;
    if (!strcmp(status, "escalated"))
        plan_escalation(u);
    if (to == from)
        return;
    gate_hold(&u->gate, "move_allowed", ticket_may_move(from, to), "from %s to %s%s", ticket_shown(u->ticket, "state"),
              ticket_state_name(to),
              to == TICKET_CLOSED ? " (a ticket is closed once it is resolved)"
              : from == TICKET_RESOLVED || from == TICKET_CLOSED || from == TICKET_CANCELED
                  ? " (reopening is a person's decision)"
                  : "");
    char text[16];
    snprintf(text, sizeof text, "%d", to);
    json_put_str(u->fields, "state", text);
    if (to == TICKET_RESOLVED)
        plan_resolution(u);
    if (to == TICKET_ON_HOLD)
        plan_hold(u);
}

/* Whether our note stands in the journal: where the record shows it, else in the journal's own table. */
static bool note_is_there(struct ticket_update *u)
{
    if (strstr(ticket_shown(u->ticket, "work_notes"), u->marker))
        return true;
    auto_free char *query = servicenow_search("sys_id", 1, "element_id=%s^element=work_notes^valueLIKE%.16s", u->sys_id,
                                              strstr(u->marker, "k=") + 2);
    json_auto_t *rows = NULL;
    struct aws_fault f = {0};
    if (servicenow_query(u->now, "sys_journal_field", query, u->call->stop, &rows, &f)) {
        ticket_cover(u, "servicenow:sys_journal_field", &f, 0);
        return false;
    }
    ticket_cover(u, "servicenow:sys_journal_field", NULL, (int64_t)json_array_size(rows));
    return json_array_size(rows) > 0;
}

/* A note that this server sent lately and that the ticket does not show: the instance may be late, or keep its journal from
   us. */
static bool note_was_sent(struct ticket_update *u)
{
    int64_t age_ms = 0;
    auto_free char *outcome = gate_recall(&u->gate, u->marker, &age_ms);
    if (outcome && strcmp(outcome, TICKET_NOTE_TAKEN) != 0)
        gate_hold(&u->gate, "note_not_sent_already", false,
                  "%s %d s ago, and the ticket does not show it: look at it; it can be sent "
                  "again %d minutes after that",
                  outcome, (int)(age_ms / 1000), CLAIMS_MEMORY_MS / 60000);
    return outcome != NULL;
}

/* The same request has the same key whenever it is made, so that its note is found again. */
static void plan_note(struct ticket_update *u)
{
    const char *note = argument(u, "work_notes");
    json_auto_t *request = json_deep_copy(u->call->arguments);
    static const char *const passing[] = {"dry_run", "expected_mod_count", "number", "sys_id"};
    for (size_t i = 0; i < ARRAY_LEN(passing); i++)
        json_object_del(request, passing[i]);
    json_put_str(request, "sys_id", u->sys_id);
    gate_put_key(request, &u->answer);
    if (!note)
        return;
    snprintf(u->marker, sizeof u->marker, "[lakewarden k=%.16s]", json_str(u->answer.root, "idempotency_key", ""));
    if (note_is_there(u) || note_was_sent(u))
        return;
    auto_free char *clean = cleaned(note);
    auto_free char *marked = xasprintf("%s\n%s", clean, u->marker);
    json_put_str(u->fields, "work_notes", marked);
}

static void read_attachments(struct ticket_update *u)
{
    auto_free char *query = servicenow_search("sys_id,file_name,size_bytes", ATTACHMENTS_MAX, "table_name=%s^table_sys_id=%s",
                                              TICKET_TABLE, u->sys_id);
    struct servicenow_request r = {.method = "GET", .path = "/api/now/attachment", .query = query};
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (servicenow_call(u->now, &r, u->call->stop, &reply, &f)) {
        ticket_cover(u, "servicenow:attachment", &f, 0);
        gate_hold(&u->gate, "attachments_read", false, "whether the document is attached already could not be read: %s",
                  f.message);
        return;
    }
    const json_t *rows = json_arr(reply, "result");
    ticket_cover(u, "servicenow:attachment", NULL, (int64_t)json_array_size(rows));
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
        for (size_t k = 0; k < u->file_count; k++)
            u->attached[k] |= !strcmp(json_str(row, "file_name", ""), u->files[k].name);
}

static int plan_rca(struct ticket_update *u, struct tool_answer *out)
{
    const json_t *rca = json_obj(u->call->arguments, "rca");
    if (!rca)
        return 0;
    struct err e = {0};
    if (rca_write(rca, u->sys_id, ticket_value(u->ticket, "number"), &u->files[0], &u->files[1], &e))
        return failure_err(out, &e);
    u->file_count = RCA_FILES;
    read_attachments(u);
    return 0;
}

static bool anything_left(const struct ticket_update *u)
{
    bool left = json_object_size(u->fields) > 0;
    for (size_t i = 0; i < u->file_count; i++)
        left |= !u->attached[i];
    return left;
}

int ticket_plan(struct ticket_update *u, struct tool_answer *out)
{
    const char *status = argument(u, "status");
    int64_t expected = json_int(u->call->arguments, "expected_mod_count", -1), seen = ticket_mod_count(u->ticket);
    if (expected >= 0)
        gate_hold(&u->gate, "unchanged_since", expected == seen, "sys_mod_count is %lld, %s", (long long)seen,
                  expected == seen ? "as expected" : "so somebody changed the ticket since it was looked at: read it again");
    plan_note(u);
    if (status)
        plan_state(u, status);
    auto_free char *notes = argument(u, "resolution_notes") ? cleaned(argument(u, "resolution_notes")) : NULL;
    want(u, "close_notes", notes);
    json_auto_t *keep = NULL;
    const char *assignee = argument(u, "assigned_to");
    if (assignee)
        want(u, "assigned_to", ticket_person(u, "sys_user", "assigned_to", assignee, &keep));
    if (plan_rca(u, out))
        return -1;
    u->asked = status || notes || assignee || argument(u, "work_notes") || u->file_count;
    gate_hold(&u->gate, "something_asked", u->asked, "%s", u->asked ? "the call asks for a change" :
              "give status, work_notes, resolution_notes, assigned_to or rca");
    if (u->gate.effect == EFFECT_OPEN && !anything_left(u))
        u->gate.effect = EFFECT_ALREADY_DONE;
    return 0;
}
