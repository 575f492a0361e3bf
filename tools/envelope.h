/* The answer every tool gives: one JSON object of the same shape for all, and its digest as text.

   {tool, schema_version, ok, partial, resource, state, evidence[], diagnosis, retry, coverage, warnings, requests, cursor?}
   and, from tools that write, {effect, idempotency_key, preconditions, before, after, follow_up}. */
#ifndef LW_TOOLS_ENVELOPE_H
#define LW_TOOLS_ENVELOPE_H

#include "aws/aws.h"
#include "tools/digest.h"
#include "tools/tool.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define EVIDENCE_MAX 200       /* items in one answer */
#define EVIDENCE_TEXT_MAX 1500 /* bytes of one item's text */
#define LINKS_MAX 5            /* calls that lead on */

struct envelope {
    json_t *root;
    struct digest digest;
    bool partial;      /* a source could not be read, or not to its end */
    char *cursor;      /* where the next call goes on, or NULL */
};

/* An answer of that tool: ok, complete, nothing in it yet. */
void envelope_init(struct envelope *v, const char *tool);
/* Frees what it holds; safe on a zeroed struct. */
void envelope_done(struct envelope *v);
#define auto_envelope __attribute__((cleanup(envelope_done)))

/* What the answer is about. Returns the object, borrowed, for more members (arn, account, console_url). */
json_t *envelope_resource(struct envelope *v, const char *type, const char *id, const char *region);

/* How it stands. Returns the object, borrowed, for more members (started_at, ended_at, attempt, previous_id). */
json_t *envelope_state(struct envelope *v, const char *value, bool terminal, bool failed);

/* One thing that was seen. */
struct evidence {
    const char *source;   /* what kind of place: "cloudwatch_logs", "glue", "s3" */
    json_t *locator;      /* where exactly: {group, stream, ...}; taken over; NULL for none */
    int64_t ts_ms;        /* when, or -1 */
    const char *severity; /* "info", "warning", "error", "fatal" */
    const char *text;     /* as the stranger wrote it: redacted and cut here */
};

/* Files evidence and returns its id ("e1", "e2", ...), borrowed from the envelope. When EVIDENCE_MAX are there the
   locator is dropped and NULL returned. */
const char *envelope_evidence(struct envelope *v, const struct evidence *item);

/* The text filed under that id, redacted and cut, or "". Borrowed. */
const char *envelope_evidence_text(const struct envelope *v, const char *id);

/* Adds up to `max` evidence items to the digest: those the diagnosis rests on first, then the others, each half in order. */
void envelope_tell_evidence(struct envelope *v, size_t max);

/* Adds the end of the digest: whether to retry, what to look at next, warnings, and what could not be looked at. */
void envelope_tell_rest(struct envelope *v);

/* Another call that leads on: `arguments` (taken over) for `tool`, and why. The same call is filed once, LINKS_MAX in all. */
void envelope_link(struct envelope *v, const char *tool, json_t *arguments, const char *why);

/* Something the reader should know that is neither evidence nor an error. Ends without a full stop: the digest sets it. */
void envelope_warn(struct envelope *v, const char *code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Which span of time was looked at; `basis` is "run", "argument" or "default". Negative times are left out. */
void envelope_window(struct envelope *v, int64_t from_ms, int64_t to_ms, const char *basis);

/* The array `coverage.sources`, borrowed, for coverage_source (tools/coverage.h). */
json_t *envelope_sources(struct envelope *v);

/* Sets any other member; takes the value over. */
void envelope_put(struct envelope *v, const char *key, json_t *value);

/* Finishes: marks partial if a source has an error, puts the requests of the session (may be NULL) before those that are
   there, redacts every string, and fills `out`. The envelope is empty afterwards. Returns 0. */
int envelope_answer(struct envelope *v, const struct aws_session *session, struct tool_answer *out);

#endif
