/* Carrying an update out, and reading back what came of it. */
#include "tools/servicenow/update.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <string.h>

/* A copy for those who look for documents in the lake. Its failure is told and stops nothing: the ticket has the document. */
static void copy_to_s3(struct ticket_update *u, struct aws_session *s)
{
    const struct servicenow_options *o = servicenow_options(u->now);
    const struct rca_file *file = &u->files[0];
    auto_free char *key = rca_key(o->rca_prefix, ticket_value(u->ticket, "number"), file->name);
    json_t *source = coverage_source(envelope_sources(&u->answer), "s3:PutObject");
    json_auto_t *in =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "Bucket", o->rca_bucket, "Key", key, "Body", buf_text(&file->text),
                  "ContentType", file->type, "IfNoneMatch", "*", "ServerSideEncryption", "aws:kms");
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    bool there = false;
    if (aws_invoke(s, &aws_s3_put_object, in, &reply, &f)) {
        there = f.status == 412; /* named after its content: it is the same */
        if (!there) {
            coverage_fault(source, &f);
            envelope_warn(&u->answer, "no_copy", "The copy of the document for s3://%s/%s was not written: %s", o->rca_bucket,
                          key, f.err.text);
            return;
        }
    }
    coverage_read(source, 1, 1, (int64_t)file->text.len, true);
    auto_free char *uri = xasprintf("s3://%s/%s", o->rca_bucket, key);
    json_t *rca = json_pack("{s:s, s:s, s:b}", "uri", uri, "sha256", file->sha256, "was_there", there);
    json_put_str(rca, "version_id", json_str(reply, "VersionId", NULL));
    envelope_put(&u->answer, "rca", rca);
}

static void note_attachment(struct ticket_update *u, size_t i, const char *sys_id, const char *effect)
{
    const struct rca_file *file = &u->files[i];
    json_t *o = json_pack("{s:s, s:I, s:s, s:s}", "name", file->name, "bytes", (json_int_t)file->text.len, "sha256", file->sha256,
                          "effect", effect);
    json_put_str(o, "sys_id", sys_id);
    json_array_append_new(u->attachments, o);
}

/* Not sent a second time when nobody knows whether the first was carried out: a ticket has each file once. */
static int attach(struct ticket_update *u, size_t i, struct stop *stop, struct aws_fault *f)
{
    const struct rca_file *file = &u->files[i];
    auto_free char *query = xasprintf("table_name=%s&table_sys_id=%s&file_name=%s", TICKET_TABLE, u->sys_id, file->name);
    struct servicenow_request r = {.method = "POST",
                                   .path = "/api/now/attachment/file",
                                   .query = query,
                                   .bytes = buf_text(&file->text),
                                   .byte_count = file->text.len,
                                   .content_type = file->type};
    json_auto_t *reply = NULL;
    if (servicenow_call(u->now, &r, stop, &reply, f)) {
        if (f->effect_unknown)
            note_attachment(u, i, NULL, "unknown");
        return -1;
    }
    note_attachment(u, i, json_str(json_obj(reply, "result"), "sys_id", NULL), "created");
    return 0;
}

/* Whether the ticket as read back has what was sent. A work note cannot be read back from every instance. */
static bool holds(const struct ticket_update *u, const char *field, const json_t *value)
{
    if (!strcmp(field, "work_notes"))
        return strstr(ticket_shown(u->after, field), u->marker) != NULL;
    return !strcmp(ticket_value(u->after, field), json_string_value(value)) ||
           !strcmp(ticket_shown(u->after, field), json_string_value(value));
}

static bool read_back(struct ticket_update *u, struct stop *stop)
{
    struct aws_fault f = {0};
    json_t *now = NULL;
    if (ticket_read(u->now, u->sys_id, NULL, stop, &now, &f)) {
        ticket_cover(u, "servicenow:incident (again)", &f, 0);
        return false;
    }
    ticket_cover(u, "servicenow:incident (again)", NULL, 1);
    json_decref(u->after);
    u->after = now;
    return true;
}

static bool all_hold(const struct ticket_update *u)
{
    const char *field;
    json_t *value;
    json_object_foreach(u->fields, field, value)
        if (!holds(u, field, value))
            return false;
    return true;
}

