/* Kafka work, done in a process of its own: the program `lakewarden-kafka` (folder kafka/), one child for one job.
   librdkafka can abort its process and can block past its timeouts, so it is never loaded into the server.

   The job goes to the child's stdin, its result comes back on stdout; nothing secret is on a command line or in an
   environment. A child that dies in mid-replay is followed by another: the replay group's committed offsets say where
   to go on, and its first act, init_transactions, ends what the dead one left open, which would stall all readers of
   the target topic. */
#ifndef LW_TOOLS_KAFKA_WORKER_H
#define LW_TOOLS_KAFKA_WORKER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/stop.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The job, an object. Members without "required" may be absent. Unknown members are refused.

   {
     "action": "inspect" | "replay",                                            required
     "bootstrap": "host:port,host:port",                                        required
     "security": {                                                              required
       "protocol": "SASL_SSL" | "SSL" | "SASL_PLAINTEXT" | "PLAINTEXT",         required
       "mechanism": "AWS_MSK_IAM" | "SCRAM-SHA-512" | "SCRAM-SHA-256",          required with SASL_*
       "user": "...", "password": "...",                                        required with SCRAM
       "ca_file": PATH, "certificate_file": PATH, "key_file": PATH,             PEM; ca_file absent: the system's
       "plaintext_allowed": false                                               the two *PLAINTEXT are refused without it
     },
     "group": "orders-consumer",       the production group: inspected, and refused as the replay's
     "topics": ["orders"],             inspect: whose lag and configuration; at most 20; absent: the group says nothing
                                       about its topics, so name them
     "replay": {                                                                required with "replay"
       "source": "orders-dlq",                                                  required; the topic that is read
       "target": "orders",             absent: each record's own, from its headers (Spring, Connect)
       "group": "lakewarden-replay-orders-dlq",   see kafka_replay_group                     required
       "partitions": [{"partition": 0, "start": 5, "end": 9}],   absent: all; start absent: the beginning, but never
                                       before where the group stands; end (exclusive) absent: the end as of now
       "max_records": 1000, "max_bytes": 52428800,   of records produced; at most 1,000,000 and 1 GiB
       "rate_per_s": 500,              0: none
       "filter": {"header": "x-error", "value": "timeout"},   value absent: any. Others are skipped, and passed for good
       "max_replays": 3,               a record that was replayed as often is skipped (its header x-replay-count)
       "dry_run": false                reads and judges, produces nothing and disturbs no other replay
     }
   }

   The result, an object:

   {
     "brokers": 3,
     "topics": [{"name", "partitions", "leaderless", "under_replicated", "error"?,
                 "config"?: {"retention_ms", "max_message_bytes", "timestamp_type", "timestamp_before_max_ms",
                             "timestamp_after_max_ms", "cleanup_policy"}}],    what the broker does not tell is absent
     "group": {"id", "state": "Stable" | "Empty" | "Dead" | "PreparingRebalance" | "CompletingRebalance" | "unknown",
               "members"?: 2},                                                  "Dead" with 0: no such group
     "lag": [{"topic", "partition", "begin", "end", "committed"?, "lag"?, "error"?}],  no "committed": the group has none.
                                       Where records were written in transactions lag counts their markers: "at most"
     "lag_total": 120,                 over the partitions that have a lag
     "replay": {
       "source", "target"?, "group", "transactional_id",
       "read": 500, "eligible": 480, "produced": 480, "bytes": 123456,          eligible: passed filter and guards
       "skipped": [{"reason": "filter" | "max_replays" | "no_target" | "too_large" | "timestamp", "records": 20,
                    "first": "orders-dlq/0/17"}],
       "targets": [{"topic", "records"}],
       "ranges": [{"partition", "start", "next", "end"}],   [start, next) is done for good; end is the goal
       "complete": true,               every range was done to its end
       "stopped_by": "end" | "max_records" | "max_bytes" | "deadline" | "cancelled" | "error",
       "lives": 1,                     children it took
       "settled": true                 false: whether the last batch was committed could not be found out
     },
     "error"?: {"phase": "connect" | "metadata" | "group" | "offsets" | "config" | "init" | "committed" | "snapshot" |
                         "target" | "read" | "produce" | "offsets_send" | "commit" | "abort" | "child",
                "kind": "network" | "authentication" | "authorization" | "tls" | "not_found" | "refused" | "timeout" |
                        "fenced" | "broker" | "child",
                "code": -195, "name": "_TRANSPORT", "message": "...", "fatal": false, "retriable": true}
   }

   With "error" the rest holds what was known until then: numbers in "replay" are of committed batches only. */

struct kafka_call {
    const char *program;   /* the worker's path; NULL: `lakewarden-kafka` in the folder of this program */
    const json_t *job;     /* borrowed */
    int64_t timeout_ms;    /* for the whole job, all its children; at most KAFKA_TIMEOUT_MAX_MS */
    struct stop *stop;     /* may be NULL. A replay is first asked to end between two batches, then killed */

    /* With mechanism AWS_MSK_IAM: appends a token for the brokers (aws/msk_token.h). Asked once for each child; a token
       outlives the longest job. Returns 0, or -1 and `e`. */
    int (*token)(void *ctx, struct buf *token, int64_t *expires_wall_ms, struct err *e);

    /* After each committed batch: how many records of how many are done. May be NULL. */
    void (*progress)(void *ctx, int64_t records, int64_t total);
    void *ctx; /* of both */
};

#define KAFKA_TIMEOUT_MAX_MS (8 * 60 * 1000)

/* Does the job and waits for its end. Returns 0 and a new reference in `*result`, also where Kafka said no (member
   "error"), and of a replay also when it was cut off; or -1: ERR_INVALID (the job is not one), ERR_CONFIG (no worker
   program), ERR_UNAUTHENTICATED and others of `token`, ERR_CANCELLED and ERR_TIMEOUT of a job that changes nothing. A replay
   may take 8 s longer than a stop that trips: the end it is brought to is known. */
int kafka_run(const struct kafka_call *call, json_t **result, struct err *e);

/* The group that replays from a topic: "lakewarden-replay-<source>", so that all replays of one dead-letter topic share
   their offsets and one transactional id. With `ranges` (the job's "partitions"; NULL for none) that name the start,
   a digest of them is appended: the same range has the same group, and is replayed once. Free with free(). */
char *kafka_replay_group(const char *source, const json_t *ranges);

/* Whether a worker can be started, for `doctor` and for the tool's sentence when it cannot. `program` as in the call. */
bool kafka_worker_present(const char *program, char *path, size_t size);

#endif
