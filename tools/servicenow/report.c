/* What update_servicenow_ticket tells: the ticket before and after, and what of the request it took. */
#include "tools/servicenow/update.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

static json_t *ticket_facts(const json_t *ticket)
{
    json_t *o = json_object();
    json_put_str(o, "state", ticket_shown(ticket, "state"));
    json_put_int(o, "mod_count", ticket_mod_count(ticket));
    json_put_str(o, "updated_at_utc", ticket_value(ticket, "sys_updated_on"));
    json_put_str(o, "updated_by", ticket_value(ticket, "sys_updated_by"));
    json_put_str(o, "assigned_to", ticket_shown(ticket, "assigned_to"));
    json_put_str(o, "assignment_group", ticket_shown(ticket, "assignment_group"));
    json_put_str(o, "close_code", ticket_shown(ticket, "close_code"));
    return o;
}

json_t *ticket_request_shown(const struct ticket_update *u)
{
    json_t *files = json_array();
    for (size_t i = 0; i < u->file_count; i++)
        if (!u->attached[i])
            json_array_append_new(files, json_string(u->files[i].name));
    json_t *o = json_pack("{s:s, s:s, s:O, s:o, s:b}", "service", "servicenow", "operation", "PATCH " TICKET_TABLE, "input",
                          u->fields, "attach", files, "sent", gate_was_sent(&u->gate) || u->gate.effect == EFFECT_FAILED);
    if (u->gate.dry_run)
        json_put_flag(o, "would_send", u->gate.effect == EFFECT_DRY_RUN);
    return o;
}

static bool field_holds(const struct ticket_update *u, const char *field, const json_t *value)
{
    const char *sent = json_string_value(value);
    if (!strcmp(field, "work_notes")) /* accepted; some instances do not show notes in the record */
        return true;
    return !strcmp(ticket_value(u->after, field), sent) || !strcmp(ticket_shown(u->after, field), sent);
}

/* Compares what was sent with what the ticket holds now: a business rule may have set a field back. */
static void compare(struct ticket_update *u)
{
    json_t *applied = json_array(), *rejected = json_array();
    const char *field;
    json_t *value;
    json_object_foreach(u->fields, field, value) {
        if (field_holds(u, field, value))
            json_array_append_new(applied, json_string(field));
        else
            json_array_append_new(rejected, json_pack("{s:s, s:s, s:s}", "field", field, "sent", json_string_value(value),
                                                      "holds", ticket_shown(u->after, field)));
    }
    if (json_array_size(rejected)) {
        u->answer.partial = true;
        envelope_warn(&u->answer, "fields_rejected",
                      "ServiceNow took the update but %zu of its fields hold something else now: a "
                      "business rule or an access rule of the instance",
                      json_array_size(rejected));
    }
    int64_t grown = ticket_mod_count(u->after) - ticket_mod_count(u->ticket);
    if (grown > 1 + (int64_t)json_array_size(u->attachments))
        envelope_warn(&u->answer, "changed_by_others",
                      "The ticket was changed %lld times while this call made one change: somebody else "
                      "was at it in the same moment; compare before and after",
                      (long long)grown);
    envelope_put(&u->answer, "fields_applied", applied);
    envelope_put(&u->answer, "fields_rejected", rejected);
}

static void describe(struct ticket_update *u)
{
    const json_t *now = u->after ? u->after : u->ticket;
    json_t *resource = envelope_resource(&u->answer, "servicenow_incident", ticket_value(now, "number"), NULL);
    json_put_str(resource, "sys_id", u->sys_id);
    json_put(resource, "console_url",
             json_sprintf("%s/nav_to.do?uri=incident.do?sys_id=%s", servicenow_options(u->now)->url, u->sys_id));
    int state = ticket_state_of(now);
    envelope_state(&u->answer, ticket_shown(now, "state"), state == TICKET_CLOSED || state == TICKET_CANCELED, false);
    envelope_put(&u->answer, "before", ticket_facts(u->ticket));
    if (u->after)
        envelope_put(&u->answer, "after", ticket_facts(u->after));
    bool shown = u->gate.dry_run || gate_was_sent(&u->gate) || u->gate.effect == EFFECT_FAILED;
    if (shown)
        envelope_put(&u->answer, "request", ticket_request_shown(u));
    if (u->after && u->gate.effect == EFFECT_CREATED)
        compare(u);
    if (json_array_size(u->attachments))
        envelope_put(&u->answer, "attachments", json_incref(u->attachments));
    gate_put(&u->gate, &u->answer);
}

static void tell_change(struct ticket_update *u)
{
    struct digest *d = &u->answer.digest;
    const json_t *request = json_obj(u->answer.root, "request");
    if (request) {
        auto_free char *input = json_text(u->fields, NULL);
        digest_line(d, "%s %s",
                    json_flag(request, "sent", false)  ? "Sent"
                    : u->gate.effect == EFFECT_DRY_RUN ? "Would send"
                                                       : "Would not send",
                    input);
        if (json_array_size(json_arr(request, "attach")))
            digest_line(d, "%zu files of the root-cause document (%s).", json_array_size(json_arr(request, "attach")),
                        u->files[0].name);
    }
    size_t i;
    json_t *o;
    json_array_foreach(json_arr(u->answer.root, "fields_rejected"), i, o)
        digest_line(d, "Not taken: %s is \"%s\".", json_str(o, "field", ""), json_str(o, "holds", ""));
    json_array_foreach(u->attachments, i, o)
        digest_line(d, "Attachment %s: %s.", json_str(o, "name", ""), json_str(o, "effect", ""));
}

void ticket_report(struct ticket_update *u)
{
    struct digest *d = &u->answer.digest;
    describe(u);
    gate_tell_effect(&u->gate, &u->answer);
    digest_line(d, "Ticket %s: %s%s%s.", ticket_value(u->ticket, "number"), ticket_shown(u->ticket, "state"),
                u->after && gate_was_sent(&u->gate) ? ", now " : "",
                u->after && gate_was_sent(&u->gate) ? ticket_shown(u->after, "state") : "");
    digest_data(d, "It says:", ticket_value(u->ticket, "short_description"), 200);
    gate_tell_conditions(&u->gate, &u->answer);
    tell_change(u);
    envelope_tell_rest(&u->answer);
}
