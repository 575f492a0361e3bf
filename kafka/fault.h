/* What went wrong with Kafka, as the parent is told: where, of what kind, and whether trying again may help. */
#ifndef LW_KAFKA_FAULT_H
#define LW_KAFKA_FAULT_H

#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <stdbool.h>

/* Zero-initialise it; the first fault wins. */
struct fault {
    bool set;
    const char *phase; /* static storage; the phases are listed in tools/kafka/worker.h */
    const char *kind;  /* static storage; so are the kinds */
    rd_kafka_resp_err_t code;
    bool fatal;     /* librdkafka's handle is of no use any more: only another process can go on */
    bool retriable; /* the same may work a moment later */
    char message[480];
};

/* Each records a fault unless one is there, and returns -1. `fault_take` destroys `error`; `fault_refuse` is for what this
   program itself says no to (kind "refused"). */
int fault_set(struct fault *f, const char *phase, rd_kafka_resp_err_t code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
int fault_take(struct fault *f, const char *phase, rd_kafka_error_t *error);
int fault_refuse(struct fault *f, const char *phase, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Whether a broker that says this is busy with itself (elections, loading, a lost connection), so that asking again helps. */
bool fault_passes(rd_kafka_resp_err_t code);

/* The kind of an error code ("network", "authorization" ...). Static storage. */
const char *fault_kind(rd_kafka_resp_err_t code);

/* The member "error" of the result. New reference. */
json_t *fault_json(const struct fault *f);

#endif