/* Nobody knows whether the PATCH was carried out. It is never sent again: the ticket itself tells. */
static void reconcile(struct ticket_update *u, struct stop *stop, const struct aws_fault *f)
{
    u->gate.effect = EFFECT_UNKNOWN;
    for (int looks = 0; gate_look(stop, &looks);) {
        if (read_back(u, stop) && all_hold(u)) {
            u->gate.effect = EFFECT_CREATED;
            envelope_warn(&u->answer, "reconciled",
                          "The update got no clear answer (%s); the ticket was read back and has it", f->err.text);
            return;
        }
    }
    envelope_warn(&u->answer, "effect_unknown",
                  "The update got no clear answer (%s), and reading the ticket back has not shown it. Look at it "
                  "in a minute; the same call again adds no second note",
                  f->err.text);
}

static bool attached_any(const struct ticket_update *u)
{
    size_t i;
    json_t *o;
    json_array_foreach(u->attachments, i, o)
        if (!strcmp(json_str(o, "effect", ""), "created"))
            return true;
    return false;
}

static int refused(struct ticket_update *u, const char *what, const struct aws_fault *f, struct tool_answer *out)
{
    if (f->effect_unknown || attached_any(u)) {
        u->gate.effect = f->effect_unknown ? EFFECT_UNKNOWN : EFFECT_FAILED;
        u->answer.partial = true;
        envelope_warn(&u->answer, "stopped",
                      "Could not %s: %s. What was attached before stays; the same call again goes on from there", what,
                      f->err.text);
        return 0;
    }
    return failure_say(
        out, "Could not %s of %s; nothing was changed. %s.%s", what, ticket_value(u->ticket, "number"), f->err.text,
        f->err.kind == ERR_DENIED ? " The integration user lacks a role (itil, for closing itil_admin), or a data policy "
                                    "demands another field: its own words say which."
                                  : "");
}

/* The Table API has no conditional write: the ticket is looked at for the last time right before, so that what a person did while
   choices and people were looked up is not overwritten. */
static bool changed_meanwhile(struct ticket_update *u, struct stop *stop)
{
    int64_t before = ticket_mod_count(u->ticket);
    if (!read_back(u, stop))
        return false;
    bool same = ticket_mod_count(u->after) == before;
    gate_hold(&u->gate, "unchanged_meanwhile", same,
              "%s changed the ticket while this call was at it (sys_mod_count %lld, then %lld)",
              same ? "nobody" : ticket_value(u->after, "sys_updated_by"), (long long)before,
              (long long)ticket_mod_count(u->after));
    return !same;
}

static void remember_note(struct ticket_update *u, const char *outcome)
{
    if (json_object_get(u->fields, "work_notes"))
        gate_remember(&u->gate, u->marker, outcome);
}

/* The one request that changes fields. */
static int patch(struct ticket_update *u, struct stop *stop, struct tool_answer *out)
{
    auto_free char *path = xasprintf("/api/now/table/" TICKET_TABLE "/%s", u->sys_id);
    struct servicenow_request r = {
        .method = "PATCH", .path = path, .json = u->fields, .query = "sysparm_fields=sys_id",
        .repeatable = !json_object_get(u->fields, "work_notes"), /* a note sent twice stands there twice */
    };
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (!servicenow_call(u->now, &r, stop, &reply, &f)) {
        u->gate.effect = EFFECT_CREATED;
        remember_note(u, TICKET_NOTE_TAKEN);
        read_back(u, stop);
        return 0;
    }
    if (!f.effect_unknown)
        return refused(u, "update the fields", &f, out);
    remember_note(u, "this server sent this note and got no clear answer");
    reconcile(u, stop, &f);
    return 0;
}

static int send(void *ctx, struct aws_session *s, struct stop *stop, struct tool_answer *out)
{
    struct ticket_update *u = ctx;
    struct aws_fault f = {0};
    if (changed_meanwhile(u, stop))
        return 0;
    for (size_t i = 0; i < u->file_count; i++)
        if (u->attached[i])
            note_attachment(u, i, NULL, "already_there");
    for (size_t i = 0; i < u->file_count; i++)
        if (!u->attached[i] && attach(u, i, stop, &f))
            return refused(u, "attach the root-cause document", &f, out);
    if (u->file_count && servicenow_options(u->now)->rca_bucket)
        copy_to_s3(u, s);
    if (json_object_size(u->fields))
        return patch(u, stop, out);
    u->gate.effect = EFFECT_CREATED;
    read_back(u, stop);
    return 0;
}

int ticket_send(struct ticket_update *u, struct tool_answer *out)
{
    auto_free char *act = gate_act(ticket_request_shown(u), "Update the ServiceNow incident %s (%s)%s%s?",
                                   ticket_value(u->ticket, "number"), ticket_shown(u->ticket, "state"),
                                   u->file_count ? ", with the root-cause document " : "", u->file_count ? u->files[0].name : "");
    return gate_send(&u->gate, act, send, u, &u->answer, out);
}
