/* One update of a ticket, while update_servicenow_ticket decides and carries it out. */
#ifndef LW_TOOLS_SERVICENOW_UPDATE_H
#define LW_TOOLS_SERVICENOW_UPDATE_H

#include "tools/envelope.h"
#include "tools/gate.h"
#include "tools/servicenow/rca.h"
#include "tools/servicenow/servicenow.h"
#include "tools/servicenow/ticket.h"

#define RCA_FILES 2
#define TICKET_NOTE_TAKEN "the instance took this note" /* as the gate remembers it */

struct ticket_update {
    const struct tool_call *call;
    struct servicenow *now;     /* borrowed */
    struct aws_session *session; /* reads; the gate's writes */
    struct envelope answer;
    struct gate gate;

    json_t *ticket;    /* as it was read */
    json_t *after;     /* as it was read back; NULL before */
    char sys_id[33];
    char marker[48];   /* what our work note ends with, and is found again by; "" without a work note */
    json_t *fields;    /* {field: value} that PATCH sends; empty: no PATCH */
    bool asked;        /* the call asks for anything at all */

    struct rca_file files[RCA_FILES];
    bool attached[RCA_FILES]; /* they were there before */
    size_t file_count;        /* 0 without `rca` */
    json_t *attachments;      /* [{name, sys_id?, bytes, sha256, effect}] */
};

/* Finds out what there is to do: fields that differ, a note that is not there yet, files that are not attached yet; files every
   condition in the gate. Leaves the effect open, or sets it to already_done or refused. Returns 0, or -1 with an error answer. */
int ticket_plan(struct ticket_update *u, struct tool_answer *out);

/* The parts of the plan that ask the instance what it knows (choices.c): each files a condition in the gate.
   Closing code and hold reason as the instance spells them, borrowed from `*keep`, or NULL; a user's or a group's sys_id
   likewise. */
const char *ticket_choice(struct ticket_update *u, const char *field, const char *wanted, json_t **keep);
const char *ticket_person(struct ticket_update *u, const char *table, const char *field, const char *wanted, json_t **keep);

/* Carries it out: copy, attachments, then the one PATCH; reads back. Sets the effect. As gate_send. */
int ticket_send(struct ticket_update *u, struct tool_answer *out);

/* The requests as they go out, {service, operation, input, attach, sent}; of documents only their names. New reference. */
json_t *ticket_request_shown(const struct ticket_update *u);

/* Sets what the answer says, and tells the digest. */
void ticket_report(struct ticket_update *u);

/* Files what an asked source said: nothing wrong, or a fault. */
void ticket_cover(struct ticket_update *u, const char *source, const struct aws_fault *f, int64_t items);

#endif
